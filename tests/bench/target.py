"""A program under measurement: how it is started, known to be ready, reached, weighed and stopped."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Self

import msgspec
import psutil

from bench.plan import Access

TESTS = Path(__file__).resolve().parents[1]
_SCRATCH = TESTS.parent / "build" / "bench"  # beside the repository: a disk, where the temp folder may be memory
_READY_WITHIN = 30.0
_STOP_WITHIN = 10.0
_POLL = 0.002
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


class BenchError(Exception):
    """A measure cannot be taken; the sentence says why."""


class Running(msgspec.Struct, frozen=True):
    """A started target and how long it took from the start of its process to its first 200."""

    pid: int
    access: Access
    ready_seconds: float

    def pss_mib(self) -> float:
        """Proportional set size of the whole process tree, MiB."""
        root = psutil.Process(self.pid)
        tree = (root, *root.children(recursive=True))
        return float(sum(process.memory_full_info().pss for process in tree)) / 2**20


class Target(ABC):
    """One program under measurement with a scratch folder of its own; entered once, started as often as needed."""

    name: str

    def __init__(self) -> None:
        _SCRATCH.mkdir(parents=True, exist_ok=True)
        self._scratch = tempfile.TemporaryDirectory(prefix=f"{self.name}-", dir=_SCRATCH)
        self.folder = Path(self._scratch.name)

    def __enter__(self) -> Self:
        """Set up what every start shares."""
        return self

    def __exit__(self, *_: object) -> None:
        """Undo the set-up."""
        self._scratch.cleanup()

    @abstractmethod
    def command(self, port: int) -> Sequence[str]:
        """The program that listens on this port."""

    def environment(self) -> dict[str, str]:
        """What the program finds in its environment."""
        return dict(os.environ)

    def access(self, pid: int, port: int) -> Access:
        """The way in; called once the target is ready."""
        return Access(host="127.0.0.1", port=port, pid=pid, hook_path="/hooks/main/secret/message")


class NullFloor(Target):
    """N."""

    name = "null_floor"

    def command(self, port: int) -> Sequence[str]:
        return program("null_floor.py", str(port))

    def environment(self) -> dict[str, str]:
        return bench_environment()


class DurableFloor(Target):
    """D."""

    name = "durable_floor"

    def command(self, port: int) -> Sequence[str]:
        return program("durable_floor.py", str(port), str(self.folder / "floor.db"))

    def environment(self) -> dict[str, str]:
        return bench_environment()


def program(file: str, *arguments: str) -> list[str]:
    """The command line of one of the bench's own programs."""
    return [sys.executable, str(TESTS / "bench" / file), *arguments]


def bench_environment() -> dict[str, str]:
    """An environment in which the bench's own programs find each other."""
    return {**os.environ, "PYTHONPATH": str(TESTS)}


@contextmanager
def running(target: Target, cores: Sequence[int] = ()) -> Iterator[Running]:
    """Start a target, wait until it is ready, stop it by its own pid. Raises BenchError when it does not come up."""
    port = _free_port()
    command = target.command(port)
    log = target.folder / "log"
    with log.open("wb") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=target.folder,
            env=target.environment(),
            preexec_fn=end_with_the_bench,
        )
    try:
        if cores:
            os.sched_setaffinity(process.pid, cores)
        _wait_until_ready(process, port, log)
        ready_seconds = time.perf_counter() - began
        yield Running(process.pid, target.access(process.pid, port), ready_seconds)
    finally:
        _stop(process)


def end_with_the_bench() -> None:
    """Ask the kernel for SIGTERM when the process that started this one is gone, however it went."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.perf_counter() + _READY_WITHIN
    while not _is_ready(port):
        if process.poll() is not None or time.perf_counter() > deadline:
            raise BenchError(f"the target did not get ready; it said: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(_POLL)


def _is_ready(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
