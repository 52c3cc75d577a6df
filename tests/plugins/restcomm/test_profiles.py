"""What differs between the services is data, and each has its errors, limits and settings."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sidetone_restcomm
from plugins.restcomm.rig import SERVICES, loaded_rig
from plugins.restcomm.test_lists import outgoing
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.segments import segment
from sidetone.plugin import (
    Accepted,
    BadConfig,
    BadCredentials,
    Deferred,
    FindsSent,
    Limits,
    Outcome,
    Outgoing,
    PollsInbound,
    Rejected,
    RejectKind,
    State,
    TakesWebhooks,
    TellsStatus,
    Unknown,
)
from sidetone.testing.carrier_contract import OUR_NUMBER, THEIR_NUMBER, load
from sidetone.testing.context import Workbench
from sidetone.testing.message_far_side import Fault
from sidetone_restcomm.answers import read_answer
from sidetone_restcomm.faults import OVERRIDE, FaultKind, FaultTable
from sidetone_restcomm.outcomes import outcome_of
from sidetone_restcomm.profiles import PROFILES

PROJECT = "6bfbbe86-a901-4197-8759-2a0de1fa319d"
SECTIONS: dict[str, dict[str, Any]] = {
    "restcomm": {"account_sid": "AC" + "a" * 32},
    "twilio": {"account_sid": "AC" + "a" * 32},
    "signalwire": {
        "account_sid": PROJECT,
        "signing_key": "PSK_1",
        "base_url": "https://example.signalwire.com/api/laml/2010-04-01",
    },
}
each_service = pytest.mark.parametrize("service", SERVICES)


def section(service: str, **changes: object) -> dict[str, Any]:
    own = {"profile": service, "auth_token": "token", "hook_secret": "0123456789abcdef", **SECTIONS[service]}
    return {key: value for key, value in {**own, **changes}.items() if value is not None}


def complaint(table: dict[str, Any]) -> str:
    with pytest.raises(BadConfig) as caught:
        load(sidetone_restcomm, Workbench().context(table))
    return str(caught.value)


def judged(service: str, status: int, body: dict[str, object], *overrides: str, after: float | None = None) -> Outcome:
    answer = read_answer(status, json.dumps(body).encode(), retry_after=after)
    return outcome_of(answer, "hello", PROFILES[service], FaultTable(overrides))


def error(code: int, status: int = 400) -> dict[str, object]:
    return {"code": code, "message": f"Error {code} for +4915112345678", "more_info": "https://…", "status": status}


@each_service
def test_it_has_the_abilities_that_the_core_asks_for(service: str) -> None:
    carrier = load(sidetone_restcomm, Workbench().context(section(service)))
    assert isinstance(carrier, TakesWebhooks)
    assert isinstance(carrier, FindsSent)
    assert isinstance(carrier, TellsStatus)
    assert isinstance(carrier, PollsInbound)


@pytest.mark.parametrize(
    ("service", "rate", "longest"), [("restcomm", 10, None), ("twilio", 10, 1600), ("signalwire", 1, 1600)]
)
def test_limits_are_the_services_unless_set(service: str, rate: float, longest: int | None) -> None:
    def limits(**changes: object) -> Limits:
        return load(sidetone_restcomm, Workbench().context(section(service, **changes))).limits

    assert (limits().rate, limits().longest_text) == (rate, longest)
    assert (limits(rate=0).rate, limits(longest_text=160).longest_text) == (None, 160)


@pytest.mark.parametrize(
    ("service", "changes", "named"),
    [
        ("twilio", {"account_sid": PROJECT}, "account_sid"),
        ("twilio", {"account_sid": "SK" + "a" * 32}, "account_sid"),
        ("signalwire", {"account_sid": "AC" + "a" * 32}, "account_sid"),
        ("signalwire", {"base_url": None}, "base_url"),
        ("signalwire", {"signing_key": None}, "signing_key"),
        ("signalwire", {"shared_key": "x"}, "shared_key"),
        ("signalwire", {"api_key": "SK" + "a" * 32}, "api_key"),
        ("twilio", {"api_key": "SK" + "a" * 32}, "signing_key"),
        ("twilio", {"api_key": "AC" + "a" * 32, "signing_key": "x"}, "api_key"),
        ("restcomm", {"signing_key": "x"}, "signing_key"),
        ("restcomm", {"shared_key": "x"}, "shared_key"),
        ("restcomm", {"api_key": "SK" + "a" * 32}, "api_key"),
        ("twilio", {"hook_secret": "short"}, "hook_secret"),
        ("twilio", {"error_kinds": ["30003 later"]}, "error_kinds"),
        ("twilio", {"error_kinds": ["30003 = never"]}, "error_kinds"),
        ("twilio", {"poll_every": -1}, "poll_every"),
        ("twilio", {"splits": "nobody"}, "splits"),
    ],
)
def test_what_cannot_be_proven_or_called_is_refused_before_it_starts(
    service: str, changes: dict[str, object], named: str
) -> None:
    assert named in complaint(section(service, **changes))


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        (21211, 400, RejectKind.RECIPIENT),
        (21408, 400, RejectKind.RECIPIENT),
        (21606, 400, RejectKind.SENDER),
        (30034, 400, RejectKind.SENDER),
        (21610, 400, RejectKind.OPTED_OUT),
        (21617, 400, RejectKind.MESSAGE),
        (99999, 400, RejectKind.MESSAGE),
        (99999, 409, RejectKind.MESSAGE),
    ],
)
@pytest.mark.parametrize("service", ["twilio", "signalwire"])
def test_errors_that_are_final(service: str, code: int, status: int, kind: RejectKind) -> None:
    outcome = judged(service, status, error(code, status))
    assert isinstance(outcome, Rejected)
    assert (outcome.kind, "4915112345678" in outcome.text) == (kind, False)


@pytest.mark.parametrize(
    ("code", "status", "whole"),
    [
        (20003, 401, True),
        (20404, 404, True),
        (20429, 429, True),
        (63038, 429, True),
        (30002, 400, True),
        (21611, 400, False),
    ],
)
@pytest.mark.parametrize("service", ["twilio", "signalwire"])
def test_errors_that_pass_or_wait_for_a_person(service: str, code: int, status: int, whole: bool) -> None:
    outcome = judged(service, status, error(code, status), after=9.0)
    assert isinstance(outcome, Deferred)
    assert (outcome.code, outcome.whole_carrier, outcome.after) == (str(code), whole, 9.0)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_servers_own_error_says_nothing_about_the_message(status: int) -> None:
    assert isinstance(judged("twilio", status, error(20500, status)), Unknown)


@pytest.mark.parametrize(
    ("service", "status", "sid", "taken"),
    [
        ("twilio", 201, "SM" + "0" * 32, True),
        ("twilio", 201, "MM" + "0" * 32, True),
        ("twilio", 201, PROJECT, False),
        ("twilio", 200, "SM" + "0" * 32, False),
        ("signalwire", 201, PROJECT, True),
        ("signalwire", 201, "SM" + "0" * 32, False),
        ("restcomm", 200, "SM" + "0" * 32, True),
        ("restcomm", 201, "SMx", True),
    ],
)
def test_what_counts_as_taken(service: str, status: int, sid: str, taken: bool) -> None:
    outcome = judged(
        service, status, {"sid": sid, "body": "hello", "status": "queued", "num_segments": 1, "price": None}
    )
    assert isinstance(outcome, Accepted if taken else Unknown)


def test_an_administrator_knows_better() -> None:
    for override, kind in {"21211 = later": None, "21211=message": RejectKind.MESSAGE}.items():
        outcome = judged("twilio", 400, error(21211), override)
        assert (outcome.kind if isinstance(outcome, Rejected) else None) is kind
    unknown = judged("twilio", 400, error(12345), "12345 = opted_out")
    assert unknown == Rejected(RejectKind.OPTED_OUT, "12345", "The carrier says error 12345")


def test_an_override_by_number_holds_for_the_name_and_the_other_way_round() -> None:
    for spelling in ("30008", "unknown_error"):
        table = FaultTable([f"{spelling} = account"])
        assert table.needs_a_person("30008")
        assert table.needs_a_person("UNKNOWN_ERROR")
    assert not FaultTable().needs_a_person("30008")


@given(code=st.text(max_size=20))
def test_any_error_code_is_looked_up(code: str) -> None:
    fault = FaultTable().find(code)
    assert fault is None or fault.words


@given(entry=st.from_regex(rf"\A{OVERRIDE}\Z"))
def test_every_entry_that_the_settings_let_pass_can_be_read(entry: str) -> None:
    code, _, kind = entry.partition("=")
    fault = FaultTable([entry]).find(code)
    assert fault is not None
    assert fault.kind is FaultKind(kind.strip())


def test_errors_are_known_by_number_by_name_and_as_the_pages_misprint_them() -> None:
    find = FaultTable().find
    by_number, by_name, misprinted = find("30010"), find("message_price_exceeds_max_price"), find("300010")
    assert by_number is not None
    assert by_number == by_name == misprinted


async def test_who_has_opted_out_is_said_to_have() -> None:
    async with loaded_rig("twilio") as (rig, loaded):
        rig.far_side.opted_out.add(THEIR_NUMBER)
        outcome = await loaded.send("hello")
        assert isinstance(outcome, Rejected)
        assert (outcome.kind, outcome.code) == (RejectKind.OPTED_OUT, "21610")


async def test_a_foreign_sender_is_the_numbers_fault_and_not_the_accounts() -> None:
    async with loaded_rig("twilio") as (rig, loaded):
        rig.far_side.numbers.add("+493099999999")
        outcome = await loaded.send("hello")
        assert isinstance(outcome, Rejected)
        assert outcome.kind is RejectKind.SENDER
        assert (await loaded.carrier.health()).state is State.OK


async def test_an_account_that_is_refused_is_told_and_waits_for_a_person() -> None:
    async with loaded_rig("twilio") as (rig, loaded):
        rig.far_side.next(
            Fault(status=401, body=json.dumps(error(20003, 401)).encode(), content_type="application/json")
        )
        assert isinstance(await loaded.send("hello"), Deferred)
        assert (await loaded.carrier.health()).state is State.FAILED


async def test_an_api_key_that_is_refused_is_named() -> None:
    async with loaded_rig("twilio") as (rig, _):
        changes = {"api_key": "SK" + "1" * 32, "auth_token": "wrong", "signing_key": "x"}
        context = rig.workbench.context({**rig.table, **changes})
        with pytest.raises(BadCredentials) as caught:
            await load(rig.plugin, context).start()
        assert "`api_key`" in caught.value.hint
        await context.close()


async def test_a_trial_accounts_words_are_noted() -> None:
    async with loaded_rig("twilio") as (rig, loaded):
        rig.far_side.trial = True
        outcome = await loaded.send("hello")
        assert isinstance(outcome, Accepted)
        assert "of its own before the text" in outcome.note


@pytest.mark.parametrize("service", ["twilio", "signalwire"])
async def test_long_texts_are_counted_as_the_service_counts(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        assert isinstance(await loaded.send("👍" * 800), Accepted)
        outcome = await loaded.send("👍" * 801)
        assert isinstance(outcome, Rejected)
        assert outcome.code == "too-long"
        assert len(rig.far_side.messages) == 1


@pytest.mark.parametrize(("service", "encoding"), [("restcomm", "UCS-2"), ("twilio", None), ("signalwire", None)])
async def test_only_a_service_that_must_be_told_is_told_the_alphabet(service: str, encoding: str | None) -> None:
    async with loaded_rig(service) as (rig, loaded):
        await loaded.send("Привет")
        assert rig.far_side.messages[0].form.get("Encoding") == encoding


@pytest.mark.parametrize(("left", "told"), [(60, "60"), (36_000, None), (86_400, None), (-5, "1")])
async def test_a_text_that_is_soon_too_late_says_until_when_it_counts(left: int, told: str | None) -> None:
    async with loaded_rig("twilio") as (rig, loaded):
        message = outgoing()
        valid_until = rig.clock.now() + left * 1000
        await loaded.carrier.send(
            Outgoing(
                reference="r1",
                sender=OUR_NUMBER,
                recipient=Party(PartyKind.E164, THEIR_NUMBER),
                body=message.body,
                segments=segment(message.body),
                valid_until=valid_until,
            )
        )
        assert rig.far_side.messages[0].form.get("ValidityPeriod") == told
