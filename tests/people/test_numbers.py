"""The company's numbers and their owners."""

import pytest

from people.town import Town
from sidetone.delivery.way_in import WayIn
from sidetone.domain.incoming import InboundMessage
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.phone import InvalidNumber
from sidetone.errors import Invalid, NotFound
from sidetone.parts import Parts
from sidetone.people.numbers import NumberTaken
from sidetone.store import conversations, numbers, parties
from sidetone.store.connection import Txn
from sidetone.store.idempotency import Once
from sidetone.store.journal import Audience, EventType
from sidetone.views import NewNumber, NumberChange

OWN = "+4930901820100"
OTHER = "+4930901820101"


async def test_a_number_is_taken_in_any_spelling(town: Town) -> None:
    await town.add("ada")
    view = await town.numbers.add(
        NewNumber(number="030 / 901 820-100", carrier="main", label=" Front\tdesk ", owner="user:ADA")
    )
    assert (view.number, view.display, view.label, view.carrier) == (OWN, "030 901820100", "Front desk", "main")
    assert view.owner is not None
    assert (view.owner.kind, view.owner.name, view.waiting) == ("user", "ada", 0)
    assert (await town.numbers.get(int(view.id), country="AT")).display == "+49 30 901820100"


@pytest.mark.parametrize(
    ("new", "where"),
    [
        (NewNumber(number="nonsense", carrier="main"), "number"),
        (NewNumber(number="12", carrier="main"), "number"),
        (NewNumber(number=OWN, carrier="elsewhere"), "carrier"),
        (NewNumber(number=OWN, carrier="main", owner="user:nobody"), "owner"),
        (NewNumber(number=OWN, carrier="main", owner="service:desk"), "owner"),
    ],
)
async def test_what_makes_no_sense_names_its_field(town: Town, new: NewNumber, where: str) -> None:
    with pytest.raises((Invalid, InvalidNumber)) as refused:
        await town.numbers.add(new)
    assert refused.value.where == where
    assert (await town.numbers.page(after=0, limit=9)).items == []


async def test_a_number_is_there_once(town: Town) -> None:
    admin = await town.add("ada", "admin")
    once = Once(int(admin.id), "key", "print")
    new = NewNumber(number=OWN, carrier="main")
    assert await town.numbers.add(new, once=once) == await town.numbers.add(new, once=once)
    with pytest.raises(NumberTaken):
        await town.numbers.add(new)


async def test_owners_and_admins_learn_of_changes(town: Town) -> None:
    ada, ben = int((await town.add("ada")).id), int((await town.add("ben")).id)
    number = await town.numbers.add(NewNumber(number=OWN, carrier="main", owner="user:ada"))
    await town.numbers.change(int(number.id), NumberChange(owner="user:ben"))
    changed = await town.numbers.change(int(number.id), NumberChange(owner=None, label="Spare", carrier="demo"))
    assert (changed.owner, changed.label, changed.carrier) == (None, "Spare", "demo")
    told = [(entry.audience, entry.audience_id) for entry in town.heard if entry.type == EventType.NUMBER_UPDATED]
    admins = (Audience.ADMINS, 0)
    assert told == [
        (Audience.USER, ada),
        admins,
        (Audience.USER, ada),
        (Audience.USER, ben),
        admins,
        (Audience.USER, ben),
        admins,
    ]


async def test_what_waited_is_given_to_the_first_owner(town: Town) -> None:
    ada = await town.add("ada")
    number = await town.numbers.add(NewNumber(number=OWN, carrier="main"))
    way_in = WayIn(town.store, Parts(), "DE")
    for turn in range(3):
        text = InboundMessage(carrier_id=f"id{turn}", sender="+4915112345678", recipient=OWN, body="anyone there?")
        await way_in.inbound("main", text)
    assert (await town.numbers.get(int(number.id))).waiting == 3
    town.heard.clear()
    owned = await town.numbers.change(int(number.id), NumberChange(owner="user:ada"))
    assert owned.waiting == 0
    created = [entry for entry in town.heard if entry.type == EventType.CONVERSATION_CREATED]
    assert [entry.audience for entry in created] == [Audience.CONVERSATION]
    seen = await town.store.read(
        lambda look: look.all("SELECT user_id, unread FROM participant ORDER BY user_id"),
    )
    assert [tuple(row) for row in seen] == [(int(ada.id), 3)]


async def test_one_that_came_by_itself_is_taken_over_with_what_waits(town: Town) -> None:
    ada = await town.add("ada")
    text = InboundMessage(carrier_id="id", sender="+4915112345678", recipient=OWN, body="anyone there?")
    await WayIn(town.store, Parts(), "DE").inbound("modem", text)
    with pytest.raises(NumberTaken, match="and belongs to nobody"):
        await town.numbers.add(NewNumber(number=OWN, carrier="main"))
    once = Once(int(ada.id), "key", "print")
    new = NewNumber(number=OWN, carrier="main", label="Desk", owner="user:ada")
    mine = await town.numbers.add(new, once=once)
    assert mine.owner is not None
    assert (mine.owner.name, mine.carrier, mine.label, mine.waiting) == ("ada", "main", "Desk", 0)
    assert await town.numbers.add(new, once=once) == mine
    with pytest.raises(NumberTaken, match="belongs to ada already"):
        await town.numbers.add(new)


async def test_the_number_used_last_is_the_one_to_send_from(town: Town) -> None:
    ada = await town.add("ada")
    for number in (OWN, OTHER):
        await town.numbers.add(NewNumber(number=number, carrier="main", owner="user:ada"))
    foreign = await town.numbers.add(NewNumber(number="+4930901820102", carrier="main"))

    async def chosen(e164: str | None) -> str | None:
        row = await town.store.read(numbers.sendable, int(ada.id), e164)
        return None if row is None else str(row["e164"])

    def use(txn: Txn) -> None:
        party = parties.find_or_add(txn, Party(PartyKind.E164, "+4915112345678"))
        row = numbers.sendable(txn, int(ada.id), OTHER)
        made, _ = conversations.find_or_add_sms(txn, ("user", int(ada.id)), row["id"], party)
        txn.run("UPDATE conversation SET activity = 7 WHERE id = :id", {"id": made})

    assert await chosen(None) == OWN
    await town.store.write(use)
    assert await chosen(None) == OTHER
    assert await chosen(OWN) == OWN
    assert await chosen(foreign.number) is None


async def test_who_is_not_there_is_not_found(town: Town) -> None:
    for asked in (town.numbers.get(7), town.numbers.change(7, NumberChange(label="x"))):
        with pytest.raises(NotFound):
            await asked


async def test_a_list_goes_on_where_it_ended(town: Town) -> None:
    for last in range(3):
        await town.numbers.add(NewNumber(number=f"+493090182010{last}", carrier="main"))
    first = await town.numbers.page(after=0, limit=2)
    assert first.next is not None
    second = await town.numbers.page(after=int(first.next), limit=2)
    assert [view.number for view in first.items + second.items] == [f"+493090182010{last}" for last in range(3)]
    assert second.next is None
