"""Round trips over real HTTP with a far side that misbehaves in every way we know."""

import asyncio

import pytest

from plugins.restcomm.rig import DEADLINE, SECRET, full_port, loaded_rig, open_rig
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.segments import segment
from sidetone.errors import StoreFull
from sidetone.plugin import Accepted, Deferred, Outcome, Outgoing, Rejected, RejectKind, State, Unknown
from sidetone.plugin.carrier import Carrier
from sidetone.testing.carrier_contract import OUR_NUMBER, THEIR_NUMBER, load
from sidetone.testing.clock import settle
from sidetone.testing.restcomm_calls import BAD_ANSWER
from sidetone.testing.restcomm_far_side import ACCOUNT, Fault
from sidetone_restcomm.answers import LARGEST_ANSWER
from sidetone_restcomm.carrier import PROBE
from sidetone_restcomm.outcomes import LIMIT, REDIRECTED, UNREACHABLE

JSON = "application/json"


async def send(carrier: Carrier, body: str = "hello", to: Party | None = None) -> Outcome:
    return await carrier.send(
        Outgoing(
            reference="r1",
            sender=OUR_NUMBER,
            recipient=to or Party(PartyKind.E164, THEIR_NUMBER),
            body=body,
            segments=segment(body),
            valid_until=2_000_000_000_000,
        )
    )


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        ("plain & 100%", "GSM"),
        ("1+1=2;\n%41 & ~'*'?!", "GSM"),
        ("Grüße [x] €", "GSM"),
        ("Привет 👍", "UCS-2"),
        ("x" * 500, "GSM"),
    ],
)
async def test_a_message_arrives_with_its_encoding_and_the_way_back(body: str, encoding: str) -> None:
    async with loaded_rig() as (rig, loaded):
        outcome = await send(loaded.carrier, body)
        (sms,) = rig.far_side.messages
        assert outcome == Accepted((sms.sid,))
        assert (sms.sender, sms.recipient, sms.body, sms.encoding) == (OUR_NUMBER, THEIR_NUMBER, body, encoding)
        assert sms.status_callback == f"{rig.hooks.url}/hooks/test/{SECRET}/status/r1"


async def test_a_short_code_is_sent_as_its_digits() -> None:
    async with loaded_rig() as (rig, loaded):
        await send(loaded.carrier, to=Party(PartyKind.SHORT, "12345"))
        assert rig.far_side.messages[0].recipient == "12345"


async def test_a_name_is_refused_before_anything_leaves() -> None:
    async with loaded_rig() as (rig, loaded):
        outcome = await send(loaded.carrier, to=Party(PartyKind.ALPHA, "SUPPORT"))
        assert isinstance(outcome, Rejected)
        assert outcome.kind is RejectKind.RECIPIENT
        assert rig.far_side.messages == []


async def test_a_text_that_the_server_would_cut_is_refused_before_it_leaves() -> None:
    async with loaded_rig(longest_text=160) as (rig, loaded):
        assert isinstance(await send(loaded.carrier, "x" * 160), Accepted)
        outcome = await send(loaded.carrier, "x" * 161)
        assert isinstance(outcome, Rejected)
        assert (outcome.kind, outcome.code) == (RejectKind.MESSAGE, "too-long")
        assert len(rig.far_side.messages) == 1


async def test_a_server_that_normalizes_cuts_and_is_found_out() -> None:
    async with loaded_rig() as (rig, loaded):
        rig.far_side.normalizes = True
        outcome = await send(loaded.carrier, "x" * 200)
        assert isinstance(outcome, Accepted)
        assert "159 of 200" in outcome.note


async def test_a_limit_that_is_reached_defers() -> None:
    async with loaded_rig() as (rig, loaded):
        rig.far_side.limit_reached = True
        outcome = await send(loaded.carrier)
        assert isinstance(outcome, Deferred)
        assert (outcome.code, outcome.whole_carrier) == (LIMIT, True)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(takes=True, end="drop"),
        Fault(end="drop"),
        Fault(takes=True, end="cut", body=b'{"sid": "SM00000000000000000000000000000001"}', content_type=JSON),
        Fault(end="cut", status=500, body=b"Internal Server Error"),
        Fault(body=b'{"sid": "SM1', content_type=JSON),
        Fault(body=b"\x00\xff" * 100),
        Fault(body=b'{"sid": "' + b"x" * LARGEST_ANSWER + b'"}', content_type=JSON),
        Fault(status=204),
        Fault(status=500),
        Fault(status=502, body=b"<html>Bad Gateway</html>", content_type="text/html"),
        Fault(status=504),
        Fault(status=303, headers={"Location": "/"}),
    ],
)
async def test_when_it_may_have_left_the_outcome_is_unknown(fault: Fault) -> None:
    async with loaded_rig() as (rig, loaded):
        rig.far_side.next(fault)
        assert isinstance(await send(loaded.carrier), Unknown)
        assert isinstance(await send(loaded.carrier), Accepted)


async def test_an_answer_that_never_comes_is_unknown_in_our_own_words() -> None:
    async with loaded_rig(deadline=0.5, connect_timeout=0.4) as (rig, loaded):
        rig.far_side.next(Fault(takes=True, end="hang"))
        outcome = await send(loaded.carrier)
        assert isinstance(outcome, Unknown)
        assert "did not answer within 0.5 s" in outcome.reason
        assert len(rig.far_side.messages) == 1


async def test_a_server_that_is_away_certainly_took_nothing() -> None:
    async with loaded_rig() as (rig, loaded):
        await rig.far_side.__aexit__()
        await settle()  # the kept-alive connection hears of it
        outcome = await send(loaded.carrier)
        assert isinstance(outcome, Deferred)
        assert (outcome.code, outcome.whole_carrier) == (UNREACHABLE, True)
        assert "Connection refused" in outcome.reason


