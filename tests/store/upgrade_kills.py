"""A program that kills itself at the n-th step of upgrading a filled store, for every n, and reports what it finds then.

Arguments: the schema to begin with, a folder to work in. Prints JSON: for each kill what was about to happen, which
schema was there afterwards, and what is wrong with the store, then and after the upgrade was begun once more.
"""

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from sidetone.store.backup import counts_of, schema_of
from sidetone.store.migrate import migrations, prepare
from store.backups import filled
from store.insight import faults
from store.kills import killed_everywhere

# What the first schema knew, and every later one still has to know.
KNOWN = (
    "SELECT id, name, role FROM user ORDER BY id",
    "SELECT id, status, round, correlation FROM message ORDER BY id",
    "SELECT message_id, body FROM message_body ORDER BY message_id",
    "SELECT message_id, attempt_id FROM outbox ORDER BY message_id",
    "SELECT attempt_id, carrier_id, status FROM part ORDER BY id",
    "SELECT carrier_id, status, part_id FROM receipt ORDER BY id",
    "SELECT plugin, key FROM plugin_value ORDER BY plugin",
    "SELECT user_id, token_hash FROM session ORDER BY id",
)


def main(version: int, folder: Path) -> list[tuple[str, int, list[str]]]:
    template, work = folder / "before", folder / "work"
    known = state(filled(template, migrations()[:version]))
    path = work / "sidetone.db"

    def found() -> tuple[int, list[str]]:
        left = schema(path)
        wrong = faults(path) + (["rows"] if state(path) != known else [])
        prepare(path)
        wrong += faults(path) + (["rows in the end"] if state(path) != known else [])
        wrong += [] if schema(path) == migrations()[-1].version else ["not at the newest schema"]
        wrong += (
            []
            if state(path.with_name(f"sidetone.db.before-{left + 1:04d}")) == known or left != version
            else ["no copy"]
        )
        return left, wrong

    kills = killed_everywhere(template, work, lambda: prepare(path), found)
    return [(about_to, left, wrong) for about_to, (left, wrong) in kills]


def schema(path: Path) -> int:
    with closing(sqlite3.connect(path)) as sql:
        return schema_of(sql)


def state(path: Path) -> tuple[Any, ...]:
    if not path.exists():
        return ()
    with closing(sqlite3.connect(path)) as sql:
        return counts_of(sql), *(sql.execute(query.replace(" user ", ' "user" ')).fetchall() for query in KNOWN)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), Path(sys.argv[2]))))
