"""The data folder belongs to one process at a time, and to its owner."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.stage import PASS_PHRASE, configured, sidetone
from sidetone.cli.own_store import _refuse_hidden_python
from sidetone.store.lock import DataFolderBusy, DataFolderUnusable, DataLock


def test_the_second_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    with DataLock(tmp_path / "data", "a test"):
        with pytest.raises(DataFolderBusy) as caught:
            DataLock(tmp_path / "data").acquire()
        assert str(caught.value) == (
            f"{tmp_path}/data is in use by a test (pid {os.getpid()}). Wait for it, or stop it first."
        )
    with DataLock(tmp_path / "data"):
        pass


def test_a_command_is_refused_while_another_has_the_folder(tmp_path: Path) -> None:
    file = configured(tmp_path)
    with DataLock(tmp_path / "data", "a running Sidetone"):
        done = sidetone("--config", file, "user", "list")
    assert done.exit_code == 1
    assert done.stderr == (
        f"{tmp_path}/data is in use by a running Sidetone (pid {os.getpid()}). "
        "If it is only starting, wait a moment; else stop it first: systemctl stop sidetone.\n"
    )
    assert sidetone("--config", file, "user", "list").exit_code == 0


def test_a_lock_file_that_says_nothing_is_no_trouble(tmp_path: Path) -> None:
    with DataLock(tmp_path):
        (tmp_path / "lock").write_bytes(b"\xff\xff")
        with pytest.raises(DataFolderBusy, match="in use by another process"):
            DataLock(tmp_path).acquire()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderUnusable, match="cannot be used"):
        DataLock(tmp_path / "file" / "data").acquire()
    with pytest.raises(DataFolderUnusable, match="cannot be used"):
        DataLock(tmp_path / "file").acquire()


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_works_on_somebodys_folder_as_that_somebody(tmp_path: Path) -> None:
    nobody = 65534
    imports = "import importlib.readers, nacl, aiosqlite, sidetone"
    reading = ["/bin/sh", "-c", 'exec "$0" -c "$1"', sys.executable, imports]
    if subprocess.run(reading, user=nobody, group=nobody, capture_output=True, check=False).returncode:
        pytest.skip("this interpreter is readable for root alone")
    tmp_path.chmod(0o755)
    for folder in tmp_path.parents[:2]:
        folder.chmod(0o755)
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    os.chown(data, nobody, nobody)
    file = configured(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "sidetone", "--config", file, "user", "add", "ada", "--password-stdin"],
        input=PASS_PHRASE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {path.stat().st_uid for path in data.iterdir()} == {nobody}


def test_an_owner_who_cannot_run_this_python_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "__file__", str(tmp_path / "hidden/os.py"))
    with pytest.raises(DataFolderUnusable, match="Install Sidetone where everyone may read"):
        _refuse_hidden_python(tmp_path)
