"""Exactly what is due goes, with everything made of it and nothing else, whatever interrupts; a dry run says the same."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from delivery.stage import OWN, PARTY, Stage, WatchedStore
from delivery.words import Ears
from jobs.aged import DAY, Aged, contents, counted, lists
from jobs.cleaning import PLENTY, House, age
from sidetone.config.shapes import RetentionSettings
from sidetone.errors import StoreFull
from sidetone.jobs import clean_up
from sidetone.jobs.housekeeping import sweep
from sidetone.jobs.retention import RetentionRunning
from sidetone.store import retention_book as book
from sidetone.store.inbound import seal
from sidetone.testing.clock import FakeClock
from sidetone.views import RetentionReport

NUMBER = "+49309018201"  # followed by a user's id, as `jobs.aged` numbers them


@pytest.fixture
def house(store: WatchedStore, clock: FakeClock) -> House:
    return House(store, clock)


async def check(house: House, made: Aged, before: dict[str, set[Any]]) -> None:
    """Everything that had to go is gone, everything else is there, and lists and counters fit."""
    terms = house.terms
    after = await house.store.read(contents)
    texts = made.left(terms.sms_days)
    assert after["message"] == after["body"] == texts
    assert after["conversation"] == after["participant"] == made.threads_left(terms.sms_days)
    attempts = made.attempts_left(terms.sms_days, terms.attempts_days)
    assert after["attempt"] == after["part"] == attempts
    assert after["receipt"] == before["receipt"] & attempts
    limit = made.now - terms.raw_days * DAY
    assert after["raw"] == {id_ for id_, at in made.raw.items() if not terms.raw_days or at >= limit}
    assert after["outbox"] == before["outbox"]
    assert after["party"] == before["party"]
    gone = made.texts.keys() - texts
    assert after["forgotten"] == {seal(f"in-{id_}") for id_ in gone if made.texts[id_].inbound}
    assert after["key"] == before["key"] - gone
    assert await house.store.read(lists) == await house.store.read(counted)


TERMS = [
    {"sms_days": 90, "attempts_days": 90, "raw_days": 90},
    {"sms_days": 90, "attempts_days": 30, "raw_days": 1},
    {"sms_days": 0, "attempts_days": 60, "raw_days": 0},
    {"sms_days": 1, "attempts_days": 0, "raw_days": 200},
    {"sms_days": 0, "attempts_days": 0, "raw_days": 0},
]


@pytest.mark.parametrize("terms", TERMS, ids=lambda terms: "-".join(map(str, terms.values())))
async def test_exactly_what_is_due_goes(house: House, terms: dict[str, Any]) -> None:
    made = await house.fill(600, seed=sum(terms.values()))
    house.terms = RetentionSettings(**terms, grace_days=0)
    before = dict(await house.store.read(contents))
    dry = await house.ask(dry=True)
    assert await house.store.read(contents) == before, "a dry run changes nothing"
    real = await house.ask(dry=False)
    assert {**as_dict(dry), "bytes_given_back": 0} == {**as_dict(real), "bytes_given_back": 0}
    assert real.messages == len(before["message"]) - len(made.left(terms["sms_days"]))
    assert real.conversations == len(before["conversation"]) - len(made.threads_left(terms["sms_days"]))
    assert real.held == made.held(terms["sms_days"])
    await check(house, made, before)
    again = await house.ask(dry=False)
    assert (again.messages, again.attempts, again.raw, again.conversations) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("usual", "own"), [(90, {1: 30, 2: 0}), (0, {1: 30}), (30, {1: 90, 2: 0, 3: 1}), (1, {1: 0, 2: 0, 3: 0})]
)
async def test_numbers_with_periods_of_their_own(house: House, usual: int, own: dict[int, int]) -> None:
    """P-01: by number group; longer, shorter or for ever, and holds override each."""
    made = await house.fill(400, seed=usual)
    made.own = own
    entries = tuple(f"{NUMBER}{user:02} = {days}" for user, days in own.items())
    house.terms = RetentionSettings(sms_days=usual, sms_days_of=entries, attempts_days=60, grace_days=0)
    before = dict(await house.store.read(contents))
    dry, real = await house.ask(dry=True), await house.ask(dry=False)
    assert {**as_dict(dry), "bytes_given_back": 0} == {**as_dict(real), "bytes_given_back": 0}
    assert real.messages == len(before["message"]) - len(made.left(usual))
    assert real.held == made.held(usual)
    await check(house, made, before)
    assert [(each.number, each.sms_days) for each in (await house.retention.view()).policy.own] == [
        (f"{NUMBER}{user:02}", days) for user, days in own.items()
    ]


@pytest.mark.slow
async def test_ten_thousand_mixed_rows(house: House) -> None:
    made = await house.fill(10_000)
    before = dict(await house.store.read(contents))
    dry, real = await house.ask(dry=True), await house.ask(dry=False)
    assert {**as_dict(dry), "bytes_given_back": 0} == {**as_dict(real), "bytes_given_back": 0}
    assert real.messages > 3000
    assert real.conversations > 10
    await check(house, made, before)


def as_dict(report: RetentionReport) -> dict[str, Any]:
    return {name: getattr(report, name) for name in report.__struct_fields__}


# Days


@pytest.mark.parametrize(
    ("old", "stays"), [(89 * DAY, True), (90 * DAY, True), (90 * DAY + 1, False), (91 * DAY, False)]
)
async def test_a_text_is_there_at_day_89_and_gone_at_day_91(house: House, old: int, stays: bool) -> None:
    stage = Stage(house.store, house.clock)
    ada = await stage.people()
    await stage.arrives("hi")
    (talk,) = (await stage.conversations.page(ada, before=None, limit=9, unread=False, words="")).items
    await house.store.write(age, house.clock.now() - old)
    await house.retention.work()
    listed = await stage.listed(ada)
    assert listed == ([(PARTY, 1)] if stays else [])
    if stays:
        assert await stage.bodies(ada, talk.id) == ["hi"]


async def test_a_thread_that_is_empty_goes_and_its_screens_hear_so(house: House) -> None:
    stage = Stage(house.store, house.clock)
    await stage.people()
    await stage.arrives("hi")
    await house.store.write(age, 1)
    heard: list[str] = []
    house.store.listen(lambda entries: heard.extend(entry.type for entry in entries))
    await house.retention.work()
    assert heard == ["conversation.removed"]


async def test_what_is_left_of_a_thread_stays_with_its_marks(house: House) -> None:
    stage = Stage(house.store, house.clock)
    ada = await stage.people()
    for body in ("one", "two"):
        await stage.arrives(body)
    await house.store.write(age, 1, "one")
    heard: list[str] = []
    house.store.listen(lambda entries: heard.extend(entry.type for entry in entries))
    await house.retention.work()
    assert await stage.listed(ada) == [(PARTY, 1)]
    assert heard == ["conversation.updated"]


async def test_for_ever_is_for_ever(house: House) -> None:
    stage = Stage(house.store, house.clock)
    ada = await stage.people()
    await stage.arrives("hi")
    await house.store.write(age, house.clock.now() - 3650 * DAY)
    house.terms = RetentionSettings(sms_days=0, grace_days=0)
    await house.retention.work()
    assert await stage.listed(ada) == [(PARTY, 1)]


async def test_what_was_forgotten_is_not_brought_back(house: House) -> None:
    stage = Stage(house.store, house.clock)
    ada = await stage.people()
    await stage.arrives("hi", carrier_id="in-7")
    await house.store.write(age, 1)
    await house.retention.work()
    await stage.arrives("hi", carrier_id="in-7")
    assert await stage.listed(ada) == []


async def test_a_call_back_that_is_played_back_years_later_brings_nothing_back(house: House) -> None:
    """Where a service signs no time, what was caught once stays valid; only that it was seen can tell."""
    stage = Stage(house.store, house.clock)
    ada = await stage.people()
    await stage.arrives("hi", carrier_id="in-7")
    await house.store.write(age, 1)
    await house.retention.work()
    assert (await house.store.read(contents))["forgotten"] == {seal("in-7")} != {"in-7"}
    house.clock._now += 3650 * DAY
    await house.store.write(book.set_sure)
    await sweep(house.store, house.clock)
    await stage.arrives("hi", carrier_id="in-7")
    assert await stage.listed(ada) == []
    house.clock._now += 4 * DAY
    await house.store.write(book.set_sure)
    await sweep(house.store, house.clock)
    assert (await house.store.read(contents))["forgotten"] == set()


async def test_opt_outs_outlive_every_text(house: House) -> None:
    ears = Ears(house.store, house.clock)
    ada = await ears.people()
    await ears.say("STOP")
    await ears.say("please remove me", sender="+4915112345679")
    await house.store.write(age, 1)
    await house.store.write(lambda txn: txn.run("DELETE FROM outbox", {}))
    await house.retention.work()
    await sweep(house.store, house.clock)
    assert (await house.store.read(contents))["message"] == set()
    assert [view.wording for view in await ears.listed_opt_outs(ada)] == ["STOP"]
    assert await ears.listed(ada) == []
    other, _ = await ears.conversations.open_sms(ada, to="+4915112345679", number=OWN)
    assert other.maybe_opt_out, "nobody has said yet what it meant"


async def test_a_late_answer_to_an_attempt_that_is_gone_is_no_fault(house: House) -> None:
    stage = Stage(house.store, house.clock)
    await stage.engine.start()
    gate = stage.carrier.hold()
    stage.engine.open(stage.carrier)
    ada = await stage.people()
    message = await stage.text(ada)
    await stage.store.calm()
    await house.store.write(lambda txn: txn.run("DELETE FROM attempt", {}))
    gate.set()
    await stage.store.calm()
    assert (await stage.detail(ada, message)).attempts == []
    await stage.engine.stop()


async def test_what_stays_is_passed_over_without_a_writer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chat is kept for ever, and must not cost more each day."""
    made = await house.fill(600)
    await house.store.write(lambda txn: txn.run("UPDATE conversation SET kind = 'chat'", {}))
    for thread in made.threads.values():
        thread.kind = "chat"
    monkeypatch.setattr(clean_up, "FAR", 7)
    writes = 0
    write = house.store.write

    async def counted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        nonlocal writes
        writes += 1
        return await write(*args, **kwargs)

    monkeypatch.setattr(house.store, "write", counted)
    house.terms = RetentionSettings(attempts_days=0, raw_days=0, grace_days=0)
    report = await house.ask(dry=False)
    assert (report.messages, report.held) == (0, 0)
    assert writes <= 5, "the clock, the periods, the record, the look at the file"


