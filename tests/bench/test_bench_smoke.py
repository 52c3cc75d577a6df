"""The bench works: every measure can be taken of the floors, and a load reports what goes astray. No times are judged."""

import gc
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from aiohttp.test_utils import TestServer

from bench import load, stored
from bench.effort import Effort
from bench.figures import Goal, Sample
from bench.measures import Measure, idle_memory, idle_sessions, latency, start_to_ready
from bench.null_floor import Floor
from bench.plan import Access, Plan
from bench.screen import ScreenMeasure
from bench.target import BenchError, DurableFloor, NullFloor, Target, program, running
from sidetone.clock import SystemClock
from sidetone.store import migrate

BRIEF = Effort(rounds=1, seconds=0.2, warm_up=0.1, settle=0.0)


def line_of(measure: str, *more: str) -> dict[str, Any]:
    """One quick measure by the command; on a busy machine a window may pass in which nothing ends, so it has a second try."""
    command = program("run.py", "--quick", "--measure", measure, *more)
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    if done.returncode:
        done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    (text,) = done.stdout.splitlines()
    assert done.returncode == 0, text
    return dict(json.loads(text))


@pytest.mark.parametrize(
    ("take", "figure"), [(latency, "seen_p99"), (idle_memory, "pss_mib"), (start_to_ready, "seconds")]
)
def test_every_measure_can_be_taken_of_the_floors(take: Callable[[Effort, Target], Sample], figure: str) -> None:
    measure = Measure("smoke", DurableFloor, NullFloor, take, {figure: Goal("at most", 1e9)})
    (line,) = measure.take(BRIEF)
    assert line.ratio.median > 0
    assert line.rounds == 1
    assert line.goal == "at most 1000000000.00"
    assert line.met is True


def test_the_durable_floor_answers_after_its_commit() -> None:
    with DurableFloor() as target, running(target) as up:
        assert _post(up.access, SmsSid="SM1", From="+12125550100", To="+13105550100", Body="Hello") == (
            200,
            "application/xml",
            b"<Response/>",
        )
        store = sqlite3.connect(target.folder / "floor.db")
        try:
            assert store.execute("SELECT carrier_id, body FROM event").fetchall() == [("SM1", "Hello")]
        finally:
            store.close()


def test_a_stopped_target_leaves_nothing_behind() -> None:
    with NullFloor() as target:
        with running(target) as up:
            pass
        assert not Path(f"/proc/{up.pid}").exists()
    assert not target.folder.exists()


def test_a_target_that_does_not_start_is_quoted() -> None:
    class Broken(NullFloor):
        def command(self, port: int) -> list[str]:
            return [sys.executable, "-c", "raise SystemExit('no such luck')"]

    with Broken() as target, pytest.raises(BenchError, match="no such luck"), running(target):
        pass


class Deaf(Floor):
    """Answers and tells no screen."""

    async def announce(self, frame: bytes) -> None:
        return


class Echo(Floor):
    """Tells every screen twice."""

    async def announce(self, frame: bytes) -> None:
        await super().announce(frame)
        await super().announce(frame)


@pytest.mark.parametrize("rate", [None, 200.0])
@pytest.mark.parametrize(("floor", "words"), [(Deaf(), "not seen"), (Echo(), "announced twice")])
async def test_a_load_fails_when_a_message_goes_astray(floor: Floor, words: str, rate: float | None) -> None:
    async with _serving(floor) as access:
        with pytest.raises(load.LoadError, match=words):
            await load.run(Plan(access=access, seconds=0.05, warm_up=0.0, outstanding=2, rate=rate, drain=0.05))
    assert gc.isenabled()


async def test_a_load_fails_when_a_webhook_is_refused() -> None:
    async with _serving(Floor()) as access:
        elsewhere = Access(host=access.host, port=access.port, pid=access.pid, hook_path="/nowhere")
        with pytest.raises(load.LoadError, match="answered 404"):
            await load.run(Plan(access=elsewhere, seconds=5.0, warm_up=0.0))


