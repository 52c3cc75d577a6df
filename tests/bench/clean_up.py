"""Clean-up at size: fills a store with old and new texts, lets go what is due, and prints one line of JSON.

`python tests/bench/clean_up.py --rows 1000000`. It says how many texts went a second, how long a writer beside it
waits for its commit compared with the same writer alone (the ratio of one run that counts), and what the files of the
store took before, at most, and after: clean-up must never need the disk twice.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.stored import fill
from sidetone.clock import SystemClock
from sidetone.config.shapes import RetentionSettings
from sidetone.jobs.retention import Retention
from sidetone.parts import Parts
from sidetone.store import migrate
from sidetone.store.connection import Store, Txn

TOUCH = "INSERT INTO meta (key, value) VALUES (:key, :key) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


async def write_until(store: Store, ended: asyncio.Event) -> list[float]:
    """Write a row again and again; how many milliseconds each took."""
    took = []
    while not ended.is_set():
        began = time.perf_counter()
        await store.write(_touch)
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.002)
    return took


async def measure(folder: Path, rows: int, pause: float, idle: float) -> dict[str, object]:
    """Fill a store, take the writer's times alone and beside the clean-up."""
    path, clock = folder / "sidetone.db", SystemClock()
    migrate.prepare(path)
    fill(path, rows, clock.now())
    store = Store(path, clock)
    await store.open()
    terms = RetentionSettings(grace_days=0)
    retention = Retention(store, clock, Parts(), lambda: terms, lambda: 1 << 40, pause=pause)
    alone = await _timed(store, asyncio.sleep(idle))
    before, peak = _size(folder), [0]
    watching = asyncio.create_task(_watch(folder, peak))
    began = time.perf_counter()
    beside = await _timed(store, retention.work())
    seconds = time.perf_counter() - began
    watching.cancel()
    report = (await retention.view()).runs[0].report
    await store.close()
    after = _size(folder)
    return {
        "measure": "clean_up",
        "rows": rows,
        "gone": report.messages,
        "per_second": round(report.messages / seconds),
        "write_ms_alone": _figures(alone),
        "write_ms_beside": _figures(beside),
        "ratio_p99": round(_figures(beside)[1] / max(_figures(alone)[1], 0.001), 2),
        "mib_before": round(before / 2**20, 1),
        "mib_at_most": round(max(peak[0], before) / 2**20, 1),
        "mib_after": round(after / 2**20, 1),
    }


async def _timed(store: Store, work: Awaitable[object]) -> list[float]:
    ended = asyncio.Event()
    writing = asyncio.create_task(write_until(store, ended))
    await work
    ended.set()
    return await writing


async def _watch(folder: Path, peak: list[int]) -> None:
    while True:
        peak[0] = max(peak[0], _size(folder))
        await asyncio.sleep(0.05)


def _touch(txn: Txn) -> None:
    txn.run(TOUCH, {"key": "bench"})


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def _figures(took: list[float]) -> tuple[float, float]:
    """The median and the 99th of a hundred."""
    if len(took) < 2:
        return (took or [0.0])[0], (took or [0.0])[0]
    cuts = quantiles(took, n=100)
    return round(cuts[49], 2), round(cuts[98], 2)


def main() -> None:
    """Print the line."""
    parser = argparse.ArgumentParser(description="Clean-up at size, as one line of JSON.")
    parser.add_argument("--rows", type=int, default=200_000, help="texts in the store; half of them go")
    parser.add_argument("--pause", type=float, default=0.02, help="seconds between two steps, as the daemon has it")
    parser.add_argument("--idle", type=float, default=5.0, help="seconds that the writer is alone")
    chosen = parser.parse_args()
    with TemporaryDirectory() as folder:
        line = asyncio.run(measure(Path(folder), chosen.rows, chosen.pause, chosen.idle))
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
