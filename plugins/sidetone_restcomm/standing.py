"""How the account stands, from what its last messages and call-backs met."""

from collections.abc import Callable

from sidetone.plugin import Accepted, Context, Deferred, Health, Outcome, Rejected, State

MANY_UNKNOWN = 3
MINUTE = 60_000
SAY_AGAIN = 60 * MINUTE


class Standing:
    """Remembers the last signals of the trade and logs when the state changes, once each way.

    `needs_a_person` says whether no waiting will mend an outcome's code.
    """

    def __init__(self, context: Context, needs_a_person: Callable[[str], bool]) -> None:
        self._clock = context.clock
        self._log = context.log
        self._needs_a_person = needs_a_person
        self._state = State.STARTING
        self._sentence = "Not started yet."
        self._unknown_in_a_row = 0
        self._refusal = ""
        self._signs: dict[str, int] = {}
        self._said: dict[str, int] = {}

    @property
    def failed(self) -> bool:
        """Whether the account is refused. Nothing is sent then, so that no send can tell that it is well again."""
        return self._state is State.FAILED

    def well(self) -> None:
        """The account answered and is active."""
        self._move(State.OK, "")

    def called_back(self, *, text: bool) -> None:
        """An authentic call-back came, with a text or with a status."""
        self._sign("last call-back")
        if text:
            self._signs.pop("a text came by the list alone", None)
        self._refusal = ""

    def refused(self, reason: str) -> None:
        """A call-back came to the right address and could not be proven."""
        self._sign("last refused call-back")
        self._refusal = f"A call-back was refused: {reason}."
        if self._may_say("refused"):
            self._log.warning("call-back refused", reason=reason)

    def knocked(self) -> None:
        """Somebody called an address with a wrong secret: anyone can, so that it says nothing about the account."""
        self._sign("last call with a wrong secret")
        if self._may_say("knocked"):
            self._log.warning("call-back with a wrong secret")

    def found_by_list(self, texts: int) -> None:
        """Texts were found that no call-back had brought while it could have."""
        self._sign("a text came by the list alone")
        if self._may_say("by list"):
            self._log.warning("texts came by the list alone", count=texts)

    def note(self, outcome: Outcome) -> None:
        """Learn from what came of a send."""
        if isinstance(outcome, Accepted | Rejected):
            self._unknown_in_a_row = 0
            if isinstance(outcome, Accepted):
                self._sign("last text taken")
            self._move(State.OK, "")
        elif isinstance(outcome, Deferred):
            self._unknown_in_a_row = 0
            self._move(State.FAILED if self._needs_a_person(outcome.code) else State.DEGRADED, f"{outcome.reason}.")
        else:
            self._unknown_in_a_row += 1
            if self._unknown_in_a_row >= MANY_UNKNOWN:
                self._move(State.DEGRADED, f"The last {self._unknown_in_a_row} sends got no usable answer.")

    def health(self) -> Health:
        """The state, with the age of the last signs of life in each direction."""
        newest_last = sorted(self._signs.items(), key=lambda sign: sign[1])
        traffic = "; ".join(f"{what} {self._age(at)}" for what, at in newest_last) or "no traffic since the start"
        state = State.DEGRADED if self._refusal and self._state is State.OK else self._state
        sentences = [self._sentence, self._refusal, f"{traffic[0].upper()}{traffic[1:]}."]
        return Health(state, " ".join(filter(None, sentences)))

    def _age(self, at: int) -> str:
        minutes = (self._clock.now() - at) // MINUTE
        return f"{minutes} min ago" if minutes else "just now"

    def _sign(self, what: str) -> None:
        self._signs[what] = self._clock.now()

    def _may_say(self, what: str) -> bool:
        """Whether what may happen many times a second is to be logged now: it is once an hour."""
        now = self._clock.now()
        due = what not in self._said or now - self._said[what] >= SAY_AGAIN
        if due:
            self._said[what] = now
        return due

    def _move(self, state: State, sentence: str) -> None:
        if state is not self._state:
            tell = self._log.info if state is State.OK else self._log.warning
            tell("carrier state changed", was=self._state.value, state=state.value)
        self._state, self._sentence = state, sentence
