"""The one way out of the daemon: HTTP clients and connections that reach allowed addresses only."""

import asyncio
import socket
from contextlib import ExitStack, closing
from typing import Any

from aiohttp import ClientPayloadError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from sidetone.egress.allowed import AddressRefused, Allowed

MOST_CONNECTIONS = 64
LONGEST = 60.0  # seconds of a request that names no time of its own
LARGEST = 16 << 20  # bytes of an answer that is read whole
_CONNECTING = 10.0  # seconds


def client(allowed: Allowed, *, resolver: AbstractResolver | None = None) -> ClientSession:
    """An HTTP client: certificates are verified, cookies and the environment's proxies ignored.

    Every address is checked as the name is resolved and again as the socket is made for it, so that neither a name
    that changes its mind, nor a redirect, nor an address written as a host leads elsewhere; what is refused raises
    aiohttp.ClientConnectorError, whose `os_error` says why. `resolver` stands in for the system's.
    """

    def new_socket(found: Any) -> socket.socket:  # noqa: ANN401 - what getaddrinfo gives
        family, kind, proto, _, address = found
        allowed.check(*address[:2])
        return socket.socket(family, kind, proto)

    connector = TCPConnector(
        limit=MOST_CONNECTIONS, resolver=_Resolver(allowed, resolver or ThreadedResolver()), socket_factory=new_socket
    )
    return ClientSession(
        connector=connector,
        cookie_jar=DummyCookieJar(),
        trust_env=False,
        timeout=ClientTimeout(total=LONGEST, sock_connect=_CONNECTING),
        response_class=_Answer,
    )


async def connect(host: str, port: int, allowed: Allowed, *, patience: float = _CONNECTING) -> socket.socket:
    """A connected, non-blocking TCP socket, for protocols that are no HTTP.

    Raises AddressRefused, OSError, and TimeoutError after `patience` seconds for all addresses together.
    """
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(patience):
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for *_, address in found:
            allowed.check(str(address[0]), port)
        fault = OSError("the name has no address")
        for each in found:
            try:
                return await _reach(*each)
            except OSError as error:
                fault = error
        raise fault


async def _reach(
    family: int, kind: int, proto: int, _name: str, address: tuple[str, int] | tuple[Any, ...]
) -> socket.socket:
    with ExitStack() as undo:
        wire = undo.enter_context(closing(socket.socket(family, kind, proto)))
        wire.setblocking(False)
        await asyncio.get_running_loop().sock_connect(wire, address)
        undo.pop_all()
        return wire


class _Resolver(AbstractResolver):
    """Refuses a name as a whole when any of its addresses is refused."""

    def __init__(self, allowed: Allowed, inner: AbstractResolver) -> None:
        self._allowed = allowed
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        for each in found:
            try:
                self._allowed.check(each["host"], port)
            except AddressRefused as refused:
                raise AddressRefused(f"{host} leads elsewhere: {refused}") from None
        return found

    async def close(self) -> None:
        await self._inner.close()


class _Answer(ClientResponse):
    """An answer that is not read beyond `LARGEST`; whoever streams it counts for themselves."""

    async def read(self) -> bytes:
        if self._body is None:
            pieces: list[bytes] = []
            size = 0
            async for piece in self.content.iter_any():
                size += len(piece)
                if size > LARGEST:
                    self.close()
                    raise ClientPayloadError(f"The answer is larger than {LARGEST} bytes.")
                pieces.append(piece)
            self._body = b"".join(pieces)
        return await super().read()
