"""`sidetone db …`: backups beside a running daemon, restores without one, upgrades."""

import json
import os
import subprocess
import sys
import threading
import urllib.request
import zipfile
from pathlib import Path

import pytest

from cli.stage import CONFIG, PASS_PHRASE, PATIENCE, Daemon, configured, sidetone
from sidetone.store.migrate import migrations
from store.backups import filled
from store.insight import contents, faults

NOBODY = 65534


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = configured(tmp_path)
    filled(tmp_path / "data")
    return file


def db(file: Path, *arguments: str | Path) -> str:
    done = sidetone("--config", file, "db", *arguments)
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    return done.stdout


def test_a_backup_comes_back(file: Path, tmp_path: Path) -> None:
    before = contents(tmp_path / "data/sidetone.db")
    assert db(file, "backup", tmp_path / "backup.zip") == (
        f"{tmp_path}/backup.zip holds the whole store (messages: 4, contacts: 1, users: 1). "
        f"Keep the configuration with it: {tmp_path}.\n"
    )
    assert (tmp_path / "backup.zip").stat().st_mode & 0o777 == 0o600
    added = sidetone("--config", file, "user", "add", "ben", "--password-stdin", stdin=PASS_PHRASE)
    assert added.exit_code == 0
    lines = db(file, "restore", tmp_path / "backup.zip").splitlines()
    assert lines[0].startswith("Restored the store as it was at 20")
    assert lines[1].startswith(f"The former store is kept as {tmp_path}/data/sidetone.db.before-restore-")
    assert lines[2] == "Messages that were waiting then may have been sent since; not sent again by themselves: 2."
    assert lines[3] == "Everyone has to sign in again. Start Sidetone: systemctl start sidetone."
    assert contents(tmp_path / "data/sidetone.db")["user"] == before["user"]
    (aside,) = (tmp_path / "data").glob("*.before-restore-*")
    assert [row[1] for row in contents(aside)["user"]] == ["ada", "ben"]


def test_a_backup_replaces_no_file(file: Path, tmp_path: Path) -> None:
    (tmp_path / "backup.zip").write_text("mine")
    done = sidetone("--config", file, "db", "backup", tmp_path / "backup.zip")
    words = f"{tmp_path}/backup.zip exists already. Give another name, or remove it first.\n"
    assert (done.exit_code, done.stderr) == (1, words)
    assert (tmp_path / "backup.zip").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("backup", "missing/backup.zip"), "missing/.backup.zip.part: No such file or directory."),
        (("restore", "missing.zip"), "missing.zip: No such file or directory."),
        (("restore", "sidetone.toml"), "This is no whole backup of Sidetone: it is no archive with a manifest"),
    ],
)
def test_what_cannot_be_is_told(arguments: tuple[str, str], words: str, file: Path, tmp_path: Path) -> None:
    done = sidetone("--config", file, "db", arguments[0], tmp_path / arguments[1])
    assert (done.exit_code, done.stdout) == (1, "")
    assert words in done.stderr
    assert "Traceback" not in done.output


def test_before_the_first_start_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    done = sidetone("--config", configured(tmp_path), "db", "backup", tmp_path / "backup.zip")
    assert done.exit_code == 1
    assert "does not exist yet. The first `sidetone run` makes it." in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sidetone.toml"]


def test_an_upgrade_says_what_it_did(tmp_path: Path) -> None:
    file = configured(tmp_path)
    newest = migrations()[-1].version
    assert db(file, "upgrade") == f"{tmp_path}/data/sidetone.db is made: schema {newest}.\n"
    assert db(file, "upgrade") == f"{tmp_path}/data/sidetone.db needs nothing: schema {newest}.\n"


@pytest.mark.skipif(len(migrations()) < 2, reason="there is no earlier schema yet")
def test_a_store_of_an_earlier_schema_is_upgraded_with_a_copy_beside_it(tmp_path: Path) -> None:
    file = configured(tmp_path)
    store = filled(tmp_path / "data", migrations()[:1])
    steps = ", ".join(step.name for step in migrations()[1:])
    said = db(file, "upgrade")
    assert said == f"{store} was upgraded: {steps}. Its copy from before is {store}.before-0002.\n"
    assert (faults(store), len(contents(store)["message"])) == ([], 4)
    assert len(contents(tmp_path / "data/sidetone.db.before-0002")["message"]) == 4


