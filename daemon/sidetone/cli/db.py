"""`sidetone db …`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sidetone.cli.own_store import as_owner, become_owner, locked
from sidetone.cli.settings import load_settings, with_config_file
from sidetone.cli.words import Sentence

if TYPE_CHECKING:
    from sidetone.store.backup import Manifest


@click.group()
def db() -> None:
    """Look after the store."""


@db.command()
@with_config_file
def check(file: Path) -> None:
    """Read the whole store and say whether it is sound. A daemon may be running meanwhile."""
    from sidetone.store.integrity import faults

    path = _store(file)
    become_owner(path.parent)
    if not path.exists():
        raise Sentence(f"{path} does not exist yet: the first `sidetone run` makes it.")
    if found := faults(path):
        remedy = "It is kept as it is; stop Sidetone and restore the newest backup with `sidetone db restore`."
        raise Sentence("\n".join([f"{path} is damaged:", *found, remedy]))
    click.echo(f"{path} is sound.")


@db.command()
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@with_config_file
def backup(file: Path, target: Path) -> None:
    """Write a backup to FILE. A daemon may be running meanwhile.

    FILE is a zip archive with a manifest: everything that Sidetone keeps, but for the configuration. It is looked
    through before it gets its name.
    """
    path = _store(file)
    if target.exists():
        raise Sentence(f"{target} exists already. Give another name, or remove it first.")
    made = _write(path, target.absolute())
    click.echo(
        f"{target} holds the whole store ({_amounts(made)}). Keep the configuration with it: {file.absolute().parent}."
    )


@db.command()
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@with_config_file
def restore(file: Path, source: Path) -> None:
    """Put the backup FILE in the place of the store.

    FILE is looked through first, and the former store is kept beside the new one. Stop Sidetone before.
    """
    from sidetone.clock import SystemClock
    from sidetone.store.acting import acting, at_the_command_line
    from sidetone.store.restore import restore as put

    config, who = load_settings(file), at_the_command_line(os.getuid())
    with source.open("rb") as archive, acting(who):
        become_owner(config.server.data_dir)
        with locked(config) as path:
            wait = config.messaging.unknown_wait
            done = put(archive, path, now=SystemClock().now(), unknown_wait=wait, beat=_nothing)
    click.echo(f"Restored the store as it was at {done.manifest.made_at} ({_amounts(done.manifest)}).")
    if done.aside:
        click.echo(f"The former store is kept as {done.aside}; delete it when all is well.")
    if done.doubted:
        click.echo(
            f"Messages that were waiting then may have been sent since; not sent again by themselves: {done.doubted}."
        )
    click.echo("Everyone has to sign in again. Start Sidetone: systemctl start sidetone.")


@db.command()
@with_config_file
def upgrade(file: Path) -> None:
    """Bring the store to this version's schema, as the next start would."""
    from sidetone.control.client import NobodyThere, call
    from sidetone.store import migrate

    config = load_settings(file)
    try:
        call(config.server.data_dir, "status", {})
    except NobodyThere:
        pass
    else:
        click.echo("Sidetone is running, and brought the store to its own schema when it started.")
        return
    become_owner(config.server.data_dir)
    with locked(config) as path:
        fresh = not path.exists()
        taken = migrate.prepare(path)
    if fresh or not taken:
        click.echo(f"{path} {'is made' if fresh else 'needs nothing'}: schema {migrate.migrations()[-1].version}.")
        return
    kept = path.with_name(f"{path.name}.before-{taken[0].partition('_')[0]}")
    click.echo(f"{path} was upgraded: {', '.join(taken)}. Its copy from before is {kept}.")


def _store(file: Path) -> Path:
    from sidetone.store.lock import STORE_FILE

    return load_settings(file).server.data_dir / STORE_FILE


def _write(path: Path, target: Path) -> "Manifest":
    """The backup at `target`, made as the store's owner, though root may write where that owner may not."""
    from sidetone.clock import SystemClock
    from sidetone.store import audit
    from sidetone.store import backup as backups
    from sidetone.store.acting import at_the_command_line
    from sidetone.store.files import sync

    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with (
            os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as archive,
            as_owner(path.parent),
        ):
            scratch = target.parent if os.access(target.parent, os.W_OK, effective_ids=True) else path.parent
            made = backups.make(path, archive, scratch=scratch, at=SystemClock().now(), beat=_nothing)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    with as_owner(path.parent):
        words, now = f"to {target}", SystemClock().now()
        audit.note_beside(path, audit.Act.STORE_BACKED_UP, words, now=now, by=at_the_command_line(os.getuid()))
    sync(target.parent)
    return made


def _nothing() -> None:
    """A command of its own is ended by Ctrl-C."""


def _amounts(made: "Manifest") -> str:
    return ", ".join(f"{what}: {made.counts[what]}" for what in ("messages", "contacts", "users"))