# Interrupted


@pytest.mark.parametrize("steps", [1, 2, 3, 5])
async def test_a_crash_in_the_middle_leaves_whole_messages_and_the_next_run_ends_it(house: House, steps: int) -> None:
    made = await house.fill(1500)
    before = dict(await house.store.read(contents))
    left = steps

    async def rest() -> None:
        nonlocal left
        left -= 1
        if not left:
            raise asyncio.CancelledError

    house.pause_by(rest)
    with pytest.raises(asyncio.CancelledError):
        await house.retention.ask(dry_run=False)
    middle = await house.store.read(contents)
    assert made.left(90) < middle["message"] < before["message"]
    assert middle["message"] == middle["body"]
    assert await house.store.read(lists) == await house.store.read(counted)
    house.retention = house.born()
    await house.ask(dry=False)
    await check(house, made, before)


async def test_a_full_disk_ends_a_run_in_words_and_the_next_one_goes_on(house: House) -> None:
    made = await house.fill(600)
    before = dict(await house.store.read(contents))
    calls = 0

    async def rest() -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise StoreFull("The disk is full; nothing was stored.")

    house.pause_by(rest)
    with pytest.raises(StoreFull):
        await house.retention.work()
    (run,) = (await house.retention.view()).runs
    assert (run.outcome, run.report.words[0][:17]) == ("stopped", "The disk is full;")
    assert run.report.messages > 0
    await house.retention.work()
    await check(house, made, before)


