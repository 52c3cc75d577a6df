"""The doctor finds what is wrong, says it in a sentence, and says what to do."""

import json
import os
import socket
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from cli.stage import CONFIG, Daemon, configured, sidetone
from doctor.stage import DAY, HOUR, anew, found, running, well
from plugin_host.stage import Shop
from sidetone.control.carriers import PartRow
from sidetone.doctor import house, store
from sidetone.doctor.examine import CHECKS, examine
from sidetone.doctor.finding import Verdict, ago, size
from sidetone.doctor.patient import Patient
from sidetone.store.backups import Backups
from sidetone.store.lock import DataLock, holder
from sidetone.store.migrate import migrations
from store.backups import AT, filled, run

NEWEST = migrations()[-1].version


@pytest.fixture
def patient(tmp_path: Path) -> Patient:
    return well(tmp_path)


def test_who_is_well_has_no_fault(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_synchronized", lambda: True)
    verdicts = {finding.topic: finding.verdict.value for finding in examine(patient)}
    assert verdicts == {
        "configuration": "ok",
        "files": "ok",
        "daemon": "warning",
        "disk": "ok",
        "store": "ok",
        "clock": "ok",
        "port": "ok",
        "public URL": "note",
        "queues": "ok",
        "backups": "note",
    }


def test_without_a_configuration_nothing_else_is_looked_at(patient: Patient) -> None:
    ill = replace(patient, config=None)
    assert [finding.topic for finding in examine(ill)] == ["the rest"]


def test_a_file_that_others_can_read(patient: Patient) -> None:
    patient.store.chmod(0o644)
    patient.data_dir.chmod(0o755)
    assert found(patient, "files") == [
        ("warning", f"{patient.data_dir} is open to other users of this machine.", f"chmod 700 {patient.data_dir}"),
        ("warning", f"{patient.store} is open to other users of this machine.", f"chmod 600 {patient.store}"),
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_that_belongs_to_somebody_else(patient: Patient) -> None:
    os.chown(patient.store, 65534, 65534)
    ((verdict, sentence, remedy),) = found(patient, "files")
    assert (verdict, sentence.endswith("and the data folder to root.")) == ("fault", True)
    assert remedy == f"chown -R root: {patient.data_dir}"


def test_before_the_first_start(tmp_path: Path) -> None:
    file = configured(tmp_path)
    done = sidetone("--config", file, "doctor", "--json")
    assert done.exit_code == 0, done.output
    topics = {each["topic"]: each["sentence"] for each in json.loads(done.stdout)}
    assert topics["files"] == f"{tmp_path}/data does not exist yet."
    assert not (tmp_path / "data").exists(), "it changes nothing"


@pytest.mark.parametrize(
    ("least", "little", "expected"),
    [(1 << 60, 1 << 60, "fault"), (0, 1 << 60, "warning"), (0, 0, "ok")],
)
def test_a_disk_that_fills(
    least: int, little: int, expected: str, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "LEAST", least)
    monkeypatch.setattr(house, "LITTLE", little)
    assert found(patient, "disk")[0][0] == expected


def test_a_disk_without_names_for_files(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "FEW", 1 << 60)
    assert found(patient, "disk")[-1][0] == "fault"


def test_former_stores_that_take_room(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "LITTLE", 0)
    aside = patient.store.with_name("sidetone.db.before-0002")
    aside.write_bytes(b"x")
    os.utime(aside, (AT / 1000 - 3 * DAY / 1000,) * 2)
    (_, (verdict, sentence, _)) = found(patient, "disk")
    assert (verdict, sentence.endswith("the oldest of them for 3 days.")) == ("note", True)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.write_bytes(b"no store" * 1000), "is no store of Sidetone's, or is damaged."),
        (lambda path: run(path, "PRAGMA user_version = 9999"), "was written by a newer Sidetone (schema 9999"),
    ],
)
def test_a_store_that_is_none(damage: object, words: str, patient: Patient) -> None:
    with closing(sqlite3.connect(patient.store)) as sql:
        sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    damage(patient.store)  # type: ignore[operator] # as given
    with closing(sqlite3.connect(patient.store)) as sql, suppress(sqlite3.DatabaseError):
        sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    ((verdict, sentence, remedy),) = found(patient, "store")
    assert (verdict, words in sentence, remedy != "") == ("fault", True, True)


