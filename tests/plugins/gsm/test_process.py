"""The real process on a real pseudo-terminal: begun by the plugin, killed, begun again, and nothing is lost."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

import sidetone_gsm
from plugins.gsm.pty_modem import PtyModem
from plugins.gsm.radio import Radio
from sidetone.clock import SystemClock
from sidetone.domain.segments import segment
from sidetone.plugin import Accepted, Party, PartyKind
from sidetone.plugin.carrier import Outgoing
from sidetone.testing.carrier_contract import OUR_NUMBER, THEIR_NUMBER, load
from sidetone.testing.context import Workbench
from sidetone_gsm.carrier import GsmCarrier


@pytest.mark.slow
async def test_a_process_that_is_killed_begins_again_and_loses_nothing(tmp_path: Path) -> None:
    far = PtyModem(tmp_path)
    bench = Workbench(clock=SystemClock())
    bench.data_dir = tmp_path
    table = {"port": str(far.path), "number": OUR_NUMBER, "reopen_after": 0.1, "rate": 6000.0, "worker": "own"}
    context = bench.context(table)
    carrier = load(sidetone_gsm, context)
    assert isinstance(carrier, GsmCarrier)
    try:
        async with asyncio.timeout(40):
            await carrier.start()
            assert (await carrier.health()).state == "ok", await carrier.health()
            assert isinstance(await carrier.send(message("a")), Accepted)
            assert carrier._own is not None
            assert carrier._own._running is not None
            os.kill(carrier._own._running.pid, signal.SIGKILL)
            (pdu,) = Radio().text(THEIR_NUMBER, "while it was dead")
            far.arrive(pdu)
            await bench.way_in.until(lambda so_far: bool(so_far.texts))
            assert isinstance(await carrier.send(message("b")), Accepted)
    finally:
        await carrier.stop()
        await context.close()
        far.unplug()
    assert [text.body for text in bench.way_in.texts] == ["while it was dead"]


def message(reference: str) -> Outgoing:
    return Outgoing(
        reference=reference,
        sender=OUR_NUMBER,
        recipient=Party(PartyKind.E164, THEIR_NUMBER),
        body="hello",
        segments=segment("hello"),
        valid_until=SystemClock().now() + 3_600_000,
    )
