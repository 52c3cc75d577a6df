"""A queue is never quiet: a message that waits says for what, and when its next try is."""

from delivery.stage import Stage
from sidetone.domain.health import State
from sidetone.domain.outcome import Accepted, Deferred
from sidetone.people.render import time_text
from sidetone.views import MessageDetail, WaitView


def wait_of(detail: MessageDetail) -> tuple[str, str, str | None]:
    assert detail.waits is not None
    return detail.waits.reason, detail.waits.sentence, detail.waits.next_try_at


async def test_behind_a_carrier_that_fails_as_a_whole_everyone_hears_so(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.always(Deferred("closed", 300, whole_carrier=True))
    stage.engine.open(stage.carrier)
    first = await stage.text(ada)
    at = time_text(stage.clock.now() + 300_000)
    assert await stage.status(ada, first) == "queued"
    other = await stage.text(ada, "another", "+4915112345679")
    for message in (first, other):
        assert wait_of(await stage.detail(ada, message)) == (
            "carrier",
            "Messages wait: closed. Sidetone keeps trying.",
            at,
        )
    last = (await stage.detail(ada, other)).history[-1]
    assert (last.code, last.values["at"]) == ("wait.carrier", at)
    assert last.text == (
        "It waits for carrier “main”, which is not working (Messages wait: closed. Sidetone keeps trying). "
        f"Next try: {at}."
    )
    stage.carrier.always(Accepted(("id",)))
    await stage.passes(300)
    assert (await stage.detail(ada, first)).waits is None


async def test_one_that_was_put_off_alone_says_when_it_is_tried_again_and_the_next_waits_for_it(stage: Stage) -> None:
    ada = await stage.people()
    stage.carrier.in_turn(Deferred("busy", 60))
    stage.engine.open(stage.carrier)
    first = await stage.text(ada, "one")
    second = await stage.text(ada, "two")
    reason, _, at = wait_of(await stage.detail(ada, first))
    assert (reason, at is not None) == ("retry", True)
    assert wait_of(await stage.detail(ada, second)) == ("earlier", "", at)
    await stage.passes(60)
    assert [await stage.status(ada, message) for message in (first, second)] == ["sent", "sent"]


async def test_a_carrier_that_cannot_start_is_named(stage: Stage) -> None:
    ada = await stage.people()
    message = await stage.text(ada)
    stage.parts.set("carrier main", State.FAILED, "Tries again in 40 s: the line is dead.")
    found = (await stage.detail(ada, message)).waits
    assert found == WaitView(
        reason="carrier", carrier="main", sentence="Tries again in 40 s: the line is dead.", next_try_at=None
    )


async def test_a_carrier_that_the_configuration_no_longer_has_is_named_too(stage: Stage) -> None:
    ada = await stage.people()
    message = await stage.text(ada)
    await stage.passes(20)
    assert wait_of(await stage.detail(ada, message))[:2] == (
        "carrier",
        "Messages that wait for a carrier that is not running: 1.",
    )


async def test_one_whose_turn_it_is_has_nothing_to_say(stage: Stage) -> None:
    ada = await stage.people()
    detail = await stage.detail(ada, await stage.text(ada))
    assert wait_of(detail) == ("turn", "", None)
    assert detail.history[-1].code == "now"
