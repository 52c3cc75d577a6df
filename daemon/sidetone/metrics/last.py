"""How long ago the last text came in by each carrier: a carrier may say that all is well and bring nothing."""

from sidetone.clock import SteadyClock


class LastIn:
    """Ages, which go on evenly however the wall-clock is set."""

    def __init__(self, clock: SteadyClock) -> None:
        self._clock = clock
        self._began = clock.ticks()
        self._at: dict[str, int] = {}  # ticks; of what came before the start perhaps below zero

    def came(self, carrier: str) -> None:
        """A text has come in just now."""
        self._at[carrier] = self._clock.ticks()

    def recall(self, carrier: str, age: int) -> None:
        """What the store knows from before the start: the last one came so many ms ago. What came since goes before."""
        self._at.setdefault(carrier, self._clock.ticks() - max(age, 0))

    def age(self, carrier: str) -> int | None:
        """How long ago (ms) the last text came in, None where none is known."""
        at = self._at.get(carrier)
        return None if at is None else self._clock.ticks() - at

    def silence(self, carrier: str) -> int:
        """How long (ms) nothing has come in for all we know: where no text is known, since this began to look."""
        age = self.age(carrier)
        return self._clock.ticks() - self._began if age is None else age
