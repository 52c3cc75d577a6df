"""A stage for delivery: a real store, a carrier that does as the test says, and people with numbers."""

# ruff: noqa: ANN401 - doubles pass on whatever they are given

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from random import Random
from typing import Any, Literal

from sidetone.clock import SteadyClock
from sidetone.config.shapes import MessagingSettings
from sidetone.conversation.conversations import Conversations
from sidetone.conversation.messages import Messages
from sidetone.delivery.engine import Engine
from sidetone.delivery.send import Sending
from sidetone.delivery.way_in import WayIn
from sidetone.domain.health import Health, State
from sidetone.domain.incoming import InboundMessage, Receipt
from sidetone.domain.outcome import Accepted, Outcome
from sidetone.domain.status import ReceiptStatus
from sidetone.errors import StoreFull
from sidetone.parts import Parts
from sidetone.people.viewer import ROLE_RIGHTS, Viewer
from sidetone.plugin.carrier import Limits, Outgoing
from sidetone.store.connection import Store, Txn
from sidetone.store.conversations import adopt
from sidetone.store.idempotency import Once
from sidetone.testing.clock import FakeClock, settle
from sidetone.views import MessageDetail, MessageView, NewMessage

OWN = "+4930901820100"
PARTY = "+4915112345678"

ADD_USER = """
    INSERT INTO "user" (name, display_name, password_hash, role, created_at)
    VALUES (:name, :name, '', 'user', 0) ON CONFLICT DO NOTHING RETURNING id
"""
ADD_NUMBER = """
    INSERT INTO number (e164, owner_kind, owner_id, carrier, created_at)
    VALUES (:e164, :kind, :owner, :carrier, 0) RETURNING id
"""
GIVE_NUMBER = "UPDATE number SET owner_kind = :kind, owner_id = :owner WHERE e164 = :e164 RETURNING id"


