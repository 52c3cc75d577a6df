"""`etc/` is the complete manual: every setting that exists stands there, with its default, and nothing else does."""

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from house.source import ROOT
from sidetone.config.load import SHAPES, load
from sidetone.config.reader import variants
from sidetone.config.routes import RouteSettings
from sidetone.config.secret import Secret
from sidetone.config.shapes import DirectorySettings
from sidetone.plugin.context import Context
from sidetone.plugin.found import installed
from sidetone.testing.context import Workbench

ETC = ROOT / "etc"
PLUGIN_MANUALS = sorted((ETC / "conf.d").glob("*.toml"))
SETTING = re.compile(r"#(\[[a-z_.]+\]|[a-z_]+ = .+)")


def uncommented(path: Path) -> dict[str, Any]:
    """What the file holds when every setting in it is set."""
    text = "\n".join(SETTING.sub(r"\1", line) for line in path.read_text(encoding="utf-8").splitlines())
    return tomllib.loads(text)


def defaults(shape: type) -> dict[str, Any]:
    """Each setting's default as the manual would write it; MISSING or None where there is none to show."""
    found: dict[str, Any] = {}
    for field in dataclasses.fields(shape):
        value = field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
        if isinstance(value, tuple):
            value = list(value)
        if isinstance(value, Path):
            value = str(value)
        found[field.name] = value
    return found


def compare(shown: Mapping[str, Any], shape: type) -> None:
    """The same keys, and the same values wherever a default is a plain one."""
    expected = defaults(shape)
    assert shown.keys() == expected.keys()
    examples = {key for key, value in expected.items() if value is dataclasses.MISSING or value in (None, [])}
    assert {key: value for key, value in shown.items() if key not in examples} == {
        key: value for key, value in expected.items() if key not in examples
    }


def test_the_main_manual_shows_every_setting_with_its_default() -> None:
    manual = uncommented(ETC / "sidetone.toml")
    compare(manual.pop("routes")["example"], RouteSettings)
    assert manual.keys() == SHAPES.keys()
    for name, shape in SHAPES.items():
        compare(manual[name], shape)


def test_the_main_manual_is_a_configuration_as_it_is(tmp_path: Path) -> None:
    config = load(ETC / "sidetone.toml", types=installed().keys())
    assert config.carriers == {}
    for name, shape in SHAPES.items():
        for key, value in defaults(shape).items():
            if value is not dataclasses.MISSING and key != "public_url":
                now = getattr(getattr(config, name), key)
                assert (str(now) if isinstance(now, Path) else list(now) if isinstance(now, tuple) else now) == value


def test_each_plugin_in_the_tree_has_a_manual() -> None:
    ours = {name for name, plugin in installed().items() if plugin.distribution == "sidetone"}
    assert {path.stem for path in PLUGIN_MANUALS} == ours


@pytest.mark.parametrize("path", PLUGIN_MANUALS, ids=lambda path: path.stem)
def test_a_plugins_manual_shows_every_setting_with_its_default(path: Path) -> None:
    ((kind, sections),) = uncommented(path).items()
    (section,) = sections.values()
    assert section.pop("type") == path.stem
    if kind == "directories":  # for the core, whatever the plugin
        own = {field.name: section.pop(field.name) for field in dataclasses.fields(DirectorySettings)}
        compare(own, DirectorySettings)
    else:
        assert section.pop("opt_out_reply") == "us"
        assert section.pop("silence_hours") == 0
    shape = settings_of(path.stem)
    kinds = get_type_hints(shape)
    spare = {key for name, kind in kinds.items() if kind is Secret for key in variants(name)} - kinds.keys()
    compare({key: value for key, value in section.items() if key not in spare}, shape)


@pytest.mark.parametrize("path", PLUGIN_MANUALS, ids=lambda path: path.stem)
def test_a_plugins_manual_sets_nothing_as_it_is(path: Path) -> None:
    assert tomllib.loads(path.read_text(encoding="utf-8")) == {}


@pytest.mark.parametrize("path", [ETC / "sidetone.toml", *PLUGIN_MANUALS], ids=lambda path: path.stem)
def test_every_setting_is_explained(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    for before, line in pairwise(lines):
        if re.match(r"#?[a-z_]+ = ", line) and not line.startswith("#type = "):
            assert before.startswith("# "), f"{line} has no words above it"


class Asked(Exception):
    """A plugin has asked for its settings."""

    def __init__(self, shape: type) -> None:
        self.shape = shape


def settings_of(type_: str) -> type:
    """The dataclass that a plugin reads its section into."""

    class Asking(Context):
        def settings(self, shape: type) -> Any:  # noqa: ANN401 - it never returns
            raise Asked(shape)

    context = Workbench().context({})
    context.__class__ = Asking
    plugin: Any = installed()[type_].load()
    hook = getattr(plugin, "sidetone_carrier", None) or plugin.sidetone_directory
    with pytest.raises(Asked) as caught:
        hook(context)
    return caught.value.shape
