"""A program that kills itself at the n-th step of making a store ready, for every n, and reports what it finds then.

A step is a call of SQLite or of the system. Arguments: the plan, a folder to work in. Prints JSON: for each step what
was about to happen, and what a kill before it has left.
"""

import hashlib
import json
import os
import shutil
import signal
import socket
import sqlite3
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn, TypeVar

from sidetone.store.migrate import Migration, migrations, prepare
from store.insight import Contents, contents, faults, schema
from store.test_migrations import ADDED, NEXT

LATER = Migration(NEXT + 1, f"{NEXT + 1:04d}_at.sql", "ALTER TABLE note ADD COLUMN at INTEGER;")
RANDOM = {"journal_counter", "meta"}

T = TypeVar("T")

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

    def found() -> str:
        left = name_of(state(work), states)
        safe = left in (name_of(state(template), states), "nothing") or not before or has_copy(work, template)
        prepare(work / "sidetone.db", after)
        tidy = not list(work.glob("*.part")) and not list(work.glob("*.new*"))
        verdict = (left, "safe" if safe else "no copy", name_of(state(work), states), "tidy" if tidy else "litter")
        return ", ".join(verdict)

    return killed_everywhere(template, work, lambda: prepare(work / "sidetone.db", after), found)


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


def killed_everywhere(
    template: Path, work: Path, run: Callable[[], object], found: Callable[[], T]
) -> list[tuple[str, T]]:
    """For each step of `run` in a copy of the template: what was about to happen, and what is `found` after a kill.

    A kill leaves the files as they are. Where steps have not changed them, the first kill speaks for all.
    """
    begin_anew(template, work)
    steps = watched(run, work)
    finds: dict[str, T] = {}
    for number, (about_to, left) in enumerate(steps, 1):
        if left not in finds:
            begin_anew(template, work)
            assert killed_at(number, run) == about_to
            finds[left] = found()
    return [(about_to, finds[left]) for about_to, left in steps]


def begin_anew(template: Path, work: Path) -> None:
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(template, work)


def watched(run: Callable[[], object], work: Path) -> list[tuple[str, str]]:
    """Each step of a child that nobody kills: what was about to happen, and the fingerprint of the folder then."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()
        watch(lambda about_to: theirs.send(about_to.encode()) and theirs.recv(1))
        _run_and_leave(run)
    theirs.close()
    steps: list[tuple[str, str]] = []
    with ours:
        while about_to := ours.recv(1000):
            steps.append((about_to.decode(), fingerprint(work)))
            ours.send(b"!")
    _, status = os.waitpid(child, 0)
    assert status == 0
    return steps


def fingerprint(folder: Path) -> str:
    """Of the names, modes and octets of all files."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = ((path.relative_to(folder), path.stat().st_mode, path.read_bytes()) for path in files)
    seen = hashlib.blake2b()
    for place, mode, octets in told:
        seen.update(f"{place} {mode} {len(octets)} ".encode() + octets)
    return seen.hexdigest()


def killed_at(step: int, run: Callable[[], object]) -> str | None:
    """What was about to happen in the child that ran this far; None when it came to its end."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        left = step

        def count(about_to: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os.write(write, about_to.encode())
                os.kill(os.getpid(), signal.SIGKILL)

        watch(count)
        _run_and_leave(run)
    os.close(write)
    with os.fdopen(read) as said:
        about_to = said.read()
    _, status = os.waitpid(child, 0)
    return about_to if os.WIFSIGNALED(status) else None


def _run_and_leave(run: Callable[[], object]) -> NoReturn:
    failed = 1
    try:
        run()
        failed = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(failed)


def watch(tell: Callable[[str], object]) -> None:
    """From here on tell of each call that leaves Python for SQLite or the system, before it happens."""

    def see(frame: FrameType, event: str, called: object) -> None:
        if event == "c_call" and changes_something(called):
            tell(f"{name(called)} in {frame.f_code.co_name}")

    sys.setprofile(see)


def changes_something(called: object) -> bool:
    if isinstance(getattr(called, "__self__", None), sqlite3.Connection):
        return True
    return getattr(called, "__module__", "") == "posix" and name(called) not in ("stat", "fspath")


def name(called: object) -> str:
    return str(getattr(called, "__name__", called))


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
