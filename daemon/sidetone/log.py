"""The log: one line an event, JSON for machines or text for a terminal, without content, numbers or secrets.

Whatever a caller passes, only keys of `KEYS` are written, only plain values, and what looks like a phone number is
cut to its last two digits. A line is handed to a thread, so that a slow reader never holds up the loop.
"""

import asyncio
import atexit
import logging
import re
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import lru_cache
from types import TracebackType
from typing import Any, BinaryIO

import msgspec
import structlog
from structlog.contextvars import get_contextvars

from sidetone.clock import Clock, SystemClock
from sidetone.config.shapes import LogSettings

LONGEST = 500
MOST_WAITING = 10_000  # lines; more are counted and dropped
BATCH = 0.02  # seconds that lines are gathered before they are written
FRAMES = 8
SHORT = 64  # characters of a text that is worth keeping

# Keys that hold one of our ids or a count: a text under them would be something else, and is not written.
COUNTS = frozenset(
    """
    attempt bytes contact conversation count dropped message messages misunderstood most ms number pid port repeated round
    seconds session steps stored user
    """.split()  # noqa: SIM905 - easier to read
)
# Keys whose texts are words of ours or of a protocol, never what a person wrote.
WORDS = frozenset(
    """
    address at carrier code correlation error file job kind level method name outcome part path place reason
    reference sentence state status step tail task type until url version
    """.split()  # noqa: SIM905
)
KEYS = COUNTS | WORDS

_AS_THEY_ARE = frozenset({"correlation", "reference", "version", "at"})
_NUMBER = re.compile(r"(?<![A-Za-z0-9.])\+?\(?\d[\d ()./-]{5,}\d(?![A-Za-z0-9])")
_NO_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\d{4}-\d\d-\d\d(?: \d\d)?")  # IPv4, a date
_HOOK = re.compile(r"/hooks/\S*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class LineWriter:
    """Writes lines on a thread of its own. A reader that is too slow costs lines, which are counted, and no time."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lines: deque[bytes] = deque()
        self._some = threading.Event()
        self._ended = False
        self._dropped = 0
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def write(self, line: bytes) -> None:
        """Queue a line, which ends with its newline."""
        if len(self._lines) >= MOST_WAITING:
            self._dropped += 1
            return
        self._lines.append(line)
        if not self._some.is_set():
            self._some.set()

    def close(self) -> None:
        """Write what waits; a reader that is stuck is given up after a second."""
        self._ended = True
        self._some.set()
        self._thread.join(1)

    def _run(self) -> None:
        while not self._ended:
            self._some.wait()
            if not self._ended:
                time.sleep(BATCH)
            self._some.clear()
            self._drain()
        self._drain()

    def _drain(self) -> None:
        lines = [self._lines.popleft() for _ in range(len(self._lines))]
        if self._dropped:
            dropped, self._dropped = self._dropped, 0
            lines.append(b'{"level":"warning","event":"log lines dropped","count":%d}\n' % dropped)
        try:
            self._stream.write(b"".join(lines))
            self._stream.flush()
        except (OSError, ValueError):  # nobody reads: there is nowhere to say so
            self._dropped += len(lines)


class Renderer:
    """structlog's last processor: an event and its values → a line."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._second = -1
        self._prefix = ""
        self._encode = msgspec.json.Encoder().encode
        self.console = False

    def __call__(self, logger: Any, method: str, event: MutableMapping[str, Any]) -> bytes:  # noqa: ANN401 - structlog's
        """The line; `logger` gives the part unless the event names one."""
        line: dict[str, Any] = {"time": self._time(), "level": method, "event": _plain("event", event.pop("event", ""))}
        line["part"] = getattr(logger, "part", "")
        for key, value in get_contextvars().items():
            _add(line, key, value)
        for key, value in event.items():
            _add(line, key, value)
        return self._text(line) if self.console else self._json(line)

    def _time(self) -> str:
        second, milli = divmod(self._clock.now(), 1000)
        if second != self._second:
            self._second = second
            self._prefix = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._prefix}.{milli:03}Z"

    def _json(self, line: dict[str, Any]) -> bytes:
        return self._encode(line) + b"\n"

    @staticmethod
    def _text(line: dict[str, Any]) -> bytes:
        values = " ".join(f"{key}={value}" for key, value in list(line.items())[4:])
        text = f"{line['time'][11:23]} {line['level']:<7} {line['part']}: {line['event']}  {values}".rstrip()
        return f"{_CONTROL.sub(' ', text)}\n".encode(errors="replace")


class _Output:
    """structlog's innermost logger: takes finished lines."""

    def __init__(self, writer: LineWriter, part: str) -> None:
        self.part = part
        self.debug = self.info = self.warning = self.error = self.critical = writer.write


