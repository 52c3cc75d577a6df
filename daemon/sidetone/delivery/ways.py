"""Which carrier a message takes as things stand: the routes, and which carriers work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sidetone.domain.party import Party, PartyKind
from sidetone.domain.route import Asked, Rule, Way, find_way

Standing = Literal["sends", "silent", "paused", "trial", "off"]
MOST_HELPED = 5  # messages that a carrier has waiting before it takes over no more of a slow one's


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """One look at everything; but for the counts of `trial` and `waiting` it does not change: the store's thread asks it.

    `able`: the carriers that can send now; `trial`: those that failed, one message of others may find out about each.
    `silent`: those that report on nothing they took, by how long (ms) receipts may need; `paused`: until when (ms) those that failed are left alone.
    `own_numbers`: of those whose texts leave from a number of their own. `waiting`: messages by carrier; `oldest`: how
    long (ms) the first of them that is due waits. `at`: local time, `now` the same in ms.
    """

    rules: tuple[Rule, ...] = ()
    able: frozenset[str] = frozenset()
    trial: set[str] = field(default_factory=set)
    paused: Mapping[str, int] = field(default_factory=dict)
    silent: Mapping[int, frozenset[str]] = field(default_factory=dict)
    own_numbers: Mapping[str, str] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    oldest: Mapping[str, int] = field(default_factory=dict)
    at: datetime
    now: int = 0

    def choose(self, row: Any) -> str:  # noqa: ANN401 - a row of store.routing.WAITING or store.outbox.DUE
        """The carrier for a waiting message: the first of its way that works, else the first of them.

        One that has waited too long at a slow carrier goes to a quick one; once elsewhere it stays there.
        """
        asked = Asked(
            number=row["e164"],
            home=row["home"],
            party=Party(PartyKind(row["party_kind"]), row["party_value"]),
            segments=row["segments"],
            at=self.at,
        )
        way, here = self.way(asked), row["carrier"]
        if here in self.able and 0 < way.longest_wait < self.now - row["due_at"]:
            return self._helper(way, asked, here) if self.slow(here, way) else here
        return self.taken(way, asked, here)

    def standing(self, carrier: str) -> Standing:
        """What routes make of a carrier: texts go by it, it failed and is left alone or tried, or it takes none."""
        if carrier in self.able:
            return "silent" if any(carrier in names for names in self.silent.values()) else "sends"
        if carrier in self.trial:
            return "trial"
        return "paused" if carrier in self.paused else "off"

    def way(self, asked: Asked) -> Way:
        """The carriers that a message may take, and by which rule."""
        return find_way(self.rules, asked, self.waiting)

    def allowed(self, way: Way, asked: Asked) -> list[str]:
        """The carriers of a way that may take a message."""
        return [name for name in way.carriers if not self.refusal(name, way, asked)]

    def taken(self, way: Way, asked: Asked, here: str = "") -> str:
        """The one that it takes now; the first one when none works, so that it waits there. `here`: where it waits."""
        allowed = self.allowed(way, asked)
        for name in allowed:
            if self.works(name, way) or (name in self.trial and name == here):
                return name
            if here and name in self.trial:
                self.trial.discard(name)
                return name
        return next(iter((*(name for name in allowed if name in self.able), *allowed, asked.home)))

    def works(self, carrier: str, way: Way) -> bool:
        """Whether it sends, and reports on what it took where the route asks for that."""
        return carrier in self.able and carrier not in self.silent.get(way.receipts_within, ())

    def _helper(self, way: Way, asked: Asked, here: str) -> str:
        """Who takes over what waits too long here: a quick one, and only as much as it has done by the next look."""
        for name in self.allowed(way, asked):
            if name in self.able and not self.slow(name, way) and self.waiting.get(name, 0) < MOST_HELPED:
                self.waiting[name] = self.waiting.get(name, 0) + 1
                return name
        return here

    def slow(self, carrier: str, way: Way) -> bool:
        """Whether texts wait longer for it than the route has patience."""
        return 0 < way.longest_wait < self.oldest.get(carrier, 0)

    def refusal(self, carrier: str, way: Way, asked: Asked) -> str:
        """Why a carrier of the way must not take a message, in words; empty when it may."""
        own = self.own_numbers.get(carrier, asked.number)
        if own != asked.number and not way.other_number:
            return f"texts would leave from its own number {own}, and the route does not allow another number"
        return ""
