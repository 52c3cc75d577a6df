"""A patient that is well, to be made ill in one way at a time."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from cli.stage import CONFIG, configured
from sidetone import __version__
from sidetone.cli.settings import load_settings
from sidetone.control.carriers import DaemonStatus, PartRow
from sidetone.doctor.examine import examine
from sidetone.doctor.finding import Finding
from sidetone.doctor.patient import Patient
from sidetone.store.backups import Backups
from sidetone.store.examination import examine as look
from store.backups import AT, filled, run

HOUR = 3_600_000
DAY = 24 * HOUR


def well(folder: Path, text: str = CONFIG, **changes: Any) -> Patient:  # noqa: ANN401 - any field
    """A configuration, a filled store that was found sound an hour ago, a backup of an hour ago, no daemon."""
    file = configured(folder, text)
    config = load_settings(file)
    store = filled(config.server.data_dir)
    config.server.data_dir.chmod(0o700)
    run(store, f"INSERT INTO meta VALUES ('sound_at', '{AT - HOUR}')")
    run(store, "DELETE FROM outbox")
    for path in config.server.data_dir.iterdir():
        path.chmod(0o600)
    Backups(config.backups).add(store, at=AT - HOUR, keep=3, beat=lambda: None)
    patient = Patient(
        file=file,
        config=config,
        faults=(),
        status=None,
        silent="",
        facts=look(store, config.carriers, now=AT),
        no_facts="",
        now=AT,
        as_owner=nullcontext,
    )
    return replace(patient, **changes)


def anew(patient: Patient) -> Patient:
    """The same, its store looked at once more."""
    return replace(patient, facts=look(patient.store, patient.settings.carriers, now=patient.now))


def running(*parts: PartRow, url: str = "http://127.0.0.1:1", version: str = __version__) -> DaemonStatus:
    return DaemonStatus(version=version, pid=7, url=url, started_at="", ready=True, parts=list(parts))


def found(patient: Patient, topic: str) -> list[tuple[str, str, str]]:
    """The findings about a topic: verdict, sentence, remedy."""
    return told(finding for finding in examine(patient) if finding.topic == topic)


def told(findings: "Sequence[Finding] | Any") -> list[tuple[str, str, str]]:  # noqa: ANN401 - any iterable
    return [(finding.verdict.value, finding.sentence, finding.remedy) for finding in findings]
