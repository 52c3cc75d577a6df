"""What a modem's process and the daemon say to each other: one JSON object a line over a Unix socket (version 1).

Both sides greet first, and part with whoever speaks another version or makes no sense. The process gives items in
their order and keeps each until it hears that it is stored; a send is answered once, by its reference.
"""

import asyncio
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

T = TypeVar("T")

VERSION = 1
LONGEST_LINE = 64 * 1024
FOLDER = "modems"
_LONGEST_PATH = 107  # unix(7): sun_path holds 108 bytes with its end
_CREDENTIALS = struct.Struct("3i")  # struct ucred of unix(7): pid, uid, gid

_Reference = Annotated[str, Meta(min_length=1, max_length=64)]
_Word = Annotated[str, Meta(max_length=300)]
_Id = Annotated[str, Meta(min_length=1, max_length=100)]
_Body = Annotated[str, Meta(max_length=8192)]
_Time = Annotated[int, Meta(ge=0, le=2**53)]


class WireFault(Exception):
    """The other side said what is no part of this protocol, or has gone."""


class Hello(Struct, frozen=True, tag="hello"):
    """The greeting of either side. Who only looks (`looks`) is given the port's transcript, and takes nobody's place."""

    version: int = VERSION
    looks: bool = False


class Ping(Struct, frozen=True, tag="ping"):
    """Whether the process is alive; answered by the same."""


class Send(Struct, frozen=True, kw_only=True, tag="send"):
    """One attempt to send one text; `message` is what all attempts of one message have in common."""

    reference: _Reference
    to: Annotated[str, Meta(min_length=1, max_length=32)]
    body: _Body
    valid_until: _Time
    message: Annotated[str, Meta(max_length=64)] = ""


class Find(Struct, frozen=True, tag="find"):
    """What became of an attempt."""

    reference: _Reference


class Stored(Struct, frozen=True, tag="stored"):
    """The daemon has committed the item of this number."""

    item: int


class Standing(Struct, frozen=True, kw_only=True, tag="standing"):
    """How the modem is, in words; `state` as the daemon's parts have it."""

    state: Literal["starting", "ok", "degraded", "failed"]
    sentence: _Word


class Result(Struct, frozen=True, kw_only=True, tag="result"):
    """What came of an attempt, or of the question for it; `nothing` if that is not known.

    `parts`: their ids, for `accepted`. `kind`: whose fault it is, for `rejected`. `after`: seconds, `whole`: the whole
    modem's fault, for `deferred`.
    """

    reference: _Reference
    outcome: Literal["accepted", "rejected", "deferred", "unknown", "nothing"]
    parts: Annotated[list[_Id], Meta(max_length=255)] = []
    kind: Literal["recipient", "message", "sender"] = "message"
    code: Annotated[str, Meta(max_length=64)] = ""
    words: _Word = ""
    after: float | None = None
    whole: bool = False


class Text(Struct, frozen=True, kw_only=True, tag="text"):
    """A text that came in."""

    item: int = 0
    id: _Id
    sender: Annotated[str, Meta(max_length=64)]
    body: Annotated[str, Meta(max_length=50_000)]
    time: int | None = None


class Report(Struct, frozen=True, kw_only=True, tag="report"):
    """A receipt for a part."""

    item: int = 0
    id: _Id
    status: Annotated[str, Meta(max_length=20)]
    code: Annotated[str, Meta(max_length=64)] = ""
    words: _Word = ""
    time: int | None = None


class Odd(Struct, frozen=True, kw_only=True, tag="odd"):
    """A PDU that is no text: kept as it came."""

    item: int = 0
    raw: Annotated[str, Meta(max_length=4096)]
    reason: _Word


class Said(Struct, frozen=True, kw_only=True, tag="said"):
    """A line of the transcript, masked: when (ms), `>` from us or `<` from the modem, and what."""

    at: _Time
    way: Literal["<", ">"]
    text: _Word


Item = Text | Report | Odd
FromDaemon = Hello | Ping | Send | Find | Stored
FromModem = Hello | Ping | Standing | Result | Text | Report | Odd | Said

_from_daemon: msgspec.json.Decoder[FromDaemon] = msgspec.json.Decoder(FromDaemon)
_from_modem: msgspec.json.Decoder[FromModem] = msgspec.json.Decoder(FromModem)
_items: msgspec.json.Decoder[Item] = msgspec.json.Decoder(Item)


def encode(said: FromDaemon | FromModem) -> bytes:
    """A line."""
    return msgspec.json.encode(said) + b"\n"


def item_of(body: bytes) -> Item:
    """What was kept as JSON; raises msgspec.DecodeError for what was not."""
    item: Item = _items.decode(body)
    return item


async def hear_daemon(reader: asyncio.StreamReader) -> FromDaemon:
    """The daemon's next word; raises WireFault for anything else."""
    return _decoded(_from_daemon, await _line(reader))


async def hear_modem(reader: asyncio.StreamReader) -> FromModem:
    """The process's next word; raises WireFault for anything else."""
    return _decoded(_from_modem, await _line(reader))


@contextmanager
def address(data_dir: Path, name: str) -> Iterator[str]:
    """The socket's path for the system, which may be shorter than its real one. Raises OSError."""
    path = str(socket_path(data_dir, name))
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        yield path
        return
    folder = os.open(data_dir / FOLDER, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{name}.sock"
    finally:
        os.close(folder)


def socket_path(data_dir: Path, name: str) -> Path:
    """Where the process of a modem listens."""
    return data_dir / FOLDER / f"{name}.sock"


def is_one_of_us(wire: socket.socket) -> bool:
    """Whether root or our own user is at the other end; the system says who."""
    _, user, _ = _CREDENTIALS.unpack(wire.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    return user in (0, os.geteuid())


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\n")
    except (asyncio.LimitOverrunError, asyncio.IncompleteReadError, OSError) as error:
        raise WireFault("the line has ended") from error


def _decoded(decoder: "msgspec.json.Decoder[T]", line: bytes) -> T:
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireFault("what was said makes no sense") from error
