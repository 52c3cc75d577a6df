"""The real daemon as a process of its own, with its demo people and their virtual phones."""

import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue

PATIENCE = 30.0
SIDETONE = str(Path(sys.executable).with_name("sidetone"))


@dataclass(frozen=True)
class DemoUser:
    """A line of `demo-users.txt`."""

    name: str
    password: str
    role: str
    number: str


class Daemon:
    """`sidetone demo` in a folder and on a port that stay the same over restarts."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[str] | None = None
        self.said: list[str] = []

    def start(self) -> None:
        """Start it; returns when it is ready."""
        self._process = subprocess.Popen(self._command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        lines: Queue[str | None] = Queue()
        threading.Thread(target=self._listen, args=(self._process, lines), daemon=True).start()
        self._await_ready(lines)

    def _command(self) -> list[str]:
        return [SIDETONE, "demo", "--dir", str(self.folder), "--port", str(self.port)]

    def _listen(self, process: subprocess.Popen[str], lines: "Queue[str | None]") -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.said.append(line)
                lines.put(line)
        lines.put(None)

    def _await_ready(self, lines: "Queue[str | None]") -> None:
        try:
            while (line := lines.get(timeout=PATIENCE)) is not None:
                if line.startswith("Sidetone is ready at "):
                    return
        except Empty:
            pass
        self.stop()
        raise AssertionError("The daemon did not become ready:\n" + "".join(self.said[-40:]))

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @property
    def users(self) -> dict[str, DemoUser]:
        """The demo's people: an admin first, then two users."""
        lines = (self.folder / "demo-users.txt").read_text().splitlines()
        people = (DemoUser(*line.split("\t")) for line in lines if line)
        return {person.name: person for person in people}


class NewDaemon(Daemon):
    """`sidetone run` as an admin starts it for the first time: a carrier, and nobody who may sign in."""

    def _command(self) -> list[str]:
        config = self.folder / "sidetone.toml"
        if not config.exists():
            self.folder.mkdir()
            listen = f'listen = "127.0.0.1:{self.port}"'
            server = f'[server]\n{listen}\ndata_dir = "."\ndefault_country = "GB"\n'
            config.write_text(f'{server}[carriers.demo]\ntype = "handset"\n')
        return [SIDETONE, "run", "--config", str(config)]

    @property
    def setup_link(self) -> str:
        """The one-time link for the first admin."""
        return (self.folder / "setup-link").read_text().strip()

    @property
    def users(self) -> dict[str, DemoUser]:
        return {"admin": DemoUser("admin", "four quiet green doors", "admin", "")}


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
