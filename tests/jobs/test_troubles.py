"""Which troubles are told when."""

import pytest

from sidetone.domain.health import Health, State
from sidetone.jobs.troubles import CALM, MINUTE, REMIND, Book, News, look, told

AFTER = 10 * MINUTE
START = 1_800_000_000_000


class Days:
    """Parts, a book, and time that passes in steps of half a minute."""

    def __init__(self) -> None:
        self.now = START
        self.book = Book()
        self.parts: dict[str, Health] = {}
        self.news: list[tuple[float, News]] = []

    def set(self, name: str, state: State) -> None:
        self.parts[name] = Health(state)

    def passes(self, minutes: float, *, taken: bool = True) -> list[News]:
        """What was news meanwhile; a mail that is not taken tells nothing."""
        fresh = []
        for _ in range(int(minutes * 2)):
            self.now += MINUTE // 2
            seen = look(self.book, self.parts, self.now, AFTER)
            self.book = seen.book
            if seen.news is not None:
                fresh.append(seen.news)
                if taken:
                    self.book = told(self.book, seen.news, self.now, "<first>")
        return fresh


@pytest.fixture
def days() -> Days:
    made = Days()
    made.set("carrier main", State.OK)
    made.set("queue main", State.OK)
    return made


def test_nothing_is_wrong(days: Days) -> None:
    assert days.passes(60) == []
    assert days.book == Book()


def test_a_short_trouble_is_no_news(days: Days) -> None:
    days.set("carrier main", State.FAILED)
    assert days.passes(9) == []
    days.set("carrier main", State.OK)
    assert days.passes(60) == []
    assert days.book.troubles == {}


def test_one_that_lasts_is_told_once_and_its_end(days: Days) -> None:
    days.set("carrier main", State.FAILED)
    assert days.passes(120) == [News(ill=("carrier main",), begun=True)]
    days.set("carrier main", State.OK)
    assert days.passes(60) == [News(well=("carrier main",))]
    assert days.book.troubles == {}


def test_troubles_of_one_cause_are_one_mail_and_end_in_one(days: Days) -> None:
    days.set("carrier main", State.FAILED)
    days.passes(1)
    days.set("queue main", State.DEGRADED)
    assert days.passes(60) == [News(ill=("carrier main", "queue main"), begun=True)]
    days.set("carrier main", State.OK)
    days.passes(2)
    days.set("queue main", State.OK)
    assert days.passes(60) == [News(well=("carrier main", "queue main"))]


def test_a_later_one_is_told_with_those_that_last(days: Days) -> None:
    days.set("carrier main", State.FAILED)
    days.passes(30)
    days.set("queue main", State.DEGRADED)
    assert days.passes(60) == [News(ill=("carrier main", "queue main"))]
    days.set("queue main", State.OK)
    assert days.passes(60) == [News(ill=("carrier main",), well=("queue main",))]


def test_one_that_comes_and_goes_lasts(days: Days) -> None:
    for _ in range(5):
        days.set("carrier main", State.FAILED)
        days.passes(1)
        days.set("carrier main", State.OK)
        days.passes(1)
    days.set("carrier main", State.FAILED)
    assert days.passes(1) == [News(ill=("carrier main",), begun=True)]
    for _ in range(20):
        days.set("carrier main", State.OK)
        assert days.passes(CALM / MINUTE - 1) == []
        days.set("carrier main", State.FAILED)
        assert days.passes(1) == []


def test_starting_is_no_end(days: Days) -> None:
    days.set("carrier main", State.FAILED)
    days.passes(20)
    days.set("carrier main", State.STARTING)
    assert days.passes(30) == []


def test_a_part_that_is_gone_is_a_trouble_no_more(days: Days) -> None:
    days.set("carrier main", State.FAILED)
    days.passes(20)
    del days.parts["carrier main"]
    assert days.passes(30) == [News(well=("carrier main",))]


def test_it_is_told_again_once_a_day(days: Days) -> None:
    days.set("carrier main", State.FAILED)
    days.passes(11)
    assert days.passes(REMIND / MINUTE - 2) == []
    assert days.passes(3) == [News(ill=("carrier main",))]
    assert days.passes(REMIND / MINUTE - 4) == []


def test_while_no_mail_is_taken_the_news_stay_and_grow(days: Days) -> None:
    days.set("carrier main", State.FAILED)
    assert len(set(days.passes(12, taken=False))) == 1
    days.set("queue main", State.FAILED)
    assert days.passes(2, taken=False)[-1] == News(ill=("carrier main", "queue main"), begun=True)
    days.set("carrier main", State.OK)
    days.set("queue main", State.OK)
    assert days.passes(60) == []  # it was over before anybody could hear of it


def test_a_clock_that_was_ahead_silences_nothing(days: Days) -> None:
    days.now += 3650 * REMIND
    days.set("carrier main", State.FAILED)
    assert len(days.passes(15)) == 1
    days.set("carrier spare", State.FAILED)
    days.passes(1)
    days.now = START
    assert [news.ill for news in days.passes(15)] == [("carrier main", "carrier spare")]
    assert len(days.passes(24 * 60)) == 1
