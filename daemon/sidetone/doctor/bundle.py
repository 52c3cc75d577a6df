"""The support bundle: all that helps somebody else to help, and nothing of what people wrote or what is secret."""

import importlib.metadata
import json
import os
import platform
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from sidetone import __version__
from sidetone.doctor import journal
from sidetone.doctor.finding import Finding
from sidetone.doctor.patient import Patient
from sidetone.doctor.scrub import Scrub, settings
from sidetone.plugin.found import installed
from sidetone.store.backup import entry
from sidetone.store.examination import Facts

ABOUT = """\
A support bundle of Sidetone. It holds no texts, no names, no passwords or tokens, and no phone numbers but their last
two digits. Look through it before you send it on: every file is text.

doctor.txt          what `sidetone doctor` found
status.json         the running daemon and its parts
configuration.json  the settings; of carriers only the type, the names of the keys, and numbers and switches
store.json          the store's schema, size, counts, jobs and queues
system.json         versions, and the machine
log.jsonl           the last lines of the log
"""


def write(out: BinaryIO, patient: Patient, findings: Sequence[Finding]) -> None:
    """Write the bundle to an open file."""
    scrub = Scrub(patient.config)
    lines, missing = journal.lines()
    files = {
        "README.txt": ABOUT,
        "doctor.txt": "".join(f"{scrub.text(line)}\n" for finding in findings for line in told(finding)),
        "status.json": _json(scrub.value(msgspec.to_builtins(patient.status))),
        "configuration.json": _json(scrub.value(settings(patient.config) if patient.config else {})),
        "store.json": _json(scrub.value(_store(patient.facts))),
        "system.json": _json(scrub.value({**_system(patient), "log": missing})),
        "log.jsonl": "".join(f"{json.dumps(scrub.value(line), ensure_ascii=False)}\n" for line in lines),
    }
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in files.items():
            packed.writestr(entry(name, patient.now), text)


def told(finding: Finding) -> list[str]:
    """A finding as lines for people."""
    first = f"{finding.verdict.value:<8} {finding.topic:<14} {finding.sentence}"
    return [first, f"{'':<8} {'':<14} → {finding.remedy}"] if finding.remedy else [first]


def _store(facts: Facts | None) -> dict[str, Any]:
    if facts is None:
        return {}
    return {
        "schema": facts.schema,
        "bytes": facts.bytes,
        "free_bytes": facts.free_bytes,
        "counts": dict(facts.counts),
        "jobs": dict(facts.jobs),
        "queues": {name: {"waiting": each.waiting, "oldest": each.oldest} for name, each in facts.queues.items()},
        "last_inbound": dict(facts.last_inbound),
    }


def _system(patient: Patient) -> dict[str, Any]:
    found: dict[str, Any] = {
        "sidetone": __version__,
        "now": patient.now,
        "python": sys.version,
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "packages": sorted(f"{each.name} {each.version}" for each in importlib.metadata.distributions()),
        "plugins": {name: f"{plugin.distribution} {plugin.version}" for name, plugin in installed().items()},
    }
    with suppress(OSError):
        found["distribution"] = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    with suppress(OSError):
        memory = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()[:3]
        found["memory"] = [" ".join(line.split()) for line in memory]
    if patient.config is not None:
        with suppress(OSError):
            found["disk"] = dict(zip(("total", "used", "free"), shutil.disk_usage(patient.data_dir), strict=True))
    return found


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
