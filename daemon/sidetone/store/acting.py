"""Who is behind a change: carried along by the task that asks for it, since the audit must name them."""

import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A user, the system's user `uid` at the command line, someone not signed in yet, or else Sidetone itself.

    `address`: the client's, empty for who is on this machine.
    """

    user_id: int | None = None
    name: str = ""
    uid: int | None = None
    address: str = ""


_actor: ContextVar[Actor] = ContextVar("actor", default=Actor())  # noqa: B039 - frozen


def actor() -> Actor:
    """Who is behind what this task does."""
    return _actor.get()


@contextmanager
def acting(who: Actor) -> Iterator[None]:
    """While it lasts, what this task and those it begins change is done by `who`."""
    token = _actor.set(who)
    try:
        yield
    finally:
        _actor.reset(token)


def at_the_command_line(uid: int) -> Actor:
    """Someone at this machine, by the system's number of them."""
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = ""
    return Actor(name=name, uid=uid)
