"""A directory that raises, hangs or lies leaves the daemon serving, and is shown as what it is."""

# ruff: noqa: ANN401 - they lie about their types on purpose

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from delivery.stage import PARTY, Stage
from directory.book import USUAL, Books, Source, person
from sidetone.directory.listed import MOST_NUMBERS
from sidetone.domain.health import Health, State
from sidetone.plugin import BadConfig, DirectoryPage, DirectoryRecord, NotReady, RecordNumber, SyncAnew
from sidetone.plugin.directory import MOST_RECORDS


class Says(Source):
    """Says these things instead of pages."""

    def __init__(self, *said: Any) -> None:
        super().__init__()
        self.said = said

    async def sync(self, token: str | None) -> AsyncIterator[Any]:
        self.asked.append(token)
        for each in self.said:
            yield each


class Hangs(Source):
    async def sync(self, token: str | None) -> AsyncIterator[Any]:
        await asyncio.Event().wait()
        yield


class Clings(Source):
    end = asyncio.Event()

    async def sync(self, token: str | None) -> AsyncIterator[Any]:
        while not self.end.is_set():
            try:
                await self.end.wait()
            except asyncio.CancelledError:
                continue
        yield DirectoryPage()


class NeverEnds(Source):
    async def sync(self, token: str | None) -> AsyncIterator[Any]:
        while True:
            await asyncio.sleep(0)
            yield DirectoryPage()


class NoGenerator(Source):
    async def sync(self, token: str | None) -> Any:  # type: ignore[override]
        return [DirectoryPage()]


class NoSync(Source):
    def sync(self, token: str | None) -> Any:
        return None


class ForgetsAtOnce(Source):
    async def sync(self, token: str | None) -> AsyncIterator[Any]:
        for page in list[DirectoryPage]():
            yield page
        raise SyncAnew("Again.")


class FailsToStart(Source):
    async def start(self) -> None:
        raise BadConfig("is wrong.")


class IsUnwell(Source):
    async def health(self) -> Health:
        raise ValueError("x")


HASTY = replace(USUAL, list=0.2)
BEFORE = "What was read before is in use."
MANY = DirectoryPage(records=[person(str(place)) for place in range(MOST_RECORDS + 1)])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (Says("people"), f"Its plugin gives no page of records. {BEFORE}"),
        (Says(DirectoryPage(records="people")), f"Its plugin gives no page of records. {BEFORE}"),  # type: ignore[arg-type]
        (Says(DirectoryPage(records=None)), f"Its plugin gives no page of records. {BEFORE}"),  # type: ignore[arg-type]
        (Says(MANY), f"Its plugin gives more than 1000 records on one page. {BEFORE}"),
        (Says(DirectoryPage(token="x" * 20_000)), f"Its plugin gives a token that is none. {BEFORE}"),
        (Says(DirectoryPage(token=7)), f"Its plugin gives a token that is none. {BEFORE}"),  # type: ignore[arg-type]
        (Hangs(), f"It takes too long to read. {BEFORE}"),
        (NeverEnds(), f"It takes too long to read. {BEFORE}"),
        (NoGenerator(), f"Its plugin gives no asynchronous generator of pages. {BEFORE}"),
        (NoSync(), f"Its plugin gives no asynchronous generator of pages. {BEFORE}"),
        (ForgetsAtOnce(), f"It cannot be read: Again. {BEFORE}"),
        (IsUnwell(), "Its health check failed (ValueError)."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Source) else "",
)
async def test_it_is_shown_as_what_it_is_and_hurts_nobody(stage: Stage, source: Source, words: str) -> None:
    ada = await stage.people()
    good = Source()
    good.records = [person("1", "Grace", PARTY)]
    books = Books(stage, bad=source, good=good)
    if "too long" in words:
        books.patience = HASTY
    await books.open()
    assert books.sentence("bad").startswith(f"degraded: {words}")
    assert await books.names(ada) == ["Grace"]
    await books.close()