class _Bridge(logging.Handler):
    """Lines of libraries. Their texts may hold anything, so only the template and counts get through."""

    def __init__(self, writer: LineWriter, renderer: Renderer) -> None:
        super().__init__()
        self._writer = writer
        self._renderer = renderer

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record of `logging`."""
        event: dict[str, Any] = {"event": _template(record)}
        if record.exc_info:
            event["exc_info"] = record.exc_info
        output = _Output(self._writer, record.name)
        self._writer.write(self._renderer(output, record.levelname.lower(), event))


class Log:
    """The log as it is set up; it may be set otherwise while it is written, and is to be closed at the end."""

    def __init__(self, writer: LineWriter, clock: Clock) -> None:
        self._writer = writer
        self._least = logging.INFO
        self.renderer = Renderer(clock)

    def change(self, settings: LogSettings) -> None:
        """Write by these settings from the next line on."""
        self.renderer.console = settings.format == "console" or (settings.format == "auto" and sys.stderr.isatty())
        self._least = _LEVELS[settings.level]
        # Libraries' debug lines hold queries and requests.
        logging.getLogger().setLevel(max(self._least, logging.INFO))

    def gate(self, _logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """structlog's first processor: what is too light to be written ends here."""
        if _LEVELS.get(method, logging.ERROR) < self._least:
            raise structlog.DropEvent
        return event

    def close(self) -> None:
        """Write what waits."""
        self._writer.close()


def configure(settings: LogSettings, *, stream: BinaryIO | None = None, clock: Clock | None = None) -> Log:
    """Set the whole log up, structlog and `logging` alike."""
    writer = LineWriter(stream or sys.stderr.buffer)
    log = Log(writer, clock or SystemClock())
    atexit.register(writer.close)
    structlog.configure(
        processors=[log.gate, log.renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),  # loggers are kept, so the gate decides
        logger_factory=lambda *names: _Output(writer, names[0] if names else ""),
        cache_logger_on_first_use=True,
    )
    logging.getLogger().handlers = [_Bridge(writer, log.renderer)]
    logging.captureWarnings(capture=True)
    log.change(settings)
    return log


@contextmanager
def hushed() -> Iterator[None]:
    """Write nothing meanwhile: a command of a moment tells what it has to tell in its own words."""
    before = structlog.get_config()
    structlog.configure(processors=[_drop], cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)


def _drop(_logger: object, _method: str, _event: MutableMapping[str, Any]) -> bytes:
    raise structlog.DropEvent


def task_failed(_loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
    """The loop's exception handler: what a task raised and nobody fetched, without its words."""
    error = context.get("exception")
    task = context.get("task") or context.get("future")
    name = task.get_name() if isinstance(task, asyncio.Task) else ""
    exc_info = (type(error), error, error.__traceback__) if isinstance(error, BaseException) else None
    structlog.get_logger("loop").error("task failed", task=name, exc_info=exc_info)


def _add(line: dict[str, Any], key: str, value: object) -> None:
    if key == "exc_info":
        _add_error(line, value)
    elif key in KEYS:
        line[key] = _plain(key, value)
    else:
        line.setdefault("unlisted", []).append(key[:40])


def _plain(key: str, value: object) -> object:
    if isinstance(value, str):
        return _harmless(key, value)
    if value is None or isinstance(value, int | float):
        return value
    if key == "at" and isinstance(value, list | tuple):
        return [str(frame)[:LONGEST] for frame in value[:FRAMES]]
    return f"<{type(value).__name__}>"


def _harmless(key: str, text: str) -> str:
    if key in COUNTS:
        return "<str>"
    text = text[:LONGEST]
    if key in _AS_THEY_ARE:
        return str(text)
    return _cleaned(text) if len(text) <= SHORT else _clean(text)


def _clean(text: str) -> str:
    if "/hooks/" in text:
        text = _HOOK.sub("/hooks/…", text)
    return without_numbers(text)


_cleaned = lru_cache(2048)(_clean)  # names, places and outcomes, which every line repeats


def without_numbers(text: str) -> str:
    """A sentence in which what looks like a phone number is cut to its last two digits."""
    return _NUMBER.sub(_cut, text)


def _cut(match: re.Match[str]) -> str:
    found = match[0]
    digits = [char for char in found if char.isdigit()]
    if len(digits) < 7 or _NO_NUMBER.fullmatch(found):
        return found
    return f"…{''.join(digits[-2:])}"


def _add_error(line: dict[str, Any], exc_info: object) -> None:
    """The kind of an error and where it was raised; its words may hold anything."""
    found = sys.exc_info() if exc_info is True else exc_info
    error = found[1] if isinstance(found, tuple) and len(found) == 3 else found
    if isinstance(error, BaseException):
        line["error"] = type(error).__name__
        line["at"] = frames(error.__traceback__)


def frames(traceback: TracebackType | None) -> list[str]:
    """The innermost places of a traceback, outermost first."""
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{'/'.join(code.co_filename.rsplit('/', 2)[-2:])}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places[-FRAMES:]


def _template(record: logging.LogRecord) -> str:
    """A record's first line, with its numbers but none of its texts."""
    template = str(record.msg).partition("\n")[0]
    if record.name == "py.warnings":
        return ": ".join(template.split(": ")[:2])  # the place and the kind
    if not record.args:
        return template
    given = record.args if isinstance(record.args, tuple) else (record.args,)
    try:
        return template % tuple(value if isinstance(value, int | float) else _Hidden(value) for value in given)
    except (TypeError, ValueError, KeyError):
        return template


class _Hidden:
    def __init__(self, value: object) -> None:
        self._kind = type(value).__name__

    def __repr__(self) -> str:
        return f"<{self._kind}>"
