"""How a virtual phone and the network before it behave, and how that is changed."""

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace

from sidetone.plugin import BadBehaviour, RejectKind

LONGEST_DELAY = 3600
RECEIPTS = ("normal", "early", "lost", "repeated", "reordered", "failed")
REJECTS = ("", *(kind.value for kind in RejectKind))


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What happens to a text on its way to a phone.

    `reachable`: else it waits in the network, and its receipts with it. `delay`: seconds before the answer to a
    send, and again before its receipts. `reject`: refuse it for this reason. `defer`: "not now". `silent`: the
    phone gets it, but nobody is ever told. `receipts`: `normal`, `early` (before the answer), `lost`, `repeated`,
    `reordered` (last part first, delivered before sent) or `failed` (the phone never gets the text).
    """

    reachable: bool = True
    delay: float = 0.0
    reject: str = ""
    defer: bool = False
    silent: bool = False
    receipts: str = "normal"

    def as_object(self) -> dict[str, object]:
        """As JSON shows and takes it."""
        return asdict(self)

    def changed(self, changes: Mapping[str, object]) -> "Behaviour":
        """This with some keys changed; raises BadBehaviour for an unknown key or a value that means nothing."""
        for key, value in changes.items():
            rule = _RULES.get(key)
            if rule is None:
                raise BadBehaviour("unknown.", hint=f"A phone knows {', '.join(_RULES)}.", where=str(key)[:64])
            fits, allowed = rule
            if not fits(value):
                raise BadBehaviour("does not fit.", hint=f"Allowed: {allowed}.", where=key)
        return replace(self, **dict(changes))  # type: ignore[arg-type]  # each key and value was judged above


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _is_delay(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and 0 <= value <= LONGEST_DELAY  # type: ignore[arg-type,operator]


_TRUTH = (_is_bool, "true or false")
_RULES: dict[str, tuple[Callable[[object], bool], str]] = {
    "reachable": _TRUTH,
    "delay": (_is_delay, f"0 to {LONGEST_DELAY} seconds"),
    "reject": (lambda value: value in REJECTS, ", ".join(f'"{word}"' for word in REJECTS)),
    "defer": _TRUTH,
    "silent": _TRUTH,
    "receipts": (lambda value: value in RECEIPTS, ", ".join(f'"{word}"' for word in RECEIPTS)),
}
