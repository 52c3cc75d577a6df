"""Texts that come in: kept once each, in the right thread, whatever the carrier makes of them."""

import msgspec
import pytest

from delivery.stage import OWN, PARTY, Stage
from sidetone.delivery.send import ReadOnly
from sidetone.delivery.way_in import LONGEST_BODY
from sidetone.domain.health import State
from sidetone.domain.incoming import InboundMessage, Misunderstood
from sidetone.domain.phone import InvalidNumber
from sidetone.domain.status import Status
from sidetone.people.viewer import Viewer
from sidetone.views import MessageView, NewMessage

SCTS = 1_799_999_000_000


async def thread(stage: Stage, who: Viewer) -> list[MessageView]:
    """The one thread of a user."""
    page = await stage.conversations.page(who, before=None, limit=50, unread=False, words="")
    (conversation,) = page.items
    return (await stage.messages.page(who, int(conversation.id), before=None, after=None, limit=50)).items


async def bodies(stage: Stage, who: Viewer) -> list[str]:
    return [message.body for message in await thread(stage, who)]


async def test_the_same_id_is_the_same_text(stage: Stage) -> None:
    ada = await stage.people()
    for body in ("one", "two", "one, told otherwise"):
        await stage.arrives(body, carrier_id="same" if "one" in body else "other")
    assert await bodies(stage, ada) == ["one", "two"]
    assert await stage.listed(ada) == [(PARTY, 2)]


async def test_the_same_id_of_another_carrier_is_another_text(stage: Stage) -> None:
    ada = await stage.people()
    await stage.arrives("one", carrier_id="7")
    await stage.arrives("two", carrier_id="7", carrier="second")
    assert [(each.body, each.flags) for each in await thread(stage, ada)] == [("one", []), ("two", ["other_carrier"])]


async def test_the_same_words_with_other_ids_are_two_texts(stage: Stage) -> None:
    ada = await stage.people()
    for carrier_id in ("a", "b"):
        await stage.arrives("ok", carrier_id=carrier_id, carrier_time=SCTS)
    assert [(each.body, each.flags) for each in await thread(stage, ada)] == [("ok", []), ("ok", [])]


@pytest.mark.parametrize("nothing", [None, "", "  "])
async def test_without_an_id_only_the_carriers_own_time_tells(stage: Stage, nothing: str | None) -> None:
    ada = await stage.people()
    for body, time in [("ok", SCTS), ("ok", SCTS), ("ok", SCTS + 1000), ("ok", None), ("other", SCTS)]:
        await stage.arrives(body, carrier_id=nothing, carrier_time=time)
    assert [(each.body, each.flags) for each in await thread(stage, ada)] == [
        ("ok", []),
        ("ok", ["possibly_received_twice"]),
        ("ok", ["possibly_received_twice"]),
        ("other", []),
    ]


async def test_after_a_day_the_same_words_are_new(stage: Stage) -> None:
    ada = await stage.people()
    await stage.arrives("ok", carrier_id=None)
    stage.clock._now += 24 * 60 * 60 * 1000
    await stage.arrives("ok", carrier_id=None)
    assert [each.flags for each in await thread(stage, ada)] == [[], []]


async def test_a_batch_is_one_transaction_in_its_own_order(stage: Stage) -> None:
    ada = await stage.people()
    commits: list[list[str]] = []
    stage.store.listen(lambda entries: commits.append([entry.type.value for entry in entries]))
    texts = [InboundMessage(carrier_id=f"{n % 4}", sender=PARTY, recipient=OWN, body=f"{n}") for n in range(6)]
    await stage.way_in.inbound("main", *texts)
    assert await bodies(stage, ada) == ["0", "1", "2", "3"]
    assert commits == [["conversation.created", *["message.created"] * 4]]


async def test_an_empty_batch_is_nothing(stage: Stage) -> None:
    await stage.way_in.inbound("main")
    await stage.way_in.receipt("main")


BODIES = [
    ("", ""),
    ("hello\0\0\0", "hello"),
    ("\0", ""),
    ("\ud83d\ude00", "😀"),  # a pair that was decoded unit by unit
    ("half \ud83d", "half \ufffd"),
    ("\udc00 half", "\ufffd half"),
    ("👩‍👩‍👧 ﷺ \u202e", "👩‍👩‍👧 ﷺ \u202e"),
    ("line\r\nline", "line\r\nline"),
]


