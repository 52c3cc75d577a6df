"""The service's own books: what became of a send, how a message stands, which texts came in. Over real HTTP."""

from collections.abc import Sequence
from typing import Any

import pytest
from aiohttp import web

from plugins.restcomm.rig import SERVICES, RestcommRig, loaded_rig
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.segments import segment
from sidetone.plugin import Accepted, NotReady, Outcome, Outgoing, Receipt, ReceiptStatus, Rejected, Unknown, Window
from sidetone.testing.carrier_contract import OUR_NUMBER, THEIR_NUMBER, Loaded
from sidetone.testing.message_far_side import Fault
from sidetone_restcomm.carrier import RestcommCarrier
from sidetone_restcomm.lists import ONE_BY_ONE

JSON = "application/json"
DAY = 24 * 60 * 60
each_service = pytest.mark.parametrize("service", SERVICES)


def outgoing(body: str = "hello", reference: str = "r1", to: str = THEIR_NUMBER) -> Outgoing:
    return Outgoing(
        reference=reference,
        sender=OUR_NUMBER,
        recipient=Party(PartyKind.E164, to),
        body=body,
        segments=segment(body),
        valid_until=2_000_000_000_000,
    )


def carrier_of(loaded: Loaded) -> RestcommCarrier:
    assert isinstance(loaded.carrier, RestcommCarrier)
    return loaded.carrier


async def lose(rig: RestcommRig, loaded: Loaded, message: Outgoing, *, takes: bool = True) -> int:
    """Send without an answer; when that was."""
    began = rig.clock.now()
    rig.far_side.next(Fault(takes=takes, end="drop"))
    assert isinstance(await loaded.carrier.send(message), Unknown)
    return began


async def found(loaded: Loaded, message: Outgoing, since: int) -> Outcome | None:
    return await carrier_of(loaded).find(message, since)


