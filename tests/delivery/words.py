"""The stage with ears: what comes in is read for STOP, START and HELP, and answered where that is ours to do."""

from typing import Any, Literal

from delivery.stage import OWN, PARTY, Stage, WatchedStore
from sidetone.config.shapes import MessagingSettings
from sidetone.conversation.blocks import Blocks
from sidetone.delivery.opt_outs import OptOuts, Search
from sidetone.delivery.opted_out import OptedOut
from sidetone.delivery.send import Sending
from sidetone.delivery.way_in import WayIn
from sidetone.delivery.word_replies import WordReplies
from sidetone.people.viewer import Viewer
from sidetone.store.connection import Snapshot, Txn
from sidetone.testing.clock import FakeClock
from sidetone.views import ConversationView, MessageView, NewBlock, NewOptOut, OptOutDecision, OptOutView

THREAD = """
    SELECT m.direction, b.body, m.status, m.flags, m.author_id, m.hidden
    FROM message m JOIN message_body b ON b.message_id = m.id JOIN conversation c ON c.id = m.conversation_id
    JOIN party y ON y.id = c.party_id JOIN number n ON n.id = c.number_id
    WHERE y.value = :party AND n.e164 = :number ORDER BY m.id
"""
MAKE_JOB = "UPDATE outbox SET job = 1 WHERE message_id = :id"


class Ears(Stage):
    """Who answers words is `answers`, whatever the carrier; `terms` may be changed by `hold_to`."""

    def __init__(self, store: WatchedStore, clock: FakeClock, terms: MessagingSettings | None = None) -> None:
        super().__init__(store, clock, terms)
        self.answers: Literal["us", "carrier"] = "us"
        self.opt_outs = OptOuts(store)
        self.blocks = Blocks(store)
        self.hold_to(self.terms)

    def hold_to(self, terms: MessagingSettings) -> None:
        self.terms = terms
        self.engine.adopt(terms)
        self.sending = Sending(self.store, terms, self.engine.ring)
        words = WordReplies(terms, lambda _: self.answers)
        self.way_in = WayIn(self.store, self.parts, "DE", words=words, wake=self.engine.ring)

    async def say(self, body: str, **fields: Any) -> None:  # noqa: ANN401 - fields of a text
        """A text comes in, each with an id of its own."""
        await self.arrives(body, carrier_id=f"in-{self.clock.now()}-{self._next()}", **fields)
        await self.store.calm()

    async def listed_opt_outs(self, who: Viewer, state: str = "in_force", **search: str) -> list[OptOutView]:
        page = await self.opt_outs.page(who, Search(state=state, **search), before=None, limit=50)
        return page.items

    async def forbid(self, who: Viewer, party: str = PARTY, number: str | None = None, wording: str = "") -> OptOutView:
        view, _ = await self.opt_outs.add(who, NewOptOut(party=party, number=number, wording=wording), None)
        return view

    async def block(self, who: Viewer, party: str = PARTY) -> str:
        view, _ = await self.blocks.add(who, NewBlock(party=party), None)
        return view.id

    async def thread(self, party: str = PARTY, number: str = OWN) -> list[tuple[str, str, str]]:
        """Direction, text and flags of everything that is stored, hidden or not."""
        rows = await self.stored(party, number)
        return [(row["direction"], row["body"], row["flags"]) for row in rows]

    async def stored(self, party: str = PARTY, number: str = OWN) -> list[Any]:
        await self.store.calm()
        rows: list[Any] = await self.store.read(_thread, party, number)
        return rows

    async def conversation(self, who: Viewer, party: str = PARTY) -> ConversationView:
        view, _ = await self.conversations.open_sms(who, to=party, number=None)
        return view

    async def decide(self, who: Viewer, decision: Literal["opted_out", "not_meant"]) -> ConversationView:
        conversation = await self.conversation(who)
        return await self.opt_outs.decide(who, int(conversation.id), OptOutDecision(decision=decision))

    async def by_itself(self, who: Viewer, body: str = "news") -> MessageView:
        """A text that no person is sending just now: it belongs to a job."""
        message = await self.text(who, body)
        await self.store.write(_make_job, int(message.id))
        return message

    def _next(self) -> int:
        self._said = getattr(self, "_said", 0) + 1
        return self._said


def _thread(look: Snapshot, party: str, number: str) -> list[Any]:
    return look.all(THREAD, {"party": party, "number": number})


def _make_job(txn: Txn, message_id: int) -> None:
    txn.run(MAKE_JOB, {"id": message_id})


async def refused(stage: Stage, who: Viewer, to: str = PARTY, number: str | None = None) -> OptedOut | None:
    try:
        await stage.text(who, to=to, number=number)
    except OptedOut as error:
        return error
    return None
