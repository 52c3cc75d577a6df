"""Searching at size: fills a store, lets the index come up, and prints one line of JSON.

`python tests/bench/search.py --rows 1000000`. The baseline is the bare query: the same statements of the index and of the
messages it leads to, and a look at each text until there are enough that hold the words, on the same connection with
nothing around them: no views, no snippets, no contacts, no deadline. Both answer the same queries in turn, and only the
ratios count. `write_ms_…` says how long a writer waits for its commit alone, while the index is built, and while one search
follows the other.
"""

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.clean_up import _figures, _timed
from bench.stored import fill, vocabulary, wording
from sidetone.clock import SystemClock
from sidetone.conversation.conversations import END
from sidetone.directory.search import CHUNK, LATEST, Query, Search, _holds, _values
from sidetone.domain.terms import sought
from sidetone.jobs.indexing import Indexer
from sidetone.parts import Parts
from sidetone.people.viewer import ROLE_RIGHTS, Viewer
from sidetone.store import migrate
from sidetone.store.connection import Snapshot, Store
from sidetone.store.search import CANDIDATES, READABLE

LIMIT = 20
ADA = Viewer(user_id=1, session_id=1, name="ada", role="user", rights=ROLE_RIGHTS["user"], country="DE")


def queries(rows: int, words: list[str], chance: Random, count: int) -> list[str]:
    """What people look for: common and rare words, parts of words, two at once, numbers, two letters, and nothing."""
    made = []
    for n in range(count):
        common, rare = words[chance.randrange(200)], words[chance.randrange(len(words))]
        number = f"0151 {chance.randrange(rows // 50 + 1) * 50:08}"
        made.append([common, rare, rare[1:], f"{common} {rare}", number, common[:2], f"{rare}xqz"][n % 7])
    return made


def bare(look: Snapshot, words: str) -> int:
    """The bare query: how many texts of a page hold the words."""
    wanted = sought(words, "DE")
    values = {**_values(ADA, Query(words), wanted, None), "floor": 0, "until": LATEST}
    found, most, ids = 0, LIMIT, [END]
    while found < LIMIT and ids:
        ids = [row["id"] for row in look.all(CANDIDATES, {**values, "before": ids[-1], "most": most})]
        rows = look.all(READABLE, {**values, "ids": json.dumps(ids)})
        found += sum(_holds(row["body"], wanted) for row in rows)
        ids, most = ids if len(ids) == most else [], min(2 * most, CHUNK)
    return found


async def compare(store: Store, asked: list[str]) -> tuple[list[float], list[float]]:
    """The times (ms) of the room and of the bare query for each, in turn."""
    ours, theirs = [], []
    desk = Search(store, seconds=60)
    for words in asked:
        for _ in range(2):  # the first time warms what both read
            began = time.perf_counter()
            await desk.find(ADA, Query(words, only="messages"), before=None, limit=LIMIT)
            mine = (time.perf_counter() - began) * 1000
            began = time.perf_counter()
            await store.seek(lambda: False, bare, words)
            other = (time.perf_counter() - began) * 1000
        ours.append(mine)
        theirs.append(other)
    return ours, theirs


async def measure(folder: Path, rows: int, count: int, idle: float) -> dict[str, object]:
    """Fill, index and search."""
    path, clock, chance = folder / "sidetone.db", SystemClock(), Random(2)
    words = vocabulary(chance)
    migrate.prepare(path)
    fill(path, rows, clock.now(), text=lambda n: wording(n, words, chance))
    store = Store(path, clock)
    await store.open()
    indexer = Indexer(store, clock, Parts())
    alone = await _timed(store, asyncio.sleep(idle))
    began = time.perf_counter()
    building = await _timed(store, indexer.catch_up())
    seconds = time.perf_counter() - began
    asked = queries(rows, words, chance, count)
    ours, theirs = await compare(store, asked)

    async def again() -> None:
        for each in asked:
            await Search(store).find(ADA, Query(each), before=None, limit=LIMIT)

    beside = await _timed(store, again())
    await store.close()
    mine, other = _figures(ours), _figures(theirs)
    return {
        "measure": "search",
        "rows": rows,
        "ratio_p50": round(mine[0] / max(other[0], 0.001), 2),
        "ratio_p99": round(mine[1] / max(other[1], 0.001), 2),
        "goal": "p50 at most 1.50, p99 at most 2.00",
        "search_ms": mine,
        "bare_ms": other,
        "indexed_per_second": round(rows / seconds),
        "write_ms_alone": _figures(alone),
        "write_ms_while_built": _figures(building),
        "write_ms_while_searched": _figures(beside),
    }


def main() -> None:
    """Print the line."""
    parser = argparse.ArgumentParser(description="Searching at size, as one line of JSON.")
    parser.add_argument("--rows", type=int, default=100_000, help="texts in the store")
    parser.add_argument("--queries", type=int, default=700, help="how many are asked")
    parser.add_argument("--idle", type=float, default=3.0, help="seconds that the writer is alone")
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder:
        line = asyncio.run(measure(Path(folder), chosen.rows, chosen.queries, chosen.idle))
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
