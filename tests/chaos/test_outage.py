"""Ten real minutes without the carrier and with 100,000 texts that wait: the daemon stays small and quick, then drains."""

import asyncio
import os
import re
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from cli.forked import Forked
from delivery.book import blank
from delivery.flood import DAY_MS, Flood
from delivery.stage import ADD_NUMBER, ADD_USER, OWN
from durability.daemon import free_port
from sidetone.clock import SystemClock
from sidetone.store.connection import Txn
from sidetone.testing.restcomm_far_side import ACCOUNT, TOKEN, RestcommFarSide
from sidetone.testing.wire import Wire

TEXTS = int(os.environ.get("OUTAGE_TEXTS", "100000"))
SECONDS = float(os.environ.get("OUTAGE_SECONDS", "600"))
DRAIN_SECONDS = 120.0
RATE = 50
READY_WITHIN, ANSWER_WITHIN, STOP_WITHIN = 60.0, 5.0, 30.0
MOST_MEMORY = 160  # MiB of the daemon at its highest, whatever waits
CONFIG = """\
[server]
listen = "127.0.0.1:{port}"
data_dir = "{data}"
default_country = "DE"

[carriers.main]
type = "restcomm"
base_url = "{base_url}"
account_sid = "{account}"
auth_token = "{token}"
hook_secret = "a-path-that-only-the-carrier-knows"
rate = {rate}
poll_every = 0
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("CHAOS_ROUNDS" not in os.environ, reason="of ten minutes: `make chaos`"),
]


def fill(path: Path) -> Flood:
    """A store in which a day's texts wait; those of the first minutes become void in the next ones."""
    path.parent.mkdir()
    path.write_bytes(blank())
    now = SystemClock().now()
    flood = Flood(texts=TEXTS, talks=TEXTS // 50, since=now - DAY_MS, lasts=DAY_MS)
    with closing(sqlite3.connect(path, isolation_level=None)) as sql:
        sql.row_factory = sqlite3.Row
        sql.execute("BEGIN")
        txn = Txn(sql, now)
        user_id = txn.one(ADD_USER, {"name": "ada"})["id"]
        number = {"e164": OWN, "kind": "user", "owner": user_id, "carrier": "main"}
        flood.begin(txn, user_id, txn.one(ADD_NUMBER, number)["id"])
        sql.execute("COMMIT")
    return flood


async def answers(http: aiohttp.ClientSession, url: str, within: float) -> float:
    """Wait until the daemon is ready; how long that took."""
    began = time.monotonic()
    async with asyncio.timeout(within):
        while True:
            try:
                async with http.get(f"{url}/readyz") as answer:
                    if answer.status == 200:
                        return time.monotonic() - began
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


def highest(pid: int) -> float:
    """The most memory that a process ever had, in MiB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


async def test_ten_minutes_without_the_carrier(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    flood = await asyncio.to_thread(fill, data / "sidetone.db")
    async with RestcommFarSide(SystemClock()) as far, Wire(URL(far.base_url).port or 0) as line:
        base_url = URL(far.base_url).with_port(line.port)
        file = tmp_path / "sidetone.toml"
        settings = {"port": port, "data": data, "base_url": base_url, "account": ACCOUNT, "token": TOKEN, "rate": RATE}
        file.write_text(CONFIG.format(**settings))
        file.chmod(0o600)
        await line.go_away()
        with (tmp_path / "log").open("ab") as log:
            daemon = Forked("--config", file, "run", folder=tmp_path, stdout=log.fileno(), stderr=log.fileno())
        try:
            async with aiohttp.ClientSession() as http:
                url = f"http://127.0.0.1:{port}"
                await answers(http, url, READY_WITHIN)
                slowest = 0.0
                ends = time.monotonic() + SECONDS
                while time.monotonic() < ends:
                    slowest = max(slowest, await answers(http, url, ANSWER_WITHIN))
                    await asyncio.sleep(1)
                assert far.messages == []
                await line.come_back()
                while not far.messages:
                    await answers(http, url, ANSWER_WITHIN)
                    await asyncio.sleep(0.1)
                began, before = time.monotonic(), len(far.messages)
                await asyncio.sleep(min(DRAIN_SECONDS, SECONDS))
                took, drained = time.monotonic() - began, len(far.messages) - before
            memory = highest(daemon.pid)
        finally:
            daemon.send_signal(signal.SIGTERM)
            await asyncio.to_thread(daemon.wait, STOP_WITHIN)
        print(f"{memory:.0f} MiB, slowest answer {slowest:.2f} s, {drained / took:.0f} texts a second")
        assert drained <= RATE * (took + 2)
        assert drained >= RATE * took / 10, "a busy machine may be slow, and not that slow"
        audit(flood, data / "sidetone.db", [int(sms.body.removeprefix("Text ")) for sms in far.messages])
    assert memory < MOST_MEMORY


def audit(flood: Flood, path: Path, left: list[int]) -> None:
    """Each text stands where it must: nothing is lost, doubled or out of its conversation's order."""
    gone = set(left)
    assert len(left) == len(gone)
    before: dict[int, int] = {}
    for number in left:
        assert number > before.get(flood.talk(number), 0)
        before[flood.talk(number)] = number
    now = SystemClock().now()
    with closing(sqlite3.connect(path)) as sql:
        found = dict(sql.execute("SELECT id, status FROM message").fetchall())
    assert len(found) == flood.texts
    for number, status in found.items():
        if number in gone:
            assert status in ("sent", "delivered", "sending", "unknown")
        elif status == "expired":
            assert flood.due(number) <= now
        else:
            assert status == "queued"
            assert flood.due(number) > now - 60_000, "what is due expires within a minute"
