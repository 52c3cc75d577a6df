"""Asking the running daemon. Blocking, for commands of a moment."""

import socket
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import msgspec

from sidetone.control.protocol import LARGEST_ANSWER, Answer, NotUnderstood, Request, address
from sidetone.domain.fault import SidetoneError

CONNECT = 5.0  # seconds
PATIENCE = 300.0  # seconds for an answer


class NobodyThere(SidetoneError):
    """No daemon listens at this data folder."""

    code: ClassVar[str] = "nobody-there"


class Refused(SidetoneError):
    """The daemon's own refusal, in its words."""

    code: ClassVar[str] = "refused"


class NoAnswer(SidetoneError):
    """The daemon took the request and did not answer; it may have done what was asked."""

    code: ClassVar[str] = "no-answer"


def call(data_dir: Path, command: str, ask: object, *, patience: float = PATIENCE) -> bytes:
    """Ask the daemon of a data folder; its answer, JSON. Raises NobodyThere, Refused, NoAnswer, NotUnderstood."""
    request = Request(command=command, ask=msgspec.Raw(msgspec.json.encode(ask)))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as wire:
        _connect(wire, data_dir)
        wire.settimeout(patience)
        try:
            with suppress(BrokenPipeError):  # it may have heard enough, and has said why
                wire.sendall(msgspec.json.encode(request) + b"\n")
            line = _read(wire)
        except OSError as error:
            raise _no_answer() from error
    if not line.endswith(b"\n"):
        raise _no_answer()
    try:
        answer = msgspec.json.decode(line, type=Answer)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotUnderstood(
            "The running Sidetone's answer cannot be read.", hint="Restart it: systemctl restart sidetone."
        ) from None
    if (refusal := answer.refusal) is not None:
        raise Refused(refusal.message, hint=refusal.hint, where=refusal.where)
    return bytes(answer.answer)


def _connect(wire: socket.socket, data_dir: Path) -> None:
    wire.settimeout(CONNECT)
    try:
        with address(data_dir) as path:
            wire.connect(path)
    except OSError as error:
        raise NobodyThere("No Sidetone is running here.") from error


def _read(wire: socket.socket) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n") and len(line) <= LARGEST_ANSWER:
        data = wire.recv(256 * 1024)
        if not data:
            break
        line += data
    return bytes(line)


def _no_answer() -> NoAnswer:
    return NoAnswer(
        "Sidetone ended, or hangs, before it answered: what was asked may be done or not.",
        hint="Look into its log: journalctl -u sidetone.",
    )
