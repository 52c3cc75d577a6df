"""The targets of texts that go out: the daemon and D, each with a carrier and a conversation with every outside number."""

from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection
from typing import Self

import msgspec

from bench.carrier_process import EARLY, LATER, CarrierProcess
from bench.plan import Access
from bench.sidetone_target import SidetoneTarget, post
from bench.target import DurableFloor, program
from bench.texts import OUTSIDE


class SidetoneSender(SidetoneTarget):
    """Sidetone, with conversations to send in."""

    def access(self, pid: int, port: int) -> Access:
        access = super().access(pid, port)
        with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            ids = [
                str(post(connection, "/api/v1/conversations", {"kind": "sms", "to": to}, access.headers)["id"])
                for to in OUTSIDE
            ]
        return msgspec.structs.replace(access, conversations=ids, carrier_pid=self.carrier.pid)


class SidetoneSenderEarly(SidetoneSender):
    """Sidetone, with a carrier whose receipts come before its answers."""

    receipts = EARLY


class SendingFloor(DurableFloor):
    """D with the way out."""

    name = "sending_floor"
    receipts = LATER

    def __init__(self) -> None:
        super().__init__()
        self.carrier = CarrierProcess(self.receipts)

    def __enter__(self) -> Self:
        self.carrier.__enter__()
        return super().__enter__()

    def __exit__(self, *_: object) -> None:
        self.carrier.__exit__()
        super().__exit__()

    def command(self, port: int) -> Sequence[str]:
        return program("sending_floor.py", str(port), str(self.folder / "floor.db"), self.carrier.base_url)

    def access(self, pid: int, port: int) -> Access:
        access = super().access(pid, port)
        return msgspec.structs.replace(access, conversations=OUTSIDE, carrier_pid=self.carrier.pid)
