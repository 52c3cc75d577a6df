"""The index holds what is stored and owned, no more and no less, whatever happens to it or to the texts."""

import pytest

from delivery.stage import OWN, Stage, WatchedStore
from directory.searching import found, held, indexed, thread
from jobs.cleaning import House, age
from sidetone.directory.search import Query, Search
from sidetone.domain.health import State
from sidetone.domain.terms import terms_of
from sidetone.errors import IndexBroken, StoreError
from sidetone.jobs.indexing import GROUP, MOST_APART, QUIET, Indexer
from sidetone.store import search
from sidetone.store.connection import Snapshot, Txn
from sidetone.testing.clock import FakeClock
from store.insight import TABLES

TEXTS = """
    SELECT m.id, b.body, c.owner_id, c.id AS talk FROM message m JOIN message_body b ON b.message_id = m.id
    JOIN conversation c ON c.id = m.conversation_id WHERE c.kind = 'sms' AND c.owner_kind <> 'none'
"""


@pytest.fixture
async def stage(store: WatchedStore, clock: FakeClock) -> Stage:
    return Stage(store, clock)


async def expected(stage: Stage) -> dict[int, set[str]]:
    rows = await stage.store.read(lambda look: look.all(TEXTS))
    return {row["id"]: terms_of(row["body"]) | {f"__u{row['owner_id']}", f"__c{row['talk']}"} for row in rows}


async def test_it_holds_every_text_and_comes_together(stage: Stage) -> None:
    ada = await stage.people()
    await thread(stage, ada, *(f"Text Nummer {n} 東京" for n in range(3 * GROUP)))
    indexer = await indexed(stage)
    assert await held(stage) == await expected(stage)
    assert stage.parts.get("search").state is State.OK
    await stage.arrives("one more")
    await indexer.catch_up()
    assert await held(stage) == await expected(stage)
    assert not await stage.store.write(search.put_together)


async def test_the_texts_themselves_are_in_one_place(stage: Stage) -> None:
    ada = await stage.people()
    await thread(stage, ada, "unmistakable sentence")
    await indexed(stage)

    def places(look: Snapshot) -> list[str]:
        tables = look.all(TABLES)
        rows = {table["name"]: look.all(f'SELECT * FROM "{table["name"]}"') for table in tables}
        return [name for name, all_ in rows.items() if any("mistakable" in str(tuple(row)) for row in all_)]

    assert await stage.store.read(places) == ["message_body"]


async def test_what_is_deleted_leaves_it_in_the_same_transaction(store: WatchedStore, clock: FakeClock) -> None:
    house = House(store, clock)
    await house.fill(400)
    stage = Stage(store, clock)
    await indexed(stage)
    assert await held(stage) == await expected(stage)
    await house.ask(dry=True)
    assert await held(stage) == await expected(stage)
    assert (await house.ask(dry=False)).messages > 50
    assert await held(stage) == await expected(stage)


async def test_deleted_before_it_was_indexed(stage: Stage) -> None:
    ada = await stage.people()
    house = House(stage.store, stage.clock)
    await stage.arrives("old and gone")
    await stage.store.write(age, 1)
    await house.retention.work()
    await stage.arrives("new")
    await indexed(stage)
    assert await found(stage, ada, "gone") == []
    assert await held(stage) == await expected(stage)


async def test_what_waited_for_an_owner_is_found_by_them(stage: Stage) -> None:
    ada = await stage.people()
    await stage.give(OWN, None)
    await stage.arrives("who reads this")
    await stage.arrives("and this", sender="+4915112345699")
    await indexed(stage)
    assert await held(stage) == {}
    await stage.give(OWN, ada)
    assert (await stage.store.read(search.behind)).messages == 2
    await stage.arrives("third of this")
    await indexed(stage)
    assert sorted(await found(stage, ada, "this")) == ["and this", "third of this", "who reads this"]
    assert await held(stage) == await expected(stage)
    assert (await stage.store.read(search.behind)).messages == 0


async def test_adopted_before_the_index_came_by(stage: Stage) -> None:
    ada = await stage.people()
    await stage.give(OWN, None)
    await stage.arrives("early")
    await stage.give(OWN, ada)
    await indexed(stage)
    assert await held(stage) == await expected(stage) != {}


