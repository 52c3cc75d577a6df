"""The JavaScript unit tests, run by Node's own test runner."""

import os
import subprocess
from pathlib import Path

from house.needs import need, need_node_module


def test_unit_tests_pass_in_node() -> None:
    need_node_module("preact")
    files = sorted((Path(__file__).parent / "unit").rglob("*.test.*js"))
    assert files
    # A runner that is itself under a test runner would report in that one's format.
    environment = {name: value for name, value in os.environ.items() if name != "NODE_TEST_CONTEXT"}
    done = subprocess.run(
        [need("node"), "--test", "--test-reporter=spec", *map(str, files)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