@pytest.mark.skipif(NEWEST < 2, reason="there is no earlier schema yet")
def test_a_store_that_waits_for_its_upgrade(tmp_path: Path) -> None:
    """As a half-done upgrade leaves it: each step is whole or not there."""
    file = configured(tmp_path)
    filled(tmp_path / "data", migrations()[:1])
    done = sidetone("--config", file, "doctor")
    assert f"note     store          {tmp_path}/data/sidetone.db has schema 1." in done.stdout
    assert f"→ The next start brings it to {NEWEST}, and copies it first." in done.stdout


def test_a_store_that_nobody_has_looked_through(patient: Patient) -> None:
    run(patient.store, f"UPDATE meta SET value = '{AT - 5 * DAY}' WHERE key = 'sound_at'")
    assert found(anew(patient), "store")[1] == (
        "warning",
        "It was 5 days ago found sound as a whole; Sidetone looks daily.",
        "sidetone db check",
    )
    run(patient.store, "DELETE FROM meta WHERE key = 'sound_at'")
    assert found(anew(patient), "store")[1][1].startswith("It was never yet found sound")


def test_a_clock_that_is_behind_what_has_happened(patient: Patient) -> None:
    run(patient.store, f"UPDATE journal SET at = {AT + 10 * DAY}")
    assert found(anew(patient), "clock") == [
        (
            "fault",
            "This machine's clock is behind: the store holds what happened 10 days from now.",
            "timedatectl set-ntp true",
        )
    ]


def test_a_clock_that_was_never_set(patient: Patient) -> None:
    ((verdict, sentence, _),) = found(replace(patient, now=0), "clock")
    assert (verdict, sentence) == ("fault", "This machine's clock is years behind.")


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        patient = well(tmp_path, CONFIG.replace(":0", f":{number}"))
        ((verdict, sentence, remedy),) = found(patient, "port")
    assert (verdict, sentence) == ("fault", f"127.0.0.1:{number} cannot be listened on (Address already in use).")
    assert f"ss -ltnp 'sport = :{number}'" in remedy


def test_a_daemon_that_hangs(patient: Patient) -> None:
    ((verdict, sentence, _),) = found(replace(patient, silent="a running Sidetone (pid 7)"), "daemon")
    assert verdict == "fault"
    assert "is in use by a running Sidetone (pid 7), and it does not answer" in sentence


def test_a_daemon_of_another_version(patient: Patient) -> None:
    ((verdict, sentence, remedy),) = found(replace(patient, status=running(version="0.0.1")), "daemon")
    assert (verdict, remedy) == ("warning", "systemctl restart sidetone")
    assert sentence.startswith("Sidetone 0.0.1 is running, and this command is of ")


def test_parts_that_do_not_work(patient: Patient) -> None:
    """Such as a carrier whose token is wrong."""
    refused = PartRow(name="carrier main", state="failed", sentence="Its credentials are refused: 401.")
    slow = PartRow(name="job backup", state="degraded", sentence="There is no room.")
    ill = replace(patient, status=running(refused, slow, PartRow(name="store", state="ok", sentence="")))
    assert found(ill, "carrier main") == [("fault", "Its credentials are refused: 401.", "")]
    assert found(ill, "job backup") == [("warning", "There is no room.", "")]
    assert found(ill, "parts") == []


def test_messages_that_wait_too_long(patient: Patient) -> None:
    run(patient.store, "UPDATE message SET status = 'queued', created_at = 1 WHERE id = 3")
    run(
        patient.store,
        "INSERT INTO outbox (message_id, conversation_id, carrier, not_before, valid_until, round) "
        "VALUES (3, 1, 'main', 1, 1, 1)",
    )
    ((verdict, sentence, remedy),) = found(anew(patient), "queues")
    assert (verdict, remedy) == ("warning", "sidetone messages list --carrier main")
    assert sentence.startswith("Waiting for main: 1. The last text came in by it: none in the last 30 days. The oldest")
    run(patient.store, "UPDATE outbox SET carrier = 'gone'")
    assert found(anew(patient), "queues")[1][:2] == (
        "fault",
        "Waiting for gone, which is not configured any more: 1.",
    )


def test_a_carrier_that_has_brought_nothing_for_longer_than_its_silence(tmp_path: Path) -> None:
    patient = well(tmp_path, f"{CONFIG}silence_hours = 26\n")
    ((verdict, sentence, remedy),) = found(replace(patient, now=AT + 3 * DAY), "queues")
    assert (verdict, remedy.partition(": ")[2]) == ("warning", "sidetone carriers listen main")
    assert sentence.endswith("That is longer than its silence_hours.")