async def test_a_group_that_fails_leaves_nothing(stage: Stage) -> None:
    ada = await stage.people()
    await thread(stage, ada, "one", "two")

    def half(txn: Txn) -> None:
        search.take_in(txn, 1)
        raise StoreError("killed here")

    with pytest.raises(StoreError, match="killed"):
        await stage.store.write(half)
    assert await held(stage) == {}
    await indexed(stage)
    assert await held(stage) == await expected(stage)


@pytest.mark.parametrize(
    "harm",
    ["DROP TABLE message_terms", "UPDATE search_mark SET folding = 'of old', message_id = 1"],
    ids=["gone", "of another making"],
)
async def test_it_is_made_anew(stage: Stage, harm: str) -> None:
    ada = await stage.people()
    await thread(stage, ada, *(f"text {n}" for n in range(2 * GROUP)))
    await indexed(stage)
    await stage.store.write(lambda txn: txn.run(harm, {}))
    await indexed(stage)
    assert await held(stage) == await expected(stage)


async def test_a_broken_one_costs_no_text_and_is_made_anew(stage: Stage) -> None:
    ada = await stage.people()
    await thread(stage, ada, "text")
    await indexed(stage)
    await stage.store.write(lambda txn: txn.run("DELETE FROM message_terms_data WHERE id > 1000", {}))
    indexer = Indexer(stage.store, stage.clock, stage.parts)
    indexer.start()
    await stage.passes(1)
    with pytest.raises(IndexBroken):
        await Search(stage.store, indexer.distrust, seconds=30).find(ada, Query("text"), before=None, limit=5)
    assert not stage.store.damaged
    await stage.passes(1)
    assert await found(stage, ada, "text") == ["text"]
    await indexer.stop()


async def test_it_follows_what_is_sent_and_tells_how_far_it_is(stage: Stage) -> None:
    ada = await stage.people()
    await thread(stage, ada, *(f"text {n}" for n in range(2 * GROUP)))
    indexer = Indexer(stage.store, stage.clock, stage.parts)
    said: list[str] = []
    stage.parts.listen(lambda name, health: said.append(f"{name} {health.state} {health.sentence}"))
    indexer.start()
    await stage.passes(1)
    assert said == [
        "search starting The index is being looked at.",
        "search ok Every text can be found.",
    ]
    await stage.arrives("newcomer")
    await stage.passes(1)
    assert await found(stage, ada, "newcomer") == ["newcomer"]
    await indexer.stop()


async def test_its_pages_are_put_together_when_no_text_has_come_for_a_while(stage: Stage) -> None:
    ada = await stage.people()
    await stage.arrives("first")
    indexer = Indexer(stage.store, stage.clock, stage.parts)
    indexer.start()
    await stage.passes(2 * QUIET)
    for n in range(20):
        await stage.arrives(f"text {n}")
        await stage.passes(QUIET / 2)
    assert len(await found(stage, ada, "text")) == 20
    assert await pieces(stage) > 15
    await stage.passes(QUIET)
    assert await pieces(stage) < 5
    assert await held(stage) == await expected(stage)
    await indexer.stop()


async def test_without_a_while_between_texts_its_pages_are_put_together_all_the_same(stage: Stage) -> None:
    await stage.people()
    indexer = Indexer(stage.store, stage.clock, stage.parts)
    indexer.start()
    for n in range(MOST_APART + 20):
        await stage.arrives(f"more {n}")
        await stage.passes(QUIET / 4)
    assert await pieces(stage) < MOST_APART
    await indexer.stop()


async def pieces(stage: Stage) -> int:
    rows = await stage.store.read(lambda look: look.all("SELECT DISTINCT segid FROM message_terms_idx"))
    return len(rows)


def test_a_new_index_is_the_one_of_the_migration() -> None:
    from sidetone.store.migrate import migrations

    (script,) = (step.script for step in migrations() if step.name.endswith("_search.sql"))
    assert " ".join(search.MAKE_INDEX.split()) in " ".join(script.split())
