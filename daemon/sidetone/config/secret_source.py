"""Where a secret comes from: the configuration itself, a file, or a systemd credential."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sidetone.config.secret import Secret
from sidetone.config.value import Wrong

FROM_FILE = "_file"
FROM_CREDENTIAL = "_credential"
LARGEST = 64 * 1024
# Our unit hands over each file NAME of this folder beside the main file as secret_NAME, so that root's `sidetone check`,
# which is no service, sees what the service will see.
KEPT = "credentials"
UNIT_PREFIX = "secret_"
_CREDENTIAL = re.compile(r"(?!\.)[A-Za-z0-9._@:-]{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """How a secret is given.

    `kind` is `_file`, `_credential` or empty for the text itself, `file` the configuration file that says so where it
    is known, `groups` the ids of the groups that may read a secret.
    """

    key: str
    kind: str
    value: Any
    base: Path
    file: Path | None
    groups: frozenset[int]


def secret_from(source: Source) -> Secret:
    """The secret, without the line's end that editors add. Raises Wrong, which never holds a part of the secret."""
    if not isinstance(source.value, str) or not source.value:
        raise Wrong("is empty or no text", "write text in quotation marks", key=source.key)
    if source.kind == FROM_FILE:
        path = source.base / source.value
        text = _read(path, source.key)
        _refuse_exposed(path, source)
    elif source.kind == FROM_CREDENTIAL:
        text = _read(
            credential(source.value, source.base, source.key), source.key
        )  # systemd guards its folder; the modes in it mean nothing
    else:
        text = source.value
        if source.file is not None:
            _refuse_exposed(source.file, source)
    text = text.rstrip("\r\n")
    if not text:
        raise Wrong("is an empty file", "put the secret in it", key=source.key)
    if "\n" in text or "\r" in text or "\0" in text:
        raise Wrong("holds more than one line", "a secret is a single line", key=source.key)
    return Secret(text)


def exposure(path: Path, groups: frozenset[int]) -> str:
    """Who else can read or write the file, and the remedy, as one clause; empty if nobody can.

    Everyone else is always too many; its group is, unless it is the daemon's own.
    """
    status = path.stat()
    shared = bool(status.st_mode & 0o060)
    ours = status.st_gid in groups
    remedy = f"run: chmod {'640' if shared and ours else '600'} {path}"
    if status.st_mode & 0o006:
        return f"everyone on this machine can read {path}; {remedy}"
    if shared and not ours:
        return f"another group can read {path}; {remedy}"
    return ""


def _refuse_exposed(path: Path, source: Source) -> None:
    if danger := exposure(path, source.groups):
        what, _, remedy = danger.partition("; ")
        raise Wrong(f"is a secret, and {what}", remedy, key=source.key)


def credential(name: str, base: Path, key: str) -> Path:
    """Where systemd, or for root's commands our unit's folder, has a credential. Raises Wrong."""
    if not _CREDENTIAL.fullmatch(name):
        raise Wrong("is no name of a credential", "write the name that LoadCredential= gives it", key=key)
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        kept = Path(base, KEPT, name.removeprefix(UNIT_PREFIX))
        if name.startswith(UNIT_PREFIX) and os.access(kept, os.R_OK):
            return kept
        raise Wrong(
            "names a credential, and systemd has handed over none",
            f"put LoadCredential={name}:/path into the unit, or use a file",
            key=key,
        )
    return Path(folder, name)


def _read(path: Path, key: str) -> str:
    try:
        if path.exists() and not path.is_file():
            raise Wrong(f"names {path}, which is no file", "mend the path", key=key)  # a pipe would make us wait
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        text = raw.decode()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise Wrong(f"names {path}, which cannot be read ({reason})", "make it, or mend the path", key=key) from None
    except UnicodeDecodeError:
        raise Wrong(f"names {path}, which is not UTF-8 text", "a secret is a single line of text", key=key) from None
    if len(raw) > LARGEST:
        raise Wrong(f"names {path}, which is larger than {LARGEST} bytes", "a secret is a single line", key=key)
    return text
