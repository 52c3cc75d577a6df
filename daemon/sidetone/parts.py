"""Every part of the running daemon and how it is: what `/readyz`, the UI and the log tell."""

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from sidetone.domain.health import Health, State

log = structlog.get_logger("parts")

VITAL = ("store", "outbox", "listener")  # without one of these the daemon is not ready


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence by its code, with what stands in it."""

    code: str = ""
    values: dict[str, str] = field(default_factory=dict)


class Parts:
    """Names of parts (`store`, `carrier main`, `job retention`) with their present health.

    `logged`: changes of a state are in the log.
    """

    def __init__(self, *, logged: bool = True) -> None:
        self._logged = logged
        self._health: dict[str, Health] = {}
        self._words: dict[str, Words] = {}
        self._listeners: list[Callable[[str, Health], None]] = []

    def set(self, name: str, state: State, sentence: str = "", code: str = "", **values: str | int) -> None:
        """Say how a part is; logged and announced only when its state changes, so a long outage is two lines.

        `code` and `values` say the same as the sentence, for the UI to put into its reader's language.
        """
        self._words[name] = Words(code, {key: str(value) for key, value in values.items()})
        before = self._health.get(name)
        health = Health(state, sentence)
        if health == before:
            return
        self._health[name] = health
        if before is None or before.state is not state:
            if self._logged:
                self._log(name, health)
            for hear in self._listeners:
                hear(name, health)

    def remove(self, name: str) -> None:
        """Forget a part that is no more."""
        self._health.pop(name, None)
        self._words.pop(name, None)

    def listen(self, hear: Callable[[str, Health], None]) -> None:
        """Call `hear` at every change of a state."""
        self._listeners.append(hear)

    def get(self, name: str) -> Health:
        """How a part is; `off` when there is none of that name."""
        return self._health.get(name, Health(State.OFF))

    def words(self, name: str) -> "Words":
        """The code of what is said of a part, empty for a sentence that has none."""
        return self._words.get(name, Words())

    def all(self) -> dict[str, Health]:
        """Every part, by name."""
        return dict(sorted(self._health.items()))

    @property
    def ready(self) -> bool:
        """Whether the vital parts work; a degraded one still does."""
        return all(self.get(name).state in (State.OK, State.DEGRADED) for name in VITAL)

    def _log(self, name: str, health: Health) -> None:
        level = log.warning if health.state in (State.DEGRADED, State.FAILED) else log.info
        level("part", part=name, state=health.state.value, sentence=health.sentence)