async def test_one_that_does_not_end_is_asked_no_more(stage: Stage) -> None:
    books = Books(stage, people=Clings())
    books.patience = HASTY
    degraded = asyncio.Event()
    books.parts.listen(lambda _, health: degraded.set() if health.state is State.DEGRADED else None)
    opening = asyncio.create_task(books.open())
    async with asyncio.timeout(5):
        await degraded.wait()
    assert books.sentence() == f"degraded: Reading it hangs: restart Sidetone. {BEFORE}"
    opening.cancel()
    await asyncio.wait({opening})
    await books.close()
    Clings.end.set()


async def test_one_that_cannot_start_keeps_its_names(stage: Stage) -> None:
    ada = await stage.people()
    people = Source()
    people.records = [person("1", "Grace", PARTY)]
    books = await Books(stage, people=people).open()
    await books.close()
    books = Books(stage, people=FailsToStart(), other=Source())
    opened = asyncio.create_task(books.open())
    await books.read(1)
    opened.cancel()
    await asyncio.wait({opened})
    assert books.parts.get("directory people").state is State.FAILED
    assert "is wrong." in books.sentence()
    assert "is in use: 1 contact." in books.sentence()
    assert await books.names(ada) == ["Grace"]
    await books.close()


ODD: list[Any] = [
    None,
    "Grace",
    DirectoryRecord(id=""),
    DirectoryRecord(id=7, name="Seven"),  # type: ignore[arg-type]
    DirectoryRecord(id="a"),
    DirectoryRecord(id="b", name="\u200b\n"),
]
CUT: list[Any] = [
    DirectoryRecord(id="x" * 5000, name="n" * 5000, company="c" * 5000, url="javascript:alert(1)", emails="no list"),
    DirectoryRecord(id="\n", name=" Line\nbreak\u202e ", numbers="0151 12345678", modified="now"),  # type: ignore[arg-type]
    DirectoryRecord(
        id="c",
        name="Many \ud800",
        numbers=[
            RecordNumber(raw=7),  # type: ignore[arg-type]
            "0151",  # type: ignore[list-item]
            *(RecordNumber(raw=f"0151 123456{place}", label="x" * 9999) for place in range(10, 99)),
        ],
        owner=["ada"],  # type: ignore[arg-type]
    ),
]


async def test_what_is_no_record_is_left_out_and_what_is_too_much_is_cut(stage: Stage) -> None:
    ada = await stage.people()
    books = await Books(stage, people=Says(DirectoryPage(records=[*ODD, *CUT]))).open()
    contacts = (await books.contacts.page(ada, words="", after=None, limit=9)).items
    assert [contact.name for contact in contacts] == ["n" * 128, "Line break", "Many"]
    assert [len(contact.numbers) for contact in contacts] == [0, 0, MOST_NUMBERS - 2]
    assert books.sentence() == "ok: It can be read. 3 contacts. Left out, because without a name or an id: 6."
    await books.again()
    assert await books.names(ada) == ["n" * 128, "Line break", "Many"]
    await books.close()


async def test_the_last_word_of_a_sync_counts(stage: Stage) -> None:
    ada = await stage.people()
    first, second = person("1", "New", modified=9), person("1", "Old", modified=3)
    gone, back = person("2", deleted=True), person("2", "Back")
    books = await Books(stage, people=Says(DirectoryPage(records=[first, second, gone, back]))).open()
    assert await books.names(ada) == ["New", "Back"]
    await books.close()


async def test_a_source_that_is_away_at_the_first_start_is_tried_again(stage: Stage) -> None:
    ada = await stage.people()
    people = Source()
    people.error = NotReady("Nobody answers.")
    people.records = [person("1", "Grace", PARTY)]
    books = await Books(stage, people=people).open()
    people.error = None
    await books.again()
    assert await books.names(ada) == ["Grace"]
    await books.close()
