"""docs/plugins.md says what the code says, and its example works."""

import dataclasses
import enum
import importlib
import inspect
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import sidetone.plugin as plugin_api
from house.source import ROOT, plugins
from plugin_host.stage import House, Shop
from sidetone.config.load import load
from sidetone.plugin import hookspecs
from sidetone.plugin.rehearsal import rehearse
from sidetone.testing.carrier_contract import CarrierContract, CarrierRig, WiredRig
from sidetone.testing.directory_contract import DirectoryContract, DirectoryRig

pytest_plugins = ["plugin_host.conftest"]

TEXT = (ROOT / "docs/plugins.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^#{3,4} `(.+)`$", TEXT, re.MULTILINE)
FOR_THE_HOST = {"Context.close"}
EXPORTED = {name: getattr(plugin_api, name) for name in plugin_api.__all__}


def signature(name: str, call: Any) -> str:  # noqa: ANN401 - anything with parameters
    """A name with its arguments as a heading has them: no types, no defaults, a star before keywords."""
    names, star = [], False
    for each in inspect.signature(call).parameters.values():
        if each.name == "self":
            continue
        if each.kind is each.KEYWORD_ONLY and not star:
            names.append("*")
            star = True
        if each.kind is each.VAR_POSITIONAL:
            star = True
        names.append(f"*{each.name}" if each.kind is each.VAR_POSITIONAL else each.name)
    return f"{name}({', '.join(names)})"


def heading(name: str, thing: Any) -> str:  # noqa: ANN401 - whatever is exported
    """What a name's own heading must be."""
    plain = not callable(thing) or name in ("Context", "hookimpl") or getattr(thing, "_is_protocol", False)
    return name if plain or isinstance(thing, enum.EnumMeta) else signature(name, thing)


def methods(name: str, thing: Any) -> dict[str, str]:  # noqa: ANN401 - whatever is exported
    """The headings of a class's own public methods, by their dotted names."""
    if not (getattr(thing, "_is_protocol", False) or name in ("Context", "Secret")):
        return {}
    own = {member: call for member, call in vars(thing).items() if callable(call) and not member.startswith("_")}
    found = {f"{name}.{member}": signature(f"{name}.{member}", call) for member, call in own.items()}
    return {dotted: words for dotted, words in found.items() if dotted not in FOR_THE_HOST}


