"""A program that kills itself at the n-th step of a restore, for every n, and reports what it finds then.

Arguments: the plan, a folder to work in. Prints JSON: for each kill what was about to happen, which store was there
afterwards, and which one after the restore was begun once more.
"""

import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sidetone.store.restore import restore
from store.backups import AT, backed_up, filled, run
from store.insight import contents
from store.kills import killed_everywhere

DAMAGE = b"no store" * 1000


def main(plan: str, folder: Path) -> list[tuple[str, str, str]]:
    template, work = folder / "before", folder / "work"
    PLANS[plan](template)
    archive, _ = backed_up(filled(folder / "other"))

    def begin() -> None:
        restore(archive, work / "sidetone.db", now=AT, unknown_wait=1, beat=lambda: None)

    def found() -> tuple[str, str]:
        left = which(work)
        begin()
        return left, which(work)

    kills = killed_everywhere(template, work, begin, found)
    return [(about_to, left, then) for about_to, (left, then) in kills]


def sound(folder: Path) -> None:
    run(filled(folder), "INSERT INTO meta VALUES ('former', 'x')")


def logged(folder: Path) -> None:
    """The former store's last commit stands in its log alone, as after a kill."""
    other = folder.with_name("logged")
    with closing(sqlite3.connect(filled(other), isolation_level=None)) as sql:
        sql.execute("PRAGMA wal_autocheckpoint = 0")
        sql.execute("INSERT INTO meta VALUES ('former', 'x')")
        shutil.copytree(other, folder, ignore=shutil.ignore_patterns("*-shm"))


def damaged(folder: Path) -> None:
    filled(folder).write_bytes(DAMAGE)
    (folder / "sidetone.db-wal").write_bytes(b"some log")


def which(folder: Path) -> str:
    path = folder / "sidetone.db"
    if not path.exists():
        return "none"
    if path.read_bytes() == DAMAGE:
        return "former" if (folder / "sidetone.db-wal").exists() else "former without its log"
    copy = folder.with_name("copy")  # looking at it would change what is looked at
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    keys = {key for key, _ in contents(copy / "sidetone.db")["meta"]}
    return "former" if "former" in keys else "restored"


PLANS: dict[str, Callable[[Path], None]] = {"sound": sound, "logged": logged, "damaged": damaged}

if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
