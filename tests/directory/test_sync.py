"""The copies of directories: what they bring, who sees it, what is told, and what is not believed."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from delivery.stage import PARTY, Stage
from directory.book import Books, Source, person
from sidetone.directory.search import Query, Search
from sidetone.plugin import BadCredentials, DirectoryRecord, NotReady, RecordNumber, SyncAnew
from sidetone.store.journal import EventType
from sidetone.views import NewContact, NewContactNumber

Opened = Callable[..., Awaitable[Books]]
OTHER = "+4915112345679"


@pytest.fixture
async def opened(stage: Stage) -> AsyncIterator[Opened]:
    """Opens directories; all are closed after the test."""
    books: list[Books] = []

    async def open_(own: dict[str, Any] | None = None, **sources: Source) -> Books:
        books.append(Books(stage, **sources))
        return await books[-1].open(**(own or {}))

    yield open_
    for each in books:
        await each.close()


def source(*records: DirectoryRecord, token: str | None = None) -> Source:
    made = Source()
    made.records, made.token = list(records), token
    return made


async def test_a_directory_names_a_conversation_and_screens_hear_of_it(stage: Stage, opened: Opened) -> None:
    ada = await stage.people()
    await stage.text(ada)
    heard: list[str] = []
    stage.store.listen(lambda entries: heard.extend(entry.type for entry in entries))
    people = source(person("1", "Grace Hopper", "0151 12345678", company="Navy", title="Admiral"))
    books = await opened({"label": "Customers"}, people=people)
    assert heard == [EventType.CONVERSATION_UPDATED]
    page = await stage.conversations.page(ada, before=None, limit=5, unread=False, words="hopp")
    (talk,) = page.items
    assert (talk.title, talk.contact) == ("Grace Hopper", None)
    assert talk.listed is not None
    assert (talk.listed.name, talk.listed.directory, talk.listed.label, talk.listed.others) == (
        "Grace Hopper",
        "people",
        "Customers",
        0,
    )
    (contact,) = (await books.contacts.page(ada, words="", after=None, limit=5)).items
    assert (contact.source, contact.source_label, contact.company, contact.job) == (
        "people",
        "Customers",
        "Navy",
        "Admiral",
    )
    assert await books.contacts.get(ada, int(contact.id)) == contact
    assert (await books.contacts.lookup(ada, "0151 12345678", None)).contact == contact
    assert books.sentence() == "ok: It can be read. 1 contact."


async def test_what_is_as_it_was_writes_nothing_and_tells_nothing(stage: Stage, opened: Opened) -> None:
    ada = await stage.people()
    await stage.text(ada)
    people = source(person("1", "Grace", PARTY), token="t1")
    books = await opened(people=people)
    heard: list[str] = []
    stage.store.listen(lambda entries: heard.extend(entry.type for entry in entries))
    people.changes = [person("1", "Grace", PARTY, company="Navy"), person("1", "Grace", PARTY)]
    await books.again()
    assert (people.asked, heard) == ([None, "t1"], [])


async def test_own_contacts_go_before_directories_and_these_by_their_order(stage: Stage, opened: Opened) -> None:
    ada = await stage.people()
    await stage.text(ada)
    books = await opened(first=source(), second=source(person("9", "Second", PARTY)))
    assert await books.title(ada) == "Second"
    books.sources["first"].records = [person("1", "First", PARTY)]
    await books.again()
    assert await books.title(ada) == "First"
    own = NewContact(name="Mine", numbers=[NewContactNumber(number=PARTY)])
    saved = await books.contacts.add(ada, own, None)
    assert await books.title(ada) == "Mine"
    assert await books.names(ada) == ["Mine", "Second", "First"]
    lookup = await books.contacts.lookup(ada, PARTY, None)
    assert lookup.contact == saved
    await books.contacts.remove(ada, int(saved.id))
    await books.sync.adopt({name: books.sections[name] for name in ("second", "first")}, [])
    assert await books.title(ada) == "Second"
    await books.sync.adopt({"second": books.sections["second"]}, [])
    assert await books.names(ada) == ["Second"]


async def test_who_is_gone_is_forgotten_and_the_title_is_the_number_again(stage: Stage, opened: Opened) -> None:
    ada = await stage.people()
    await stage.text(ada)
    people = source(person("1", "Grace", PARTY), person("2", "Alan", OTHER))
    books = await opened(people=people)
    people.records = [person("2", "Alan", OTHER)]
    await books.again()
    assert await books.title(ada) == "01511 2345678"
    assert await books.names(ada) == ["Alan"]


@pytest.mark.parametrize("whole", [True, False])
async def test_a_source_that_shrinks_suddenly_is_held_back_until_somebody_says_so(
    stage: Stage, opened: Opened, whole: bool
) -> None:
    ada = await stage.people()
    crowd = [person(str(place), f"P{place}", f"+4915112345{place:03}") for place in range(20)]
    people = source(*crowd, token=None if whole else "t")
    books = await opened(people=people)
    people.records = crowd[:2]
    people.changes = [person(str(place), deleted=True) for place in range(2, 20)]
    await books.again()
    assert "18 of 20 contacts are missing at the source all at once, and are kept." in books.sentence()
    assert len(await books.names(ada)) == 20
    await books.again()
    assert books.sentence().startswith("degraded: 18 of 20")
    assert people.asked[-1] is None  # everything is asked for again
    people.records = crowd[:19]
    await books.again()
    assert len(await books.names(ada)) == 19
    assert books.sentence() == "ok: It can be read. 19 contacts."
    people.records = []
    await books.again()
    assert len(await books.names(ada)) == 19
    await books.close()
    people.token = None
    await opened({"most_gone": 100}, people=people)
    assert await books.names(ada) == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NotReady("Nobody answers."), "It cannot be read: Nobody answers. What was read before is in use."),
        (ValueError("x"), "Its plugin failed (ValueError). What was read before is in use."),
        (SystemExit(), "Its plugin failed (RuntimeError). What was read before is in use."),
    ],
)
async def test_a_source_that_fails_keeps_its_copy_and_comes_back(
    stage: Stage, opened: Opened, error: BaseException, words: str
) -> None:
    ada = await stage.people()
    people = source(person("1", "Grace", PARTY))
    books = await opened(people=people)
    people.error = error
    await books.again()
    assert books.sentence() == f"degraded: {words}"
    assert await books.names(ada) == ["Grace"]
    people.error = None
    await books.again()
    assert books.sentence() == "ok: It can be read. 1 contact."


async def test_refused_credentials_are_not_tried_again(stage: Stage, opened: Opened) -> None:
    people = source()
    books = await opened(people=people)
    people.error = BadCredentials("No.")
    await books.clock.wake_next()
    while "refused" not in books.sentence():
        await books.sync._store.read(lambda look: None)
    await books.clock.advance(4000)
    assert len(people.asked) == 2


async def test_names_are_there_at_a_start_without_the_source(stage: Stage, opened: Opened) -> None:
    ada = await stage.people()
    people = source(person("1", "Grace", PARTY), token="t1")
    books = await opened(people=people)
    await books.close()
    people.error = NotReady("Nobody answers.")
    books = await opened(people=people)
    assert await books.names(ada) == ["Grace"]
    assert people.asked[-1] == "t1"
    assert "What was read before is in use." in books.sentence()


async def test_a_token_that_is_too_old_or_of_another_setup_is_not_used(stage: Stage, opened: Opened) -> None:
    people = source(person("1", "Grace", PARTY), token="t1")
    books = await opened(people=people)
    people.changes = SyncAnew("Too old.")
    await books.again()
    assert people.asked == [None, "t1", None]
    await books.close()
    await opened({"country": "GB"}, people=people)
    assert people.asked[3:] == [None]


async def test_an_address_book_is_its_owners_alone(stage: Stage, opened: Opened) -> None:
    ada, eve = await stage.people(), await stage.person("eve", "+4930901820199")
    await stage.text(ada)
    await stage.text(eve)
    books = await opened(people=source(person("1", "Grace", PARTY, owner="ADA"), person("2", "Alan", OTHER)))
    assert (await books.title(ada), await books.title(eve)) == ("Grace", "01511 2345678")
    assert (await books.names(ada), await books.names(eve)) == (["Grace", "Alan"], ["Alan"])
    assert (await books.names(ada, "gra"), await books.names(eve, "gra")) == (["Grace"], [])
    (contact,) = (await books.contacts.page(ada, words="gra", after=None, limit=5)).items
    assert (await books.contacts.lookup(eve, PARTY, None)).contact is None
    with pytest.raises(Exception, match="no such contact"):
        await books.contacts.get(eve, int(contact.id))
    with pytest.raises(Exception, match="no such contact"):
        await books.contacts.remove(ada, int(contact.id))


async def test_who_share_a_number_are_their_company_or_the_first_of_them(stage: Stage, opened: Opened) -> None:
    ada = await stage.people()
    await stage.text(ada)
    people = source(person("1", "Grace", PARTY, company="Navy"), person("2", "Alan", PARTY, company="Navy"))
    books = await opened(people=people)
    assert await books.title(ada) == "Navy"
    people.records = [
        person("1", "Grace", PARTY, company="Navy"),
        person("2", "Alan", PARTY),
        person("3", "Ida", PARTY),
    ]
    await books.again()
    page = await stage.conversations.page(ada, before=None, limit=5, unread=False, words="")
    listed = page.items[0].listed
    assert listed is not None
    assert (listed.name, listed.others) == ("Grace", 2)
    people.records = [person("1", "Grace", f"{PARTY} x12", company="Navy")]
    await books.again()
    assert await books.title(ada) == "Navy"  # it is the company's number, and her desk is behind it


async def test_labels_say_what_kind_a_number_is(stage: Stage, opened: Opened) -> None:
    ada = await stage.people()
    labels = ["Mobile Phone", "Work Fax", "Geschäftlich", "privat", "", ""]
    numbers = [f"03090182015{place}" for place in range(5)] + ["0151 12345678"]
    raw = [RecordNumber(raw=number, label=label) for number, label in zip(numbers, labels, strict=True)]
    grace = person("1", "Grace")
    books = await opened(people=source(type(grace)(id="1", name="Grace", numbers=raw)))
    (contact,) = (await books.contacts.page(ada, words="", after=None, limit=5)).items
    assert [number.type for number in contact.numbers] == ["mobile", "fax", "business", "home", "business", "mobile"]


async def test_contacts_of_directories_are_found_in_pages(stage: Stage, opened: Opened) -> None:
    ada = await stage.people()
    crowd = [person(str(place), f"Müller {place:03}", f"+4915112345{place:03}") for place in range(30)]
    books = await opened(people=source(*crowd, person("x", "Zoë Ångström", "+442079460958", company="Acme")))
    await books.contacts.add(ada, NewContact(name="Mueller", numbers=[NewContactNumber(number=PARTY)]), None)
    seen: list[str] = []
    after: int | None = None
    while True:
        page = await books.contacts.page(ada, words="muller", after=after, limit=7)
        seen += [contact.name for contact in page.items]
        if page.next is None:
            break
        after = int(page.next)
    assert seen == ["Mueller", *(f"Müller {place:03}" for place in range(30))]
    for words in ("zoe", "angst", "acme", "020 7946 0958", "+44 20 7946 0958", "z"):
        assert await books.names(ada, words) == ["Zoë Ångström"], words
    assert await books.names(ada, "%") == []
    assert await books.names(ada, source="personal") == ["Mueller"]
    assert len(await books.names(ada, source="people")) == 31
    query = Query(words="angstrom", only="contacts")
    found = await Search(stage.store).find(ada, query, before=None, limit=10)
    assert [contact.name for contact in found.contacts] == ["Zoë Ångström"]
