"""Asking for what a command wants: of the running daemon, or without one of the store itself, under its lock."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from sidetone.cli.own_store import opened
from sidetone.cli.words import Sentence

if TYPE_CHECKING:
    from sidetone.config.shapes import Config
    from sidetone.control.services import Services
    from sidetone.views import Page

S = TypeVar("S", bound=msgspec.Struct)
T = TypeVar("T")

_IN_WORDS = {
    "Expected `str` of length >= ": "Give at least {} characters.",
    "Expected `str` of length <= ": "Give at most {} characters.",
    "Expected `str` matching regex '^(user|service)": "Write it as user:NAME.",
}


def ask(config: "Config", command: str, request: msgspec.Struct, answer: type[T]) -> T:
    """Run a command of the desk and read its answer.

    Raises what the command raises; DataFolderBusy while a daemon is starting or another command works.
    """
    from sidetone.control.client import NobodyThere, call

    try:
        said = call(config.server.data_dir, command, request)
    except NobodyThere:
        said = asyncio.run(_alone(config, command, request, os.getuid()))
    return msgspec.json.decode(said, type=answer)


def ask_daemon(config: "Config", command: str, request: msgspec.Struct, answer: type[T]) -> T:
    """As `ask`, but of a running daemon only; raises NobodyThere without one."""
    from sidetone.control.client import call

    return msgspec.json.decode(call(config.server.data_dir, command, request), type=answer)


def ask_all(config: "Config", command: str, page: "type[Page[S]]") -> list[S]:
    """Every item of a list, page by page."""
    from sidetone.control.people import PageAsk

    items: list[Any] = []
    while True:
        found = ask(config, command, PageAsk(after=int(items[-1].id) if items else 0), page)
        items += found.items
        if found.next is None:
            return items


def asked(shape: type[S], **values: object) -> S:
    """What a command asks for, held to the same bounds as a request. Raises Sentence."""
    try:
        return msgspec.convert(values, shape)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        field = where.rstrip("`") or "it"
        for start, words in _IN_WORDS.items():
            if what.startswith(start):
                raise Sentence(f"{field}: {words.format(what.removeprefix(start))}") from None
        raise Sentence(f"{field} cannot be so.") from None


@asynccontextmanager
async def alone(config: "Config") -> "AsyncIterator[Services]":
    """The desk's services over the configuration's store. Raises as `opened` does."""
    from sidetone.clock import SystemClock
    from sidetone.control.services import Services
    from sidetone.conversation.conversations import Conversations
    from sidetone.delivery.send import Sending
    from sidetone.jobs.holds import LegalHolds
    from sidetone.jobs.retention import Retention
    from sidetone.parts import Parts
    from sidetone.people.numbers import Numbers
    from sidetone.people.passwords import Passwords
    from sidetone.people.sessions import Sessions
    from sidetone.people.users import Users

    country = config.server.default_country
    async with opened(config) as store:
        passwords = Passwords()
        try:
            yield Services(
                config=lambda: config,
                store=store,
                users=Users(store, passwords, Sessions(store, SystemClock(), country), country),
                numbers=Numbers(store, lambda: config.carriers.keys(), country),
                conversations=Conversations(store),
                sending=Sending(store, config.messaging, _nobody),
                retention=Retention(
                    store,
                    SystemClock(),
                    Parts(),
                    lambda: config.retention,
                    lambda: shutil.disk_usage(config.server.data_dir).free,
                    pause=0,
                    patience=None,
                ),
                holds=LegalHolds(store),
            )
        finally:
            passwords.close()


async def _alone(config: "Config", command: str, request: msgspec.Struct, uid: int) -> bytes:
    """`uid`: who asks, before they became the data folder's owner."""
    from sidetone.control.desk import Desk
    from sidetone.store.acting import acting, at_the_command_line

    async with alone(config) as services:
        with acting(at_the_command_line(uid)):
            return await Desk(services).answer(command, msgspec.json.encode(request))


def _nobody() -> None:
    """There is no outbox to wake: what is queued leaves when the daemon starts."""
