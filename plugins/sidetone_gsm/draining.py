"""Emptying a modem's stores: read, keep, then delete one by one. What was told of is only a hint to do it now.

A message is deleted after it is safe and at once, for a full store ends all reception without a word. What is not ours
to delete (the user's own stored texts) stays.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sidetone_gsm.at import answers, deadlines
from sidetone_gsm.at.causes import Verdict
from sidetone_gsm.at.commands import Command, tell
from sidetone_gsm.at.dialogue import Info
from sidetone_gsm.engine import URGENT, Engine, Silent

_OUTGOING = (2, 3)
_LISTINGS = 3


class Forgot(Exception):
    """The modem answered in text mode: it was reset, so it is to be started anew before anything is read."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A PDU in a store. `pdu` is as the modem wrote it, whatever that is; `length` the octets of TPDU it announced."""

    store: str
    index: int
    pdu: str
    length: int | None


@dataclass(frozen=True, slots=True)
class Drained:
    """What a round through one store found. `kept` were deleted, but for those whose indexes are in `undeleted`."""

    kept: int
    undeleted: tuple[int, ...] = ()
    filling: answers.Filling | None = None


async def drain(engine: Engine, store: str, keep: Callable[[Stored], Awaitable[None]]) -> Drained:
    """Hand each received message of a store to `keep`, which returns when it is safe, and delete it.

    Where listing hangs each slot is read by itself. Raises Forgot, and what `Engine.ask` and `keep` raise; nothing is
    deleted then that was not kept. A store that does not exist is empty.
    """
    chosen = await engine.ask(Command(f'AT+CPMS="{store}"', info=("+CPMS:",)), priority=URGENT)
    if chosen.cause:
        return Drained(0)
    counts = answers.fillings(chosen.lines[0].line) if chosen.lines else ()
    filling = counts[0] if counts else None
    try:
        waiting = await _listed(engine, store, filling)
    except Silent:
        waiting = await _one_by_one(engine, store, filling)
    undeleted: list[int] = []
    for stored in waiting:
        await keep(stored)
        answer = await engine.ask(tell(f"AT+CMGD={stored.index}"), priority=URGENT)
        if answer.cause and answer.cause.verdict is not Verdict.IGNORE:
            undeleted.append(stored.index)
    return Drained(len(waiting), tuple(undeleted), filling)


async def _listed(engine: Engine, store: str, filling: answers.Filling | None) -> list[Stored]:
    """All entries. Counts lag and a message that was told of may not be there yet, so an empty list is asked anew."""
    command = Command("AT+CMGL=4", info=("+CMGL:",), entries=True)
    seconds = deadlines.listing_deadline(filling.total if filling else None)
    tries = _LISTINGS if filling and filling.used else 1
    for _ in range(tries):
        answer = await engine.ask(command, deadline=seconds, priority=URGENT)
        if answer.lines:
            return [found for line in answer.lines if (found := _stored(store, line, answers.listed(line.line)))]
    return []


async def _one_by_one(engine: Engine, store: str, filling: answers.Filling | None) -> list[Stored]:
    found: list[Stored] = []
    slots = filling.total if filling else 0
    for index in range(engine.quirks.first_index, engine.quirks.first_index + slots):
        answer = await engine.ask(
            Command(f"AT+CMGR={index}", info=("+CMGR:",), entries=True),
            priority=URGENT,
        )
        for line in answer.lines:
            head = answers.read(line.line)
            if stored := _stored(store, line, answers.StoredHead(index, head.stat, head.length, head.text_mode)):
                found.append(stored)
        if filling and len(found) >= filling.used:
            break
    return found


def _stored(store: str, line: Info, head: answers.StoredHead) -> Stored | None:
    """A received message; None for an empty slot and for what is the user's own."""
    if head.text_mode:
        raise Forgot("The modem answers in text mode.")
    if head.index is None or head.stat in _OUTGOING or line.pdu is None:
        return None
    return Stored(store, head.index, line.pdu, head.length)