async def test_the_open_loop_sends_as_many_as_are_due() -> None:
    async with _serving(Floor()) as access:
        report = await load.run(Plan(access=access, seconds=0.2, warm_up=0.0, rate=100.0))
    assert report.answered_p50 > 0
    assert report.seen_p99 >= report.seen_p50 > 0


@asynccontextmanager
async def _serving(floor: Floor) -> AsyncIterator[Access]:
    server = TestServer(floor.app())
    await server.start_server()
    try:
        yield Access(host="127.0.0.1", port=server.port or 0, pid=os.getpid(), hook_path="/hooks/main/secret/message")
    finally:
        await server.close()


def _post(access: Access, **form: str) -> tuple[int, str, bytes]:
    connection = HTTPConnection(access.host, access.port, timeout=5)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", access.hook_path, urlencode(form), headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get_content_type(), answer.read()
    finally:
        connection.close()


def test_the_daemon_itself_is_measured_and_the_command_prints_a_line_of_json() -> None:
    line = line_of("webhook_throughput")
    assert (line["subject"], line["baseline"], line["goal"]) == ("sidetone", "durable_floor", "at least 0.40")
    assert line["ratio"][0] > 0
    assert {"per_second", "client_cpu"} <= line["targets"]["durable_floor"].keys()


def test_clean_up_is_measured_at_any_size() -> None:
    done = subprocess.run(
        program("clean_up.py", "--rows", "400", "--idle", "0.05", "--pause", "0"),
        capture_output=True,
        timeout=60,
        check=True,
    )
    line = json.loads(done.stdout.splitlines()[-1])
    assert line["measure"] == "clean_up"
    assert line["gone"] in (200, 201)


def test_searching_is_measured_at_any_size() -> None:
    command = program("search.py", "--rows", "300", "--queries", "14", "--idle", "0.05")
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    line = json.loads(done.stdout.splitlines()[-1])
    assert line["measure"] == "search"
    assert line["ratio_p50"] > 0


def test_a_page_of_a_store_that_has_been_in_use_is_measured() -> None:
    line = line_of("stored_page", "--messages", "1000")
    assert (line["subject"], line["baseline"]) == ("sidetone_stored", "bare_sql")
    assert line["ratio"][0] > 0


@pytest.mark.needs("chromium")
def test_what_a_person_waits_for_in_chromium_is_measured(tmp_path: Path) -> None:
    measure = ScreenMeasure("smoke", {"paint": Goal("at most", 1e9), "open": None, "scroll": None})
    paint, opened, scrolled = measure.take(msgspec.structs.replace(BRIEF, kept=tmp_path, messages=1000))
    assert (paint.measure, paint.figure, paint.met) == ("smoke_paint", "ms_p50", True)
    assert opened.targets["api_alone"]["ms_p50"].median > 0
    assert scrolled.targets["last_thousand"]["messages"].median >= 200


def test_what_idle_sessions_take_is_measured_of_a_floor() -> None:
    measure = Measure("smoke", NullFloor, NullFloor, idle_sessions, {"kib_each": None})
    (line,) = measure.take(msgspec.structs.replace(BRIEF, sessions=50))
    assert line.targets["null_floor"]["kib_each"].median > 0
    assert (line.goal, line.met) == (None, None)


def test_a_filled_store_is_made_once_and_says_what_the_daemon_would_have_written(tmp_path: Path) -> None:
    path = tmp_path / "sidetone.db"
    migrate.prepare(path)
    stored.fill(path, 400, SystemClock().now(), days=30, threads=5)
    stored.index(path, SystemClock().now())
    (token,) = stored.sign_in(path, 1, SystemClock().now())
    with closing(sqlite3.connect(path)) as store:
        faults = [*store.execute("PRAGMA foreign_key_check"), *store.execute("PRAGMA integrity_check").fetchone()]
        assert faults == ["ok"]
        (found,) = store.execute(
            "SELECT count(*) FROM participant p WHERE p.activity = "
            "(SELECT max(m.id) FROM message m WHERE m.conversation_id = p.conversation_id)"
        ).fetchone()
        assert found == 5
        assert store.execute("SELECT message_id FROM search_mark").fetchone() == (400,)
    assert token
