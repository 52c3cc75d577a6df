"""Signing in by name and password, and how often one may try."""

import ipaddress
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

import structlog

from sidetone.clock import SteadyClock
from sidetone.domain.fault import SidetoneError
from sidetone.errors import StoreError
from sidetone.people.passwords import Passwords, SignInBusy
from sidetone.people.sessions import NotSignedIn, Opened, Sessions
from sidetone.store import audit
from sidetone.store import users as rows
from sidetone.store.acting import acting
from sidetone.store.audit import About, Act, Actor
from sidetone.store.connection import Store, Txn

log = structlog.get_logger("sign-in")

SECOND = 1000
_MOST_KEPT = 10_000


class WrongCredentials(SidetoneError):
    """Name and password do not belong together; which of them is wrong is not said."""

    code: ClassVar[str] = "wrong-credentials"
    status: ClassVar[int] = 401


class TooManyTries(SidetoneError):
    """One must wait before the next try; `retry_after` says how many seconds."""

    code: ClassVar[str] = "too-many-tries"
    status: ClassVar[int] = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            f"There were too many wrong tries. The next one is possible in {_span(retry_after)}.",
            hint="An admin can set a new password.",
        )
        self.retry_after = retry_after


@dataclass(slots=True)
class _Tries:
    level: float
    counted_at: int
    free_at: int = 0
    told: bool = False


class Limit:
    """Counts tries by key. `free` may come at once, one more for every `drip` ms; beyond that each waits twice as long.

    Kept in memory only: after a restart everyone starts anew. Of more keys than are kept the oldest are forgotten.
    """

    def __init__(self, clock: SteadyClock, *, free: int, drip: int, longest: int) -> None:
        self._clock = clock
        self._free = free
        self._drip = drip
        self._longest = longest
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def wait(self, key: str) -> int:
        """Milliseconds until the next try is allowed; 0 for now."""
        tries = self._tries.get(key)
        return 0 if tries is None else max(0, tries.free_at - self._clock.ticks())

    def first_told(self, key: str) -> bool:
        """Whether this is the first time that somebody is told to wait since the last try that counted."""
        tries = self._tries.get(key)
        if tries is None or tries.told or not self.wait(key):
            return False
        tries.told = True
        return True

    def count(self, key: str) -> None:
        """Note a try, before its result is known, so that many at once are counted too."""
        now = self._clock.ticks()
        tries = self._tries.pop(key, None) or _Tries(0.0, now)
        tries.level = max(0.0, tries.level - max(0, now - tries.counted_at) / self._drip) + 1
        beyond = int(tries.level - self._free)
        if beyond >= 0:
            tries.free_at = now + min(SECOND * 2 ** min(beyond, 30), self._longest)
        tries.counted_at = max(now, tries.free_at)  # an enforced wait earns nothing
        tries.told = False
        self._tries[key] = tries
        if len(self._tries) > _MOST_KEPT:
            self._tries.popitem(last=False)

    def take_back(self, key: str) -> None:
        """That try was none."""
        if (tries := self._tries.get(key)) is not None:
            tries.level = max(0.0, tries.level - 1)
            if tries.level < self._free:
                tries.free_at, tries.counted_at = 0, self._clock.ticks()

    def forget(self, key: str) -> None:
        """Start anew."""
        self._tries.pop(key, None)


class SignInDesk:
    """Checks names and passwords. A wrong name and a wrong password look the same and take the same time."""

    def __init__(self, store: Store, passwords: Passwords, sessions: Sessions, clock: SteadyClock) -> None:
        self._store = store
        self._passwords = passwords
        self._sessions = sessions
        self._accounts = Limit(clock, free=5, drip=300 * SECOND, longest=300 * SECOND)
        self._addresses = Limit(clock, free=30, drip=30 * SECOND, longest=900 * SECOND)

    async def sign_in(self, name: str, password: str, *, address: str, token: bool) -> Opened:
        """A new session. `address`: where the try comes from. Raises WrongCredentials, TooManyTries, SignInBusy."""
        account, source = name.strip().lower(), network(address)
        wait = max(self._addresses.wait(source), self._accounts.wait(account))
        if wait:
            log.warning("sign-in must wait", address=address)
            told = [limit.first_told(key) for limit, key in ((self._addresses, source), (self._accounts, account))]
            if any(told):  # one row a wait, or whoever hammers at the door fills the disk
                await self._note(Act.SESSION_THROTTLED, account, address)
            raise TooManyTries(-(-wait // SECOND))
        self._addresses.count(source)
        self._accounts.count(account)
        try:
            with acting(Actor(address=address)):
                opened = await self._check(account, password, token=token)
        except SignInBusy:
            self._addresses.take_back(source)
            self._accounts.take_back(account)
            raise
        except WrongCredentials:
            log.warning("sign-in refused", address=address)
            await self._note(Act.SESSION_REFUSED, account, address)
            raise
        self._addresses.take_back(source)
        self._accounts.forget(account)
        log.info("signed in", user=opened.viewer.user_id, session=opened.viewer.session_id, address=address)
        return opened

    async def _note(self, act: Act, name: str, address: str) -> None:
        with suppress(StoreError):  # a full disk changes nothing of the refusal, which is in the log
            await self._store.write(_note, act, name, address)

    async def _check(self, name: str, password: str, *, token: bool) -> Opened:
        row = await self._store.read(rows.password_of, name)
        stored = None if row is None or row["disabled_at"] is not None else row["password_hash"]
        if not await self._passwords.verify(password, stored) or stored is None:
            raise _wrong()
        try:
            return await self._sessions.open(row["id"], kind="bearer" if token else "cookie", password_hash=stored)
        except NotSignedIn:
            raise _wrong() from None


def _note(txn: Txn, act: Act, name: str, address: str) -> None:
    """Whom somebody wanted to be. A name that nobody has is not written down: it may be a password, typed too early."""
    row = rows.by_name(txn, name)
    about = About("user") if row is None else About("user", row["id"], row["name"])
    words = "" if row else "a name that nobody has"
    audit.note(txn, act, about, words, by=Actor(address=address))


def network(address: str) -> str:
    """What counts as one source: an IPv4 address, or the /64 of an IPv6 one, which a single line has to itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def _wrong() -> WrongCredentials:
    return WrongCredentials("The name or the password is wrong.", hint="Check both; capital letters count.")


def _span(seconds: int) -> str:
    if seconds < 120:
        return "a second" if seconds == 1 else f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"
