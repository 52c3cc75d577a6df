"""`/events`: one WebSocket a screen. What it says comes from the feed; here is its life."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from sidetone.errors import StoreError
from sidetone.live.feed import Subscription
from sidetone.people.sessions import NotSignedIn
from sidetone.web.call import Call
from sidetone.web.headers import REQUEST_ID
from sidetone.web.problems import TooManyScreens, UpgradeNeeded

log = structlog.get_logger("socket")

SESSION_ENDED = 4001
TOO_SLOW = 4008
_LARGEST_MESSAGE = 1024  # clients have nothing to say
_PATIENCE = 3.0  # seconds for the closing handshake


async def serve(call: Call, since: str | None) -> web.StreamResponse:
    """Speak with a screen until either side ends it. Raises CrossSite, UpgradeNeeded, TooManyScreens."""
    call.front.guard.check_socket(call.request)
    socket = web.WebSocketResponse(
        compress=False, heartbeat=call.front.ping, max_msg_size=_LARGEST_MESSAGE, timeout=_PATIENCE
    )
    if call.request.method != "GET" or not socket.can_prepare(call.request):
        raise UpgradeNeeded("This path speaks WebSocket only.", hint="Connect with a WebSocket client.")
    with _counted(call):
        subscription = await call.rooms.feed.subscribe(call.viewer, since)
        try:
            socket.headers.update(call.front.headers)
            socket.headers[REQUEST_ID] = call.correlation
            await socket.prepare(call.request)
            await _Screen(call, socket, subscription).live()
        finally:
            subscription.close()
    return socket


@contextmanager
def _counted(call: Call) -> Iterator[None]:
    """Raises TooManyScreens."""
    screens, user = call.front.screens, call.viewer.user_id
    if 0 < call.front.most_screens <= screens[user]:
        raise TooManyScreens("Sidetone is open too often at once.", hint="Close some of its windows.")
    screens[user] += 1
    try:
        yield
    finally:
        screens[user] -= 1
        if not screens[user]:
            del screens[user]


class _Screen:
    """A connected screen. There may be thousands that say nothing, so each has two tasks and no more."""

    __slots__ = ("_call", "_due", "_ended", "_looking", "_ping", "_socket", "_subscription")

    def __init__(self, call: Call, socket: web.WebSocketResponse, subscription: Subscription) -> None:
        self._call = call
        self._socket = socket
        self._subscription = subscription
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._ping: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._due = False

    async def live(self) -> None:
        """Write, read and look after the session until one of them ends, then close with the reason."""
        look, waking = self._look, self._call.front.waking
        waking.add(look)
        if self._call.front.closing.is_set():
            look()  # whoever came while the server was waking the others
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(self._write()), asyncio.create_task(self._read())]
        for task in tasks:
            task.add_done_callback(self._on_end)
        self._look_later()
        try:
            with self._call.rooms.sessions.watch(self._call.viewer, look):
                code = await self._ended
        finally:
            waking.discard(look)
            if self._ping is not None:
                self._ping.cancel()
            if self._looking is not None:
                tasks.append(self._looking)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._close(code)

    def _on_end(self, task: "asyncio.Task[Any]") -> None:
        failed = task.cancelled() or task.exception() is not None
        self._end((None if failed else task.result()) or WSCloseCode.OK)

    def _end(self, code: int) -> None:
        if not self._ended.done():
            self._ended.set_result(code)

    def _look_later(self) -> None:
        self._ping = asyncio.get_running_loop().call_later(self._call.front.ping, self._look_and_go_on)

    def _look_and_go_on(self) -> None:
        self._look()
        self._look_later()

    def _look(self) -> None:
        """Look after the session: at every change of it and at every ping."""
        self._due = True
        if self._looking is None and not self._ended.done():
            self._looking = asyncio.create_task(self._look_after())

    async def _look_after(self) -> None:
        try:
            while self._due:
                self._due = False
                code = await self._reason_to_close()
                if code is not None:
                    self._end(code)
        except Exception:
            self._end(WSCloseCode.INTERNAL_ERROR)  # who cannot be looked after may not listen
            raise
        finally:
            self._looking = None

    async def _write(self) -> int:
        """Pass frames on; ends when the stream does."""
        with suppress(ConnectionError):
            async for frame in self._subscription:
                await self._socket.send_frame(frame, WSMsgType.TEXT)
        return TOO_SLOW if self._subscription.overrun else WSCloseCode.GOING_AWAY

    async def _read(self) -> None:
        """Answer pings and wait for the end; what clients send is dropped."""
        async for _ in self._socket:
            pass

    async def _reason_to_close(self) -> int | None:
        if self._call.front.closing.is_set():
            return WSCloseCode.GOING_AWAY
        if self._subscription.overrun:
            return TOO_SLOW  # seen here when the writer itself is stuck
        try:
            viewer = await self._call.rooms.sessions.viewer(self._call.token)
        except NotSignedIn:
            return SESSION_ENDED
        except StoreError:
            return None
        if viewer != self._call.viewer:
            return WSCloseCode.SERVICE_RESTART  # other rights: the client comes back and is looked at anew
        return None

    async def _close(self, code: int) -> None:
        log.debug("screen leaves", code=code)
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._socket.close(code=code, drain=False)
        except TimeoutError:
            transport = self._call.request.transport
            if transport is not None:
                transport.abort()  # it reads nothing, so it will never see the close