async def test_a_server_that_opens_no_connection_took_nothing() -> None:
    async with open_rig() as rig:
        with full_port() as port:
            url = f"http://127.0.0.1:{port}/restcomm/2012-04-24"
            context = rig.workbench.context({**rig.table, "base_url": url, "connect_timeout": 0.1})
            outcome = await send(load(rig.plugin, context))
            await context.close()
        assert isinstance(outcome, Deferred)
        assert "opened no connection within 0.1 s" in outcome.reason


async def test_a_connection_that_cannot_be_secured_took_nothing() -> None:
    async with open_rig() as rig:
        other = rig.workbench.context({**rig.table, "base_url": rig.far_side.base_url.replace("http", "https")})
        carrier = load(rig.plugin, other)
        outcome = await send(carrier)
        await other.close()
        assert isinstance(outcome, Deferred)
        assert "TLS" in outcome.reason


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(status: int) -> None:
    async with loaded_rig() as (rig, loaded):
        elsewhere = f"{rig.far_side.base_url}/Accounts/{ACCOUNT}/SMS/Messages.json"
        rig.far_side.next(Fault(status=status, headers={"Location": elsewhere}))
        outcome = await send(loaded.carrier)
        assert isinstance(outcome, Deferred)
        assert outcome.code == REDIRECTED
        assert [method for method, _path in rig.far_side.requests] == ["GET", "POST"]


async def test_a_busy_server_is_given_the_time_it_asks_for() -> None:
    async with loaded_rig() as (rig, loaded):
        rig.far_side.next(Fault(status=503, headers={"Retry-After": "30"}))
        outcome = await send(loaded.carrier)
        assert isinstance(outcome, Deferred)
        assert (outcome.after, outcome.whole_carrier) == (30.0, True)


async def test_an_account_that_is_closed_while_we_run_shows_in_the_state() -> None:
    async with loaded_rig() as (rig, loaded):
        rig.far_side.account_status = "suspended"
        assert isinstance(await send(loaded.carrier), Deferred)
        health = await loaded.carrier.health()
        assert health.state is State.FAILED
        assert "suspended" in health.sentence


async def test_a_refused_account_is_looked_at_now_and_then_until_it_is_well() -> None:
    async with loaded_rig() as (rig, loaded):
        rig.far_side.account_status = "suspended"
        for _ in range(3):
            assert isinstance(await send(loaded.carrier), Deferred)
        for _ in range(2):
            await rig.pass_time(PROBE)
        assert (await loaded.carrier.health()).state is State.FAILED
        rig.far_side.account_status = "active"
        await rig.pass_time(PROBE)
        assert (await loaded.carrier.health()).state is State.OK
        assert rig.clock.sleepers == 0
        changes = [(entry["was"], entry["state"]) for entry in rig.workbench.logged]
        assert changes == [("starting", "ok"), ("ok", "failed"), ("failed", "ok")]
        assert [method for method, _path in rig.far_side.requests] == ["GET", *["POST"] * 3, *["GET"] * 3]


async def test_statuses_come_as_receipts_early_late_and_again() -> None:
    async with loaded_rig() as (rig, loaded):
        rig.far_side.early, rig.far_side.after = ("sending", "delivered"), ("sent", "delivered", "teleported")
        await send(loaded.carrier)
        await rig.far_side.called_all()
        words = [receipt.text or receipt.status.value for receipt in rig.workbench.way_in.receipts]
        assert words == ["sending", "delivered", "sent", "delivered", "teleported"]
        assert rig.far_side.notifications == []


@pytest.mark.parametrize("old_names", [False, True])
async def test_a_failure_is_reported_by_the_errors_name(old_names: bool) -> None:
    async with loaded_rig() as (rig, loaded):
        await send(loaded.carrier)
        (sms,) = rig.far_side.messages
        await rig.far_side.report(sms, "failed", error="LANDLINE_OR_UNREACHABLE_CARRIER", old_names=old_names)
        (receipt,) = rig.workbench.way_in.receipts
        assert (receipt.carrier_id, receipt.code) == (sms.sid, "30006")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_text_that_comes_twice_keeps_its_id(method: str) -> None:
    async with loaded_rig() as (rig, _loaded):
        sms = rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "Grüße & 100% 👍")
        for _ in range(2):
            assert (await rig.far_side.deliver(sms, f"{rig.sms_url}?lost=1", method=method)).notification is None
        assert [text.carrier_id for text in rig.workbench.way_in.texts] == [sms.sid, sms.sid]


async def test_a_full_store_is_no_yes() -> None:
    async with loaded_rig() as (rig, _loaded):
        rig.workbench.way_in.failure = StoreFull("The disk is full.")
        called = await rig.far_side.deliver(rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "x"), rig.sms_url)
        assert called.status == 503
        assert [note.code for note in rig.far_side.notifications] == [BAD_ANSWER]


async def test_one_answer_that_never_comes_holds_up_no_other() -> None:
    async with loaded_rig() as (rig, loaded):
        rig.far_side.next(Fault(takes=True, end="hang"))
        first, second = await asyncio.gather(send(loaded.carrier, "one"), send(loaded.carrier, "two"))
        assert {type(first), type(second)} == {Accepted, Unknown}


async def test_the_deadline_of_the_core_leaves_ours_the_word() -> None:
    async with loaded_rig() as (_rig, loaded):
        assert loaded.carrier.limits.deadline > DEADLINE