async def test_one_run_at_a_time(house: House) -> None:
    await house.fill(300)
    gate = asyncio.Event()
    begun = house.pause_by(gate.wait)
    first = asyncio.create_task(house.retention.ask(dry_run=False))
    await begun.wait()
    assert (await house.retention.view()).running
    with pytest.raises(RetentionRunning):
        await house.retention.ask(dry_run=True)
    assert "under way" in await house.retention.work()
    gate.set()
    assert (await first).run is not None


async def test_a_run_that_is_under_way_ends_with_the_daemon(house: House) -> None:
    await house.fill(300)
    begun = house.pause_by(asyncio.Event().wait)
    asked = asyncio.create_task(house.retention.ask(dry_run=False))
    await begun.wait()
    await house.retention.stop()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_whoever_sends_waits_for_one_step_at_most(house: House) -> None:
    await house.fill(2000)
    stage = Stage(house.store, house.clock)
    ada = await stage.person("zoe", "+4930901820199")
    steps: list[int] = []

    async def count() -> None:
        steps.append(0)

    begun = house.pause_by(count)
    asked = asyncio.create_task(house.retention.ask(dry_run=False))
    await begun.wait()
    before = len(steps)
    await stage.text(ada)
    assert len(steps) - before <= 6, "two transactions and a reading, each shares the next commit"
    await asked


# Space


async def test_space_is_given_back_and_some_is_kept(house: House, tmp_path: Path) -> None:
    await house.fill(3000)
    await house.store.write(lambda txn: txn.run("UPDATE message_body SET body = :body", {"body": "x" * 2000}))
    report = await house.ask(dry=False)
    assert report.bytes_given_back > 1_000_000
    with closing(sqlite3.connect(tmp_path / "sidetone.db")) as sql:
        free, size = (sql.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_count"))
        assert sql.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert free == clean_up.SPARE_PAGES
    assert size * 4096 < 20_000_000


async def test_a_disk_that_is_low_is_left_alone(house: House) -> None:
    await house.fill(3000)
    await house.store.write(lambda txn: txn.run("UPDATE message_body SET body = :body", {"body": "x" * 2000}))
    house.room = clean_up.LOW_ROOM - 1
    low = await house.ask(dry=False)
    assert (low.bytes_given_back, low.messages > 0) == (0, True)
    assert "nearly full" in low.words[0]
    house.room = PLENTY
    assert (await house.ask(dry=False)).bytes_given_back > 0
