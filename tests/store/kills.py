"""A program that kills itself at the n-th step of making a store ready, for every n, and reports what it finds then.

A step is a call of SQLite or of the system. Arguments: the plan, a folder to work in. Prints JSON: for each kill what
was about to happen, and what was found afterwards.
"""

import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from sidetone.store.migrate import Migration, migrations, prepare
from store.insight import Contents, contents, faults, schema
from store.test_migrations import ADDED, NEXT

LATER = Migration(NEXT + 1, f"{NEXT + 1:04d}_at.sql", "ALTER TABLE note ADD COLUMN at INTEGER;")
RANDOM = {"journal_counter", "meta"}

State = tuple[list[Any], Contents, list[str]] | None
PLANS: dict[str, tuple[list[Migration], list[Migration]]] = {
    "create": ([], migrations()),
    "upgrade": (migrations(), [*migrations(), ADDED, LATER]),
}


def main(plan: str, folder: Path) -> list[tuple[str, str]]:
    before, after = PLANS[plan]
    template, work = folder / "before", folder / "work"
    template.mkdir()
    if before:
        prepare(template / "sidetone.db", before)
    states = known_states(template, len(before), after)
    found: list[tuple[str, str]] = []
    while True:
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(template, work)
        about_to = killed_at(len(found) + 1, lambda: prepare(work / "sidetone.db", after))
        if about_to is None:
            return found
        left = name_of(state(work), states)
        safe = left in (name_of(state(template), states), "nothing") or not before or has_copy(work, template)
        prepare(work / "sidetone.db", after)
        tidy = not list(work.glob("*.part")) and not list(work.glob("*.new*"))
        verdict = (left, "safe" if safe else "no copy", name_of(state(work), states), "tidy" if tidy else "litter")
        found.append((about_to, ", ".join(verdict)))


def known_states(template: Path, taken: int, after: list[Migration]) -> dict[str, State]:
    """What the store may be: what it was, or what each step makes of it."""
    states = {"nothing": None, "as before": state(template)}
    path = template.with_name("grown") / "sidetone.db"
    shutil.copytree(template, path.parent)
    for count in range(taken + 1, len(after) + 1):
        prepare(path, after[:count])
        states["new" if count == len(after) else f"at step {count}"] = state(path.parent)
    return states


def name_of(left: State, states: dict[str, State]) -> str:
    return next((name for name, known in states.items() if known == left), "between")


def state(folder: Path) -> State:
    """What is in a store; None when there is none."""
    path = folder / "sidetone.db"
    if not path.exists():
        return None
    held = {name: rows for name, rows in contents(path).items() if name not in RANDOM}
    return [row for row in schema(path) if row[0] != "journal_mode"], held, faults(path)


def has_copy(work: Path, template: Path) -> bool:
    return contents(work / f"sidetone.db.before-{NEXT:04d}") == contents(template / "sidetone.db")


def killed_at(step: int, run: Callable[[], object]) -> str | None:
    """What was about to happen in the child that ran this far; None when it came to its end."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            watch(step, write)
            run()
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as said:
        about_to = said.read()
    _, status = os.waitpid(child, 0)
    return about_to if os.WIFSIGNALED(status) else None


def watch(step: int, report: int) -> None:
    """From here on count the calls that leave Python for SQLite or the system, and end before the one of that number."""
    left = step

    def see(frame: FrameType, event: str, called: object) -> None:
        nonlocal left
        if event != "c_call" or not changes_something(called):
            return
        left -= 1
        if left == 0:
            sys.setprofile(None)
            os.write(report, f"{name(called)} in {frame.f_code.co_name}".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(see)


def changes_something(called: object) -> bool:
    if isinstance(getattr(called, "__self__", None), sqlite3.Connection):
        return True
    return getattr(called, "__module__", "") == "posix" and name(called) not in ("stat", "fspath")


def name(called: object) -> str:
    return str(getattr(called, "__name__", called))


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
