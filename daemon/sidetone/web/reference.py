"""The generated part of `docs/api.md`. `python -m sidetone.web.reference docs/api.md` writes it anew."""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from sidetone.domain.fault import SidetoneError
from sidetone.errors import StoreDamaged
from sidetone.people.viewer import GRANTABLE, ROLE_RIGHTS
from sidetone.web.api import endpoints
from sidetone.web.problems import MethodNotAllowed, NoSuchPlace
from sidetone.web.routes import OPEN, PREFIX, SIGNED_IN, Endpoint, errors_of

START = "<!-- generated: python -m sidetone.web.reference docs/api.md -->"
END = "<!-- end of what is generated -->"
NOBODY = "nobody"
ROLES = (NOBODY, *ROLE_RIGHTS)
_OWN = (SIGNED_IN, "send")
_EVERYWHERE = (NoSuchPlace, MethodNotAllowed, StoreDamaged)


def may(endpoint: Endpoint, role: str) -> bool:
    """Whether someone of this role, and without rights beyond it, may call the endpoint."""
    if endpoint.right == OPEN:
        return True
    return role != NOBODY and (endpoint.right == SIGNED_IN or endpoint.right in ROLE_RIGHTS[role])


def reference(listed: Iterable[Endpoint]) -> str:
    """The matrix of route and role, and every code of a problem."""
    found = list(listed)
    return "\n".join((START, "", *_matrix(found), "", *_codes(found), "", END))


def all_errors(listed: Iterable[Endpoint]) -> set[type[SidetoneError]]:
    """Every error that some endpoint can answer."""
    return {error for endpoint in listed for error in errors_of(endpoint)} | set(_EVERYWHERE)


def _matrix(listed: list[Endpoint]) -> list[str]:
    lines = ["### Who may do what", "", f"| endpoint | {' | '.join(ROLES)} |", "| --- |" + " --- |" * len(ROLES)]
    for endpoint in listed:
        cells = " | ".join(_cell(endpoint, role) for role in ROLES)
        lines.append(f"| `{endpoint.method} {PREFIX}{endpoint.path}` {endpoint.summary} | {cells} |")
    return lines


def _cell(endpoint: Endpoint, role: str) -> str:
    if may(endpoint, role):
        return "yes" if endpoint.right == OPEN else "own" if endpoint.right in _OWN else "all"
    return f"with `{endpoint.right}`" if role != NOBODY and endpoint.right in GRANTABLE else "no"


def _codes(listed: list[Endpoint]) -> list[str]:
    lines = ["### Codes of problems", "", "| code | status | meaning |", "| --- | --- | --- |"]
    for error in sorted(all_errors(listed), key=lambda error: error.code):
        meaning = (error.__doc__ or "").partition("\n")[0]
        lines.append(f"| `{error.code}` | {error.status} | {meaning} |")
    return lines


def _write(path: Path) -> None:
    whole = re.compile(f"{re.escape(START)}.*{re.escape(END)}", re.DOTALL)
    path.write_text(whole.sub(lambda _: reference(endpoints()), path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
