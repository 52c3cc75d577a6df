"""The activity list: its columns, orders, filters and pages, and the count for the badge (KU-42, KU-45)."""

from typing import Any

import pytest

from delivery.stage import OWN, PARTY, Stage, WatchedStore
from sidetone.conversation.activity import Activity, ActivityFilter, Sort
from sidetone.directory.contacts import Contacts
from sidetone.people.viewer import Viewer
from sidetone.testing.clock import FakeClock
from sidetone.views import ActivityRow, NewContact, NewContactNumber

SECOND = "+4930901820101"
PARTIES = {"b": "+4915112345670", "a": "+4915112345680", "c": "+4915112345690"}


@pytest.fixture
def stage(store: WatchedStore, clock: FakeClock) -> Stage:
    """Nothing is sent by itself, so that days may pass."""
    return Stage(store, clock)


async def people(stage: Stage) -> Viewer:
    """Ada, who has heard of b, then texted a by her second number, then heard of c; b is Åke and c Bob."""
    ada = await stage.person("ada", OWN, SECOND)
    await stage.arrives("from b", sender=PARTIES["b"])
    await stage.clock.advance(24 * 3600)
    await stage.text(ada, "to a", PARTIES["a"], number=SECOND)
    await stage.clock.advance(24 * 3600)
    await stage.arrives("from c", sender=PARTIES["c"])
    await stage.arrives("again", sender=PARTIES["c"])
    for who, name in (("b", "Åke"), ("c", "Bob")):
        card = NewContact(name=name, numbers=[NewContactNumber(number=PARTIES[who])])
        await Contacts(stage.store).add(ada, card, None)
    return ada


async def rows(stage: Stage, who: Viewer, sort: Sort = "-time", limit: int = 50, **wanted: object) -> list[ActivityRow]:
    """Every row, page by page."""
    found: list[ActivityRow] = []
    after: int | None = None
    while True:
        chosen = ActivityFilter(**wanted)  # type: ignore[arg-type]
        page = await Activity(stage.store).page(who, chosen, sort=sort, after=after, limit=limit)
        found += page.items
        if page.next is None:
            return found
        after = int(page.next)


def named(found: list[ActivityRow]) -> str:
    return "".join(next(name for name, value in PARTIES.items() if value == row.party.value) for row in found)


async def test_what_a_row_says(stage: Stage) -> None:
    ada = await people(stage)
    newest, middle, _ = await rows(stage, ada)
    assert (newest.at, newest.direction, newest.status) == ("2027-01-17T08:00:00.000Z", "inbound", "received")
    assert newest.contact is not None
    assert (newest.contact.name, newest.number.number, newest.unread) == ("Bob", OWN, 2)
    assert (middle.direction, middle.number.number, middle.contact) == ("outbound", SECOND, None)
    assert middle.party.display == "01511 2345680"


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("-time", "cab"),
        ("time", "bac"),
        ("number", "cba"),
        ("-number", "acb"),
        ("party", "bac"),
        ("-party", "cab"),
        ("name", "bca"),
        ("-name", "cba"),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_every_order_in_pages(stage: Stage, sort: Sort, order: str, limit: int) -> None:
    assert named(await rows(stage, await people(stage), sort, limit)) == order


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        ({"unread": True}, "cb"),
        ({"direction": "outbound"}, "a"),
        ({"direction": "inbound"}, "cb"),
        ({"number": "030 901820101"}, "a"),
        ({"kind": "sms"}, "cab"),
        ({"kind": "chat"}, ""),
        ({"words": "ake"}, "b"),
        ({"words": "0151 12345680"}, "a"),
        ({"since": "2027-01-16"}, "ca"),
        ({"until": "2027-01-15"}, "b"),
        ({"since": "2027-01-16", "until": "2027-01-16T12:00:00Z"}, "a"),
    ],
)
async def test_filters(stage: Stage, wanted: dict[str, Any], left: str) -> None:
    assert named(await rows(stage, await people(stage), **wanted)) == left


async def test_the_badge_counts_what_is_unread_and_clears_on_read(stage: Stage) -> None:
    ada, eve = await people(stage), await stage.person("eve", "+4930901820199")
    activity = Activity(stage.store)

    async def badge(who: Viewer) -> int:
        page = await activity.page(who, ActivityFilter(direction="outbound"), sort="-time", after=None, limit=1)
        return page.unread

    listed = await stage.listed(ada)
    assert await badge(ada) == sum(unread for _, unread in listed) == 3
    newest = (await rows(stage, ada))[0]
    await stage.conversations.mark_read(ada, int(newest.conversation_id), 1 << 40)
    assert await badge(ada) == 1
    assert (await badge(eve), await rows(stage, eve)) == (0, [])
    assert PARTY not in PARTIES.values()
