"""The services that commands about people use, over a store of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import msgspec

from sidetone.cli.own_store import opened
from sidetone.cli.words import Sentence

if TYPE_CHECKING:
    from sidetone.config.shapes import Config
    from sidetone.people.numbers import Numbers
    from sidetone.people.users import Users
    from sidetone.store.connection import Store

S = TypeVar("S", bound=msgspec.Struct)

_IN_WORDS = {
    "Expected `str` of length >= ": "Give at least {} characters.",
    "Expected `str` of length <= ": "Give at most {} characters.",
    "Expected `str` matching regex '^(user|service)": "Write it as user:NAME.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Users and numbers, and the store they are in."""

    store: "Store"
    users: "Users"
    numbers: "Numbers"


@asynccontextmanager
async def people(config: "Config") -> AsyncIterator[People]:
    """Users and numbers of the configuration's store. Raises as `opened` does."""
    from sidetone.clock import SystemClock
    from sidetone.people.numbers import Numbers
    from sidetone.people.passwords import Passwords
    from sidetone.people.sessions import Sessions
    from sidetone.people.users import Users

    country = config.server.default_country
    async with opened(config) as store:
        passwords = Passwords()
        try:
            users = Users(store, passwords, Sessions(store, SystemClock(), country), country)
            yield People(store=store, users=users, numbers=Numbers(store, lambda: config.carriers.keys(), country))
        finally:
            passwords.close()


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
