"""The last messages of a conversation by the API of a store that has been in use, beside the same SQL with nothing around it.

Each conversation is asked for in turn: a GET that N answers with nothing, the page, and the statements of that page on a
connection of this process. What the page takes beyond the empty GET is what counts.
"""

import socket
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import msgspec

from bench.effort import Effort
from bench.figures import Goal, Line, Sample, line, percentile
from bench.plan import Access
from bench.stored_target import StoredTarget
from bench.target import BenchError, NullFloor, running
from bench.wire import WireError, end_of_answer
from sidetone.conversation.conversations import END
from sidetone.store import conversations, journal, messages
from sidetone.store.connection import READER_PRAGMAS

LIMIT = 50
ASKED = 200  # conversations a round, over all sizes
_RECEIVE = 1 << 16


class PageMeasure(msgspec.Struct, frozen=True):
    """The page against its bare SQL."""

    name: str
    goal: Goal

    def take(self, effort: Effort) -> Iterator[Line]:
        """Ask for all sizes of conversations, round by round. Raises BenchError."""
        ours: list[Sample] = []
        theirs: list[Sample] = []
        with ExitStack() as stack:
            floor, subject = stack.enter_context(NullFloor()), stack.enter_context(StoredTarget())
            subject.fill(effort.kept, effort.messages)
            null = stack.enter_context(running(floor, effort.server_cores))
            up = stack.enter_context(running(subject, effort.server_cores))
            nothing = stack.enter_context(closing(Asker(null.access)))
            pages = stack.enter_context(closing(Asker(up.access)))
            bare = stack.enter_context(closing(Bare(subject.store)))
            asked = range(1, subject.threads + 1, max(1, subject.threads // ASKED))
            for _ in range(effort.rounds + 1):
                mine, other = _round(nothing, pages, bare, asked)
                ours.append(mine)
                theirs.append(other)
        # the first round brings into the system's memory what all of them read
        yield line(self.name, "ms_p50", (subject.name, ours[1:]), ("bare_sql", theirs[1:]), self.goal)


class Asker:
    """GETs on one keep-alive connection, with as little work for each as a blocking socket allows."""

    def __init__(self, access: Access) -> None:
        lines = [f"Host: {access.host}:{access.port}", *(f"{name}: {value}" for name, value in access.headers.items())]
        self._rest = "\r\n".join([" HTTP/1.1", *lines, "", ""])
        self._socket = socket.create_connection((access.host, access.port), timeout=30)

    def get(self, path: str) -> bytes:
        """The answer, head and all. Raises BenchError for any status but 200."""
        self._socket.sendall(f"GET {path}{self._rest}".encode())
        answer = b""
        while end_of_answer(answer) is None:
            more = self._socket.recv(_RECEIVE)
            if not more:
                raise WireError("the target closed the connection")
            answer += more
        if not answer.startswith(b"HTTP/1.1 200"):
            raise BenchError(f"{path} was answered {answer[9:12].decode()}")
        return answer

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


class Bare:
    """What the page asks SQLite, on a connection of its own, up to the rows in memory."""

    def __init__(self, path: Path) -> None:
        self._sql = sqlite3.connect(path, isolation_level=None, cached_statements=512)
        self._sql.row_factory = sqlite3.Row
        for pragma in READER_PRAGMAS:
            self._sql.execute(f"PRAGMA {pragma}")

    def page(self, conversation_id: int) -> int:
        """How many messages it has."""
        whose = {"user_id": 1, "conversation_id": conversation_id}
        self._sql.execute("BEGIN")
        self._one(conversations.TAKES_PART, whose)
        found = self._sql.execute(messages.PAGE_BEFORE, {**whose, "before": END, "limit": LIMIT + 1}).fetchall()
        self._one(journal.HEAD, {})
        self._sql.execute("COMMIT")
        return len(found)

    def close(self) -> None:
        """End."""
        self._sql.close()

    def _one(self, query: str, values: Mapping[str, object]) -> None:
        self._sql.execute(query, values).fetchone()


def _round(nothing: Asker, pages: Asker, bare: Bare, asked: Sequence[int]) -> tuple[Sample, Sample]:
    empty: list[float] = []
    whole: list[float] = []
    alone: list[float] = []
    for conversation_id in asked:
        began = time.perf_counter()
        nothing.get("/readyz")
        empty.append(_since(began))
        began = time.perf_counter()
        pages.get(f"/api/v1/conversations/{conversation_id}/messages?limit={LIMIT}")
        whole.append(_since(began))
        began = time.perf_counter()
        bare.page(conversation_id)
        alone.append(_since(began))
    beyond = [page - null for page, null in zip(whole, empty, strict=True)]
    return {**_percentiles("ms", beyond), **_percentiles("get", whole), **_percentiles("null", empty)}, _percentiles(
        "ms", alone
    )


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _percentiles(name: str, took: list[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {f"{name}_p50": percentile(ordered, 50), f"{name}_p95": percentile(ordered, 95)}
