"""The daemon's own log lines, as systemd keeps them; lines of anyone else are only counted."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

from sidetone.log import COUNTS, KEYS

UNIT = "sidetone"
MOST = 5000  # lines
PATIENCE = 20.0  # seconds
_OWN = frozenset({"time", "level", "event", "part", "unlisted"})


def lines() -> tuple[list[dict[str, Any]], str]:
    """The last lines of the log as objects, and a sentence about what is missing of them."""
    program = shutil.which("journalctl")
    if program is None:
        return [], "There is no journalctl on this machine."
    command = [program, "--unit", UNIT, "--output", "cat", "--no-pager", "--lines", str(MOST)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - no shell, no input
    except (OSError, subprocess.TimeoutExpired) as error:
        return [], f"journalctl did not answer ({type(error).__name__})."
    said = done.stdout.decode(errors="replace").splitlines()
    found = list(_ours(said))
    return found, f"{len(said) - len(found)} lines were not Sidetone's log lines and are left out."


def _ours(said: list[str]) -> Iterator[dict[str, Any]]:
    for line in said:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and _OWN - {"unlisted"} <= event.keys():
            yield {key: value for key, value in event.items() if _listed(key, value)}


def _listed(key: str, value: object) -> bool:
    """Whether the log itself could have written it: what else stands in such a line is somebody else's."""
    return key in _OWN or (key in KEYS and not (key in COUNTS and isinstance(value, str)))
