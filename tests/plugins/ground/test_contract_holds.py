"""The contract suite passes a carrier that keeps every promise, and catches one that breaks any of them."""

# ruff: noqa: ANN401 - some lie about their types on purpose

import asyncio
import inspect
from typing import Any

import pytest

from plugins.ground import cheats
from plugins.ground.tin_can import Can, CanRig
from sidetone.plugin.life import Patience
from sidetone.testing.carrier_contract import CarrierContract, start


class Hasty(CarrierContract):
    """The suite, with less patience for those that are known to need more."""

    host = Patience(stop=0.3, grace=0.1)
    patience = 0.3


class TestTinCan(CarrierContract):
    @pytest.fixture
    async def rig(self) -> CanRig:
        return CanRig()


CASES: list[tuple[type[Can], str]] = [
    (cheats.DefersSilence, "silence_is_unknown"),
    (cheats.DefersABrokenLine, "line_that_breaks"),
    (cheats.RetriesInside, "line_that_breaks"),
    (cheats.TakesNonsense, "makes_no_sense"),
    (cheats.DefersARefusal, "refusal_is_rejected"),
    (cheats.RejectsNotNow, "not_now_is_deferred"),
    (cheats.LosesHeartWhenNobodyIsThere, "cannot_be_reached"),
    (cheats.RaisesForShortCodes, "no_phone"),
    (cheats.GivesOneIdToAll, "do_not_mix_up"),
    (cheats.CountsWrong, "one_id_for_each_part"),
    (cheats.DropsRepeatedReceipts, "receipt_may_come_twice"),
    (cheats.KnowsBetterThanReceipts, "receipts_may_come_in_any_order"),
    (cheats.ReportsInItsOwnTime, "before_the_answer"),
    (cheats.ReportsInItsOwnTime, "receipt_that_is_not_stored"),
    (cheats.AcknowledgesWhatIsNotStored, "what_is_not_stored"),
    (cheats.AcknowledgesWhatIsNotStored, "receipt_that_is_not_stored"),
    (cheats.AcknowledgesWhatIsNotStored, "authentic_and_odd"),
    (cheats.BelievesAnyone, "proves_nothing"),
    (cheats.BelievesAnyone, "junk_is_refused"),
    (cheats.ChokesOnJunk, "junk_is_refused"),
    (cheats.DropsWhatItCannotRead, "authentic_and_odd"),
    (cheats.ChangesTheBody, "as_it_was_written"),
    (cheats.FindsAnything, "sent_before"),
    (cheats.FindsNothing, "taken_unseen"),
    (cheats.GuessesAStatus, "how_a_part_stands"),
    (cheats.PollsInVain, "cannot_be_stored"),
    (cheats.PollsOnce, "cannot_be_stored"),
    (cheats.HasOneWordForAllFaults, "said_by_the_type"),
    (cheats.HasOneWordForAllFaults, "not_ready"),
    (cheats.TellsItsKey, "said_by_the_type"),
    (cheats.CannotBeStartedAgain, "not_ready"),
    (cheats.WillNotBeCancelled, "never_answers"),
    (cheats.TakesSilenceForAList, "never_answers"),
    (cheats.LogsTheBody, "tells_no_text"),
    (cheats.LogsTheNumberAside, "tells_no_text"),
    (cheats.PrintsItsSecret, "tells_no_text"),
    (cheats.SaysNothingOfHealth, "says_that_it_is_well"),
    (cheats.IsNeverWell, "says_that_it_is_well"),
    (cheats.RefusesLongTexts, "longest_text"),
    (cheats.GivesAllTextsOneId, "ids_of_their_own"),
    (cheats.NamesEachCallAnew, "comes_again"),
    (cheats.PollsTheNewestOnly, "nobody_brought"),
    (cheats.IsOfAnotherTime, "which_api"),
    (cheats.SplitsInThree, "says_of_itself"),
    (cheats.PollsAtRandom, "says_of_itself"),
]
SLOW: list[tuple[type[Can], str]] = [
    (cheats.StopsTooSlowly, "ends_in_time"),
    (cheats.LeavesATask, "many_lives"),
    (cheats.LeavesAFile, "many_lives"),
    (cheats.LeavesAThread, "many_lives"),
]


@pytest.mark.parametrize(("kind", "test"), CASES)
async def test_a_broken_promise_is_caught(kind: type[Can], test: str, request: pytest.FixtureRequest) -> None:
    assert await is_caught(kind, test, request)


@pytest.mark.parametrize(("kind", "test"), SLOW)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
async def test_what_is_left_behind_or_slow_to_end_is_caught(
    kind: type[Can], test: str, request: pytest.FixtureRequest
) -> None:
    try:
        assert await is_caught(kind, test, request)
    finally:
        cheats.LeavesAThread.end.set()
        for task in cheats.LeavesATask.left:
            task.cancel()
        for file in cheats.LeavesAFile.left:
            file.close()
        cheats.LeavesAFile.left.clear()
        cheats.LeavesATask.left.clear()


def test_every_test_of_the_suite_is_known_to_catch_something() -> None:
    tests = {name for name in dir(CarrierContract) if name.startswith("test_")}
    assert {name for name in tests if not any(part in name for _, part in CASES + SLOW)} == set()


async def is_caught(kind: type[Can], part: str, request: pytest.FixtureRequest) -> bool:
    """Whether the suite's one test whose name holds `part` fails for a carrier of this kind, in one of its cases."""
    (name,) = (name for name in dir(CarrierContract) if name.startswith("test_") and part in name)
    test = getattr(Hasty(), name)
    caught = False
    cheats.LeavesAThread.end.clear()
    for case in cases(test):
        rig = CanRig(kind)
        fixtures: dict[str, Any] = {"rig": rig, **case}
        loaded = None
        for wanted in inspect.signature(test).parameters:
            if wanted == "loaded":
                loaded = fixtures[wanted] = await start(rig)
            elif wanted not in fixtures:
                fixtures[wanted] = request.getfixturevalue(wanted)
        wanted_ones = {name: fixtures[name] for name in inspect.signature(test).parameters}
        try:
            async with asyncio.timeout(20):
                await test(**wanted_ones)
        except (Exception, pytest.fail.Exception):  # noqa: BLE001 - however the suite says it
            caught = True
        if loaded is not None:
            await loaded.unload()
        await asyncio.gather(*rig.far_side.tasks, return_exceptions=True)
    return caught


def cases(test: Any) -> list[dict[str, Any]]:
    """The values that a test is parametrised with."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    return [{mark.args[0]: value} for mark in marks for value in mark.args[1]] or [{}]
