"""Personal contacts: saved, found, changed and forgotten by their owner, and unknown to everybody else."""

import asyncio

import pytest

from delivery.stage import OWN, PARTY, Stage, viewer
from sidetone.directory.contacts import Contacts
from sidetone.domain.phone import InvalidNumber
from sidetone.errors import Invalid, NotFound
from sidetone.people.viewer import Viewer
from sidetone.store.idempotency import KeyReused, Once
from sidetone.views import ContactView, NewContact, NewContactNumber

GERMAN_FIXED = "+4930901820150"


def card(name: str, *numbers: str) -> NewContact:
    return NewContact(name=name, numbers=[NewContactNumber(number=number) for number in numbers or (PARTY,)])


async def found(stage: Stage, who: Viewer, words: str = "") -> list[str]:
    page = await Contacts(stage.store).page(who, words=words, after=None, limit=50)
    return [contact.name for contact in page.items]


async def test_a_contact_is_kept_with_its_numbers_in_order(stage: Stage) -> None:
    ada = await stage.people()
    numbers = [
        NewContactNumber(number="0151 12345678", type="mobile"),
        NewContactNumber(number="030 901820150", type="business"),
        NewContactNumber(number="72345", type="other"),
    ]
    saved = await Contacts(stage.store).add(ada, NewContact(name="  Grace \t Hopper ", numbers=numbers), None)
    assert (saved.name, saved.source) == ("Grace Hopper", "personal")
    assert [(number.number, number.display, number.type) for number in saved.numbers] == [
        (PARTY, "01511 2345678", "mobile"),
        (GERMAN_FIXED, "030 901820150", "business"),
        ("72345", "72345", "other"),
    ]
    assert await Contacts(stage.store).get(ada, int(saved.id)) == saved


@pytest.mark.parametrize("name", [" ", "\t\n", "\u200b", "\u202e"])
async def test_a_name_must_show(stage: Stage, name: str) -> None:
    ada = await stage.people()
    with pytest.raises(Invalid) as refused:
        await Contacts(stage.store).add(ada, card(name), None)
    assert refused.value.where == "name"


async def test_a_wrong_number_is_named(stage: Stage) -> None:
    ada = await stage.people()
    with pytest.raises(InvalidNumber) as refused:
        await Contacts(stage.store).add(ada, card("Grace", PARTY, "12"), None)
    assert refused.value.where == "numbers[1].number"
    assert await found(stage, ada) == []


async def test_the_same_key_saves_once(stage: Stage) -> None:
    ada, contacts = await stage.people(), Contacts(stage.store)
    once = Once(ada.user_id, "k", "print")
    saved = await asyncio.gather(*(contacts.add(ada, card("Grace"), once) for _ in range(5)))
    assert {each.id for each in saved} == {"1"}
    with pytest.raises(KeyReused):
        await contacts.add(ada, card("Other"), Once(ada.user_id, "k", "other print"))
    assert await found(stage, ada) == ["Grace"]


async def test_nobody_else_sees_changes_or_forgets_them(stage: Stage) -> None:
    ada, eve, contacts = await stage.people(), await stage.person("eve", "+4930901820199"), Contacts(stage.store)
    saved = await contacts.add(ada, card("Grace"), None)
    for number in (int(saved.id), 999):
        with pytest.raises(NotFound, match="no such contact"):
            await contacts.get(eve, number)
        with pytest.raises(NotFound, match="no such contact"):
            await contacts.change(eve, number, card("Mallory"))
        with pytest.raises(NotFound, match="no such contact"):
            await contacts.remove(eve, number)
    assert await found(stage, eve) == []
    assert (await contacts.lookup(eve, PARTY, None)).contact is None
    await stage.text(eve)
    page = await stage.conversations.page(eve, before=None, limit=5, unread=False, words="")
    assert [(item.title, item.contact) for item in page.items] == [("01511 2345678", None)]
    assert await found(stage, ada) == ["Grace"]


async def test_a_changed_contact_loses_what_it_had(stage: Stage) -> None:
    ada, contacts = await stage.people(), Contacts(stage.store)
    saved = await contacts.add(ada, card("Grace", PARTY, GERMAN_FIXED), None)
    changed = await contacts.change(ada, int(saved.id), card("Hopper", "+4915112345679"))
    assert (changed.id, changed.name) == (saved.id, "Hopper")
    assert [number.number for number in changed.numbers] == ["+4915112345679"]
    assert (await contacts.lookup(ada, PARTY, None)).contact is None
    await contacts.remove(ada, int(saved.id))
    assert await found(stage, ada) == []


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("", ["Zoë Ångström", "Bob"]),
        ("zoë", ["Zoë Ångström"]),
        ("ZOË", ["Zoë Ångström"]),
        ("ångström", ["Zoë Ångström"]),
        ("bo", ["Bob"]),
        ("0151 1234567", ["Zoë Ångström"]),
        ("72345", ["Bob"]),
        ("%", []),
    ],
)
async def test_contacts_are_found_as_people_write_them(stage: Stage, words: str, names: list[str]) -> None:
    ada, contacts = await stage.people(), Contacts(stage.store)
    await contacts.add(ada, card("Zoë Ångström"), None)
    await contacts.add(ada, card("Bob", "72345"), None)
    assert await found(stage, ada, words) == names


async def test_pages_follow_each_other(stage: Stage) -> None:
    ada, contacts = await stage.people(), Contacts(stage.store)
    for n in range(5):
        await contacts.add(ada, card(f"{n}", f"+49151123456{n}0"), None)
    seen: list[ContactView] = []
    after: int | None = None
    while True:
        page = await contacts.page(ada, words="", after=after, limit=2)
        seen += page.items
        if page.next is None:
            break
        after = int(page.next)
    assert [(contact.name, contact.numbers[0].number[-2]) for contact in seen] == [(f"{n}", f"{n}") for n in range(5)]


@pytest.mark.parametrize(
    ("typed", "own", "number", "shown"),
    [
        ("0151 12345678", None, PARTY, "01511 2345678"),
        ("0151 12345678", OWN, PARTY, "01511 2345678"),
        ("(212) 555-0100", "+12025550123", "+12125550100", "+1 212-555-0100"),
        ("72345", None, "72345", "72345"),
    ],
)
async def test_what_a_typed_number_becomes(stage: Stage, typed: str, own: str | None, number: str, shown: str) -> None:
    ada = await stage.people()
    looked_up = await Contacts(stage.store).lookup(ada, typed, own)
    assert (looked_up.number, looked_up.display, looked_up.contact) == (number, shown, None)


async def test_a_number_that_a_contact_has_brings_the_contact(stage: Stage) -> None:
    ada, contacts = await stage.people(), Contacts(stage.store)
    first = await contacts.add(ada, card("Grace"), None)
    await contacts.add(ada, card("Grace at home"), None)
    assert (await contacts.lookup(ada, "0151-12345678", None)).contact == first


async def test_who_keeps_leading_zeros_is_told(stage: Stage) -> None:
    ada = await stage.people()
    strict = viewer("ada", ada.user_id, drop_trunk_zero=False)
    with pytest.raises(InvalidNumber):
        await Contacts(stage.store).lookup(strict, "0151 12345678", None)
    with pytest.raises(InvalidNumber):
        await Contacts(stage.store).add(strict, card("Grace", "0151 12345678"), None)
    assert (await Contacts(stage.store).lookup(strict, PARTY, None)).number == PARTY
