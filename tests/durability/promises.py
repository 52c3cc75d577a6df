"""Whether each acknowledgement left its socket after the sync of the commit that it stands for.

The write-ahead log is read as SQLite documents it (https://www.sqlite.org/fileformat2.html#the_write_ahead_log): a
frame is a header of 24 bytes and a page; bytes 4 to 7 of the header are not zero in the last frame of a commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from durability.strace_log import Call

WAL = "sidetone.db-wal"
_FRAME_HEADER = 24
_WAL_HEADER = 32


@dataclass(frozen=True)
class Promise:
    """What a client was told: `answer` is how the answer began, on the connection from `port`; `text` was to be kept."""

    text: bytes
    port: int
    answer: bytes


@dataclass(frozen=True, slots=True)
class _Frame:
    page: bytes
    ends_commit: bool
    written: int


def broken(calls: Sequence[Call], promises: Sequence[Promise]) -> list[str]:
    """A sentence for each promise that was given before it could be kept, or of which the log does not tell."""
    frames = _frames(calls)
    syncs = [call for call in calls if call.name in ("fsync", "fdatasync") and _of_wal(call) and call.result == 0]
    return [fault for promise in promises if (fault := _fault(promise, calls, frames, syncs))]


def _fault(promise: Promise, calls: Sequence[Call], frames: Sequence[_Frame], syncs: Sequence[Call]) -> str:
    name = promise.text.decode(errors="replace")
    told = next((call.begun for call in calls if _is_answer(call, promise)), None)
    if told is None:
        return f"{name}: its answer is not in the log"
    first = next((place for place, frame in enumerate(frames) if promise.text in frame.page), None)
    committed = None if first is None else next((frame.written for frame in frames[first:] if frame.ends_commit), None)
    if committed is None:
        return f"{name}: its commit is not in the log"
    synced = next((call.ended for call in syncs if call.begun > committed), None)
    if synced is None or synced > told:
        return f"{name}: acknowledged before its commit was synced"
    return ""


def _is_answer(call: Call, promise: Promise) -> bool:
    return (
        call.target.startswith("TCP")
        and call.target.endswith(f":{promise.port}]")
        and call.data.startswith(promise.answer)
    )


def _frames(calls: Sequence[Call]) -> list[_Frame]:
    frames: list[_Frame] = []
    header = b""
    for call in calls:
        if call.name != "pwrite64" or not _of_wal(call) or call.result != len(call.data):
            continue
        if len(call.data) == _FRAME_HEADER:
            header = call.data
        elif len(call.data) != _WAL_HEADER:
            frames.append(_Frame(call.data, any(header[4:8]), call.ended))
    return frames


def _of_wal(call: Call) -> bool:
    return call.target.endswith(WAL)