@pytest.mark.parametrize(("body", "kept"), BODIES)
async def test_any_text_is_kept(stage: Stage, body: str, kept: str) -> None:
    ada = await stage.people()
    await stage.arrives(body)
    assert await bodies(stage, ada) == [kept]
    assert msgspec.json.encode(await thread(stage, ada))


async def test_a_text_as_long_as_texts_can_be_is_kept_whole(stage: Stage) -> None:
    ada = await stage.people()
    await stage.arrives("x" * 255 * 153)
    (message,) = await thread(stage, ada)
    assert (len(message.body), message.segments, message.flags) == (255 * 153, 255, [])


async def test_of_a_text_that_is_longer_still_the_raw_one_is_kept_beside_it(stage: Stage) -> None:
    ada = await stage.people()
    await stage.arrives("x" * 100_000, carrier_id="long")
    (message,) = await thread(stage, ada)
    assert (len(message.body), message.flags) == (LONGEST_BODY, ["shortened"])
    (raw,) = await stage.store.read(lambda look: [row["raw"] for row in look.all(RAW)])
    assert raw.count(b"x") == 100_000
    assert stage.parts.get("inbound main").state is State.DEGRADED


RAW = "SELECT raw FROM misunderstood"


@pytest.mark.parametrize(
    ("sender", "recipient"),
    [
        ("", OWN),
        (PARTY, ""),
        (PARTY, "nobody"),
        (None, OWN),
        (PARTY, None),
        ("\0", OWN),
        (PARTY, "+0"),
        (PARTY, "9" * 99),
    ],
)
async def test_what_cannot_be_placed_is_kept_raw_beside_the_rest(
    stage: Stage, sender: str | None, recipient: str | None
) -> None:
    ada = await stage.people()
    odd = InboundMessage(carrier_id="odd", sender=sender, recipient=recipient, body="odd \ud800")  # type: ignore[arg-type]
    good = InboundMessage(carrier_id="good", sender=PARTY, recipient=OWN, body="good")
    await stage.way_in.inbound("main", odd, good)
    assert await bodies(stage, ada) == ["good"]
    (raw,) = await stage.store.read(lambda look: [row["raw"] for row in look.all(RAW)])
    assert b"odd \xed\xa0\x80" in raw
    assert stage.parts.get("inbound main").sentence == ("Sent by this carrier, not understood, and kept as it came: 1.")


async def test_what_a_plugin_could_not_read_is_kept(stage: Stage) -> None:
    for _ in range(2):
        await stage.way_in.misunderstood(
            "main", Misunderstood(content_type="x/\ud800", raw=b"\xff\0", reason="?\ud800")
        )
    assert await stage.store.read(lambda look: [row["raw"] for row in look.all(RAW)]) == [b"\xff\0"] * 2


@pytest.mark.parametrize("carrier_id", ["\ud800", "x" * 5000, "a\0b", "☃"])
async def test_any_id_tells_texts_apart(stage: Stage, carrier_id: str) -> None:
    ada = await stage.people()
    for other in (carrier_id, carrier_id, carrier_id + "2"):
        await stage.arrives(f"from {len(other)}", carrier_id=other)
    assert len(await bodies(stage, ada)) == 2


@pytest.mark.parametrize("time", [0, -1, 1 << 70, float("nan"), "soon", 253_402_300_800_000])
async def test_any_time_is_taken(stage: Stage, time: object) -> None:
    ada = await stage.people()
    await stage.arrives("hi", carrier_time=time)
    assert await bodies(stage, ada) == ["hi"]


@pytest.mark.parametrize(
    ("sender", "kind", "value"),
    [
        ("015112345678", "e164", PARTY),
        ("4915112345678", "e164", PARTY),
        ("72345", "short", "72345"),
        ("SUPPORT", "alpha", "SUPPORT"),
        ("Bank 24", "alpha", "Bank 24"),
    ],
)
async def test_every_sender_is_a_party_of_its_kind(stage: Stage, sender: str, kind: str, value: str) -> None:
    ada = await stage.people()
    for n in range(2):
        await stage.arrives(f"{n}", sender=sender)
    page = await stage.conversations.page(ada, before=None, limit=50, unread=False, words="")
    ((party, unread),) = [(each.party, each.unread) for each in page.items]
    assert (party.kind, party.value, party.answerable, unread) == (kind, value, kind != "alpha", 2)


