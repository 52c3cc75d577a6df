"""Killed at any step of making a store ready, it is what it was or what it shall be, and the next start finishes."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from house.source import DAEMON, ROOT
from store.test_migrations import NEXT

KILLS = Path(__file__).with_name("kills.py")
MEMORY = Path("/dev/shm")  # a kill loses nothing that a disk would have kept: the system's own memory is as good

pytestmark = pytest.mark.slow


def kill_everywhere(plan: str) -> Counter[str]:
    """How often each state was found."""
    place = {"PYTHONPATH": os.pathsep.join((str(DAEMON), str(ROOT / "tests"))), "PATH": os.defpath}
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        command = [sys.executable, str(KILLS), plan, folder]
        done = subprocess.run(command, env=place, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return Counter(found for _, found in json.loads(done.stdout))


def test_a_new_store_is_there_whole_or_not_at_all() -> None:
    found = kill_everywhere("create")
    assert found.keys() == {"nothing, safe, new, tidy", "new, safe, new, tidy"}
    assert found["nothing, safe, new, tidy"] > 60  # every statement of the schema among them


def test_an_upgrade_is_done_step_by_step() -> None:
    found = kill_everywhere("upgrade")
    first = f"at step {NEXT}, safe, new, tidy"
    assert found.keys() == {"as before, safe, new, tidy", first, "new, safe, new, tidy"}
    assert found["as before, safe, new, tidy"] > 20
    assert found[first] > 5
