"""`sidetone new-plugin`: a copy of the template with one's own name in it."""

import re
from pathlib import Path

import click

import sidetone
from sidetone.cli.words import Sentence

NAME = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*")
LONGEST = 40
NOT_COPIED = {"__pycache__", "dist", "build"}


@click.command("new-plugin")
@click.argument("name")
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Where to write it, else ./sidetone-NAME."
)
def new_plugin(name: str, folder: Path | None) -> None:
    """Begin a carrier plugin of your own.

    Writes a distribution with a carrier that works, its far side and its tests; NAME is its type in the configuration.
    """
    check(name)
    target = folder or Path(f"sidetone-{kebab(name)}")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Sentence(f"{target} is there already. Choose another with --dir, or empty it.")
    copy(name, target)
    click.echo(f"{target} is a working carrier of type {snake(name)}. Next: see {target / 'README.md'}, under Develop.")


def check(name: str) -> None:
    """Raise Sentence for a name that cannot be a plugin's."""
    from sidetone.plugin.found import installed

    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise Sentence(
            f"{name[:LONGEST]} cannot be a plugin's name. Allowed are a-z, 0-9 and single dashes, like acme-sms."
        )
    if snake(name) in installed():
        raise Sentence(f"A plugin of type {snake(name)} is installed already. Choose another name.")


def copy(name: str, target: Path) -> None:
    """Write the template to a folder, named so; raises OSError."""
    source = template()
    for file in sorted(source.rglob("*")):
        place = file.relative_to(source)
        if file.is_file() and not any(part in NOT_COPIED or part.startswith(".") for part in place.parts):
            copied = target / renamed(str(place), name)
            copied.parent.mkdir(parents=True, exist_ok=True)
            copied.write_text(renamed(file.read_text(encoding="utf-8"), name), encoding="utf-8")


def template() -> Path:
    """Where it lies: beside the code in an installation, under `contrib/` in a clone."""
    package = Path(sidetone.__file__).parent
    installed = package / "plugin-template"
    return installed if installed.is_dir() else package.parents[1] / "contrib/plugin-template"


def renamed(text: str, name: str) -> str:
    """A text of the template with another name in it, in each spelling."""
    title = " ".join(part.capitalize() for part in kebab(name).split("-"))
    for old, new in (
        ("sidetone-example", f"sidetone-{kebab(name)}"),
        ("Example Telecom", title),
        ("Example", title.replace(" ", "")),
        ("example", snake(name)),
    ):
        text = text.replace(old, new)
    return text


def kebab(name: str) -> str:
    """As distributions are named."""
    return name.replace("_", "-")


def snake(name: str) -> str:
    """As modules and types are named."""
    return name.replace("-", "_")
