"""A modem comes back from anything within a minute, and no text is lost, doubled or sent twice on its way."""

import os
from pathlib import Path

import pytest

from chaos.modem_story import BACK_WITHIN, ModemStory

ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "5"))
A_STORY = 40
USUAL_SEED = os.urandom(4).hex() if "CHAOS_ROUNDS" in os.environ else "6"
SEED = int(os.environ.get("CHAOS_SEED", USUAL_SEED), 16)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("first", range(0, ROUNDS, A_STORY))
async def test_it_comes_back_and_nothing_is_lost_or_doubled(first: int, tmp_path: Path) -> None:
    seed = SEED + first
    story = ModemStory(tmp_path, seed)
    await story.tell(min(A_STORY, ROUNDS - first))
    print(f"CHAOS_SEED={seed:x}: {len(story.rounds)} faults, back within {story.slowest:.0f} s")
    assert story.faults == [], f"CHAOS_SEED={seed:x}, faults: {story.rounds}"
    assert story.slowest <= BACK_WITHIN
