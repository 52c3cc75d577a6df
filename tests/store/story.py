"""Everything that can happen to messages and what stands beside them, each act one transaction.

Whoever tells the story says how an act is carried out: by itself, or on a disk that is full again and again. What
the store holds in the end must be the same.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from sidetone.config.shapes import MessagingSettings
from sidetone.conversation.conversations import Conversations
from sidetone.delivery.deadlines import end_overdue
from sidetone.delivery.send import Sending
from sidetone.delivery.way_in import WayIn
from sidetone.directory.contacts import Contacts
from sidetone.domain.incoming import InboundMessage, Misunderstood, Receipt
from sidetone.domain.status import ReceiptStatus
from sidetone.metrics.meters import Meters
from sidetone.parts import Parts
from sidetone.people.viewer import ROLE_RIGHTS, Viewer
from sidetone.store import conversations, jobs, numbers, outbox, users
from sidetone.store.connection import Store, Txn
from sidetone.store.idempotency import Once
from sidetone.store.outbox import Claimed, Taker
from sidetone.store.plugin_values import PluginValues
from sidetone.testing.clock import FakeClock
from sidetone.views import MessageView, NewContact, NewContactNumber, NewMessage

T = TypeVar("T")
HOUR = 3_600_000
TERMS = MessagingSettings(unknown_wait_hours=1)
OWN = "+4930901820100"
SAID = "0" * 64  # a request's fingerprint


class Teller(Protocol):
    """Carries an act out and returns what it returned. An act that raised StoreError may be tried again."""

    async def __call__(self, act: Callable[..., Awaitable[T]], *args: object, **kwargs: object) -> T:
        """`act` with its arguments, as often as it takes."""
        ...


class Story:
    """One telling, over one store."""

    def __init__(self, store: Store, clock: FakeClock, tell: Teller) -> None:
        self._sending = Sending(store, MessagingSettings(), lambda: None)
        self._way_in = WayIn(store, Parts(), "DE", meters=Meters(clock))
        self._conversations = Conversations(store)
        self._contacts = Contacts(store)
        self._store = store
        self._clock = clock
        self._tell = tell
        self._ada: Viewer

    async def begin(self) -> None:
        """Before the first chapter: someone with a number."""
        user_id = await self._store.write(_make_ada)
        rights = ROLE_RIGHTS["user"]
        self._ada = Viewer(user_id=user_id, session_id=1, name="ada", role="user", rights=rights, country="DE")

    async def chapter(self, number: int) -> None:
        """As often as wanted, each with other parties and other words."""
        words = f"chapter {number} " + "and so on " * (number * 7 % 40)
        await self._one_is_delivered(number, words)
        await self._one_fails_and_is_tried_again(number, words)
        await self._one_is_unknown(number, words)
        await self._one_waits_in_vain(number, words)
        await self._some_come_in(number, words)
        await self._what_stands_beside(number, words)

    async def _one_is_delivered(self, number: int, words: str) -> None:
        once = Once(self._ada.user_id, f"send-{number}", SAID)
        message = await self._send(_party(number, 1), words, once)
        again = await self._send(_party(number, 1), words, once)
        assert again.id == message.id
        claimed = await self._claim()
        ids = (f"SM-{number}-1-{words[:64]}", f"SM-{number}-2-{words[:64]}", None)
        await self._receipt(ids[0], ReceiptStatus.SENT, "before the answer")
        await self._write(outbox.accepted, claimed, ids, words[:200], self._clock.now() + HOUR)
        for carrier_id in (ids[0], ids[1], ids[1]):
            await self._receipt(carrier_id, ReceiptStatus.DELIVERED, words[:100])

    async def _one_fails_and_is_tried_again(self, number: int, words: str) -> None:
        message = await self._send(_party(number, 2), words)
        claimed = await self._claim()
        await self._write(outbox.deferred, claimed, self._clock.now(), "deferred", "30001", words[:300])
        claimed = await self._claim()
        await self._write(outbox.rejected, claimed, "recipient", "30005", words[:300])
        once = Once(self._ada.user_id, f"retry-{number}", SAID)
        await self._tell(self._sending.retry, self._ada, int(message.id), once)
        await self._tell(self._sending.cancel, self._ada, int(message.id))

    async def _one_is_unknown(self, number: int, words: str) -> None:
        message = await self._send(_party(number, 3), words)
        claimed = await self._claim()
        await self._write(outbox.unknown, claimed, "no_answer", "", words[:300], self._clock.now() + HOUR)
        await self._tell(self._sending.retry, self._ada, int(message.id), None)
        await self._claim()
        assert await self._write(outbox.strand, self._clock.now() + HOUR) == 1

    async def _one_waits_in_vain(self, number: int, words: str) -> None:
        for _ in range(16 if number % 4 == 3 else 1):
            await self._send(_party(number, 4), words)
        await self._clock.advance(25 * 3600)
        assert await self._write(end_overdue, TERMS) > 0

    async def _some_come_in(self, number: int, words: str) -> None:
        sender, inbound = _party(number, 5), self._way_in.inbound
        for recipient in (OWN, *(f"+49309018{number:03}{place:02}" for place in range(3))):
            text = InboundMessage(carrier_id=f"in-{recipient}-{number}", sender=sender, recipient=recipient, body=words)
            await self._tell(inbound, "main", text)
            await self._tell(inbound, "main", text)
        nameless = InboundMessage(carrier_id=None, sender=sender, recipient=OWN, body=words, carrier_time=number)
        impossible = InboundMessage(carrier_id="odd", sender=sender, recipient="nobody", body=words)
        await self._tell(inbound, "other", nameless, impossible)
        odd = Misunderstood(content_type="text/odd", raw=words.encode(), reason=words)
        await self._tell(self._way_in.misunderstood, "main", odd)

    async def _what_stands_beside(self, number: int, words: str) -> None:
        opened = await self._open(_party(number, 5))
        await self._write(conversations.mark_read, self._ada.user_id, opened, 2**60)
        await self._write(conversations.mark, self._ada.user_id, opened, favourite=1, muted=1)
        theirs = [NewContactNumber(number=_party(number, place)) for place in range(9)]
        ask = NewContact(name=f"Bo {words}"[:100].strip(), numbers=theirs)
        once = Once(self._ada.user_id, f"contact-{number}-{words[:64]}", SAID)
        saved = await self._tell(self._contacts.add, self._ada, ask, once)
        await self._tell(self._contacts.change, self._ada, int(saved.id), ask)
        if number % 4 == 1:
            await self._tell(self._contacts.remove, self._ada, int(saved.id))
            await self._write(conversations.clear, self._ada.user_id, opened)
        await self._tell(PluginValues(self._store, "main").put, f"key {number}", words.encode() * 3)
        await self._write(_ran, f"job {number} {words}", number)

    async def _open(self, party: str) -> int:
        conversation, _ = await self._tell(self._conversations.open_sms, self._ada, to=party, number=None)
        return int(conversation.id)

    async def _send(self, party: str, words: str, once: Once | None = None) -> MessageView:
        opened = await self._open(party)
        return await self._tell(self._sending.send, self._ada, opened, NewMessage(body=words), once, "c0ffee")

    async def _claim(self) -> Claimed:
        claimed = (await self._write(outbox.claim, Taker(carrier="main"), 1, "salt", self._clock.now() + HOUR)).claimed
        return claimed[0]

    async def _receipt(self, carrier_id: str | None, status: ReceiptStatus, text: str) -> None:
        assert carrier_id is not None
        said = Receipt(carrier_id=carrier_id, status=status, text=text)
        await self._tell(self._way_in.receipt, "main", said)

    async def _write(self, change: Callable[..., T], *args: Any, **kwargs: Any) -> T:  # noqa: ANN401
        return await self._tell(self._store.write, change, *args, **kwargs)


def _party(number: int, place: int) -> str:
    return f"+4915112{number:03}{place}00"


def _ran(txn: Txn, name: str, at: int) -> None:
    txn.run(jobs.RAN, {"name": name, "at": at, "said": ""})


def _make_ada(txn: Txn) -> int:
    named = {"name": "ada", "display_name": "Ada", "password_hash": "", "role": "user", "rights": ""}
    user_id = users.add(txn, {**named, "extension": None, "country": "DE"})
    owned = {"owner_kind": "user", "owner_id": user_id, "carrier": "main"}
    numbers.add(txn, {"e164": OWN, "label": "", **owned})
    return user_id
