"""The admin's table of users by the API with 10,000 of them, beside the same SQL with nothing around it.

Pages of it are asked for in turn: by each column, from the far end, with words, and deep within.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from urllib.parse import urlencode

import msgspec

from bench import stored
from bench.effort import Effort
from bench.figures import Goal, Line, Sample, line, percentile
from bench.page import Asker
from bench.sidetone_target import SidetoneTarget
from bench.target import running
from sidetone.clock import SystemClock
from sidetone.people.table import Wanted
from sidetone.store import users
from sidetone.store.connection import READER_PRAGMAS, Snapshot

USERS = 10_000
PAGE = 50
ASKED = [
    *({"sort": sort} for sort in ("", "name", "-name", "login", "-role", "state")),
    {"sort": "name", "q": "colleague 77"},
    {"sort": "-login", "q": "nobody at all"},
    {"sort": "name", "after": str(USERS // 2)},
]


class TableMeasure(msgspec.Struct, frozen=True):
    """Pages of the table against their bare SQL."""

    name: str
    goal: Goal

    def take(self, effort: Effort) -> Iterator[Line]:
        """Ask for them, round by round. Raises BenchError."""
        ours: list[Sample] = []
        theirs: list[Sample] = []
        with ExitStack() as stack:
            subject = stack.enter_context(SidetoneTarget())
            token, *_ = stored.sign_in(subject.store, min(USERS, effort.messages), SystemClock().now())
            sql = stack.enter_context(closing(sqlite3.connect(subject.store, isolation_level=None)))
            sql.execute("""UPDATE "user" SET role = 'admin' WHERE id = (SELECT min(user_id) FROM session)""")
            sql.row_factory = sqlite3.Row
            for pragma in READER_PRAGMAS:
                sql.execute(f"PRAGMA {pragma}")
            access = stack.enter_context(running(subject, effort.server_cores)).access
            admin = msgspec.structs.replace(access, headers={"Authorization": f"Bearer {token}"})
            asker = stack.enter_context(closing(Asker(admin)))
            for _ in range(effort.rounds + 1):
                mine, other = _round(asker, Snapshot(sql))
                ours.append(mine)
                theirs.append(other)
        # the first round brings into the system's memory what both read
        yield line(self.name, "ms_p50", (subject.name, ours[1:]), ("bare_sql", theirs[1:]), self.goal)


def _round(asker: Asker, look: Snapshot) -> tuple[Sample, Sample]:
    whole: list[float] = []
    alone: list[float] = []
    for asked in ASKED:
        began = time.perf_counter()
        asker.get(f"/api/v1/users?{urlencode({**asked, 'limit': PAGE})}")
        whole.append((time.perf_counter() - began) * 1000)
        wanted = Wanted(sort=asked["sort"], words=asked.get("q", ""), skip=int(asked.get("after", 0)), limit=PAGE)
        began = time.perf_counter()
        values = {"sort": wanted.column, "words": wanted.pattern, "role": "", "state": ""}
        users.listing(look, values, down=wanted.down, limit=wanted.limit, skip=wanted.skip)
        alone.append((time.perf_counter() - began) * 1000)
    return _figures(whole), _figures(alone)


def _figures(took: list[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {"ms_p50": percentile(ordered, 50), "ms_max": ordered[-1]}
