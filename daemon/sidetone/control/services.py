"""What the desk works with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from sidetone.config.shapes import Config
from sidetone.control.reload import Reloader
from sidetone.conversation.conversations import Conversations
from sidetone.delivery.send import Sending
from sidetone.delivery.ways import Ways
from sidetone.domain.fault import SidetoneError
from sidetone.jobs.holds import LegalHolds
from sidetone.jobs.retention import Retention
from sidetone.parts import Parts
from sidetone.people.numbers import Numbers
from sidetone.people.users import Users
from sidetone.plugin.host import Host
from sidetone.store.connection import Store


class NotRunning(SidetoneError):
    """Only a running daemon can do this."""

    code: ClassVar[str] = "not-running"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What only a running daemon has. `started_at` is ms, UTC."""

    host: Host
    parts: Parts
    reloader: Reloader
    sending: Sending
    ways: Callable[[], Ways]
    url: str
    started_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Every service that a command may call; `running` is None where a command works on the store by itself."""

    config: Callable[[], Config]
    store: Store
    users: Users
    numbers: Numbers
    conversations: Conversations
    sending: Sending
    retention: Retention
    holds: LegalHolds
    running: Running | None = None

    def daemon(self) -> Running:
        """The daemon; raises NotRunning."""
        if self.running is None:
            raise not_running()
        return self.running


def not_running() -> NotRunning:
    """What is said where only a running daemon will do."""
    return NotRunning("Sidetone is not running.", hint="Start it: systemctl start sidetone.")
