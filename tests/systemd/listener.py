"""The far side of sd_notify: a real datagram socket that keeps what it is told."""

import socket
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE = 30.0


class Listener:
    """Hears what a daemon tells systemd. `address` is what NOTIFY_SOCKET names."""

    def __init__(self, folder: Path, *, abstract: str = "") -> None:
        self.address = f"@{abstract}" if abstract else str(folder / "notify")
        self.wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.wire.bind(f"\0{abstract}" if abstract else self.address)
        self.wire.settimeout(PATIENCE)
        self.heard: list[str] = []

    def hear(self) -> list[str]:
        """The next datagram's lines."""
        lines = self.wire.recv(65536).decode().split("\n")
        self.heard += lines
        return lines

    def until(self, *wanted: str) -> list[str]:
        """Everything up to the datagram that holds a line beginning with one of these."""
        before = len(self.heard)
        while not any(line.startswith(wanted) for line in self.hear()):
            pass
        return self.heard[before:]

    def rest(self) -> list[str]:
        """What has come already and was not heard yet."""
        before = len(self.heard)
        self.wire.setblocking(False)
        try:
            while True:
                self.hear()
        except BlockingIOError:
            return self.heard[before:]
        finally:
            self.wire.settimeout(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wire.close()
