"""How the account stands, from what its last messages met."""

from sidetone.plugin import Accepted, Context, Deferred, Health, Outcome, Rejected, State
from sidetone_restcomm.outcomes import NEEDS_A_PERSON

MANY_UNKNOWN = 3
MINUTE = 60_000


class Standing:
    """Remembers the last signals of the trade and logs when the state changes, once each way."""

    def __init__(self, context: Context) -> None:
        self._clock = context.clock
        self._log = context.log
        self._state = State.STARTING
        self._sentence = "Not started yet."
        self._unknown_in_a_row = 0
        self._last_taken: int | None = None
        self._last_call_back: int | None = None

    @property
    def failed(self) -> bool:
        """Whether the account is refused. Nothing is sent then, so that no send can tell that it is well again."""
        return self._state is State.FAILED

    def well(self) -> None:
        """The account answered and is active."""
        self._move(State.OK, "")

    def called_back(self) -> None:
        """An authentic call-back came."""
        self._last_call_back = self._clock.now()

    def note(self, outcome: Outcome) -> None:
        """Learn from what came of a send."""
        if isinstance(outcome, Accepted | Rejected):
            self._unknown_in_a_row = 0
            if isinstance(outcome, Accepted):
                self._last_taken = self._clock.now()
            self._move(State.OK, "")
        elif isinstance(outcome, Deferred):
            self._unknown_in_a_row = 0
            self._move(State.FAILED if outcome.code in NEEDS_A_PERSON else State.DEGRADED, f"{outcome.reason}.")
        else:
            self._unknown_in_a_row += 1
            if self._unknown_in_a_row >= MANY_UNKNOWN:
                self._move(State.DEGRADED, f"The last {self._unknown_in_a_row} sends got no usable answer.")

    def health(self) -> Health:
        """The state, with the age of the last signs of life in each direction."""
        signs = [
            f"{what} {self._age(at)}"
            for what, at in (("last text taken", self._last_taken), ("last call-back", self._last_call_back))
            if at is not None
        ]
        traffic = "; ".join(signs) or "no traffic since the start"
        sentences = [self._sentence, f"{traffic[0].upper()}{traffic[1:]}."]
        return Health(self._state, " ".join(filter(None, sentences)))

    def _age(self, at: int) -> str:
        minutes = (self._clock.now() - at) // MINUTE
        return f"{minutes} min ago" if minutes else "just now"

    def _move(self, state: State, sentence: str) -> None:
        if state is not self._state:
            tell = self._log.info if state is State.OK else self._log.warning
            tell("carrier state changed", was=self._state.value, state=state.value)
        self._state, self._sentence = state, sentence
