"""The first admin: a link that works once, while there is no user."""

import asyncio
import hmac
import os
import secrets
from pathlib import Path
from typing import Any, ClassVar

import structlog

from sidetone.domain.fault import SidetoneError
from sidetone.people.passwords import Passwords
from sidetone.people.sessions import Opened, Sessions
from sidetone.people.users import add_in, new_values
from sidetone.store import users as rows
from sidetone.store.connection import Store, Txn
from sidetone.views import NewUser, SetUp

log = structlog.get_logger("setup")

FILE = "setup-link"


class WrongSetupLink(SidetoneError):
    """The secret is not the one in the link."""

    code: ClassVar[str] = "wrong-setup-link"
    status: ClassVar[int] = 403


class SetUpBefore(SidetoneError):
    """There is a user already; the link is worth nothing any more."""

    code: ClassVar[str] = "set-up-before"
    status: ClassVar[int] = 410


class FirstAdmin:
    """Writes the one-time link and honours it once. `link` is None when there is nothing to set up."""

    def __init__(
        self, store: Store, passwords: Passwords, sessions: Sessions, *, data_dir: Path, public_url: str
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._sessions = sessions
        self._file = data_dir / FILE
        self._start_of_link = f"{public_url.rstrip('/')}/setup#"
        self._secret = ""

    @property
    def link(self) -> str | None:
        """The whole link, for a terminal and the file alone."""
        return self._start_of_link + self._secret if self._secret else None

    async def prepare(self) -> str | None:
        """Without users, make the link and write it to the file (0600); with users, remove what is left of one."""
        if await self._store.read(rows.anyone):
            await asyncio.to_thread(self._file.unlink, missing_ok=True)
            return None
        self._secret = secrets.token_urlsafe(32)
        await asyncio.to_thread(_write, self._file, f"{self.link}\n")
        return self.link

    async def use(self, ask: SetUp) -> Opened:
        """Make the first admin and sign them in; of two at once one wins.

        Raises SetUpBefore, WrongSetupLink, Invalid, WeakPassword, SignInBusy.
        """
        if not self._secret:
            raise _set_up_before()
        if not hmac.compare_digest(ask.secret.encode(), self._secret.encode()):
            log.warning("wrong set-up link")
            raise WrongSetupLink(
                "This link is not the present one.", hint=f"Open the link in the file {FILE} of the data folder."
            )
        values = new_values(NewUser(name=ask.username, password=ask.password, role="admin"))
        hashed = await self._passwords.hash(ask.password, name=values["name"])
        user_id = await self._store.write(_add_first, {**values, "password_hash": hashed})
        await self._forget()
        log.info("first admin made", user=user_id)
        return await self._sessions.open(user_id, kind="cookie", password_hash=hashed)

    async def _forget(self) -> None:
        self._secret = ""
        await asyncio.to_thread(self._file.unlink, missing_ok=True)


def _add_first(txn: Txn, values: dict[str, Any]) -> int:
    if rows.anyone(txn):
        raise _set_up_before()
    return int(add_in(txn, values)["id"])


def _set_up_before() -> SetUpBefore:
    return SetUpBefore("Sidetone is set up already.", hint="Sign in, or ask an admin for a login.")


def _write(path: Path, text: str) -> None:
    """Replace the file whole, so that nobody ever reads half a link or finds it readable for others."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
