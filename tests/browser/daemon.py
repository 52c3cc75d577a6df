"""The real daemon as a process of its own, with its demo people and their virtual phones."""

import json
import os
import signal
import socket
import threading
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from queue import Empty, Queue

from cli.forked import Forked

PATIENCE = 30.0
COOKIE = "sidetone"
SEATS = 3  # of one person in one play, at most, that need no password


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
        self._process: Forked | None = None
        self.said: list[str] = []

    def start(self) -> None:
        """Start it; returns when it is ready."""
        read, write = os.pipe()
        self._process = Forked(*self._command(), folder=self.folder.parent, stdout=write, stderr=write)
        os.close(write)
        lines: Queue[str | None] = Queue()
        threading.Thread(target=self._listen, args=(read, lines), daemon=True).start()
        self._await_ready(lines)

    def _command(self) -> list[str]:
        return ["demo", "--dir", str(self.folder), "--port", str(self.port)]

    def _listen(self, output: int, lines: "Queue[str | None]") -> None:
        with os.fdopen(output) as said:
            for line in said:
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
        for number in (signal.SIGTERM, signal.SIGKILL):
            self._process.send_signal(number)
            with suppress(TimeoutError):
                self._process.wait(PATIENCE)
                break
        self._process = None

    @property
    def _sessions(self) -> Path:
        return self.folder / "sessions.json"

    def sign_in_all(self) -> None:
        """Open sessions for later plays, in this folder and in copies of it: checking a password is dear on purpose."""
        self._sessions.write_text(json.dumps({name: self._opened(user) for name, user in self.users.items()}))

    def _opened(self, user: DemoUser) -> dict[str, list[str]]:
        tokens = [self._open(user, token=True)]
        return {"cookie": [self._open(user, token=False) for _ in range(SEATS)], "bearer": tokens}

    def _open(self, user: DemoUser, *, token: bool) -> str:
        ask = json.dumps({"username": user.name, "password": user.password, "token": token}).encode()
        request = urllib.request.Request(f"{self.url}/api/v1/session", ask, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            if token:
                return str(json.load(answer)["token"])
            return SimpleCookie(answer.headers["Set-Cookie"])[COOKIE].value

    def session(self, user: DemoUser, kind: str) -> str | None:
        """The token of a session (`cookie` or `bearer`) that was opened before and that nobody has taken yet."""
        if not self._sessions.exists():
            return None
        left = json.loads(self._sessions.read_text())
        if not left.get(user.name, {}).get(kind):
            return None
        token = left[user.name][kind].pop()
        self._sessions.write_text(json.dumps(left))
        return str(token)

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
        return ["run", "--config", str(config)]

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
