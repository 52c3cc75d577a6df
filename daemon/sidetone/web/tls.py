"""Sidetone's own TLS: the certificate of new connections, and its renewal while the daemon runs."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

import structlog

from sidetone.clock import Clock
from sidetone.config.certificate import KEY, Certificate, Pair, ailments, day, fault, pair_of, read
from sidetone.config.fault import ConfigError, Fault
from sidetone.config.shapes import ServerSettings
from sidetone.config.value import Wrong
from sidetone.domain.health import State
from sidetone.parts import Parts

log = structlog.get_logger("tls")

_Stamp = tuple[tuple[int, ...], ...]

PART = "certificate"
LOOK_EVERY = 30.0  # seconds
HANDSHAKE = 10.0  # seconds that a client has to finish one
GOODBYE = 3.0  # seconds that it has to say that it heard of the end


class Tls:
    """A pair that is served, looked at again and again. A broken one that takes its place is told of and not used."""

    def __init__(self, settings: ServerSettings, base: Path, clock: Clock, parts: Parts) -> None:
        """Blocking. Raises ConfigError when the pair cannot be served."""
        self._url = settings.public_url
        self._clock = clock
        self._parts = parts
        self._turn = asyncio.Lock()
        self._watching: asyncio.Task[None] | None = None
        try:
            self._pair = pair_of(settings, base)
            self._stamp, self._certificate, self._current = _load(self._pair)
        except Wrong as wrong:
            raise ConfigError([fault(wrong)]) from None
        self._fault: Fault | None = None
        # The listener keeps its context for life: each handshake is handed to the one that counts by then.
        self._context = self._current
        self._context.sni_callback = self._hand_over

    def terms(self) -> dict[str, Any]:
        """What the listener is started with."""
        return {"ssl": self._context, "ssl_handshake_timeout": HANDSHAKE, "ssl_shutdown_timeout": GOODBYE}

    async def start(self) -> None:
        """Begin to look after it."""
        self._tell()
        self._watching = asyncio.create_task(self._watch(), name="certificate")

    async def stop(self) -> None:
        """Look no more."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)

    async def look(self) -> str:
        """Use the pair from now on if it is another than before; a sentence if it is.

        Raises ConfigError, and goes on with the former one, when what is there now cannot be served.
        """
        async with self._turn:
            try:
                found = await asyncio.to_thread(self._changed)
            except Wrong as wrong:
                self._set_fault(fault(wrong))
                self._tell()
                raise ConfigError([fault(wrong)]) from None
            self._set_fault(None)
            if found is None:
                self._tell()
                return ""
            self._stamp, self._certificate, self._current = found
            self._tell()
            log.info("certificate renewed", until=day(self._certificate.ends))
            return f"The certificate is new and lasts until {day(self._certificate.ends)}."

    def _changed(self) -> tuple[_Stamp, Certificate, ssl.SSLContext] | None:
        try:
            if self._pair.stamp() == self._stamp:
                return None
        except OSError:
            pass  # reading says why
        return _load(self._pair)

    def _set_fault(self, found: Fault | None) -> None:
        if found is not None and found != self._fault:
            log.warning("new certificate not used", sentence=str(found))
        self._fault = found

    def _tell(self) -> None:
        """Say how it is, which time alone may change."""
        lasts = f"lasts until {day(self._certificate.ends)}."
        faults = list(ailments(self._certificate, self._url, self._clock.now()))
        if self._fault is not None:
            words = f"What is there now is not used: {self._fault} The former certificate goes on; it {lasts}"
        else:
            words = " ".join(str(each) for each in faults)
        self._parts.set(PART, State.DEGRADED if words else State.OK, words or f"It {lasts}")

    async def _watch(self) -> None:
        while True:
            await self._clock.sleep(LOOK_EVERY)
            try:
                await self.look()
            except ConfigError:
                continue  # its part says why

    def _hand_over(self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        if connection.context is not self._current:
            connection.context = self._current


def _load(pair: Pair) -> tuple[_Stamp, Certificate, ssl.SSLContext]:
    """The pair as it is now, and how to serve it. Raises Wrong."""
    try:
        stamp = pair.stamp()  # before reading: what changes meanwhile is found by the next look
    except OSError:
        stamp = ()
    certificate = read(pair)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)  # forward secrecy only, no compression
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(pair.cert, pair.key)
    except (ssl.SSLError, OSError) as error:
        reason = (error.reason if isinstance(error, ssl.SSLError) else error.strerror) or "no reason given"
        what = f"cannot be served with its certificate ({reason.replace('_', ' ').lower()})"
        raise Wrong(what, "make both anew", key=KEY) from None
    return stamp, certificate, context
