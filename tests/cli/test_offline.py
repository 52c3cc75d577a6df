"""Sidetone starts and serves its users on a machine that has no network at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from house.needs import missing, need
from house.source import ROOT

LONGEST = 30.0  # seconds for all of it; a resolver that is waited for takes longer


@pytest.mark.slow
def test_without_any_network_it_starts_and_works(tmp_path: Path) -> None:
    alone = [need("unshare"), "--net"] if os.geteuid() == 0 else [need("unshare"), "--map-root-user", "--net"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        missing("a network of its own is not permitted here")
    done = subprocess.run(
        [*alone, sys.executable, "-m", "cli.offline", tmp_path],
        env={**os.environ, "PYTHONPATH": f"{ROOT}/tests"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    saw = json.loads(done.stdout)
    assert not saw["outside"], "there was a network"
    assert (saw["ready"], saw["code"]) == (True, 0)
    assert saw["texts"] == ["hello", "hi"]
    assert saw["assets"] > 3
    assert saw["trunk"]["state"] in ("degraded", "failed")
    assert "Tries again in " in saw["trunk"]["sentence"]
    assert saw["seconds"] < LONGEST
