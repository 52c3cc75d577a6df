"""Habits that keep the rooms honest: where SQL, the clock and broad excepts may stand."""

import ast
import re
from collections.abc import Iterator

import pytest

from house.source import Module, production

# Where every failure ends, so that one plugin, caller or request cannot take the others with it.
MAY_CATCH_ALL = {
    "sidetone.control.server",
    "sidetone.delivery.lane",
    "sidetone.doctor.examine",
    "sidetone.delivery.reconcile",
    "sidetone.jobs.scheduler",
    "sidetone.plugin.host",
    "sidetone.plugin.hosting",
    "sidetone.store.connection",
    "sidetone.web.middleware",
}
MAY_ASK_THE_TIME = {
    "sidetone.clock",
    "sidetone.app",
    "sidetone.__main__",
    "sidetone_gsm.process",
}  # each a process's own beginning
CLOCK_READINGS = re.compile(r"(?:^|\.)(?:datetime\.(?:now|utcnow|today)|date\.today|time\.time(?:_ns)?)$")
MAY_RUN_SQL = ("sidetone.store.", "sidetone_gsm.spool")  # the second is another process's, with a file of its own
SQL_METHODS = {"execute", "executemany", "executescript"}


def test_sql_is_run_only_in_the_store() -> None:
    assert [
        f"{module.place}:{node.lineno}"
        for module in production()
        if not module.name.startswith(MAY_RUN_SQL)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SQL_METHODS
    ] == []


def test_time_comes_in_by_the_door() -> None:
    inside = (module for module in production() if not may_ask_the_time(module.name))
    assert [place for module in inside for place in clock_readings(module)] == []


def test_only_boundaries_catch_everything() -> None:
    inside = (module for module in production() if module.name not in MAY_CATCH_ALL)
    assert [place for module in inside for place in swallowing_handlers(module)] == []


@pytest.mark.parametrize("spelling", ["time.time", "time.time_ns", "datetime.now", "datetime.datetime.utcnow"])
def test_readings_of_the_clock_are_known(spelling: str) -> None:
    assert CLOCK_READINGS.search(spelling)


@pytest.mark.parametrize("spelling", ["clock.now", "time.monotonic", "sometime.timer"])
def test_other_calls_are_no_readings(spelling: str) -> None:
    assert not CLOCK_READINGS.search(spelling)


def may_ask_the_time(name: str) -> bool:
    return name in MAY_ASK_THE_TIME or name.startswith("sidetone.cli")


def clock_readings(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and CLOCK_READINGS.search(ast.unparse(node)):
            yield f"{module.place}:{node.lineno}"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (f"{module.place}:{node.lineno}" for alias in node.names if alias.name in ("time", "time_ns"))


def swallowing_handlers(module: Module) -> Iterator[str]:
    """Handlers of everything that do not pass it on."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and catches_all(node.type) and not passes_on(node):
            yield f"{module.place}:{node.lineno}"


def catches_all(caught: ast.expr | None) -> bool:
    kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(kind is None or ast.unparse(kind) in ("Exception", "BaseException") for kind in kinds)


def passes_on(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None
