"""The address that Sidetone listens on, taken before anything else so that its port and URL are known."""

import os
import socket
from dataclasses import dataclass
from typing import ClassVar

from sidetone.config.shapes import ServerSettings
from sidetone.domain.fault import SidetoneError

_BACKLOG = 1024


class CannotListen(SidetoneError):
    """The address cannot be taken."""

    code: ClassVar[str] = "cannot-listen"


@dataclass(frozen=True, slots=True)
class Listener:
    """A bound socket, and the settings with the port that it really has. Nobody is let in yet."""

    socket: socket.socket
    settings: ServerSettings


def bind(settings: ServerSettings) -> Listener:
    """Take the address; raises CannotListen."""
    try:
        found = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE | socket.AI_ADDRCONFIG
        )
        family, *_, address = min(found, key=lambda each: each[0] != socket.AF_INET)
        taken = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
    except OSError as error:
        number = error.errno or 0
        why = os.strerror(number) if number > 0 else error.strerror  # Python adds to it where that was
        raise CannotListen(
            f"{settings.listen} cannot be listened on ({why}).",
            hint="Stop what has it, or set another address.",
            where="server.listen",
        ) from error
    taken.setblocking(False)
    return Listener(taken, settings.bound(taken.getsockname()[1]))
