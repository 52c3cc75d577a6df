"""The UI's files hold the rules that the strictest content security policy and the type checker rely on."""

import hashlib
import re
from pathlib import Path

import pytest

from house.source import DAEMON

STATIC = DAEMON / "sidetone/web/static"
VENDOR = STATIC / "vendor"
ONLY_USER_OF_VENDOR = "js/lib/ui.js"
MODULE_LINES = 300

IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"'\s<>${}]+)["']""")
UNSAFE = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|srcdoc|eval|new Function)\b"
)
COMMENT = re.compile(r"/\*.*?\*/", re.S)  # where JSDoc imports types, which no browser loads
INLINE_STYLE = re.compile(r"""\bstyle=|["']style["']\s*[,:]|\.cssText\b""")
VENDORED = re.compile(
    r"^\| `(?P<file>[^`]+)` \| (?P<name>\S+) \| (?P<version>\S+) \|.*`(?P<hash>[0-9a-f]{64})` \|$", re.M
)


def scripts() -> list[Path]:
    return sorted((STATIC / "js").rglob("*.js"))


def pages() -> list[Path]:
    return sorted(STATIC.rglob("*.html"))


def shown(path: Path) -> str:
    return str(path.relative_to(STATIC))


def imported(path: Path) -> list[str]:
    return IMPORT.findall(COMMENT.sub("", path.read_text()))


def test_each_script_is_type_checked() -> None:
    assert [shown(path) for path in scripts() if not path.read_text().startswith("// @ts-check\n")] == []


def test_each_script_is_short() -> None:
    assert [shown(path) for path in scripts() if len(path.read_text().splitlines()) > MODULE_LINES] == []


def test_every_import_names_a_file_beside_it() -> None:
    wrong = [
        f"{shown(path)} imports {name}"
        for path in [*scripts(), *VENDOR.glob("*.js")]
        for name in imported(path)
        if not name.startswith(("./", "../")) or not (path.parent / name).is_file()
    ]
    assert wrong == []


def test_one_module_knows_the_vendored_library() -> None:
    users = {shown(path) for path in scripts() if any("vendor/" in name for name in imported(path))}
    assert users <= {ONLY_USER_OF_VENDOR}


def test_text_never_becomes_markup_or_code() -> None:
    assert [shown(path) for path in scripts() if UNSAFE.search(path.read_text())] == []


def test_looks_are_set_by_class_and_property() -> None:
    assert [shown(path) for path in [*scripts(), *pages()] if INLINE_STYLE.search(path.read_text())] == []


def test_pages_have_no_inline_script() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|<style|javascript:")
    assert [shown(path) for path in pages() if inline.search(path.read_text())] == []


def test_vendored_files_are_the_listed_ones() -> None:
    listed = {found["file"]: found["hash"] for found in VENDORED.finditer((VENDOR / "README.md").read_text())}
    assert listed == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.js")}


@pytest.mark.parametrize("path", sorted(VENDOR.glob("*.js")), ids=lambda path: path.name)
def test_a_vendored_file_keeps_its_licence(path: Path) -> None:
    assert re.match(r"/\*! \S+ \d+\.\d+\.\d+ \| .+ \| SPDX-License-Identifier: \S+ \*/\n", path.read_text())
