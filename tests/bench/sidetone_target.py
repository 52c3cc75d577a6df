"""The real daemon as a target: a data folder of its own, one user, one number, one Restcomm carrier."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Self

from bench.carrier_process import LATER, CarrierProcess
from bench.plan import AT_ONCE, Access
from bench.target import BenchError, Target
from sidetone.store.lock import STORE_FILE

USER = "bench"
PASSWORD = "a long pass phrase for the bench"
ACCOUNT_SID = "AC" + "5" * 32
HOOK_SECRET = "bench-hook-secret-0123456789abcdef"
NUMBER = "+13105550100"

_CONFIG = """\
[server]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
data_dir = "{data_dir}"
default_country = "US"
api_rate = 0
screens_per_user = 0

[carriers.main]
type = "restcomm"
base_url = "{base_url}"
account_sid = "{account_sid}"
auth_token = "0123456789abcdef0123456789abcdef"
hook_secret = "{hook_secret}"
concurrency = {at_once}
rate = 0
"""


class SidetoneTarget(Target):
    """Sidetone as an admin would run it, on loopback."""

    name = "sidetone"
    receipts = LATER

    def __init__(self) -> None:
        super().__init__()
        self._config = self.folder / "sidetone.toml"
        self.carrier = CarrierProcess(self.receipts)
        self.tokens: list[str] = []

    @property
    def store(self) -> Path:
        """Its database."""
        return self.folder / "data" / STORE_FILE

    def __enter__(self) -> Self:
        self.carrier.__enter__()
        try:
            self._configure(port=8080)  # each start writes its own
            self._cli("user", "add", USER, "--role", "user", "--password-stdin", stdin=PASSWORD)
            self._cli("number", "add", NUMBER, "--owner", f"user:{USER}", "--carrier", "main")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.carrier.__exit__()
        super().__exit__()

    def command(self, port: int) -> Sequence[str]:
        self._configure(port)
        return [*self._program(), "run"]

    def access(self, pid: int, port: int) -> Access:
        return Access(
            host="127.0.0.1",
            port=port,
            pid=pid,
            hook_path=f"/hooks/main/{HOOK_SECRET}/message",
            headers={"Authorization": f"Bearer {_sign_in(port)}"},
            account_sid=ACCOUNT_SID,
            own_number=NUMBER,
            tokens=self.tokens,
        )

    def _configure(self, port: int) -> None:
        text = _CONFIG.format(
            port=port,
            data_dir=self.folder / "data",
            base_url=self.carrier.base_url,
            at_once=AT_ONCE,
            account_sid=ACCOUNT_SID,
            hook_secret=HOOK_SECRET,
        )
        self._config.touch(mode=0o600)
        self._config.write_text(text)

    def _program(self) -> list[str]:
        return [str(Path(sys.executable).parent / "sidetone"), "--config", str(self._config)]

    def _cli(self, *arguments: str, stdin: str = "") -> None:
        try:
            done = subprocess.run(
                [*self._program(), *arguments],
                input=f"{stdin}\n",
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        except FileNotFoundError as fault:
            raise BenchError("the sidetone command is not installed beside this interpreter") from fault
        if done.returncode:
            raise BenchError(f"sidetone {arguments[0]} {arguments[1]}: {(done.stderr or done.stdout).strip()[-2000:]}")


def _sign_in(port: int) -> str:
    """A Bearer token for the one user."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        answer = post(connection, "/api/v1/session", {"username": USER, "password": PASSWORD, "token": True})
    return str(answer["token"])


def post(
    connection: HTTPConnection, path: str, document: dict[str, object], headers: Mapping[str, str] | None = None
) -> dict[str, object]:
    """Ask the API; raises BenchError with what it said instead."""
    connection.request("POST", path, json.dumps(document), {"Content-Type": "application/json", **(headers or {})})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status not in (200, 201):
        raise BenchError(f"{path} was answered {answer.status}: {text[:500].decode(errors='replace')}")
    return dict(json.loads(text))
