"""Which carrier a message takes as things stand: the routes, and which carriers work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sidetone.domain.party import Party, PartyKind
from sidetone.domain.route import Asked, Rule, Way, find_way


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """One look at everything; it does not change, so that the store's thread may ask it.

    `able`: the carriers that can send now. `own_numbers`: of those whose texts leave from a number of their own.
    `waiting`: messages by carrier; `oldest`: how long (ms) the first of them waits. `at`: local time.
    """

    rules: tuple[Rule, ...] = ()
    able: frozenset[str] = frozenset()
    own_numbers: Mapping[str, str] = field(default_factory=dict)
    waiting: Mapping[str, int] = field(default_factory=dict)
    oldest: Mapping[str, int] = field(default_factory=dict)
    at: datetime

    def choose(self, row: Any) -> str:  # noqa: ANN401 - a row of store.routing.WAITING or store.outbox.DUE
        """The carrier for a waiting message: the first of its way that works, else the first of them."""
        asked = Asked(
            number=row["e164"],
            home=row["home"],
            party=Party(PartyKind(row["party_kind"]), row["party_value"]),
            segments=row["segments"],
            at=self.at,
        )
        return self.taken(self.way(asked), asked)

    def way(self, asked: Asked) -> Way:
        """The carriers that a message may take, and by which rule."""
        return find_way(self.rules, asked, self.waiting)

    def taken(self, way: Way, asked: Asked) -> str:
        """The one of them that it takes now; the first one when none works, so that it waits there."""
        allowed = [name for name in way.carriers if not self.refusal(name, way, asked)]
        working = [name for name in allowed if name in self.able]
        quick = [name for name in working if not self.slow(name, way)]
        return next(iter((*quick, *working, *allowed, asked.home)))

    def slow(self, carrier: str, way: Way) -> bool:
        """Whether texts wait longer for it than the route has patience."""
        return 0 < way.longest_wait < self.oldest.get(carrier, 0)

    def refusal(self, carrier: str, way: Way, asked: Asked) -> str:
        """Why a carrier of the way must not take a message, in words; empty when it may."""
        own = self.own_numbers.get(carrier, asked.number)
        if own != asked.number and not way.other_number:
            return f"texts would leave from its own number {own}, and the route does not allow another number"
        return ""
