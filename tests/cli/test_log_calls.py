"""Every call of the log in the project names an event of its own words and keys that the log knows."""

import ast
from collections.abc import Iterator

from house.source import Module, production
from sidetone.log import KEYS

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def test_events_are_literals() -> None:
    wrong = [
        place for module in production() for place, call in calls(module) if not isinstance(call.args[0], ast.Constant)
    ]
    assert wrong == []


def test_keys_are_listed() -> None:
    wrong = [
        f"{place} {keyword.arg}"
        for module in production()
        for place, call in calls(module)
        for keyword in call.keywords
        if keyword.arg not in KEYS | {None, "exc_info"}
    ]
    assert wrong == [], "add a key to sidetone.log only if its values are neither content nor secrets"


def test_there_are_calls_to_look_at() -> None:
    assert sum(len(list(calls(module))) for module in production()) > 10


def calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LEVELS:
            target = ast.unparse(node.func.value)
            if target.rpartition(".")[2] in ("log", "_log") or target.startswith("structlog.get_logger("):
                yield f"{module.place}:{node.lineno}", node
