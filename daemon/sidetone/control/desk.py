"""The desk: every command that works on the store or the daemon, wherever it is run.

The daemon answers at its control socket; without a daemon a command opens the store and asks a desk of its own.
Both decode the same requests and raise the same errors, so that both say the same.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from sidetone.control import carriers, messages, people, retention, routes, trying
from sidetone.control.protocol import NotUnderstood
from sidetone.control.services import Services
from sidetone.views import HitsAsk, HooksAsk, NewHold, OddAsk, ProbeAsk, ProbedAsk, RetentionAsk, RouteAsk

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Command(Generic[A]):
    """What a command takes, and what it does."""

    shape: type[A]
    run: Callable[[Services, A], Awaitable[object]]


COMMANDS: Mapping[str, Command[Any]] = {
    "status": Command(carriers.StatusAsk, carriers.status),
    "reload": Command(carriers.ReloadAsk, carriers.reload),
    "carriers.list": Command(carriers.CarriersAsk, carriers.list_carriers),
    "carriers.try": Command(ProbeAsk, trying.probe),
    "carriers.tried": Command(ProbedAsk, trying.probed),
    "carriers.hooks": Command(HooksAsk, trying.hooks),
    "carriers.hits": Command(HitsAsk, trying.hits),
    "carriers.odd": Command(OddAsk, trying.odd),
    "routes.explain": Command(RouteAsk, routes.explain),
    "plugins.list": Command(carriers.PluginsAsk, carriers.list_plugins),
    "messages.list": Command(messages.LogAsk, messages.list_messages),
    "messages.show": Command(messages.MessageAsk, messages.show),
    "send": Command(messages.SendAsk, messages.send),
    "user.add": Command(people.NewUser, people.add_user),
    "user.list": Command(people.PageAsk, people.list_users),
    "number.add": Command(people.NewNumber, people.add_number),
    "number.change": Command(people.NumberChangeAsk, people.change_number),
    "retention.show": Command(retention.RetentionViewAsk, retention.view),
    "retention.run": Command(RetentionAsk, retention.clean_up),
    "retention.holds": Command(retention.HoldsAsk, retention.holds),
    "retention.hold": Command(NewHold, retention.hold),
    "retention.lift": Command(retention.LiftAsk, retention.lift),
    "number.list": Command(people.PageAsk, people.list_numbers),
}


class Desk:
    """Answers commands over these services."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def answer(self, name: str, ask: bytes) -> bytes:
        """Run a command on its request, both JSON. Raises NotUnderstood, and what the command raises."""
        command = COMMANDS.get(name)
        if command is None:
            raise not_understood()
        try:
            request = msgspec.json.decode(ask, type=command.shape)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise not_understood() from None
        return msgspec.json.encode(await command.run(self._services, request))


def not_understood() -> NotUnderstood:
    """What is said to a request that no command of this version could have made."""
    return NotUnderstood(
        "Sidetone does not understand this command.",
        hint="If you have just upgraded it, restart it: systemctl restart sidetone.",
    )
