"""The command in this process, and the real daemon in one of its own."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

from click.testing import CliRunner, Result

from cli.forked import Forked
from sidetone.cli.main import cli

PATIENCE = 30.0  # seconds; a bound for a machine that is busy, not a wait
PASS_PHRASE = "a long pass phrase"
FRESH = (sys.executable, "-m", "sidetone")

CONFIG = """\
[server]
listen = "127.0.0.1:0"
data_dir = "data"
default_country = "DE"

[carriers.main]
type = "handset"
"""


def configured(folder: Path, text: str = CONFIG) -> Path:
    """A main configuration file in this folder."""
    file = folder / "sidetone.toml"
    file.write_text(text)
    file.chmod(0o600)
    return file


def sidetone(*arguments: str | Path, stdin: str = "", env: Mapping[str, str | None] | None = None) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(cli, [str(each) for each in arguments], input=stdin, env=env, prog_name="sidetone")


class Daemon:
    """`sidetone …` in the foreground as a process; `url` once it has said that it is ready.

    What `before` names runs it, such as `FRESH` where the start of Python itself is in question.
    """

    def __init__(
        self,
        *arguments: str | Path,
        stdout: int | None = None,
        env: Mapping[str, str] | None = None,
        before: Sequence[str] = (),
    ) -> None:
        self.url = ""
        self.said = ""
        self.stdout, out = os.pipe() if stdout is None else (-1, stdout)
        self.stderr, log = os.pipe()
        self._process = _start(before, arguments, out, log, dict(env or {}))
        os.close(log)
        if stdout is None:
            os.close(out)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def ready(self) -> Self:
        """Wait for the line that says so."""
        while "Sidetone is ready at " not in self.said or not self.said.endswith("\n"):
            self.said += read(self.stdout)
        self.url = self.said.rpartition("Sidetone is ready at ")[2].strip()
        return self

    def log(self, until: str) -> str:
        """The log until something is in it."""
        text = ""
        while until not in text:
            text += read(self.stderr)
        return text

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal and wait for the end: exit code, the rest of stdout, the log."""
        self._process.send_signal(number)
        return self.end()

    def end(self) -> tuple[int, str, str]:
        """Wait for the end."""
        said = _drained(each for each in (self.stdout, self.stderr) if each >= 0)
        return self._process.wait(PATIENCE), said.get(self.stdout, b"").decode(), said[self.stderr].decode()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait(PATIENCE)
        for each in (self.stdout, self.stderr):
            if each >= 0:
                os.close(each)


def _start(
    before: Sequence[str], arguments: Sequence[str | Path], out: int, log: int, env: dict[str, str]
) -> "subprocess.Popen[bytes] | Forked":
    if not before:
        return Forked(*arguments, folder=Path.cwd(), stdout=out, stderr=log, env=env)
    words = [*before, *map(str, arguments)]
    around = {**os.environ, "PYTHONUNBUFFERED": "1", **env}
    return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=log, env=around)


def _drained(handles: Iterable[int]) -> dict[int, bytes]:
    """All that comes until each has come to its end; fails when that takes too long."""
    said = dict.fromkeys(handles, b"")
    left = set(said)
    while left:
        readable: Sequence[int] = select.select(left, [], [], PATIENCE)[0]
        assert readable, "it has not ended in time"
        for each in readable:
            data = os.read(each, 65536)
            said[each] += data
            left -= set() if data else {each}
    return said


def read(handle: int) -> str:
    """What is there to read now; fails when nothing comes in time, or nothing more can come."""
    readable: Sequence[int] = select.select([handle], [], [], PATIENCE)[0]
    assert readable, "nothing came in time"
    data = os.read(handle, 65536)
    assert data, "it ended"
    return data.decode()
