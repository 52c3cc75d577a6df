"""The plan of the house: what lies where, how long it may be, and who may import whom."""

import ast
import sys
from collections.abc import Iterator

import pytest

from house.source import DAEMON, PLUGINS, ROOT, Module, everything, imports, kept_files, modules, names, run_on_import

TOP_LEVEL = {
    "daemon",
    "plugins",
    "contrib",
    "systemd",
    "etc",
    "tests",
    "docs",
    "pyproject.toml",
    "Makefile",
    "README.md",
    "ARCHITECTURE.md",
    "FEATURES.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    ".ci",
    ".gitignore",
}
NAMES_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common"}
MODULE_LINES = 400
FUNCTION_LINES = 60

# Anyone may import the ground. A room may import the ground, itself and the rooms named here, nothing else.
GROUND = {"", "config", "egress", "errors", "clock", "domain", "log", "metrics", "parts", "views"}
CORE = {"store", "people", "conversation"}
SIDES = {"delivery", "directory", "live", "jobs"}
MAY_IMPORT: dict[str, set[str]] = {
    "store": set(),
    "plugin": set(),
    "systemd": set(),
    "people": {"store", "plugin"},
    "conversation": {"store", "people"},
    "delivery": CORE | {"plugin"},
    "directory": CORE | {"plugin"},
    "live": CORE | {"plugin"},
    "jobs": CORE | {"plugin"},
    "web": CORE | SIDES | {"plugin"},  # webhooks and virtual phones pass as the plugin API's own types
    "control": CORE | SIDES | {"plugin"},
    "doctor": CORE | {"plugin", "control"},
    "app": CORE | SIDES | {"plugin", "systemd", "web", "control"},
    "cli": CORE | SIDES | {"doctor", "plugin", "systemd", "web", "control", "app"},
    "__main__": {"cli"},
    "testing": CORE | SIDES | {"doctor", "plugin", "systemd", "web", "control", "app", "cli"},
}
MAY_IMPORT_OF_GROUND: dict[str, set[str]] = {"domain": set()}
PLUGINS_MAY_IMPORT = {"plugin", "domain"}


def test_the_top_level_is_exactly_the_plan() -> None:
    found = {path.relative_to(ROOT).parts[0] for path in kept_files()}
    assert found == TOP_LEVEL


def test_module_names_say_what_is_inside() -> None:
    vague = [module.place for module in everything() if module.path.stem in NAMES_THAT_SAY_NOTHING]
    vague += [str(path) for path in ROOT.glob("daemon/**/*/") if path.name in NAMES_THAT_SAY_NOTHING]
    assert vague == []


def test_modules_and_functions_are_short() -> None:
    long = [module.place for module in everything() if len(module.text.splitlines()) > MODULE_LINES]
    for module in everything():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    long.append(f"{module.place}:{node.lineno} {node.name} has {length} lines")
    assert long == []


def test_every_room_is_on_the_plan() -> None:
    assert {room(module.name) for module in modules(DAEMON)} - GROUND - set(MAY_IMPORT) == set()


def test_rooms_import_only_what_stands_below_them() -> None:
    wrong = []
    for module in modules(DAEMON):
        here = room(module.name)
        allowed = allowed_for(here)
        wrong += [f"{place} imports {name}" for name, place in own_imports(module) if room(name) not in allowed]
    assert wrong == []


def test_plugins_import_only_the_plugin_api_and_the_domain() -> None:
    wrong = []
    for module in modules(PLUGINS):
        for name, line in imports(module):
            head = name.partition(".")[0]
            foreign_plugin = head.startswith("sidetone_") and head != module.name.partition(".")[0]
            closed_room = head == "sidetone" and room(name) not in PLUGINS_MAY_IMPORT
            if foreign_plugin or closed_room:
                wrong.append(f"{module.place}:{line} imports {name}")
    assert wrong == []


def test_the_domain_stands_on_the_standard_library_and_phonenumbers() -> None:
    allowed = sys.stdlib_module_names | {"phonenumbers", "sidetone"}
    wrong = [
        f"{module.place}:{line} imports {name}"
        for module in modules(DAEMON)
        if room(module.name) == "domain"
        for name, line in imports(module)
        if name.partition(".")[0] not in allowed
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {
        module.name: {name for name, _ in imports(module, run_on_import(module)) if name in names()} - {module.name}
        for module in modules(DAEMON) + modules(PLUGINS)
    }
    while leaves := {name for name, needed in graph.items() if not needed & graph.keys()}:
        graph = {name: needed for name, needed in graph.items() if name not in leaves}
    assert graph == {}, "these import each other, or a circle"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("sidetone", ""), ("sidetone.clock", "clock"), ("sidetone.web.api.messages", "web")],
)
def test_a_room_is_the_second_part_of_a_name(name: str, expected: str) -> None:
    assert room(name) == expected


def room(name: str) -> str:
    """`web` for `sidetone.web.api.messages`; the package itself has no name."""
    return name.split(".")[1] if "." in name else ""


def allowed_for(here: str) -> set[str]:
    if here in GROUND:
        return MAY_IMPORT_OF_GROUND.get(here, GROUND) | {here}
    return MAY_IMPORT.get(here, set()) | GROUND | {here}


def own_imports(module: Module) -> Iterator[tuple[str, str]]:
    """What a module imports of Sidetone's own, with the place."""
    for name, line in imports(module):
        if name.partition(".")[0] == "sidetone":
            yield name, f"{module.place}:{line}"
        elif name.startswith("sidetone_"):
            yield f"plugins.{name}", f"{module.place}:{line}"