def section(head: str) -> str:
    """What stands below a heading, up to the next one."""
    return re.split(r"^#+ ", TEXT.partition(f" `{head}`\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def block(file: str) -> str:
    """The example's file of that name."""
    (found,) = re.findall(rf"^```\w+\n(# {re.escape(file)}\n.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    return str(found)


def rows(title: str) -> list[list[str]]:
    """The cells of the table below a title, without its head."""
    part = re.split(r"^#+ ", TEXT.partition(f" {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if "---" not in line][1:]


@pytest.mark.parametrize("name", EXPORTED)
def test_every_exported_name_has_a_heading_with_its_arguments(name: str) -> None:
    thing = EXPORTED[name]
    assert heading(name, thing) in HEADINGS
    assert set(methods(name, thing).values()) <= set(HEADINGS)


def test_no_heading_is_of_something_that_is_not_there() -> None:
    known = {heading(name, thing) for name, thing in EXPORTED.items()}
    known |= {words for name, thing in EXPORTED.items() for words in methods(name, thing).values()}
    assert set(HEADINGS) - known == {signature(name, call) for name, call in hooks().items()}
    assert len(HEADINGS) == len(set(HEADINGS))


@pytest.mark.parametrize("name", EXPORTED)
def test_every_field_member_and_attribute_is_explained(name: str) -> None:
    thing = EXPORTED[name]
    said = section(heading(name, thing))
    assert said.strip()
    wanted: list[str] = []
    if dataclasses.is_dataclass(thing):
        wanted = [field.name for field in dataclasses.fields(thing)]
    elif isinstance(thing, enum.EnumMeta):
        wanted = [member.name for member in thing]  # type: ignore[var-annotated]
    elif getattr(thing, "_is_protocol", False):
        wanted = list(thing.__annotations__)
    assert [each for each in wanted if not re.search(rf"`{each}\b", said)] == []


def hooks() -> dict[str, Any]:
    return {name: call for name, call in vars(hookspecs).items() if name.startswith("sidetone_")}


@pytest.mark.parametrize("name", hooks())
def test_every_hook_says_what_it_returns_and_how_it_fails(name: str) -> None:
    for words in (section(signature(name, hooks()[name])), inspect.getdoc(hooks()[name]) or ""):
        assert re.search(r"\*?\*?Returns\*?\*?", words)
        assert "With several plugins" in words
        assert re.search(r"fails? (open|closed)", words)
    assert not inspect.iscoroutinefunction(hooks()[name])
    assert inspect.signature(hooks()[name]).return_annotation is not bool


@pytest.mark.parametrize("name", EXPORTED)
def test_what_is_exported_states_its_contract_in_the_code_too(name: str) -> None:
    thing = EXPORTED[name]
    if callable(thing) and name != "hookimpl" and name != "Outcome":
        assert inspect.getdoc(thing)
        for dotted in methods(name, thing):
            assert inspect.getdoc(getattr(thing, dotted.partition(".")[2])), dotted


def test_the_limits_are_those_of_the_code() -> None:
    for what, limit, where in rows("Limits"):
        module, _, names = where.strip("`").partition(":")
        value: Any = importlib.import_module(module)
        for name in names.split("."):
            value = value() if inspect.isclass(value) else value
            value = getattr(value, name)
        assert float(limit) == float(value), what


def test_every_method_of_a_rig_is_listed() -> None:
    rig = {
        name: call for name, call in vars(CarrierRig).items() if inspect.isfunction(call) and not name.startswith("_")
    }
    listed = {row[0].strip("`"): row[2] for row in rows("The rig")}
    assert set(listed) == {signature(name, call) for name, call in rig.items()}
    for_free = {words for words, needed in listed.items() if needed.endswith("`WiredRig` has it")}
    assert for_free == {signature(name, rig[name]) for name in vars(WiredRig) if name in rig}


def test_every_test_of_the_suite_is_listed() -> None:
    tests = {name.removeprefix("test_") for name in dir(CarrierContract) if name.startswith("test_")}
    listed = [row[0].strip("`") for row in rows("What the suite holds")]
    assert sorted(listed) == sorted(tests)


def test_the_suite_and_the_rig_of_directories_are_listed() -> None:
    rig = {name: call for name, call in vars(DirectoryRig).items() if inspect.isfunction(call) and name[0] != "_"}
    listed = {row[0].strip("`") for row in rows("The rig of a directory")}
    assert listed == {signature(name, call) for name, call in rig.items()}
    tests = {name.removeprefix("test_") for name in dir(DirectoryContract) if name.startswith("test_")}
    assert sorted(row[0].strip("`") for row in rows("What the suite of directories holds")) == sorted(tests)


def test_every_plugin_of_the_tree_is_on_the_checklist() -> None:
    head = next(line for line in TEXT.splitlines() if line.startswith("| rule | "))
    assert set(re.findall(r"`(\w+)`", head)) == {name.removeprefix("sidetone_") for name in plugins()}
    for row in rows("Checklist"):
        assert all(re.match(r"done$|exempt: .", cell) for cell in row[1:]), row


async def test_the_section_of_the_example_builds_its_carrier(shop: Shop, house: House) -> None:
    shop.install("pigeon", block("sidetone_pigeon.py"))
    tables = tomllib.loads(block("sidetone.toml"))["carriers"]
    host = house.host(tables)
    host.load()
    assert host.faults == []
    assert set(host.carriers["main"].hook_urls) == {"text", "report"}


def test_the_section_of_the_directory_reads_into_its_settings(shop: Shop, tmp_path: Path) -> None:
    shop.install("rolodex", block("sidetone_rolodex.py"))
    file = tmp_path / "sidetone.toml"
    file.write_text('[server]\ndefault_country = "DE"\n' + block("directories.toml"))
    file.chmod(0o600)
    config = load(file, types=["rolodex"])
    assert rehearse({}, tmp_path, directories=config.directories).faults == ()
    assert config.directories["cards"].label == "Rolodex"


@pytest.mark.slow
def test_the_examples_pass_their_suites(tmp_path: Path) -> None:
    for file in ("sidetone_pigeon.py", "test_pigeon.py", "sidetone_rolodex.py", "test_rolodex.py", "pyproject.toml"):
        (tmp_path / file).write_text(block(file))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=kept,
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.search(r"^\d+ passed in ", done.stdout, re.MULTILINE), done.stdout + done.stderr
