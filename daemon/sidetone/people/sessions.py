"""Sign-in sessions: random tokens, stored as hashes, that outlive restarts and end at once when they must."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeVar

from sidetone.clock import Clock
from sidetone.domain.fault import SidetoneError
from sidetone.errors import NotFound, StoreError
from sidetone.people.render import open_session, viewer_of
from sidetone.people.viewer import Viewer
from sidetone.store import audit, meta, users
from sidetone.store import sessions as rows
from sidetone.store.audit import About, Act, Actor
from sidetone.store.connection import Snapshot, Store, Txn
from sidetone.views import OpenSession, Page

T = TypeVar("T")

DAY = 24 * 60 * 60 * 1000
IDLE = 30 * DAY
ABSOLUTE = 90 * DAY
SLACK = 2 * DAY  # that the clock may be set back; a session from further ahead is from a time that never was
SEEN_EVERY = 5 * 60 * 1000  # how exactly "last seen" is known
KEPT = 100  # of one user; a client that signs in for each request would fill the store otherwise
_CACHED = 10_000
_SWEPT_AT_ONCE = 500


class NotSignedIn(SidetoneError):
    """There is no session, or it has ended."""

    code: ClassVar[str] = "not-signed-in"
    status: ClassVar[int] = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A new session. `token` is the only copy there will ever be; `ends_at` is in ms, UTC."""

    token: str
    viewer: Viewer
    ends_at: int


@dataclass(slots=True)
class _Known:
    viewer: Viewer
    seen_at: int
    ends_at: int