async def test_a_name_cannot_be_answered_and_a_short_code_can(stage: Stage) -> None:
    ada = await stage.people()
    stage.engine.open(stage.carrier)
    await stage.arrives("name", sender="SUPPORT")
    await stage.arrives("code", sender="72345")
    page = await stage.conversations.page(ada, before=None, limit=50, unread=False, words="")
    name, code = (next(each for each in page.items if each.party.value == value) for value in ("SUPPORT", "72345"))
    with pytest.raises(ReadOnly, match="no number"):
        await stage.sending.send(ada, int(name.id), NewMessage(body="hi"), None, "")
    with pytest.raises(InvalidNumber):
        await stage.conversations.open_sms(ada, to="SUPPORT", number=None)
    message = await stage.sending.send(ada, int(code.id), NewMessage(body="hi"), None, "")
    assert await stage.status(ada, message) == Status.SENT
    assert stage.carrier.sent[0].recipient.value == "72345"


async def test_a_number_that_nobody_owns_keeps_its_texts_for_its_owner(stage: Stage) -> None:
    ada = await stage.person("ada")
    told: list[tuple[str, str]] = []
    stage.store.listen(lambda entries: told.extend((entry.type.value, entry.audience.value) for entry in entries))
    for body in ("one", "two"):
        await stage.arrives(body)
    await stage.arrives("other", sender="+4915112345679")
    assert await stage.listed(ada) == []
    assert ("number.updated", "admins") in told
    await stage.give(OWN, ada)
    assert await stage.listed(ada) == [("+4915112345679", 1), (PARTY, 2)]
    await stage.arrives("three")
    assert (await stage.listed(ada))[0] == (PARTY, 3)


async def test_what_waited_joins_the_thread_its_owner_has_already(stage: Stage) -> None:
    ada = await stage.people()
    message = await stage.text(ada, "before")
    await stage.give(OWN, None)
    await stage.arrives("meanwhile 1")
    await stage.arrives("meanwhile 2")
    told: list[tuple[str, int]] = []
    stage.store.listen(lambda entries: told.extend((entry.type.value, entry.subject_id) for entry in entries))
    await stage.give(OWN, ada)
    assert await stage.bodies(ada, message.conversation_id) == ["before", "meanwhile 1", "meanwhile 2"]
    assert await stage.listed(ada) == [(PARTY, 2)]
    assert [kind for kind, _ in told] == ["conversation.created", "message.created", "message.created"]
    await stage.arrives("after")
    assert await stage.listed(ada) == [(PARTY, 3)]


async def test_a_thread_that_was_cleared_shows_only_what_waited_since(stage: Stage) -> None:
    ada = await stage.people()
    message = await stage.text(ada, "before")
    await stage.conversations.remove(ada, int(message.conversation_id))
    await stage.give(OWN, None)
    await stage.arrives("meanwhile")
    await stage.give(OWN, ada)
    assert await stage.bodies(ada, message.conversation_id) == ["meanwhile"]
    assert await stage.listed(ada) == [(PARTY, 1)]


async def test_a_text_for_a_number_that_moved_goes_to_its_new_owner(stage: Stage) -> None:
    ada = await stage.people()
    eve = await stage.person("eve")
    message = await stage.text(ada, "from ada")
    await stage.give(OWN, eve)
    await stage.arrives("hi")
    assert await stage.bodies(ada, message.conversation_id) == ["from ada"]
    assert await stage.listed(eve) == [(PARTY, 1)]


async def test_the_history_of_a_text_that_came_in(stage: Stage) -> None:
    ada = await stage.people()
    await stage.arrives("ok", carrier_id=None)
    await stage.arrives("ok", carrier_id=None, carrier="second")
    _, message = await thread(stage, ada)
    detail = await stage.detail(ada, message.id)
    assert [step.text for step in detail.history] == [
        "Arrived from carrier “second”.",
        "Received through carrier “second” and stored.",
        "It came through another carrier than the number's own.",
        "The same words came shortly before, so this may be that text once more.",
    ]
    assert (detail.status, detail.retryable, detail.cancellable, detail.author) == ("received", False, False, None)
