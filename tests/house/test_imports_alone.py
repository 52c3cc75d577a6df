"""Each module can be the first that is imported, and the command starts without the rooms it does not need."""

import subprocess
import sys
from pathlib import Path

from house.source import imports, names, production

ALONE = Path(__file__).with_name("import_each.py")
HELP = "import sys; sys.argv = ['sidetone', '--help']; from sidetone.cli.main import main; main()"


def test_each_module_imports_by_itself() -> None:
    done = subprocess.run(
        [sys.executable, str(ALONE), ",".join(sorted(third_party())), *sorted(names())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_help_imports_no_server() -> None:
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", HELP], capture_output=True, text=True, check=False)
    told = done.stderr.splitlines()
    assert done.returncode == 0, [line for line in told if not line.startswith("import time:")]
    imported = {line.rpartition("|")[2].strip() for line in told if line.startswith("import time:")}
    assert "sidetone.cli.main" in imported
    assert {name for name in imported if name.split(".")[0] == "aiohttp" or name.startswith("sidetone.web")} == set()


def third_party() -> set[str]:
    """The packages from outside that production code imports at its top."""
    heads = {name.partition(".")[0] for module in production() for name, _ in imports(module)}
    return {head for head in heads if head not in sys.stdlib_module_names and not head.startswith("sidetone")}
