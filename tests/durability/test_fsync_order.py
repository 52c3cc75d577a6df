"""Nothing is acknowledged before it is on the disk: the order of the system calls of the real daemon says so."""

import asyncio
import json
import subprocess
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from aiohttp import ClientSession

from durability.api import OWN_NUMBERS, Site, furnish
from durability.conftest import NewDaemon
from durability.promises import Promise, broken
from durability.strace_log import Call, read_calls
from house.needs import missing, need
from sidetone.testing.restcomm_far_side import ACCOUNT, RestcommFarSide

ROUNDS = 3
AT_ONCE = 3  # of each kind, so that several share a commit
CALLS = "pwrite64,fsync,fdatasync,write,writev,sendto,sendmsg"
UNSYNCED = Path(__file__).with_name("unsynced_daemon.py")
FORM = "application/x-www-form-urlencoded"

pytestmark = [pytest.mark.slow, pytest.mark.needs("strace")]


@pytest.fixture
def tracer(tmp_path: Path) -> list[str]:
    """A command to put before another: that one stays our child, the tracer is its nobody's."""
    command = [need("strace"), "-D", "-f", "-ttt", "-yy", "-xx", "-s", "8300", "-e", f"trace={CALLS}"]
    if subprocess.run([*command, "-o", str(tmp_path / "try"), "true"], capture_output=True, check=False).returncode:
        missing("strace may not trace here; allow ptrace to run this test")
    return [*command, "-o", str(tmp_path / "trace")]


async def test_every_acknowledgement_follows_the_sync_of_its_commit(
    new_daemon: NewDaemon, far_side: RestcommFarSide, http: ClientSession, tracer: list[str]
) -> None:
    calls, promises = await trace(new_daemon, far_side, http, tracer, program=None)
    assert broken(calls, promises) == []


async def test_the_same_sees_a_store_that_does_not_sync(
    new_daemon: NewDaemon, far_side: RestcommFarSide, http: ClientSession, tracer: list[str]
) -> None:
    calls, promises = await trace(new_daemon, far_side, http, tracer, program=UNSYNCED)
    found = broken(calls, promises)
    assert len(found) == len(promises)
    assert {sentence.partition(": ")[2] for sentence in found} == {"acknowledged before its commit was synced"}


async def trace(
    new_daemon: NewDaemon, far_side: RestcommFarSide, http: ClientSession, tracer: list[str], program: Path | None
) -> tuple[list[Call], list[Promise]]:
    """Run the daemon under the tracer with requests of every kind that is acknowledged; what it did and promised."""
    daemon = new_daemon(far_side.base_url, before=tracer, program=program)
    await daemon.starts()
    site = await furnish(daemon, http)
    threads = [await site.conversation(0, f"+1310555020{n}") for n in range(AT_ONCE)]
    promises: list[Promise] = []
    for round_ in range(ROUNDS):
        sends = [asyncio.to_thread(send, site, thread, f"sent-{round_}-{thread}-end") for thread in threads]
        texts = [asyncio.to_thread(bring, site, f"SMin{round_}x{n}end") for n in range(AT_ONCE)]
        receipts = [asyncio.to_thread(report, site, f"SMout{round_}x{n}end") for n in range(AT_ONCE)]
        promises += await asyncio.gather(*sends, *texts, *receipts)
    daemon.ask_to_stop()
    assert await daemon.ended() == 0, daemon.words()[-2000:]
    return await asyncio.to_thread(finished_log, Path(tracer[-1]), daemon.pid), promises


def send(site: Site, conversation: str, text: str) -> Promise:
    """Send a text by the API."""
    headers = {**site.users[0].headers, "Content-Type": "application/json", "Idempotency-Key": text}
    path = f"/api/v1/conversations/{conversation}/messages"
    port = post(site.daemon.url + path, json.dumps({"body": text}), headers, expected=202)
    return Promise(text.encode(), port, b"HTTP/1.1 202")


def bring(site: Site, sid: str) -> Promise:
    """Bring a text as the carrier does."""
    fields = {"From": "+13105550300", "To": OWN_NUMBERS[1], "Body": sid, "SmsSid": sid, "AccountSid": ACCOUNT}
    port = post(site.message_hook, urlencode(fields), {"Content-Type": FORM}, expected=200)
    return Promise(sid.encode(), port, b"HTTP/1.1 200")


def report(site: Site, sid: str) -> Promise:
    """Bring a receipt as the carrier does; one of a text that is not known yet is kept as well."""
    fields = {"MessageSid": sid, "MessageStatus": "delivered", "AccountSid": ACCOUNT}
    port = post(site.status_hook, urlencode(fields), {"Content-Type": FORM}, expected=200)
    return Promise(sid.encode(), port, b"HTTP/1.1 200")


def post(url: str, body: str, headers: dict[str, str], *, expected: int) -> int:
    """One request on a connection of its own; the port that it came from."""
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    try:
        connection.connect()
        port = int(connection.sock.getsockname()[1])
        connection.request("POST", parts.path, body, headers)
        answer = connection.getresponse()
        assert answer.status == expected, answer.read()
    finally:
        connection.close()
    return port


def finished_log(path: Path, pid: int) -> list[Call]:
    """Read the log once the tracer has written the end of the process."""
    deadline = time.monotonic() + 20
    while True:
        lines = path.read_text(errors="replace").splitlines()
        if any(line.startswith(f"{pid} ") and "+++ exited" in line for line in lines[-20:]):
            return read_calls(lines)
        assert time.monotonic() < deadline, "the tracer has not finished its log"
        time.sleep(0.02)
