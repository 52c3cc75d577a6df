"""A third party's plugin: copied, built, installed beside Sidetone's wheel where nothing else is, and run through its suite."""

import os
import re
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from cli.stage import sidetone
from house.source import ROOT
from house.wheels import build_wheel

TEMPLATE = ROOT / "contrib/plugin-template"


def test_a_copy_has_the_new_name_in_every_spelling(tmp_path: Path) -> None:
    done = sidetone("new-plugin", "acme-sms", "--dir", tmp_path / "new")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"{tmp_path}/new is a working carrier of type acme_sms. Next: ")
    copied = {str(path.relative_to(tmp_path / "new")): path.read_text() for path in (tmp_path / "new").rglob("*.*")}
    assert {"pyproject.toml", "README.md", "src/sidetone_acme_sms/carrier.py", "src/sidetone_acme_sms/py.typed"} <= (
        copied.keys()
    )
    everything = "".join([*copied, *copied.values()])
    assert re.findall("example", everything, re.IGNORECASE) == []
    assert 'name = "sidetone-acme-sms"' in copied["pyproject.toml"]
    assert 'acme_sms = "sidetone_acme_sms"' in copied["pyproject.toml"]
    assert "class AcmeSmsCarrier:" in copied["src/sidetone_acme_sms/carrier.py"]
    assert (tmp_path / "new/LICENSE").exists()


def test_without_a_folder_it_is_written_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert sidetone("new-plugin", "acme").exit_code == 0
    assert (tmp_path / "sidetone-acme/pyproject.toml").exists()


@pytest.mark.parametrize("name", ["", "Acme", "9lives", "a b", "a--b", "a_", "../x", "é", "a" * 41])
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    done = sidetone("new-plugin", "--dir", tmp_path / "new", "--", name)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "cannot be a plugin's name. Allowed are" in done.stderr
    assert not (tmp_path / "new").exists()


def test_a_type_that_is_taken_is_refused(tmp_path: Path) -> None:
    done = sidetone("new-plugin", "restcomm", "--dir", tmp_path / "new")
    words = "A plugin of type restcomm is installed already. Choose another name.\n"
    assert (done.exit_code, done.stderr) == (1, words)


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    done = sidetone("new-plugin", "acme", "--dir", tmp_path)
    assert (done.exit_code, "is there already" in done.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_its_carrier_stays_short_enough_to_be_read() -> None:
    carrier = (TEMPLATE / "src/sidetone_example/carrier.py").read_text()
    assert len(carrier.splitlines()) <= 160


@pytest.mark.slow
def test_a_third_party_builds_installs_and_tests_it(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "sidetone-acme"
    assert sidetone("new-plugin", "acme", "--dir", place).exit_code == 0
    plugin = build_wheel(place, tmp_path / "dist")
    python = fresh_environment(tmp_path / "venv")
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps"]
    run([*install, str(wheel), str(plugin)], tmp_path)

    listed = run([str(python), "-m", "sidetone", "--config", str(configuration(tmp_path)), "plugins"], tmp_path)
    assert re.search(r"^acme +0\.1\.0 +sidetone-acme +main +- +ok$", listed, re.MULTILINE), listed

    (place / "src").rename(tmp_path / "away")  # what is tested is what was installed
    tested = run([str(python), "-m", "pytest", "-q", "-o", "pythonpath=tests", "-p", "no:cacheprovider"], place)
    assert re.search(r"^\d+ passed in ", tested, re.MULTILINE), tested


def fresh_environment(folder: Path) -> Path:
    """A new environment's Python. Libraries come from this one, without what is installed of Sidetone here."""
    venv.create(folder, with_pip=False)
    python = folder / "bin/python"
    own = run([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder).strip()
    (Path(own) / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")  # its own .pth files do not count
    return python


def configuration(folder: Path) -> Path:
    """A configuration with a carrier of the new type."""
    file = folder / "sidetone.toml"
    file.write_text(
        '[server]\ndata_dir = "data"\ndefault_country = "DE"\n\n'
        '[carriers.main]\ntype = "acme"\ntoken = "t"\nsigning_key = "0123456789abcdef"\n'
    )
    file.chmod(0o600)
    return file


def run(command: list[str], folder: Path) -> str:
    """What a command prints; it must succeed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    done = subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
