"""The plugins in the tree, the entry points in pyproject.toml and those that are installed are the same."""

import importlib.metadata
import tomllib

from house.source import PLUGINS, ROOT


def test_every_plugin_in_the_tree_has_one_entry_point() -> None:
    in_the_tree = {path.stem for path in PLUGINS.glob("sidetone_*") if path.suffix == ".py" or path.is_dir()}
    assert sorted(declared().values()) == sorted(in_the_tree)


def test_an_entry_point_is_named_after_its_plugin() -> None:
    assert {name: module for name, module in declared().items() if module != f"sidetone_{name}"} == {}


def test_the_installed_entry_points_are_the_declared_ones() -> None:
    installed = {
        entry.name: entry.value
        for entry in importlib.metadata.entry_points(group="sidetone")
        if entry.dist is not None and entry.dist.name == "sidetone"
    }
    assert installed == declared(), "install once more after a new entry point: pip install -e '.[dev]'"


def declared() -> dict[str, str]:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    entry_points: dict[str, str] = pyproject["project"]["entry-points"]["sidetone"]
    return entry_points
