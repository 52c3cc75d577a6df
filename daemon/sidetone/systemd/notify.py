"""Telling systemd how the daemon is: sd_notify(3), whose protocol is a datagram of a few lines."""

import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

LONGEST_STATUS = 300


class Notifier:
    """Sends to the socket that systemd named; without one nothing is sent. Never waits and never fails."""

    def __init__(self, address: str = "") -> None:
        self._address = f"\0{address[1:]}" if address.startswith("@") else address

    def ready(self) -> None:
        """The daemon is up."""
        self._tell("READY=1")

    def stopping(self) -> None:
        """The daemon is on its way down."""
        self._tell("STOPPING=1", "STATUS=Stopping.")

    def status(self, sentence: str) -> None:
        """What `systemctl status` shows."""
        self._tell(f"STATUS={' '.join(sentence.split())[:LONGEST_STATUS]}")

    def alive(self) -> None:
        """The watchdog may go on waiting."""
        self._tell("WATCHDOG=1")

    def more_time(self, seconds: float) -> None:
        """Starting or stopping takes longer: systemd waits at least so long from now on."""
        self._tell(f"EXTEND_TIMEOUT_USEC={int(seconds * 1_000_000)}")

    @contextmanager
    def reloading(self) -> Iterator[None]:
        """The configuration is read again meanwhile."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
        try:
            yield
        finally:
            self.ready()

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        with (
            suppress(OSError, ValueError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as wire,
        ):
            wire.setblocking(False)
            wire.sendto("\n".join(lines).encode(errors="replace"), self._address)


def notifier(environment: Mapping[str, str] = os.environ) -> Notifier:
    """A notifier for the socket that the environment names, or for none."""
    return Notifier(environment.get("NOTIFY_SOCKET", ""))


def watchdog_period(environment: Mapping[str, str] = os.environ) -> float | None:
    """Seconds after which systemd restarts a daemon that is silent; None where it does not watch this process."""
    period, process = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
    if not period.isdecimal() or int(period) == 0 or (process and process != str(os.getpid())):
        return None
    return int(period) / 1_000_000
