"""The real daemon as a process of its own: started on a folder, killed or stopped by its own pid, started again."""

import asyncio
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random

from cli.forked import Forked
from sidetone.testing.restcomm_far_side import ACCOUNT, TOKEN

HOOK_SECRET = "a-path-that-only-the-carrier-knows"
READY_WITHIN = 30.0
STOP_WITHIN = 20.0
_POLL = 0.004
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)

# No rate: the tests are after crashes, not after patience.
_CONFIG = """\
[server]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
data_dir = "{data}"
default_country = "US"

[carriers.main]
type = "restcomm"
base_url = "{far_side}"
account_sid = "{account}"
auth_token = "{token}"
hook_secret = "{secret}"
rate = 0

[carriers.phones]
type = "handset"
phones = ["{phone} Ada"]
"""
PHONE = "+13105550199"


class Daemon:
    """One data folder and the processes that live on it, one after another, always on the same port.

    `program` is a script that is started instead of the command `sidetone`; `before` stands in front of the executable.
    """

    def __init__(
        self,
        folder: Path,
        far_side: str,
        *,
        data: Path | None = None,
        program: Path | None = None,
        before: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.data = data or folder / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log"
        self._config = folder / "sidetone.toml"
        self._program = program
        self._before = before
        self._process: subprocess.Popen[bytes] | Forked | None = None
        self._config.touch(mode=0o600)
        self._config.write_text(
            _CONFIG.format(
                port=self.port,
                data=self.data,
                far_side=far_side,
                account=ACCOUNT,
                token=TOKEN,
                secret=HOOK_SECRET,
                phone=PHONE,
            )
        )

    @property
    def file(self) -> Path:
        """The store's file."""
        return self.data / "sidetone.db"

    @property
    def pid(self) -> int:
        """The running process."""
        assert self._process is not None
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Whether a process runs that has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start a process; it ends with the one that started it, however that ends."""
        arguments = ["--config", str(self._config), "run"]
        with self.log.open("ab") as output:
            if self._before:
                self._process = self._executed(arguments, output.fileno())
            else:
                handle = output.fileno()
                self._process = Forked(
                    *arguments, folder=self.folder, stdout=handle, stderr=handle, program=self._program
                )

    def _executed(self, arguments: list[str], output: int) -> subprocess.Popen[bytes]:
        executable = Path(sys.executable)
        program = [executable, self._program] if self._program else [executable.parent / "sidetone"]
        return subprocess.Popen(
            [*self._before, *map(str, program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=self.folder,
            preexec_fn=_end_with_the_test,
        )

    async def ready(self) -> None:
        """Wait until it answers that it is ready."""
        await asyncio.to_thread(self._wait_until_ready)

    async def starts(self) -> None:
        """Start and wait until it is ready."""
        self.start()
        await self.ready()

    def kill(self) -> None:
        """As when the power fails, but for what the kernel still holds; returns at once."""
        self._signal(signal.SIGKILL)

    def ask_to_stop(self) -> None:
        """As a service manager does; returns at once."""
        self._signal(signal.SIGTERM)

    async def ended(self) -> int:
        """Wait for the end of the process: its exit code, negative for a signal."""
        assert self._process is not None
        return await asyncio.to_thread(self._process.wait, STOP_WITHIN)

    def words(self) -> str:
        """Everything that it has written on its standard streams."""
        return self.log.read_text(errors="replace")

    def close(self) -> None:
        """Leave no process behind."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(STOP_WITHIN)

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not self._is_ready():
            if not self.lives or time.monotonic() > deadline:
                raise AssertionError(f"the daemon did not get ready; it said:\n{self.words()[-3000:]}")
            time.sleep(_POLL)

    def _is_ready(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=READY_WITHIN)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def free_port() -> int:
    """A port that stays ours while no process listens on it: below those that the kernel gives to callers."""
    lowest_of_callers = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    chance = Random(os.urandom(8))
    while True:
        port = chance.randrange(10_000, max(lowest_of_callers, 10_100))
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def _end_with_the_test() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
