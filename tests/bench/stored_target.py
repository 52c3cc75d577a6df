"""The daemon over a store that has been in use: built once, kept for the run or longer, and copied to each target."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from bench import stored
from bench.sidetone_target import SidetoneTarget
from bench.target import BenchError
from sidetone.clock import SystemClock
from sidetone.store import migrate

DAYS = 30  # that the messages came in
THREADS = 10_000
BODIES = 4096
ROOM = 2048  # bytes of disk that a message takes at most while its store is built


class StoredTarget(SidetoneTarget):
    """Sidetone with many messages; `fill` comes before its first start."""

    name = "sidetone_stored"

    def __init__(self) -> None:
        super().__init__()
        self.threads = 0

    def fill(self, kept: Path, messages: int) -> None:
        """Take over the kept data folder with so many messages; make it first when there is none. Raises BenchError."""
        self.threads = max(1, min(THREADS, messages // 20))
        known = "".join(step.script for step in migrate.migrations()) + Path(stored.__file__).read_text()
        template = kept / f"{messages}-{hashlib.sha256(known.encode()).hexdigest()[:12]}"
        if not template.exists():
            self._make(template, messages)
        shutil.rmtree(self.folder / "data")
        shutil.copytree(template, self.folder / "data")

    def _make(self, template: Path, messages: int) -> None:
        free = shutil.disk_usage(template.parent).free
        if free < messages * ROOM:
            raise BenchError(f"{template.parent} has no room for {messages} messages")
        chance, now = Random(2), SystemClock().now()
        words = stored.vocabulary(chance)
        bodies = [stored.wording(n, words, chance) for n in range(BODIES)]
        stored.fill(self.store, messages, now, text=lambda n: bodies[n % BODIES], days=DAYS, threads=self.threads)
        stored.index(self.store, now)
        unfinished = template.with_suffix(".part")
        shutil.copytree(self.folder / "data", unfinished)
        unfinished.rename(template)


@contextmanager
def keeping(folder: Path | None) -> Iterator[Path]:
    """Where filled stores are kept: in this folder, or in one that goes with the run."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="sidetone-bench-") as scratch:
        yield Path(scratch)
