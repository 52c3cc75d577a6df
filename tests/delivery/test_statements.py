"""How many statements each step costs: few, and no more for many rows than for few."""

import pytest

from delivery.stage import Stage, WatchedStore
from sidetone.directory.contacts import Contacts
from sidetone.domain.status import ReceiptStatus
from sidetone.live.feed import Feed
from sidetone.people.viewer import Viewer
from sidetone.views import NewContact, NewContactNumber, NewMessage

FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "-- ")


class Counter:
    """The statements of all connections, without those that only begin and end transactions."""

    def __init__(self, store: WatchedStore) -> None:
        self._store = store
        self.seen: list[str] = []

    async def watch(self) -> None:
        assert self._store._writer is not None
        for connection in (self._store._writer, *self._store._readers):
            await connection.set_trace_callback(self._note)

    def _note(self, statement: str) -> None:
        if not statement.lstrip().startswith(FRAME):
            self.seen.append(" ".join(statement.split())[:100])

    async def since(self) -> list[str]:
        """What was executed since the last look."""
        await self._store.calm()
        seen, self.seen = self.seen, []
        return seen


@pytest.fixture
async def counter(stage: Stage) -> Counter:
    made = Counter(stage.store)
    await made.watch()
    return made


async def test_a_text_that_comes_in(stage: Stage, counter: Counter) -> None:
    await stage.people()
    await stage.arrives("first")
    await counter.since()
    await stage.arrives("second")
    assert len(await counter.since()) <= 6 + 2  # and its two rows of the journal


async def test_a_text_that_goes_out(stage: Stage, counter: Counter) -> None:
    ada = await stage.people()
    conversation, _ = await stage.conversations.open_sms(ada, to="+4915112345678", number=None)
    await counter.since()
    await stage.sending.send(ada, int(conversation.id), NewMessage(body="hello"), None, "")
    assert len(await counter.since()) <= 7 + 3


async def test_a_message_in_a_carriers_hands(stage: Stage, counter: Counter) -> None:
    """Its claim, its outcome, and the look for the next one."""
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    await stage.text(ada)
    await stage.store.calm()
    conversation, _ = await stage.conversations.open_sms(ada, to="+4915112345678", number=None)
    await counter.since()
    await stage.sending.send(ada, int(conversation.id), NewMessage(body="hello"), None, "")
    assert len(await counter.since()) <= 10 + 16 + 2


async def test_a_receipt(stage: Stage, counter: Counter) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    await stage.text(ada)
    await counter.since()
    await stage.receipt("id-1-0", ReceiptStatus.DELIVERED)
    assert len(await counter.since()) <= 6 + 2
    await stage.receipt("id-1-0", ReceiptStatus.DELIVERED)
    assert len(await counter.since()) <= 2


async def _filled(stage: Stage, count: int) -> Viewer:
    ada = await stage.people()
    contacts = Contacts(stage.store)
    for n in range(count):
        number = f"+4915112345{n:02}0"
        await stage.arrives(f"{n}", sender=number)
        await stage.arrives(f"{n}!", sender=number)
        await contacts.add(ada, NewContact(name=f"{n}", numbers=[NewContactNumber(number=number)]), None)
    return ada


@pytest.mark.parametrize("count", [2, 40])
async def test_lists_cost_the_same_however_long_they_are(stage: Stage, counter: Counter, count: int) -> None:
    ada = await _filled(stage, count)
    await counter.since()
    page = await stage.conversations.page(ada, before=None, limit=50, unread=False, words="")
    assert (len(page.items), len(await counter.since())) == (count, 2)
    await stage.messages.page(ada, 1, before=None, after=None, limit=50)
    assert len(await counter.since()) == 3
    people = await Contacts(stage.store).page(ada, words="", after=None, limit=50)
    assert (len(people.items), len(await counter.since())) == (count, 4)
    await stage.messages.detail(ada, 1)
    assert len(await counter.since()) <= 5


async def test_screens_are_served_by_one_rendering(stage: Stage, counter: Counter) -> None:
    ada = await stage.people()
    await stage.arrives("first")
    feed = Feed(stage.store, "DE")
    screens = [await feed.subscribe(ada, None) for _ in range(10)]
    await counter.since()
    await stage.arrives("second")
    assert len(await counter.since()) <= 8 + 1
    await stage.way_in.inbound("main")
    for screen in screens:
        screen.close()


async def test_a_turn_without_work_costs_two_looks(stage: Stage, counter: Counter) -> None:
    await stage.people()
    stage.engine.open(stage.carrier)
    await counter.since()
    stage.engine.ring()
    assert len(await counter.since()) <= 2
