"""The plugins in the tree, the entry points in pyproject.toml and those that are installed are the same."""

import importlib
import importlib.metadata
import tomllib

import pytest

from house.source import ROOT, plugins
from sidetone.plugin import hookspecs


def test_every_plugin_in_the_tree_has_one_entry_point() -> None:
    assert sorted(declared().values()) == sorted(plugins())


def test_an_entry_point_is_named_after_its_plugin() -> None:
    assert {name: module for name, module in declared().items() if module != f"sidetone_{name}"} == {}


def test_the_installed_entry_points_are_the_declared_ones() -> None:
    installed = {
        entry.name: entry.value
        for entry in importlib.metadata.entry_points(group="sidetone")
        if entry.dist is not None and entry.dist.name == "sidetone"
    }
    assert installed == declared(), "install once more after a new entry point: pip install -e '.[dev]'"


@pytest.mark.parametrize("name", sorted(name.removeprefix("sidetone_") for name in plugins()))
def test_every_plugin_in_the_tree_is_held_to_the_contract_of_its_kind(name: str) -> None:
    (suite,) = (ROOT / "tests/plugins" / name).glob("test_contract.py")
    offered = vars(importlib.import_module(f"sidetone_{name}"))
    for hook, contract in (("sidetone_carrier", "(CarrierContract):"), ("sidetone_directory", "(DirectoryContract):")):
        assert (contract in suite.read_text(encoding="utf-8")) == (hook in offered)


def test_every_hook_is_answered_by_a_plugin_of_the_tree() -> None:
    hooks = {name for name in vars(hookspecs) if name.startswith("sidetone_")}
    answered = {
        name for module in declared().values() for name in vars(importlib.import_module(module)) if name in hooks
    }
    assert answered == hooks


def declared() -> dict[str, str]:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    entry_points: dict[str, str] = pyproject["project"]["entry-points"]["sidetone"]
    return entry_points