@pytest.mark.slow
def test_beside_a_running_daemon(file: Path, tmp_path: Path) -> None:
    """Backups while people write; no restore; and the backup is a store that a daemon starts on."""
    with Daemon("--config", file, "run") as daemon:
        url = daemon.ready().url
        added = sidetone("--config", file, "user", "add", "eve", "--password-stdin", stdin=PASS_PHRASE)
        assert added.exit_code == 0
        token = signed_in(url)
        ended = threading.Event()
        made: list[int] = []

        def write() -> None:
            while not ended.is_set():
                body = {"name": "Grace", "numbers": [{"number": "+4930123456"}]}
                made.append(post(f"{url}/api/v1/contacts", body, token))

        writing = threading.Thread(target=write)
        writing.start()
        for number in range(3):
            db(file, "backup", tmp_path / f"backup-{number}.zip")
        ended.set()
        writing.join(PATIENCE)
        assert len(made) > 3
        assert set(made) == {201}
        done = sidetone("--config", file, "db", "restore", tmp_path / "backup-0.zip")
        assert (done.exit_code, "is in use by a running Sidetone" in done.stderr) == (1, True)
        assert "is running" in db(file, "upgrade")
        assert "is sound" in db(file, "check")
        assert daemon.stop()[0] == 0
    db(file, "restore", tmp_path / "backup-2.zip")
    with Daemon("--config", file, "run") as daemon:
        assert signed_in(daemon.ready().url)
        assert daemon.stop()[0] == 0


def post(url: str, body: object, token: str = "") -> int:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return int(answer.status)


def signed_in(url: str) -> str:
    body = json.dumps({"username": "eve", "password": PASS_PHRASE, "token": True}).encode()
    request = urllib.request.Request(f"{url}/api/v1/session", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return str(json.load(answer)["token"])


@pytest.mark.slow
def test_a_daemon_that_missed_its_hour_backs_up_when_it_starts(tmp_path: Path) -> None:
    file = configured(tmp_path, f'{CONFIG}[store]\nbackup_folder = "kept"\nbackup_keep = 2\n')
    store = filled(tmp_path / "data")
    subprocess.run(
        [sys.executable, "-c", f"import sqlite3; sqlite3.connect({str(store)!r}, isolation_level=None)"
         ".execute(\"INSERT INTO job (name, ran_at) VALUES ('backup', 0)\")"],
        check=True,
    )  # fmt: skip
    with Daemon("--config", file, "run") as daemon:
        url = daemon.ready().url
        daemon.log(until="job backup")
        while not (kept := list((tmp_path / "kept").glob("sidetone-*.zip"))):
            with urllib.request.urlopen(f"{url}/healthz", timeout=PATIENCE) as answer:
                answer.read()
        assert daemon.stop()[0] == 0
    assert len(kept) == 1
    with zipfile.ZipFile(kept[0]) as packed:
        assert packed.testzip() is None


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_backs_up_and_restores_somebodys_store(tmp_path: Path) -> None:
    """Into a folder that is root's alone, and what is made in the data folder is its owner's."""
    imports = "import importlib.readers, aiosqlite, sidetone"
    reading = ["/bin/sh", "-c", 'exec "$0" -c "$1"', sys.executable, imports]
    if subprocess.run(reading, user=NOBODY, group=NOBODY, capture_output=True, check=False).returncode:
        pytest.skip("this interpreter is readable for root alone")
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    file = configured(tmp_path)
    filled(tmp_path / "data")
    (tmp_path / "mine").mkdir(mode=0o700)
    for path in (tmp_path / "data", *(tmp_path / "data").iterdir()):
        os.chown(path, NOBODY, NOBODY)
    for arguments in (("backup", tmp_path / "mine/backup.zip"), ("restore", tmp_path / "mine/backup.zip")):
        command = [sys.executable, "-m", "sidetone", "--config", str(file), "db", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "mine/backup.zip").stat().st_uid == 0
    assert {path.stat().st_uid for path in (tmp_path / "data").iterdir()} == {NOBODY}
