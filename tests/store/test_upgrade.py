"""A filled store of any earlier schema becomes the newest one in one step, whenever that step is killed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sidetone.store.migrate import migrations

EARLIER = [each.version for each in migrations()][:-1]


@pytest.mark.slow
@pytest.mark.parametrize("version", EARLIER)
def test_killed_anywhere_it_is_whole_and_goes_on(version: int, tmp_path: Path) -> None:
    command = [sys.executable, str(Path(__file__).with_name("upgrade_kills.py")), str(version), str(tmp_path)]
    environment = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found) > 10
    assert [each for each in found if each[2]] == []
    schemas = [left for _, left, _ in found]
    assert schemas == sorted(schemas)
    assert set(schemas) == set(range(version, migrations()[-1].version + 1))
