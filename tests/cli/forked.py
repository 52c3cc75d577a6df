"""The command `sidetone` in a process of its own that has everything imported when it begins.

Most of what a start costs is Python reading modules. A server that has read them forks what a test starts, and that is
the real command from `main` on. Where the start itself is in question, tests run the executable.
"""

import multiprocessing
import os
import runpy
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerContext
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

from sidetone.cli.main import main

_SERVER: ForkServerContext = multiprocessing.get_context("forkserver")
_IMPORTED = (
    "nacl.pwhash.argon2id",
    "sidetone.app",
    "sidetone.cli.demo_files",
    "sidetone.cli.demo_people",
    "sidetone.cli.foreground",
    "sidetone.cli.main",
    "sidetone.cli.own_store",
    "sidetone_gsm.process",
    "sidetone_handset",
    "sidetone_restcomm",
)
_SERVER.set_forkserver_preload(list(_IMPORTED))


class Forked:
    """A running command, or a `program` in its place. It ends with the tests, however they end."""

    def __init__(
        self,
        *arguments: str | Path,
        folder: Path,
        stdout: int,
        stderr: int,
        program: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        words = [str(each) for each in arguments]
        place = (program, words, {**os.environ, **(env or {})}, folder, Handle(stdout), Handle(stderr))
        self._process = _SERVER.Process(target=_begin, args=place, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def wait(self, timeout: float) -> int:
        """Wait for the end: the exit code. Raises TimeoutError."""
        self._process.join(timeout)
        code = self.poll()
        if code is None:
            raise TimeoutError(f"{self.pid} has not ended")
        return code


class Handle:
    """A file descriptor on its way into the new process, where it arrives as the number that it has there."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[object, ...]:
        return _arrived, (DupFd(self._number),)


def _arrived(sent: Any) -> int:  # noqa: ANN401 - a class that multiprocessing keeps to itself
    return int(sent.detach())


def _begin(
    program: Path | None, words: Sequence[str], env: dict[str, str], folder: Path, stdout: int, stderr: int
) -> None:
    threading.Thread(target=_end_with_the_tests, daemon=True).start()
    for number, place in ((stdout, 1), (stderr, 2)):
        os.dup2(number, place)
    for number in {stdout, stderr}:
        os.close(number)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    sys.argv = ["sidetone", *words]
    if program is None:
        main()
    else:
        runpy.run_path(str(program), run_name="__main__")


def _end_with_the_tests() -> None:
    tests = multiprocessing.parent_process()
    assert tests is not None
    tests.join()
    os.kill(os.getpid(), signal.SIGKILL)