class Sessions:
    """Every session of this daemon. One process holds them, so that a known token costs no query."""

    def __init__(self, store: Store, clock: Clock, default_country: str) -> None:
        self._store = store
        self._clock = clock
        self._default_country = default_country
        self._known: dict[str, _Known] = {}
        self._changes = 0
        self._watches: dict[int, set[Callable[[], None]]] = {}
        self._notes: set[asyncio.Task[None]] = set()

    async def open(self, user_id: int, *, kind: Literal["cookie", "bearer"], password_hash: str) -> Opened:
        """Open a session for a user whose password was just found right.

        Raises NotSignedIn when the user was disabled or the password changed since it was read.
        """
        token = secrets.token_urlsafe(32)
        hashed = _hash(token)
        if await self._store.write(_open, user_id, hashed, kind, password_hash):
            self.renew(user_id)
        known = await self._look_up(hashed)
        return Opened(token=token, viewer=known.viewer, ends_at=known.ends_at)

    async def viewer(self, token: str) -> Viewer:
        """Who a token stands for; raises NotSignedIn."""
        hashed = _hash(token)
        known = self._known.get(hashed) or await self._look_up(hashed)
        now = self._clock.now()
        if not now < known.ends_at <= now + ABSOLUTE + SLACK or now - known.seen_at >= IDLE:
            self._known.pop(hashed, None)
            raise _not_signed_in()
        if abs(now - known.seen_at) >= SEEN_EVERY:
            known.seen_at = now
            note = asyncio.create_task(self._note_seen(known.viewer.session_id), name="session-seen")
            self._notes.add(note)
            note.add_done_callback(self._notes.discard)
        return known.viewer

    async def end(self, viewer: Viewer) -> None:
        """Sign this session out; its live sockets learn of it."""
        await self.renewing(viewer.user_id, self._store.write(_end, viewer))

    async def open_ones(self, viewer: Viewer, *, who: str, before: int, limit: int) -> Page[OpenSession]:
        """Every session that is open, of one user or of all, the newest first."""
        now = self._clock.now()
        values = {"now": now, "idle_since": now - IDLE, "who": who.strip().lower(), "before": before}
        found, seq = await self._store.read(_open_ones, {**values, "limit": limit + 1})
        items = [open_session(row, viewer.session_id) for row in found[:limit]]
        return Page(items=items, next=items[-1].id if len(found) > limit else None, seq=seq)

    async def close_one(self, session_id: int) -> None:
        """Sign a session out by an admin's right; raises NotFound."""
        row = await self._store.read(rows.whose, session_id)
        if row is None:
            raise NotFound("There is no such session, or it has ended.", hint="The list shows them all.")
        about = About("user", row["user_id"], row["name"])
        await self.renewing(row["user_id"], self._store.write(_close_one, session_id, about))

    async def renewing(self, user_id: int, change: Coroutine[Any, Any, T]) -> T:
        """Await a change of a user, then `renew`, whatever comes of it and even if the caller is cancelled."""

        async def finish() -> T:
            try:
                return await change
            finally:
                self.renew(user_id)

        return await asyncio.shield(asyncio.create_task(finish(), name="user-change"))

    def renew(self, user_id: int) -> None:
        """Forget what is remembered of a user after any change, and wake whoever watches a session of theirs."""
        self._changes += 1
        for hashed in [hashed for hashed, known in self._known.items() if known.viewer.user_id == user_id]:
            del self._known[hashed]
        for wake in tuple(self._watches.get(user_id, ())):
            wake()

    @contextmanager
    def watch(self, viewer: Viewer, wake: Callable[[], None]) -> Iterator[None]:
        """While it lasts, `wake` is called whenever this user's sessions or rights may have changed."""
        watches = self._watches.setdefault(viewer.user_id, set())
        watches.add(wake)
        try:
            yield
        finally:
            watches.discard(wake)
            if not watches:
                del self._watches[viewer.user_id]

    async def sweep(self) -> int:
        """Forget sessions that are over, some at a time; how many."""
        return await self._store.write(rows.sweep, self._clock.now() - IDLE, _SWEPT_AT_ONCE)

    async def close(self) -> None:
        """Wait for the notes under way."""
        await asyncio.gather(*self._notes)

    async def _look_up(self, hashed: str) -> _Known:
        while True:
            changes = self._changes
            now = self._clock.now()
            values = {"token_hash": hashed, "now": now, "latest": now + ABSOLUTE + SLACK, "idle_since": now - IDLE}
            row = await self._store.read(rows.alive, values)
            if changes == self._changes:  # else a change overtook this reading
                break
        if row is None:
            raise _not_signed_in()
        viewer = viewer_of(row, row["session_id"], self._default_country)
        known = _Known(viewer, row["seen_at"], row["ends_at"])
        if len(self._known) >= _CACHED:
            del self._known[next(iter(self._known))]
        self._known[hashed] = known
        return known

    async def _note_seen(self, session_id: int) -> None:
        with suppress(StoreError):  # it is written again in a few minutes
            await self._store.write(rows.seen, session_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _not_signed_in() -> NotSignedIn:
    return NotSignedIn("You are not signed in, or your session has ended.", hint="Sign in again.")


def _open(txn: Txn, user_id: int, token_hash: str, kind: str, password_hash: str) -> int:
    """Open a session; how many of the user's older ones had to end for it."""
    values = {"user_id": user_id, "token_hash": token_hash, "kind": kind, "password_hash": password_hash}
    if not rows.open_session(txn, {**values, "ends_at": txn.now + ABSOLUTE}):
        raise _not_signed_in()
    ended = rows.end_surplus_of(txn, user_id, KEPT, _SWEPT_AT_ONCE)
    name = users.one(txn, user_id)["name"]
    words = f"{kind}{f', older sessions ended: {ended}' if ended else ''}"
    by = Actor(user_id=user_id, name=name, address=txn.by.address)
    audit.note_seldom(txn, Act.SESSION_OPENED, About("user", user_id, name), words, by=by)
    return ended


def _open_ones(look: Snapshot, values: dict[str, Any]) -> tuple[list[Any], str]:
    return rows.open_ones(look, values), meta.place(look)


def _close_one(txn: Txn, session_id: int, about: About) -> None:
    rows.end(txn, session_id)
    audit.note(txn, Act.SESSION_CLOSED, about)


def _end(txn: Txn, viewer: Viewer) -> None:
    rows.end(txn, viewer.session_id)
    by = Actor(user_id=viewer.user_id, name=viewer.name, address=txn.by.address)
    audit.note_seldom(txn, Act.SESSION_ENDED, About("user", viewer.user_id, viewer.name), by=by)
