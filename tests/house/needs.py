"""What a test needs from the machine: real servers, the browser, Node.

Where something is missing the test is skipped with a reason and pytest's closing line counts it; on CI, which
installs everything, the same is a failure. A test says `@pytest.mark.needs("strace")`, a fixture calls `need`.
The root conftest loads this module as a plugin.
"""

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import pytest

NODE_MODULES = Path(__file__).parents[1] / "js/node_modules"


def need(binary: str) -> str:
    """The path of `binary`; skips the running test, or fails it on CI, where there is none."""
    beside_python = str(Path(sys.executable).parent)
    found = shutil.which(binary, path=os.pathsep.join((beside_python, os.environ.get("PATH", os.defpath), "/usr/sbin")))
    return found or missing(f"{binary} is not installed here; `make test` as root installs it")


def need_node_module(path: str) -> Path:
    """A file of an installed npm package, such as `axe-core/axe.min.js`; skips or fails like `need`."""
    found = NODE_MODULES / path
    return found if found.exists() else missing(f"{path} is not in tests/js/node_modules; `make test` puts it there")


def missing(reason: str) -> NoReturn:
    """Skip the running test with `reason`, or fail it on CI."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", "needs(*binaries): real programs without which the test cannot run")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Ask for what the test's markers name."""
    for marker in item.iter_markers("needs"):
        for binary in marker.args:
            need(binary)