def test_no_backup_or_an_old_one_or_half_of_one(patient: Patient) -> None:
    (kept,) = Backups(patient.settings.backups).all()
    assert found(replace(patient, now=AT + 5 * DAY), "backups")[0][:2] == (
        "warning",
        "The newest of 1 backups is 5 days old.",
    )
    kept.path.write_bytes(kept.path.read_bytes()[:-30])
    assert found(patient, "backups")[0][:2] == ("fault", f"{kept.path} is not whole.")
    kept.path.unlink()
    assert "There is no backup in" in found(patient, "backups")[0][1]


def test_backups_that_are_switched_off(tmp_path: Path) -> None:
    patient = well(tmp_path, f"{CONFIG}[store]\nbackup_keep = 5\n")
    off = replace(patient.settings, store=replace(patient.settings.store, backup_keep=0))
    assert found(replace(patient, config=off), "backups")[0][1] == "No backups are made."


def test_a_check_that_fails_is_a_finding_and_the_others_go_on(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_patient: Patient) -> None:
        raise KeyError("hush")

    def unreadable(_patient: Patient) -> None:
        raise PermissionError(13, "Permission denied", "/some/where")

    monkeypatch.setattr("sidetone.doctor.examine.CHECKS", (broken, unreadable, *CHECKS[:1]))
    findings = list(examine(patient))
    assert [finding.verdict for finding in findings[1:]] == [Verdict.UNKNOWN, Verdict.UNKNOWN, Verdict.OK]
    assert findings[1].sentence == "This could not be looked at (KeyError). Please report it."
    assert findings[2].sentence == "/some/where: Permission denied."


def test_faults_of_the_configuration_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing package and a secret that others can read among them."""
    (tmp_path / "site").mkdir()
    monkeypatch.syspath_prepend(tmp_path / "site")
    Shop(tmp_path / "site").install("line", "import surely_missing")
    (tmp_path / "token").write_text("hush-hush-hush-hush-hush-hush-hush")
    (tmp_path / "token").chmod(0o644)
    text = (
        f'{CONFIG}[carriers.b]\ntype = "line"\n[carriers.c]\ntype = "restcomm"\naccount_sid = "AC{"0" * 32}"\n'
        'auth_token_file = "token"\nhook_secret = "hush-hush-hush-hush-hush-hush-hush"\n'
    )
    done = sidetone("--config", configured(tmp_path, text), "doctor")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert "carriers.b cannot be used: package surely_missing is missing: install surely_missing." in lines[0]
    assert "carriers.c.auth_token_file is a secret, and everyone on this machine can read" in lines[1]
    assert f"run: chmod 640 {tmp_path}/token" in lines[1] or f"run: chmod 600 {tmp_path}/token" in lines[1]
    assert "hush" not in done.output


def test_who_has_a_folder_is_looked_up_without_touching_its_lock(tmp_path: Path) -> None:
    assert holder(tmp_path) == ""
    with DataLock(tmp_path, "a test"):
        assert holder(tmp_path) == f"a test (pid {os.getpid()})"
    assert holder(tmp_path) == ""


@pytest.mark.slow
def test_a_running_daemon_is_looked_at(tmp_path: Path) -> None:
    file = configured(tmp_path)
    with Daemon("--config", file, "run") as daemon:
        url = daemon.ready().url
        done = sidetone("--config", file, "doctor", "--json")
        assert daemon.stop()[0] == 0
    assert done.exit_code == 0, done.output
    found_ = {each["topic"]: each for each in json.loads(done.stdout)}
    assert found_["daemon"]["sentence"].endswith(f"at {url}.")
    assert found_["port"]["sentence"] == f"Sidetone answers at {url.removeprefix('http://')}."
    assert found_["files"]["verdict"] == "ok"


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (999, "0 seconds"),
        (119_999, "119 seconds"),
        (120_000, "2 minutes"),
        (2 * DAY - 1, "47 hours"),
        (3 * DAY, "3 days"),
    ],
)
def test_spans_are_said_as_people_say_them(ms: int, words: str) -> None:
    assert (ago(ms), ago(-ms)) == (words, words)
    assert (size(5 << 20), size(3 << 30), HOUR) == ("5 MiB", "3.0 GiB", 3_600_000)
