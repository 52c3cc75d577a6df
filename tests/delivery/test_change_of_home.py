"""A number that moves to another carrier takes along what waits, and leaves what its former carrier has in hand."""

import pytest

from delivery.stage import OWN, PARTY, ScriptedCarrier, Stage
from sidetone.domain.outcome import Deferred
from sidetone.people.numbers import Numbers
from sidetone.store.connection import Txn
from sidetone.store.consent import decide
from sidetone.views import NumberChange

OTHER = "+4930901820101"
HOLD = "UPDATE message SET status = 'held', problem_kind = 'maybe_opt_out' WHERE id = :id"


@pytest.fixture
def numbers(stage: Stage) -> Numbers:
    return Numbers(stage.store, lambda: ("main", "new"), "DE")


async def move(numbers: Numbers, number: str = OWN) -> None:
    page = await numbers.page(after=0, limit=9)
    (found,) = (each for each in page.items if each.number == number)
    await numbers.change(int(found.id), NumberChange(carrier="new"))


async def test_what_waits_follows_and_what_is_anothers_stays(stage: Stage, numbers: Numbers) -> None:
    ada, bob = await stage.people(), await stage.person("bob", OTHER)
    waits, anothers = [await stage.text(ada, "one"), await stage.text(ada, "two")], await stage.text(bob, "other")
    heard: list[int] = []
    stage.store.listen(lambda entries: heard.extend(e.subject_id for e in entries if e.type == "message.updated"))
    await move(numbers)
    assert heard == [int(message.id) for message in waits]
    new = ScriptedCarrier("new")
    for carrier in (new, stage.carrier):
        stage.engine.open(carrier)
    assert [await stage.status(ada, message) for message in waits] == ["sent", "sent"]
    assert (new.bodies, stage.carrier.bodies) == (["one", "two"], ["other"])
    assert {(await stage.detail(ada, message)).carrier for message in waits} == {"new"}
    assert (await stage.detail(bob, anothers)).carrier == "main"


async def test_what_was_put_off_need_not_wait_for_the_former_carrier(stage: Stage, numbers: Numbers) -> None:
    stage.carrier.always(Deferred("closed", 600, whole_carrier=True))
    stage.engine.open(stage.carrier)
    ada = await stage.people()
    message = await stage.text(ada)
    assert await stage.status(ada, message) == "queued"
    await move(numbers)
    stage.engine.open(ScriptedCarrier("new"))
    assert await stage.status(ada, message) == "sent"
    assert [attempt.carrier for attempt in (await stage.detail(ada, message)).attempts] == ["main", "new"]


async def test_what_the_former_carrier_has_in_hand_is_its_own(stage: Stage, numbers: Numbers) -> None:
    gate = stage.carrier.hold()
    stage.engine.open(stage.carrier)
    ada = await stage.people()
    message = await stage.text(ada)
    assert await stage.status(ada, message) == "sending"
    await move(numbers)
    new = ScriptedCarrier("new")
    stage.engine.open(new)
    gate.set()
    assert await stage.status(ada, message) == "sent"
    assert ((await stage.detail(ada, message)).carrier, new.bodies) == ("main", [])


async def test_what_was_held_leaves_by_the_number_s_carrier_of_that_day(stage: Stage, numbers: Numbers) -> None:
    ada = await stage.people()
    message = await stage.text(ada)

    def hold(txn: Txn) -> None:
        txn.run("DELETE FROM outbox", {})
        txn.run(HOLD, {"id": int(message.id)})

    await stage.store.write(hold)
    await move(numbers)
    await stage.store.write(decide, int(message.conversation_id), may_text=True)
    new = ScriptedCarrier("new")
    stage.engine.open(new)
    assert await stage.status(ada, message) == "sent"
    assert new.sent[0].recipient.value == PARTY