@each_service
async def test_a_send_that_was_taken_unseen_is_found(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        message = outgoing("Grüße & 1+1 👍\r\n")
        since = await lose(rig, loaded, message)
        await rig.clock.advance(15)
        outcome = await found(loaded, message, since)
        assert isinstance(outcome, Accepted)
        assert outcome.parts == (rig.far_side.messages[0].sid,)
        assert outcome.note == "It was found among the carrier's messages"


@each_service
async def test_a_send_that_was_never_taken_is_not_found(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        await loaded.carrier.send(outgoing("hello", "r0"))
        await loaded.carrier.send(outgoing("another", "r00"))
        await loaded.carrier.send(outgoing("hello", "r000", "+4915112345679"))
        rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "hello")
        since = await lose(rig, loaded, outgoing(), takes=False)
        assert await found(loaded, outgoing(), since) is None


@each_service
async def test_the_same_text_again_is_another_message(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        first, second = outgoing(reference="r1"), outgoing(reference="r2")
        since = await lose(rig, loaded, first)
        await rig.clock.advance(1)
        later = await lose(rig, loaded, second)
        outcomes = [await found(loaded, first, since), await found(loaded, second, later)]
        assert [outcome and outcome.parts for outcome in outcomes if isinstance(outcome, Accepted)] == [
            (sms.sid,) for sms in rig.far_side.messages
        ]


@each_service
async def test_what_was_there_before_the_send_is_not_it(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        await lose(rig, loaded, outgoing(reference="r0"))
        await rig.clock.advance(10 * 60)
        since = await lose(rig, loaded, outgoing(), takes=False)
        assert await found(loaded, outgoing(), since) is None


@each_service
async def test_a_status_call_back_tells_which_message_a_send_became(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        since = await lose(rig, loaded, outgoing(reference="r1"))
        await lose(rig, loaded, outgoing(reference="r2"))
        second = rig.far_side.messages[1]
        await rig.far_side.report(second, "sent")
        asked = len(rig.far_side.requests)
        outcome = await found(loaded, outgoing(reference="r2"), since)
        assert isinstance(outcome, Accepted)
        assert outcome.parts == (second.sid,)
        assert len(rig.far_side.requests) == asked, "nothing had to be asked"
        other = await found(loaded, outgoing(reference="r1"), since)
        assert isinstance(other, Accepted)
        assert other.parts == (rig.far_side.messages[0].sid,)


@each_service
async def test_a_message_that_failed_there_is_rejected(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        since = await lose(rig, loaded, outgoing())
        (sms,) = rig.far_side.messages
        sms.status, sms.error_code = "failed", 30006
        outcome = await found(loaded, outgoing(), since)
        assert isinstance(outcome, Rejected)
        assert outcome.code == "30006"


async def test_a_text_that_the_server_cut_is_found_and_noted() -> None:
    async with loaded_rig() as (rig, loaded):
        rig.far_side.normalizes = True
        since = await lose(rig, loaded, outgoing("x" * 200))
        outcome = await found(loaded, outgoing("x" * 200), since)
        assert isinstance(outcome, Accepted)
        assert "159 of 200" in outcome.note


async def test_a_longer_text_that_begins_alike_is_not_taken_for_it() -> None:
    async with loaded_rig() as (rig, loaded):
        since = await lose(rig, loaded, outgoing("Hi", "r0"))
        assert await found(loaded, outgoing("Hi there", "r1"), since) is None


@each_service
async def test_a_message_is_asked_how_it_stands(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        await loaded.carrier.send(outgoing())
        (sms,) = rig.far_side.messages
        carrier = carrier_of(loaded)
        assert await carrier.status(sms.sid) is None
        sms.status = "delivered"
        assert await carrier.status(sms.sid) == Receipt(carrier_id=sms.sid, status=ReceiptStatus.DELIVERED)
        sms.status, sms.error_code = "undelivered", 30005
        receipt = await carrier.status(sms.sid)
        assert receipt is not None
        assert (receipt.status, receipt.code, receipt.text) == (
            ReceiptStatus.UNDELIVERED,
            "30005",
            "Nobody has this number any more",
        )
        assert await carrier.status("SM" + "9" * 32) is None


def window(rig: RestcommRig, *, number: str = OUR_NUMBER, back: int = DAY) -> Window:
    return Window(number=number, since=rig.clock.now() - back * 1000)


def arrived(rig: RestcommRig) -> list[str]:
    return [text.body for text in rig.workbench.way_in.texts]


@each_service
async def test_texts_that_no_call_back_brought_are_handed_over_once_and_in_order(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        for number in range(120):
            rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, f"text {number}")
            await rig.clock.advance(1)
        rig.far_side.text(THEIR_NUMBER, "+493012345699", "another number's")
        rig.far_side.text(THEIR_NUMBER, "+999" + OUR_NUMBER[1:], "a longer number's")
        await loaded.carrier.send(outgoing(to=OUR_NUMBER))
        carrier = carrier_of(loaded)
        for _ in range(2):
            await carrier.poll([window(rig)])
        assert arrived(rig) == [f"text {number}" for number in range(120)]
        first = rig.workbench.way_in.texts[0]
        assert (first.carrier_id, first.carrier_time, first.sender, first.recipient) == (
            rig.far_side.messages[0].sid,
            rig.far_side.messages[0].created // 1000 * 1000,
            THEIR_NUMBER,
            OUR_NUMBER,
        )


@each_service
async def test_what_a_call_back_brought_is_not_handed_over_again(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        await rig.text_in("by call-back")
        rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "by list")
        await carrier_of(loaded).poll([window(rig)])
        assert arrived(rig) == ["by call-back", "by list"]


@each_service
async def test_texts_from_before_the_window_stay_where_they_are(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "long ago")
        await rig.clock.advance(3600)
        rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "now")
        await carrier_of(loaded).poll([window(rig, back=60)])
        assert arrived(rig) == ["now"]


@each_service
async def test_of_many_numbers_the_whole_list_is_read_at_once(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        numbers = [f"+49301234{number:04}" for number in range(ONE_BY_ONE + 1)]
        for number in (numbers[3], numbers[7], "+493099999999", numbers[3]):
            rig.far_side.text(THEIR_NUMBER, number, number)
        asked = len(rig.far_side.requests)
        await carrier_of(loaded).poll([window(rig, number=number) for number in numbers])
        assert arrived(rig) == [numbers[3], numbers[7], numbers[3]]
        assert len(rig.far_side.requests) == asked + 1


@pytest.mark.parametrize("service", ["twilio", "signalwire"])
async def test_of_an_account_that_sends_much_the_numbers_are_asked_one_by_one_after_all(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        numbers = [f"+49301234{number:04}" for number in range(ONE_BY_ONE + 1)]
        rig.far_side.text(THEIR_NUMBER, numbers[3], "hi")
        page = rig.far_side._list_answer

        def endless(request: Any) -> Any:  # noqa: ANN401 - aiohttp's
            if "To" in request.query:
                return page(request)
            sms = rig.far_side.text(THEIR_NUMBER, "+493099999999", "another's")
            body = {"messages": [{"sid": sms.sid}], "next_page_uri": f"?Page={len(rig.far_side.messages)}"}
            return web.json_response(body)

        rig.far_side._list_answer = endless
        await carrier_of(loaded).poll([window(rig, number=number) for number in numbers])
        assert arrived(rig) == ["hi"]


async def test_what_was_read_before_a_list_broke_off_is_kept() -> None:
    async with loaded_rig() as (rig, loaded):
        other = "+493012345699"
        for number in (OUR_NUMBER, other):
            rig.far_side.text(THEIR_NUMBER, number, number)
        page, asked = rig.far_side._list_answer, []

        def then_nothing(request: Any) -> Any:  # noqa: ANN401 - aiohttp's
            asked.append(request)
            return page(request) if len(asked) == 1 else web.Response(status=500)

        rig.far_side._list_answer = then_nothing
        with pytest.raises(NotReady):
            await carrier_of(loaded).poll([window(rig), window(rig, number=other)])
        assert arrived(rig) == [OUR_NUMBER]


@each_service
async def test_a_page_that_is_exactly_full_is_not_the_end(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        for number in range(400):
            rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, f"{number}")
        await carrier_of(loaded).poll([window(rig)])
        assert len(arrived(rig)) == 400


@pytest.mark.parametrize("service", ["twilio", "signalwire"])
async def test_attachments_are_told_of_and_the_text_is_kept(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "look", media=2)
        called = await rig.far_side.deliver(rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "", media=1), rig.sms_url)
        assert called.notification is None
        await carrier_of(loaded).poll([window(rig)])
        assert arrived(rig) == ["[1 attachment: not supported yet]", "look\n[2 attachments: not supported yet]"]


@each_service
async def test_a_record_that_is_no_text_is_set_aside_once(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        rig.far_side.text("", OUR_NUMBER, "from nobody")
        rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "from someone")
        for _ in range(2):
            await carrier_of(loaded).poll([window(rig)])
        assert arrived(rig) == ["from someone"]
        (odd,) = rig.workbench.way_in.odd
        assert "from nobody" in odd.raw.decode()


BROKEN: Sequence[tuple[str, Any]] = [
    ("redirect", Fault(status=302, headers={"Location": "/elsewhere"})),
    ("server error", Fault(status=500, body=b"Internal Server Error")),
    ("bad gateway", Fault(status=502, body=b"<html>Bad Gateway</html>", content_type="text/html")),
    ("too many", Fault(status=429, headers={"Retry-After": "3"})),
    ("refused", Fault(status=401)),
    ("page of html", Fault(body=b"<html>Welcome</html>", content_type="text/html")),
    ("no list", Fault(body=b'{"messages": {"a": 1}}', content_type=JSON)),
    ("half", Fault(body=b'{"messages": [{"sid": "SM1"', content_type=JSON)),
    ("bytes", Fault(body=b"\xff\x00" * 50)),
    ("nothing", Fault()),
    ("cut", Fault(body=b'{"messages": []}', content_type=JSON, end="cut")),
    ("dropped", Fault(end="drop")),
    ("silence", Fault(end="hang")),
]


@each_service
@pytest.mark.parametrize("fault", [fault for _, fault in BROKEN], ids=[name for name, _ in BROKEN])
async def test_a_list_that_cannot_be_read_is_said_to_be_so(service: str, fault: Fault) -> None:
    async with loaded_rig(service, deadline=0.3, connect_timeout=0.2) as (rig, loaded):
        rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "hi")
        rig.far_side.next_look(*[fault] * (2 if fault.end == "drop" else 1))  # a look on an old connection is repeated
        with pytest.raises(NotReady) as caught:
            await carrier_of(loaded).poll([window(rig)])
        assert caught.value.message.endswith(".")
        assert arrived(rig) == []
        await carrier_of(loaded).poll([window(rig)])
        assert arrived(rig) == ["hi"]


@each_service
async def test_a_message_that_cannot_be_read_is_said_to_be_so(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        await loaded.carrier.send(outgoing())
        for body in (b"", b"<html>", b'{"sid": "another"}', b"[]"):
            rig.far_side.next_look(Fault(body=body, content_type=JSON))
            with pytest.raises(NotReady):
                await carrier_of(loaded).status(rig.far_side.messages[0].sid)


async def test_a_page_that_repeats_itself_is_the_end() -> None:
    async with loaded_rig() as (rig, loaded):
        for number in range(50):
            rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, f"{number}")
        carrier = carrier_of(loaded)
        page = rig.far_side._list_answer

        def same(request: Any) -> Any:  # noqa: ANN401 - aiohttp's
            return page(request.clone(rel_url=request.rel_url.update_query(Page="0")))

        rig.far_side._list_answer = same
        await carrier.poll([window(rig)])
        assert len(arrived(rig)) == 50


async def test_texts_that_only_the_list_brought_are_told_of() -> None:
    async with loaded_rig() as (rig, loaded):
        carrier = carrier_of(loaded)
        rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "before we listened")
        await rig.clock.advance(300)
        await carrier.poll([window(rig)])
        assert "list alone" not in (await carrier.health()).sentence
        rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "missed")
        await rig.clock.advance(300)
        await carrier.poll([window(rig)])
        assert "A text came by the list alone just now" in (await carrier.health()).sentence
        await rig.text_in("by call-back")
        assert "list alone" not in (await carrier.health()).sentence
