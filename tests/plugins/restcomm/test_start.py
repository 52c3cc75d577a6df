"""The connection test at the start, and how the account's standing is told."""

import json

import pytest

from sidetone.domain.fault import SidetoneError
from sidetone.plugin import (
    Accepted,
    BadConfig,
    BadCredentials,
    Deferred,
    NotReady,
    Outcome,
    Rejected,
    RejectKind,
    State,
    Unknown,
)
from sidetone.testing.clock import FakeClock
from sidetone.testing.context import Workbench
from sidetone_restcomm.answers import read_answer
from sidetone_restcomm.carrier import judge_account
from sidetone_restcomm.outcomes import NEEDS_A_PERSON
from sidetone_restcomm.standing import MANY_UNKNOWN, Standing

ACCOUNT = {"sid": "AC1", "status": "active"}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, "", BadCredentials),
        (403, "", BadCredentials),
        (403, "Account is suspended", NotReady),
        (404, "", BadConfig),
        (400, "", BadConfig),
        (302, "", BadConfig),
        (429, "", NotReady),
        (500, "", NotReady),
        (503, "<html>", NotReady),
        (200, "<html>Welcome</html>", BadConfig),
        (200, "{}", BadConfig),
        (200, "", BadConfig),
        (200, json.dumps({"sid": "AC1", "status": "closed"}), NotReady),
        (200, json.dumps({"sid": "AC1", "status": "uninitialized"}), NotReady),
    ],
)
def test_why_it_cannot_start(status: int, body: str, expected: type[SidetoneError]) -> None:
    with pytest.raises(expected) as caught:
        judge_account(read_answer(status, body.encode()))
    assert caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(ACCOUNT),
        json.dumps({"sid": "AC1"}),
        "<RestcommResponse><Account><Sid>AC1</Sid><Status>active</Status></Account></RestcommResponse>",
    ],
)
def test_an_active_account_can_send(body: str) -> None:
    judge_account(read_answer(200, body.encode()))


class Bench:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.workbench = Workbench(clock=self.clock)
        self.standing = Standing(self.workbench.context({}), NEEDS_A_PERSON.__contains__)

    def state(self) -> State:
        return self.standing.health().state


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.standing.well()
    return bench


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Accepted(), State.OK),
        (Rejected(RejectKind.RECIPIENT), State.OK),
        (Deferred("The carrier refuses our credentials", code="401", whole_carrier=True), State.FAILED),
        (Deferred("The account has reached its limit", code="SMS_LIMIT_EXCEEDED", whole_carrier=True), State.DEGRADED),
        (Deferred("No connection", code="unreachable", whole_carrier=True), State.DEGRADED),
        (Deferred("Slow down", code="429"), State.DEGRADED),
        (Unknown("Nothing came back"), State.OK),
    ],
)
def test_the_state_follows_the_last_signal(bench: Bench, outcome: Outcome, state: State) -> None:
    bench.standing.note(outcome)
    assert bench.state() is state


def test_many_sends_without_an_answer_degrade(bench: Bench) -> None:
    for _ in range(MANY_UNKNOWN - 1):
        bench.standing.note(Unknown("Nothing came back"))
    assert bench.state() is State.OK
    bench.standing.note(Unknown("Nothing came back"))
    assert bench.state() is State.DEGRADED


def test_a_change_is_logged_once_each_way(bench: Bench) -> None:
    for outcome in (Deferred("away", code="unreachable"), Deferred("away", code="unreachable"), Accepted(), Accepted()):
        bench.standing.note(outcome)
    assert [entry["state"] for entry in bench.workbench.logged] == ["ok", "degraded", "ok"]


async def test_the_sentence_tells_the_age_of_the_last_signs(bench: Bench) -> None:
    assert "No traffic since the start." in bench.standing.health().sentence
    bench.standing.note(Accepted())
    await bench.clock.advance(180)
    bench.standing.called_back(text=True)
    assert bench.standing.health().sentence == "Last text taken 3 min ago; last call-back just now."
