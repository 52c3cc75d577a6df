"""The demo's files: its configuration and the list of its users. Each is written whole or not at all."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

USERS_FILE = "demo-users.txt"
MADE_FILE = "demo-made"
CARRIER = "demo"

MAIN = """\
# Made by `sidetone demo`, which listens on the port it is told (make run PORT=…) instead of this one.
# The commented manual of every setting is etc/sidetone.toml.

[server]
listen = "127.0.0.1:8080"
data_dir = "."
default_country = "GB"
"""

PHONES = """\
# The virtual mobile phones of the demo: open /handset in the browser. Nothing leaves this machine.

[carriers.demo]
type = "handset"
phones = [
  "+447700900101 Grace Adeyemi",
  "+447700900102 Tom Fletcher",
  "+447700900103 Priya Nair",
]
"""

# Numbers that the regulator keeps for fiction: 01632 960000 to 960999 and 07700 900000 to 900999.
CONTACTS = (
    ("Grace Adeyemi", "+447700900101"),
    ("Tom Fletcher", "+447700900102"),
    ("Priya Nair", "+447700900103"),
    ("Harbour Joinery", "+441632960200"),
)
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that look alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A demo user with a number of ours."""

    name: str
    display_name: str
    role: str
    number: str
    password: str = ""


PEOPLE = (
    Person(name="admin", display_name="Alex Morgan", role="admin", number="+441632960100"),
    Person(name="ada", display_name="Ada Whitfield", role="user", number="+441632960101"),
    Person(name="ben", display_name="Ben Okafor", role="user", number="+441632960102"),
)


def lay_out(folder: Path) -> Path:
    """Make what is missing of the configuration; the main file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "conf.d").mkdir(mode=0o700, exist_ok=True)
    for path, text in ((folder / "sidetone.toml", MAIN), (folder / "conf.d" / f"{CARRIER}.toml", PHONES)):
        if not path.exists():
            write_whole(path, text)
    return folder / "sidetone.toml"


def roll(folder: Path) -> tuple[list[Person], bool]:
    """The demo's people with their passwords, and whether these were made just now."""
    path = folder / USERS_FILE
    if path.exists():
        return [_person(line) for line in path.read_text(encoding="utf-8").splitlines() if line.count("\t") == 3], False
    people = [
        Person(
            name=each.name,
            display_name=each.display_name,
            role=each.role,
            number=each.number,
            password="-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4)),
        )
        for each in PEOPLE
    ]
    write_whole(path, "".join(f"{each.name}\t{each.password}\t{each.role}\t{each.number}\n" for each in people))
    return people, True


def write_whole(path: Path, text: str) -> None:
    """Write a file of mode 0600 that nobody ever sees half of."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _person(line: str) -> Person:
    name, password, role, number = line.split("\t")
    shown = next((each.display_name for each in PEOPLE if each.name == name), name)
    return Person(name=name, display_name=shown, role=role, number=number, password=password)
