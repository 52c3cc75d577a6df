"""What goes over the control socket: a request is one line of JSON, its answer another, then the line is closed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, ClassVar

from msgspec import Meta, Raw, Struct

from sidetone.domain.fault import SidetoneError

SOCKET = "control"
LARGEST_REQUEST = 64 * 1024
LARGEST_ANSWER = 16 * 1024 * 1024
_LONGEST_PATH = 107  # unix(7): sun_path holds 108 bytes with its end


class Request(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What is asked: the name of a command and what it takes."""

    command: Annotated[str, Meta(max_length=64)]
    ask: Raw


class Refusal(Struct, kw_only=True, frozen=True):
    """A `SidetoneError`, field by field, so that it reads the same on both sides."""

    code: str
    message: str
    hint: str = ""
    where: str = ""


class Answer(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What came of it: the command's own answer, or a refusal."""

    answer: Raw = Raw(b"null")
    refusal: Refusal | None = None


class NotUnderstood(SidetoneError):
    """The other side speaks another version, or it is not Sidetone's command at all."""

    code: ClassVar[str] = "not-understood"
    status: ClassVar[int] = 400


@contextmanager
def address(data_dir: Path) -> Iterator[str]:
    """The socket's path for the system, which may be shorter than its real one. Raises OSError."""
    path = str(data_dir / SOCKET)
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        yield path
        return
    folder = os.open(data_dir, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{SOCKET}"
    finally:
        os.close(folder)
