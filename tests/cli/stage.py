"""The command in this process, and the real daemon in one of its own."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from click.testing import CliRunner, Result

from sidetone.cli.main import cli

PATIENCE = 30.0  # seconds; a bound for a machine that is busy, not a wait
PASS_PHRASE = "a long pass phrase"

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
    """`sidetone …` in the foreground as a process; `url` once it has said that it is ready."""

    def __init__(
        self,
        *arguments: str | Path,
        stdout: int = subprocess.PIPE,
        env: Mapping[str, str] | None = None,
        before: Sequence[str] = (sys.executable, "-m", "sidetone"),
    ) -> None:
        self.url = ""
        self.said = ""
        self._process = subprocess.Popen(
            [*before, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
        )

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def ready(self) -> Self:
        """Wait for the line that says so."""
        assert self._process.stdout is not None
        while "Sidetone is ready at " not in self.said or not self.said.endswith("\n"):
            self.said += read(self._process.stdout.fileno())
        self.url = self.said.rpartition("Sidetone is ready at ")[2].strip()
        return self

    def log(self, until: str) -> str:
        """The log until something is in it."""
        assert self._process.stderr is not None
        text = ""
        while until not in text:
            text += read(self._process.stderr.fileno())
        return text

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal and wait for the end: exit code, the rest of stdout, the log."""
        self._process.send_signal(number)
        return self.end()

    def end(self) -> tuple[int, str, str]:
        """Wait for the end."""
        said, logged = self._process.communicate(timeout=PATIENCE)
        return self._process.returncode, (said or b"").decode(), logged.decode()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate(timeout=PATIENCE)


def read(handle: int) -> str:
    """What is there to read now; fails when nothing comes in time, or nothing more can come."""
    readable: Sequence[int] = select.select([handle], [], [], PATIENCE)[0]
    assert readable, "nothing came in time"
    data = os.read(handle, 65536)
    assert data, "it ended"
    return data.decode()
