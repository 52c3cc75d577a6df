"""`sidetone doctor` and `sidetone support-bundle`."""

import json
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from sidetone.cli.own_store import as_owner
from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import Sentence, as_json

if TYPE_CHECKING:
    from sidetone.config.fault import Fault
    from sidetone.config.shapes import Config
    from sidetone.control.carriers import DaemonStatus
    from sidetone.doctor.patient import Patient
    from sidetone.store.examination import Facts


@click.command()
@as_json
@with_config_file
def doctor(file: Path, as_json: bool) -> None:
    """Look Sidetone over and say what to do.

    What an expert would look at, in that order: configuration, files, disk, store, clock, the ways in and out,
    backups. It changes nothing and fails when it finds a fault.
    """
    from sidetone.doctor.bundle import told
    from sidetone.doctor.examine import examine
    from sidetone.doctor.finding import Verdict

    findings = list(examine(_patient(file)))
    if as_json:
        click.echo(json.dumps([finding.view() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo("\n".join(told(finding)))
    if any(finding.verdict is Verdict.FAULT for finding in findings):
        raise click.exceptions.Exit(1)


@click.command("support-bundle")
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@with_config_file
def support_bundle(file: Path, target: Path) -> None:
    """Write to FILE what helps others to help.

    A zip archive of text: what the doctor finds, the state, the settings, the log. No texts, names, secrets or phone
    numbers are in it.
    """
    from sidetone.doctor.bundle import write
    from sidetone.doctor.examine import examine

    if target.exists():
        raise Sentence(f"{target} exists already. Give another name, or remove it first.")
    patient = _patient(file)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        write(out, patient, list(examine(patient)))
    click.echo(f"{target} is written. Look through it before you send it on; every file in it is text.")


def _patient(file: Path) -> "Patient":
    from sidetone.clock import SystemClock
    from sidetone.doctor.patient import Patient
    from sidetone.store.lock import holder

    config, faults = _configuration(file)
    now = SystemClock().now()
    status, facts, reason, silent = None, None, "", ""
    owner = partial(as_owner, config.server.data_dir if config else file.parent)
    if config is not None:
        status = _status(config)
        with owner():
            facts, reason = _facts(config, now)
            silent = holder(config.server.data_dir) if status is None else ""
    return Patient(
        file=file.absolute(),
        config=config,
        faults=faults,
        status=status,
        silent=silent,
        facts=facts,
        no_facts=reason,
        now=now,
        as_owner=owner,
    )


def _configuration(file: Path) -> "tuple[Config | None, tuple[Fault, ...]]":
    from sidetone.cli.check import examined
    from sidetone.config.fault import ConfigError

    try:
        config = load_settings(file)
    except ConfigError as error:
        return None, tuple(examined(error, file))
    return config, tuple(examined(config, file))


def _status(config: "Config") -> "DaemonStatus | None":
    from sidetone.control.carriers import DaemonStatus
    from sidetone.control.client import call
    from sidetone.domain.fault import SidetoneError

    try:
        return msgspec.json.decode(call(config.server.data_dir, "status", {}, patience=10.0), type=DaemonStatus)
    except (SidetoneError, msgspec.MsgspecError):  # it is another version, or there is none
        return None


def _facts(config: "Config", now: int) -> "tuple[Facts | None, str]":
    from sidetone.domain.fault import SidetoneError
    from sidetone.store.examination import examine
    from sidetone.store.lock import STORE_FILE

    path = config.server.data_dir / STORE_FILE
    if not path.exists():
        return None, ""
    try:
        return examine(path, config.carriers, now=now), ""
    except SidetoneError as error:
        return None, str(error)