class WatchedStore(Store):
    """Knows how many calls are under way, so that a test can wait until none is."""

    def __init__(self, path: Path, clock: SteadyClock) -> None:
        super().__init__(path, clock)
        self.no_room = False
        self._calls = 0
        self.turns = 0  # two for each call
        self._quiet = asyncio.Event()
        self._quiet.set()

    async def write(self, change: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with self._counted():
            if self.no_room:
                raise StoreFull("The disk is full.")
            return await super().write(change, *args, **kwargs)

    async def read(self, look: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with self._counted():
            return await super().read(look, *args, **kwargs)

    async def open(self) -> None:
        """Open without fsyncs: what a lost machine leaves is tested elsewhere."""
        await super().open()
        await super().write(lambda txn: None)
        assert self._writer is not None
        await self._writer.execute("PRAGMA synchronous=OFF")

    async def calm(self) -> None:
        """Return when nothing is left to do but to wait for time or for the test."""
        while True:
            before = self.turns
            await settle()
            if not self._calls and self.turns == before:
                return
            await asyncio.wait_for(self._quiet.wait(), 30)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._calls += 1
        self.turns += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._calls -= 1
            self.turns += 1
            if not self._calls:
                self._quiet.set()


class ScriptedCarrier:
    """Answers every send as `answer` says; by default takes it and counts ids."""

    splits: Literal["core", "carrier"] = "core"

    def __init__(self, name: str = "main", limits: Limits | None = None) -> None:
        self.name = name
        self.ready = True
        self.limits = limits or Limits()
        self.sent: list[Outgoing] = []
        self.under_way = 0
        self.most_under_way = 0
        self._gates: list[asyncio.Event] = []
        self.answer: Callable[[Outgoing], Awaitable[Any]] = self.take

    @property
    def carrier(self) -> "ScriptedCarrier":
        return self

    @property
    def bodies(self) -> list[str]:
        """What was sent, in order."""
        return [message.body for message in self.sent]

    async def take(self, message: Outgoing) -> Outcome:
        return Accepted(tuple(f"id-{len(self.sent)}-{place}" for place, _ in enumerate(message.segments.parts)))

    def always(self, answer: object) -> None:
        """Give this answer, or raise it, whatever is sent."""

        async def give(_message: Outgoing) -> object:
            if isinstance(answer, BaseException):
                raise answer
            return answer

        self.answer = give

    def in_turn(self, *answers: object) -> None:
        """Give these answers one after the other, then take everything."""
        left = list(answers)

        async def give(message: Outgoing) -> object:
            return left.pop(0) if left else await self.take(message)

        self.answer = give

    def hold(self) -> asyncio.Event:
        """Keep everything in hand until the event is set, then take it."""
        gate = asyncio.Event()
        self._gates.append(gate)

        async def wait(message: Outgoing) -> Outcome:
            await gate.wait()
            return await self.take(message)

        self.answer = wait
        return gate

    def let_go(self) -> None:
        """Hold nothing any more."""
        for gate in self._gates:
            gate.set()

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def health(self) -> Health:
        return Health(State.OK)

    async def send(self, message: Outgoing) -> Outcome:
        self.sent.append(message)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            return await self.answer(message)  # type: ignore[no-any-return]
        finally:
            self.under_way -= 1


class Stage:
    """Everything delivery needs, and short ways to say what happens."""

    def __init__(self, store: WatchedStore, clock: FakeClock, terms: MessagingSettings | None = None) -> None:
        self.store = store
        self.clock = clock
        self.parts = Parts()
        self.carrier = ScriptedCarrier()
        self.terms = terms or MessagingSettings()
        self.engine = Engine(store, clock, self.parts, self.terms, Random(1))
        self.sending = Sending(store, self.terms, self.engine.ring)
        self.conversations = Conversations(store)
        self.messages = Messages(store, self.parts)
        self.way_in = WayIn(store, self.parts, "DE")

    async def people(self, carrier: str = "main") -> Viewer:
        """A user who owns `OWN`."""
        return await self.person("ada", OWN, carrier=carrier)

    async def person(self, name: str, *numbers: str, carrier: str = "main") -> Viewer:
        """A user who owns these numbers."""
        return viewer(name, await self.store.write(_seed, name, numbers, carrier))

    async def give(self, number: str, owner: Viewer | None) -> None:
        """Give a number to a user or to nobody."""
        await self.store.write(_give, number, owner.user_id if owner else 0)

    async def text(
        self, who: Viewer, body: str = "hello", to: str = PARTY, *, key: str | None = None, number: str | None = None
    ) -> MessageView:
        """Someone texts an outside party."""
        conversation, _ = await self.conversations.open_sms(who, to=to, number=number)
        once = None if key is None else Once(who.user_id, key, body)
        return await self.sending.send(who, int(conversation.id), NewMessage(body=body), once, "c0ffee")

    async def queue_many(self, count: int) -> None:
        """So many texts of one user, each to another party."""
        who = await self.people()
        for n in range(count):
            await self.text(who, f"{n}", f"+4915112{n:06}")

    async def arrives(self, body: str = "hi", *, carrier: str = "main", **fields: Any) -> None:
        """A text comes in."""
        values = {"carrier_id": f"in-{body}", "sender": PARTY, "recipient": OWN, "body": body, **fields}
        await self.way_in.inbound(carrier, InboundMessage(**values))

    async def receipt(self, carrier_id: str, status: ReceiptStatus, **fields: Any) -> None:
        """A receipt comes in."""
        await self.way_in.receipt("main", Receipt(carrier_id=carrier_id, status=status, **fields))

    async def detail(self, who: Viewer, message: MessageView | str) -> MessageDetail:
        """A message with its history, once everything that can happen now has happened."""
        await self.store.calm()
        return await self.messages.detail(who, int(message if isinstance(message, str) else message.id))

    async def status(self, who: Viewer, message: MessageView) -> str:
        """Where a message stands, once everything that can happen now has happened."""
        return (await self.detail(who, message)).status

    async def bodies(self, who: Viewer, conversation_id: str) -> list[str]:
        """The texts of a thread."""
        page = await self.messages.page(who, int(conversation_id), before=None, after=None, limit=50)
        return [item.body for item in page.items]

    async def listed(self, who: Viewer) -> list[tuple[str, int]]:
        """What someone's list shows: party and unread."""
        page = await self.conversations.page(who, before=None, limit=50, unread=False, words="")
        return [(item.party.value, item.unread) for item in page.items]

    async def passes(self, seconds: float) -> None:
        """Let time pass, step by step: whoever wakes does all it can before time goes on."""
        end = self.clock.ticks() + round(seconds * 1000)
        await self.store.calm()
        while (due := next_wake(self.clock)) is not None and due <= end:
            await self.clock.advance(max(ceil(due) - self.clock.ticks(), 1) / 1000)
            await self.store.calm()
        await self.clock.advance((end - self.clock.ticks()) / 1000)
        await self.store.calm()


def viewer(name: str, user_id: int, **fields: Any) -> Viewer:
    """Who is asking."""
    rights = ROLE_RIGHTS["user"]
    return Viewer(user_id=user_id, session_id=1, name=name, role="user", rights=rights, country="DE", **fields)


def next_wake(clock: FakeClock) -> float | None:
    """When (ms) the first sleeper wakes."""
    return clock._sleepers[0][0] if clock._sleepers else None


def _seed(txn: Txn, name: str, numbers: tuple[str, ...], carrier: str) -> int:
    user_id = txn.one(ADD_USER, {"name": name})["id"]
    for e164 in numbers:
        txn.one(ADD_NUMBER, {"e164": e164, "kind": "user", "owner": user_id, "carrier": carrier})
    return int(user_id)


def _give(txn: Txn, e164: str, user_id: int) -> None:
    kind = "user" if user_id else "none"
    number_id = txn.one(GIVE_NUMBER, {"e164": e164, "kind": kind, "owner": user_id})["id"]
    if user_id:
        adopt(txn, number_id, kind, user_id)
