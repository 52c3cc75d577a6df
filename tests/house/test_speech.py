"""What no file of the project names: it speaks of itself alone."""

import json
import re

from house.source import ROOT, kept_files

FOREIGN_PATHS = re.compile(r"/" r"work/")


def test_no_file_names_a_path_of_one_machine() -> None:
    guilty = [
        str(path.relative_to(ROOT))
        for path in kept_files()
        if FOREIGN_PATHS.search(path.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert guilty == []


def test_the_npm_lock_names_no_download_host() -> None:
    lock = json.loads((ROOT / "tests/js/package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if "integrity" not in package] == []
