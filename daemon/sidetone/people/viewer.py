"""Who is asking."""

from dataclasses import dataclass
from typing import Literal

from sidetone.errors import Forbidden

ROLE_RIGHTS: dict[str, frozenset[str]] = {
    "user": frozenset({"send"}),
    "supervisor": frozenset({"send"}),
    "admin": frozenset({"send", "handset", "admin"}),
}
# `bodies`: to see in the log what people wrote, which is no part of being an admin.
GRANTABLE = frozenset({"handset", "bodies"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The signed-in user behind a request or a screen. `country` is ISO 3166, for numbers typed nationally."""

    user_id: int
    session_id: int
    name: str
    role: Literal["user", "supervisor", "admin"]
    rights: frozenset[str]
    country: str
    drop_trunk_zero: bool = True

    def must(self, right: str) -> None:
        """Raises Forbidden without the right."""
        if right not in self.rights:
            raise Forbidden("You may not do this.", hint="Ask an admin of this Sidetone for the right.", where=right)
