"""Every query of the store: the constants of its modules, and what PostgreSQL's own grammar makes of them."""

import ast
import importlib
import pkgutil
import re
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pglast
from pglast.ast import BooleanTest, BoolExpr, NullTest
from pglast.visitors import Visitor

import sidetone.store

SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b")
CONDITIONS = (NullTest, BoolExpr, BooleanTest)  # a number to SQLite, no number to PostgreSQL
PLACEHOLDER = re.compile(r"(?<![:\w]):([a-z][a-z0-9_]*)")


@dataclass(frozen=True)
class Query:
    """One constant: `place` is `module.NAME`."""

    place: str
    text: str

    @property
    def placeholders(self) -> list[str]:
        """The names of its values, each once."""
        return list(dict.fromkeys(PLACEHOLDER.findall(self.text)))

    @property
    def postgres(self) -> str:
        """The same with numbered placeholders, as PostgreSQL wants them."""
        return PLACEHOLDER.sub(lambda found: f"${self.placeholders.index(found[1]) + 1}", self.text)

    @property
    def tables(self) -> dict[str, set[str]]:
        """What each name in its plan stands for; parts of a query may use one alias for different tables."""
        return self._seen.named

    @property
    def calls(self) -> set[str]:
        """The functions it calls, such as `count(*)` and `min(1)`: how many values, or that they are conditions."""
        return self._seen.calls

    @property
    def _seen(self) -> "_Seen":
        seen = _Seen()
        seen(pglast.parse_sql(self.postgres))
        return seen


class _Seen(Visitor):
    def __init__(self) -> None:
        self.named: dict[str, set[str]] = {}
        self.calls: set[str] = set()

    def visit_FuncCall(self, _ancestors: Any, node: Any) -> None:  # noqa: ANN401 - pglast's own name
        values = node.args or ()
        what = "condition" if any(isinstance(value, CONDITIONS) for value in values) else len(values)
        self.calls.add(f"{node.funcname[-1].sval}({'*' if node.agg_star else what})")

    def visit_RangeVar(self, _ancestors: Any, node: Any) -> None:  # noqa: ANN401 - pglast's own name
        self.named.setdefault(node.alias.aliasname if node.alias else node.relname, set()).add(node.relname)


def store_modules() -> list[ModuleType]:
    """The modules of the store, migrations aside."""
    return [
        importlib.import_module(f"sidetone.store.{found.name}")
        for found in pkgutil.iter_modules(sidetone.store.__path__)
    ]


def every_query() -> list[Query]:
    """The constants, each where it is written."""
    return [
        Query(f"{module.__name__.rpartition('.')[2]}.{name}", value)
        for module in store_modules()
        for name in constants(module)
        if isinstance(value := getattr(module, name), str) and SQL.match(value)
    ]


def constants(module: ModuleType) -> list[str]:
    """The names that a module itself assigns at its top."""
    targets = (node.targets for node in syntax(module).body if isinstance(node, ast.Assign))
    return [target.id for each in targets for target in each if isinstance(target, ast.Name)]


def hidden_sql(module: ModuleType) -> list[str]:
    """Literals that look like a query and are no constant of the module: no test would find them."""
    tree = syntax(module)
    seen = {id(inner) for node in tree.body if isinstance(node, ast.Assign) for inner in ast.walk(node)}
    return [
        f"{module.__name__}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
        if id(node) not in seen
    ]


def syntax(module: ModuleType) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
