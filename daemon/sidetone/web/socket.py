"""`/events`: one WebSocket a screen. What it says comes from the feed; here is its life."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

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
    """A connected screen."""

    def __init__(self, call: Call, socket: web.WebSocketResponse, subscription: Subscription) -> None:
        self._call = call
        self._socket = socket
        self._subscription = subscription
        self._wake = asyncio.Event()

    async def live(self) -> None:
        """Write, read and watch until one of them ends, then close with the reason."""
        wake, waking = self._wake, self._call.front.waking
        waking.add(wake)
        if self._call.front.closing.is_set():
            wake.set()  # whoever came while the server was waking the others
        tasks = [asyncio.ensure_future(work) for work in (self._write(), self._read(), self._watch())]
        try:
            with self._call.rooms.sessions.watch(self._call.viewer, wake):
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waking.discard(wake)
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        codes = [result for task, result in zip(tasks, results, strict=True) if task in done]
        await self._close(next((code for code in codes if isinstance(code, int)), WSCloseCode.OK))

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

    async def _watch(self) -> int:
        """Look after the session, at every change of it and at every ping; ends with the reason to close."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._call.front.ping):
                    await self._wake.wait()
            self._wake.clear()
            code = await self._reason_to_close()
            if code is not None:
                return code

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
