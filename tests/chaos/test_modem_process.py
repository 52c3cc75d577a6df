"""The real process of a modem, begun by the plugin, among faults in real time: its deadlines are shortened for it."""

import asyncio
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

import sidetone_gsm
from chaos.modem_faults import FAULTS
from chaos.modem_story import BACK_WITHIN
from plugins.gsm.network import write_deliver
from plugins.gsm.pty_modem import PtyModem
from sidetone.clock import SystemClock
from sidetone.domain.segments import segment
from sidetone.plugin import Accepted, Deferred, Outcome, Party, PartyKind
from sidetone.plugin.carrier import Outgoing
from sidetone.testing.carrier_contract import OUR_NUMBER, THEIR_NUMBER, load
from sidetone.testing.context import Workbench
from sidetone_gsm.pdu.addresses import address_of
from sidetone_gsm.pdu.messages import Deliver, Submit
from sidetone_gsm.pdu.reading import read_pdu
from sidetone_gsm.pdu.times import encode_stamp
from sidetone_gsm.pdu.writing import submits

ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "0")) // 20
SEED = int(os.environ.get("CHAOS_SEED", os.urandom(4).hex()), 16)
PATIENCE = 0.05  # of the usual deadlines, and of the time that faults usually last
SETTINGS = {"reopen_after": 0.1, "give_up_pauses": [0.5, 1.0, 2.0], "drain_every": 1.0, "rate": 6000.0}

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not ROUNDS, reason="in real time: `make chaos`")]


class Story:
    """What was brought and asked for, and what came of it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance, self.modem = Random(seed), PtyModem(folder)
        self.bench = Workbench(clock=SystemClock())
        self.bench.data_dir = folder
        table = {"port": str(self.modem.path), "number": OUR_NUMBER, "worker": "own", "patience": PATIENCE, **SETTINGS}
        self.context = self.bench.context(table)
        self.carrier = load(sidetone_gsm, self.context)
        self.brought: list[str] = []
        self.sends: dict[str, asyncio.Task[Outcome]] = {}
        self.slowest = 0.0

    def bring(self) -> None:
        for _ in range(self.chance.randint(0, 3)):
            body = f"in {len(self.brought)}"
            stamp = encode_stamp(datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=len(self.brought)))
            self.brought.append(body)
            (part,) = submits(body, THEIR_NUMBER, reference=0)
            self.modem.arrive(
                write_deliver(Deliver(sender=address_of(THEIR_NUMBER), content=part.content, stamp=stamp))
            )

    def send(self) -> "asyncio.Task[Outcome]":
        body = f"out {len(self.sends)}"
        asked = Outgoing(
            reference=f"r{len(self.sends)}",
            message=body,
            sender=OUR_NUMBER,
            recipient=Party(PartyKind.E164, THEIR_NUMBER),
            body=body,
            segments=segment(body),
            valid_until=SystemClock().now() + 3_600_000,
        )
        self.sends[body] = asyncio.create_task(self.carrier.send(asked))
        return self.sends[body]

    @property
    def came(self) -> Counter[str]:
        """What came, as a daemon counts: the same id is the same text."""
        return Counter({text.carrier_id: text.body for text in self.bench.way_in.texts}.values())

    async def back(self, what: str) -> None:
        """Until it is well, all that was brought is here, and a text leaves."""
        began = SystemClock().now()
        async with asyncio.timeout(BACK_WITHIN):
            while True:
                await asyncio.sleep(0.1)
                is_well = (await self.carrier.health()).state in ("ok", "degraded")
                if is_well and set(self.brought) <= set(self.came) and isinstance(await self.send(), Accepted):
                    break
        self.slowest = max(self.slowest, (SystemClock().now() - began) / 1000)

    def audit(self) -> list[str]:
        faults = [f"{body} came {times} times" for body, times in self.came.items() if times != 1]
        read = [read_pdu(pdu) for pdu in self.modem.taken]
        left = Counter(message.content.text for message in read if isinstance(message, Submit))
        for body, task in self.sends.items():
            outcome = task.result()
            if left[body] > 1:
                faults.append(f"{body} left {left[body]} times")
            if isinstance(outcome, Accepted) and not left[body]:
                faults.append(f"{body} was accepted and has not left")
            if isinstance(outcome, Deferred) and left[body]:
                faults.append(f"{body} was put off and has left")
        return faults


async def test_it_comes_back_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    story, rounds = Story(tmp_path, SEED), list[str]()
    try:
        await story.carrier.start()
        for _ in range(ROUNDS):
            fault = story.chance.choice(FAULTS)
            rounds.append(fault.name)
            story.bring()
            story.send()
            fault.begin(story.modem, story.chance)
            story.bring()
            await asyncio.sleep(story.chance.uniform(fault.shortest, max(fault.longest, fault.shortest)) * PATIENCE)
            fault.end(story.modem, story.chance)
            await story.back(fault.name)
        async with asyncio.timeout(BACK_WITHIN):
            await asyncio.gather(*story.sends.values())
        assert story.audit() == [], f"CHAOS_SEED={SEED:x}, faults: {rounds}"
        print(f"CHAOS_SEED={SEED:x}: {len(rounds)} faults of a real process, back within {story.slowest:.0f} s")
    finally:
        for task in story.sends.values():
            task.cancel()
        await asyncio.gather(*story.sends.values(), return_exceptions=True)
        await story.carrier.stop()
        await story.context.close()
        story.modem.unplug()
