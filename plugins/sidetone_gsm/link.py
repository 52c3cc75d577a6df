"""The daemon's end of the line to a modem's process: connected again whenever it breaks, total for what it hears."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from sidetone.plugin import Context, InboundMessage, Misunderstood, Receipt, ReceiptStatus, SidetoneError, StoreError
from sidetone_gsm import wire
from sidetone_gsm.wire import Item, Odd, Report, Result, Send, Standing, Text

_CONNECT_SECONDS = 5.0
_RETRY = 1.0
_STORE_RETRY = 5.0
_CONTENT_TYPE = "application/x-sms-pdu"
_RAW_TYPES = {status.value for status in ReceiptStatus}


class NoLink(Exception):
    """The process is not there, or the line to it broke."""


class Link:
    """`standing` is the modem's own last word; None while there is no line, and `trouble` what was wrong before that."""

    def __init__(self, context: Context, number: str, hangs: Callable[[], Awaitable[None]]) -> None:
        self.standing: Standing | None = None
        self.trouble = ""
        self._context, self._number, self._hangs = context, number, hangs
        self._writer: asyncio.StreamWriter | None = None
        self._asked: dict[str, asyncio.Future[Result]] = {}
        self._connecting = asyncio.Lock()
        self._told, self._broken = asyncio.Event(), asyncio.Event()
        self._reading: asyncio.Task[None] | None = None
        self._failed: list[Item] = []
        self._ponged = True

    async def connect(self) -> None:
        """Have a line; raises NoLink."""
        async with self._connecting:
            if self._writer is not None:
                return
            try:
                async with asyncio.timeout(_CONNECT_SECONDS):
                    await self._connect(self._context.data_dir)
            except (OSError, wire.WireFault, TimeoutError) as error:
                raise NoLink("The modem's process is not there.") from error

    async def first_standing(self) -> Standing:
        """The modem's state once it is more than starting, as far as that can be waited for. Raises NoLink."""
        await self.connect()
        while self.standing is None or self.standing.state == "starting":
            self._told.clear()
            await self._told.wait()
            if self._writer is None:
                raise NoLink("The line to the modem's process broke.")
        return self.standing

    async def ask(self, asked: Send | wire.Find) -> Result:
        """What comes of it. Raises NoLink if it certainly never reached the process, ConnectionError if it may have."""
        await self.connect()
        writer = self._writer
        if writer is None:
            raise NoLink("The line to the modem's process broke.")
        answer = asyncio.get_running_loop().create_future()
        self._asked[asked.reference] = answer
        try:
            writer.write(wire.encode(asked))
            result: Result = await answer
            return result
        finally:
            self._asked.pop(asked.reference, None)

    async def keep(self) -> None:
        """Keep the line up for ever: anew at once when it breaks; and try again what could not be stored."""
        while True:
            self._broken.clear()
            with contextlib.suppress(NoLink):
                await self.connect()
            await self._rest(_RETRY if self._writer is None else _STORE_RETRY)
            failed, self._failed = self._failed, []
            for item in failed:
                await self._take(item)

    async def _rest(self, seconds: float) -> None:
        """Sleep, but not through the end of a line that was up."""
        sleep = asyncio.ensure_future(self._context.clock.sleep(seconds))
        broken = asyncio.ensure_future(self._broken.wait())
        try:
            await asyncio.wait((sleep, broken), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleep.cancel()
            broken.cancel()

    async def watch(self) -> None:
        """Whether the process lives; one that does not answer for a while is ended."""
        if self._writer is None:
            return
        if not self._ponged:
            self._drop()
            await self._hangs()
            return
        self._ponged = False
        self._writer.write(wire.encode(wire.Ping()))

    async def close(self) -> None:
        """Let go of it."""
        reading = self._reading
        self._drop()
        if reading is not None:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _connect(self, data_dir: Path) -> None:
        name = self._context.name
        with wire.address(data_dir, name) as address:
            reader, writer = await asyncio.open_unix_connection(address, limit=wire.LONGEST_LINE * 4)
        try:
            await _greet(reader, writer)
        except BaseException:
            writer.transport.abort()
            raise
        self._writer, self._ponged, self._failed = writer, True, []
        self._reading = asyncio.create_task(self._read(reader, writer), name="gsm-link")

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await self._heed(await wire.hear_modem(reader))
        except wire.WireFault:
            pass
        finally:
            writer.transport.abort()
            if self._writer is writer:
                self._drop()

    def _drop(self) -> None:
        """The line is no more: what was asked over it may have been done."""
        writer, self._writer, self.standing = self._writer, None, None
        self._failed = []  # the next line brings them anew
        if writer is not None:
            writer.transport.abort()
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(ConnectionError())
        self._told.set()
        self._broken.set()
        self._context.health_changed()

    async def _heed(self, said: wire.FromModem) -> None:
        match said:
            case Standing():
                self.standing, self.trouble = said, said.sentence if said.state == "failed" else ""
                self._told.set()
                self._context.health_changed()
            case Result():
                answer = self._asked.get(said.reference)
                if answer is not None and not answer.done():
                    answer.set_result(said)
            case wire.Ping():
                self._ponged = True
            case Text() | Report() | Odd():
                await self._take(said)
            case wire.Hello() | wire.Said():
                pass

    async def _take(self, item: Item) -> None:
        """Have an item stored, then say so; what cannot be stored now is kept by the process and tried again."""
        try:
            await self._store(item)
        except StoreError:
            self._failed.append(item)
            return
        if self._writer is not None:
            self._writer.write(wire.encode(wire.Stored(item.item)))

    async def _store(self, item: Item) -> None:
        match item:
            case Text():
                text = InboundMessage(
                    carrier_id=item.id,
                    sender=item.sender,
                    recipient=self._number,
                    body=item.body,
                    carrier_time=item.time,
                )
                try:
                    await self._context.inbound(text)
                except StoreError:
                    raise
                except (SidetoneError, ValueError):  # kept all the same, or it would block what comes behind it
                    await self._odd(item.body.encode("utf-8", "replace"), "a text that could not be taken")
            case Report():
                status = ReceiptStatus(item.status) if item.status in _RAW_TYPES else ReceiptStatus.OTHER
                await self._context.receipt(
                    Receipt(carrier_id=item.id, status=status, code=item.code, text=item.words, carrier_time=item.time)
                )
            case Odd():
                await self._odd(item.raw.encode("utf-8", "replace"), item.reason)

    async def _odd(self, raw: bytes, reason: str) -> None:
        await self._context.misunderstood(Misunderstood(content_type=_CONTENT_TYPE, raw=raw, reason=reason))


async def _greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Raises WireFault for a stranger and for another version."""
    if not wire.is_one_of_us(writer.get_extra_info("socket")):
        raise wire.WireFault("a stranger")
    writer.write(wire.encode(wire.Hello()))
    greeting = await wire.hear_modem(reader)
    if not isinstance(greeting, wire.Hello) or greeting.version != wire.VERSION:
        raise wire.WireFault("another version")
