"""A stage for delivery: a real store, a carrier that does as the test says, and people with numbers."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, Literal

from sidetone.config.shapes import MessagingSettings
from sidetone.conversation.conversations import Conversations
from sidetone.conversation.messages import Messages
from sidetone.delivery.engine import Engine
from sidetone.delivery.send import Sending
from sidetone.delivery.way_in import WayIn
from sidetone.domain.health import Health, State
from sidetone.domain.outcome import Accepted, Outcome
from sidetone.parts import Parts
from sidetone.people.viewer import ROLE_RIGHTS, Viewer
from sidetone.plugin.carrier import Limits, Outgoing
from sidetone.store.connection import Store, Txn
from sidetone.store.journal import Entry
from sidetone.testing.clock import FakeClock
from sidetone.views import MessageDetail, MessageView, NewMessage

OWN = "+4930901820100"
PARTY = "+4915112345678"

ADD_USER = """
    INSERT INTO "user" (name, display_name, password_hash, role, created_at)
    VALUES (:name, :name, '', 'user', 0) RETURNING id
"""
ADD_NUMBER = """
    INSERT INTO number (e164, owner_kind, owner_id, carrier, created_at)
    VALUES (:e164, :kind, :owner, :carrier, 0) RETURNING id
"""


class ScriptedCarrier:
    """Answers every send as `answer` says; by default takes it and counts ids."""

    splits: Literal["core", "carrier"] = "core"

    def __init__(self, name: str = "main", limits: Limits | None = None) -> None:
        self.name = name
        self.ready = True
        self.limits = limits or Limits()
        self.sent: list[Outgoing] = []
        self.answer: Callable[[Outgoing], Awaitable[Outcome]] = self.take

    @property
    def carrier(self) -> "ScriptedCarrier":
        return self

    async def take(self, message: Outgoing) -> Outcome:
        return Accepted(tuple(f"id-{len(self.sent)}-{place}" for place, _ in enumerate(message.segments.parts)))

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def health(self) -> Health:
        return Health(State.OK)

    async def send(self, message: Outgoing) -> Outcome:
        self.sent.append(message)
        return await self.answer(message)


class Stage:
    """Everything delivery needs, and short ways to say what happens."""

    def __init__(self, store: Store, clock: FakeClock) -> None:
        self.store = store
        self.clock = clock
        self.parts = Parts()
        self.carrier = ScriptedCarrier()
        self.terms = MessagingSettings()
        self.engine = Engine(store, clock, self.parts, self.terms, Random(1))
        self.sending = Sending(store, self.terms, self.engine.ring)
        self.conversations = Conversations(store)
        self.messages = Messages(store)
        self.way_in = WayIn(store, self.parts, "DE")
        self._committed = asyncio.Event()
        store.listen(self._hear)

    async def people(self, carrier: str = "main") -> Viewer:
        """A user who owns `OWN`."""
        user_id = await self.store.write(_seed, "ada", OWN, carrier)
        return Viewer(user_id=user_id, session_id=1, name="ada", role="user", rights=ROLE_RIGHTS["user"], country="DE")

    async def text(self, viewer: Viewer, body: str = "hello", to: str = PARTY) -> MessageView:
        """The viewer texts an outside party."""
        conversation, _ = await self.conversations.open_sms(viewer, to=to, number=None)
        return await self.sending.send(viewer, int(conversation.id), NewMessage(body=body), None, "c0ffee")

    async def until(self, viewer: Viewer, message_id: str, *statuses: str) -> MessageDetail:
        """Wait, commit by commit, until a message has one of these statuses."""
        while True:
            self._committed.clear()
            detail = await self.messages.detail(viewer, int(message_id))
            if detail.status in statuses:
                return detail
            await asyncio.wait_for(self._committed.wait(), 5)

    def _hear(self, _entries: list[Entry]) -> None:
        self._committed.set()


def _seed(txn: Txn, name: str, e164: str, carrier: str) -> Any:
    user_id = txn.one(ADD_USER, {"name": name})["id"]
    txn.one(ADD_NUMBER, {"e164": e164, "kind": "user", "owner": user_id, "carrier": carrier})
    return user_id
