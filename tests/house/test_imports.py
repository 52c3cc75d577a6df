"""Every module can be imported, and the command starts without the rooms it does not need.

That each may be the first follows from there being no circles (test_layout).
"""

import subprocess
import sys

from house.source import names

ALL = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"
HELP = "import sys; sys.argv = ['sidetone', '--help']; from sidetone.cli.main import main; main()"


def test_every_module_can_be_imported() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALL, *sorted(names())], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_help_imports_no_server() -> None:
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", HELP], capture_output=True, text=True, check=False)
    told = done.stderr.splitlines()
    assert done.returncode == 0, [line for line in told if not line.startswith("import time:")]
    imported = {line.rpartition("|")[2].strip() for line in told if line.startswith("import time:")}
    assert "sidetone.cli.main" in imported
    assert {name for name in imported if name.split(".")[0] == "aiohttp" or name.startswith("sidetone.web")} == set()
