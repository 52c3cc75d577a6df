"""The real daemon, the real `sidetone modem serve`, and a modem on a pseudo-terminal: a text out, one in, and deaths."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.forked import Forked
from cli.stage import PASS_PHRASE, configured, sidetone
from plugins.gsm.pty_modem import PtyModem
from plugins.gsm.radio import Radio
from sidetone_gsm.pdu.times import encode_stamp

pytestmark = pytest.mark.slow

SIM, GRACE = "+4915799900000", "+4915112345678"
PATIENCE = 30.0  # seconds; a bound for a machine that is busy, not a wait
CONFIG = """
[server]
listen = "127.0.0.1:0"
data_dir = "data"
default_country = "DE"

[carriers.stick]
type = "gsm"
port = "{port}"
number = "{sim}"
worker = "service"
rate = 6000
patience = 0.05
drain_every = 1
reopen_after = 0.1
"""


@contextmanager
def running(file: Path, *words: str) -> Iterator[Forked]:
    """A command until the end of the block."""
    with (file.parent / f"{words[0]}.log").open("ab") as log:
        process = Forked("--config", file, *words, folder=file.parent, stdout=log.fileno(), stderr=log.fileno())
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


async def ask(file: Path, *words: str, stdin: str = "") -> str:
    """What a command says, once it does not fail."""
    done = await asyncio.to_thread(sidetone, "--config", file, *words, stdin=stdin)
    assert done.exit_code == 0, done.output
    return done.stdout


async def stands(file: Path, state: str) -> str:
    """Wait until the carrier is so: its sentence."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await asyncio.sleep(0.1)
            if "Sidetone is ready" not in (file.parent / "run.log").read_text():
                continue  # whoever asks before that has the store to themselves, and the daemon cannot start
            done = await asyncio.to_thread(sidetone, "--config", file, "carriers", "list", "--json")
            (found,) = json.loads(done.stdout)
            if found["state"] == state:
                return str(found["sentence"])


async def test_texts_go_and_come_over_the_deaths_of_either(tmp_path: Path) -> None:
    modem = PtyModem(tmp_path)
    modem.stamp = encode_stamp(datetime.now(UTC))
    file = configured(tmp_path, CONFIG.format(port=modem.path, sim=SIM))
    await ask(file, "user", "add", "ada", "--password-stdin", stdin=PASS_PHRASE)
    await ask(file, "number", "add", SIM, "--owner", "user:ada", "--carrier", "stick")
    try:
        with running(file, "run"):
            with running(file, "modem", "serve", "stick") as worker:
                await stands(file, "ok")
                assert "elivered" in await ask(file, "carriers", "try", "stick", "--to", GRACE)
                os.kill(worker.pid, signal.SIGKILL)
                worker.wait(PATIENCE)
            sentence = await stands(file, "failed")
            assert "systemctl status sidetone-modem@stick" in sentence
            for pdu in ("00FF", *Radio().text(GRACE, "while it was dead")):
                modem.arrive(pdu)
            with running(file, "modem", "serve", "stick"):
                await stands(file, "ok")
                assert "elivered" in await ask(file, "carriers", "try", "stick", "--to", GRACE)
                odd = json.loads(await ask(file, "carriers", "odd", "stick", "--json"))
                assert [row["raw"] for row in odd] == ["00FF"]
                said = await ask(file, "modem", "log", "stick")
                assert "> (a PDU)" in said
                assert "ok: Registered" in said
                for secret in (GRACE, GRACE[3:], SIM, "262011234567890", "while it was dead"):
                    assert secret not in said
        log = json.loads(await ask(file, "messages", "list", "--json"))
    finally:
        modem.unplug()
    assert len(modem.taken) == 2
    directions = sorted((row["direction"], row["status"]) for row in log)
    assert directions == [("inbound", "received"), *[("outbound", "delivered")] * 2]
