"""The ledger holds under kill -9, at any moment, as often as it comes."""

import os
from pathlib import Path

import pytest

from chaos.story import Story

ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "8"))
A_STORY = 40  # rounds on one folder
# A short run is always the same as far as chance goes; a long one is new each time, and says what it was.
USUAL_SEED = os.urandom(4).hex() if "CHAOS_ROUNDS" in os.environ else "2"
SEED = int(os.environ.get("CHAOS_SEED", USUAL_SEED), 16)
CARELESS = Path(__file__).with_name("careless_daemon.py")

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("first", range(0, ROUNDS, A_STORY))
async def test_nothing_that_was_acknowledged_is_lost_or_doubled(first: int, tmp_path: Path) -> None:
    seed = SEED + first
    story = Story(tmp_path, seed)
    await story.tell(min(A_STORY, ROUNDS - first))
    print(f"CHAOS_SEED={seed:x}: {story}")
    assert story.ledger.faults == [], f"CHAOS_SEED={seed:x}, last rounds: {story.rounds[-3:]}"


async def test_the_ledger_notices_what_is_acknowledged_too_early(tmp_path: Path) -> None:
    story = Story(tmp_path, seed=1, program=CARELESS)
    await story.tell(10)
    assert any(fault.endswith("was acknowledged and is lost") for fault in story.ledger.faults), story.ledger.faults
