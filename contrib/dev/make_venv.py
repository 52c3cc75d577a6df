"""Makes a virtual environment that has pip, also where the system's Python came without ensurepip.

Usage: `make_venv.py FOLDER`. Standard library only. Tried in this order:

1. `python -m venv`, which needs ensurepip (Debian: the package python3-venv);
2. the system's own pip, told to install into the new environment;
3. pip's wheel from the package index that pip's settings name (`PIP_INDEX_URL`, `PIP_EXTRA_INDEX_URL`,
   `PIP_FIND_LINKS`, `PIP_CERT` or pip.conf), checked against the SHA-256 that the index states;
4. pip's wheel from Debian's archive through apt-get, which needs no root for that and checks the signature.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from pip_wheel import WheelError, from_index

OLDEST = (3, 11)


def main(folder: Path) -> int:
    """Make `folder` a working environment; an existing one that has pip is left as it is."""
    if sys.version_info < OLDEST:
        print(f"Sidetone needs Python {OLDEST[0]}.{OLDEST[1]}. Try: make PYTHON=python3.11 …", file=sys.stderr)
        return 1
    if has_pip(folder) or run(sys.executable, "-m", "venv", "--clear", str(folder)):
        return 0
    if not run(sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)):
        print(f"`python -m venv` cannot make {folder}. Try: apt-get install python3-venv", file=sys.stderr)
        return 1
    faults = list(failures(folder))
    if has_pip(folder):
        return 0
    print("No pip for the virtual environment:", *faults, sep="\n  ", file=sys.stderr)
    print("Try: apt-get install python3-venv, or name your package index in PIP_INDEX_URL.", file=sys.stderr)
    return 1


def failures(folder: Path) -> Iterator[str]:
    """Try each way to pip until one works; yield why each of the others did not."""
    if run(sys.executable, "-m", "pip", "--python", str(python(folder)), "install", "pip"):
        return
    yield "the system's Python has no pip that can install it"
    ways: tuple[Callable[[Path], Path], ...] = (from_index, from_debian)
    for way in ways:
        with tempfile.TemporaryDirectory() as scratch:
            try:
                wheel = way(Path(scratch))
            except WheelError as fault:
                yield str(fault)
                continue
            if run(str(python(folder)), f"{wheel}/pip", "install", "--no-index", str(wheel)):
                return
            yield f"{wheel.name} does not install itself"


def from_debian(scratch: Path) -> Path:
    """Fetch the wheel that Debian's own python3-venv would use; raise WheelError where there is no apt."""
    lists = ("-o", f"Dir::State={scratch}", "-o", "Dir::State::status=/var/lib/dpkg/status")
    private = (*lists, "-o", f"Dir::Cache={scratch}", "-o", "APT::Sandbox::User=")
    (scratch / "lists/partial").mkdir(parents=True)
    download = ("download", "python3-pip-whl")
    fetched = run("apt-get", *download, folder=scratch) or (
        run("apt-get", *private, "update", folder=scratch) and run("apt-get", *private, *download, folder=scratch)
    )
    for package in scratch.glob("python3-pip-whl_*.deb") if fetched else ():
        run("dpkg-deb", "--extract", str(package), str(scratch))
    for wheel in scratch.glob("usr/share/python-wheels/pip-*.whl"):
        return wheel
    raise WheelError("apt-get has no python3-pip-whl to offer")


def python(folder: Path) -> Path:
    """The environment's interpreter."""
    return folder / "bin/python"


def has_pip(folder: Path) -> bool:
    """Whether the environment exists, starts, and has pip."""
    return python(folder).exists() and run(str(python(folder)), "-m", "pip", "--version")


def run(*command: str, folder: Path | None = None) -> bool:
    """Run a command without showing what it prints; whether it succeeded."""
    environment = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1")
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
