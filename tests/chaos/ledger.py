"""What was asked of the daemon and what it was heard to promise: kept here, in a process that is not killed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sidetone.testing.restcomm_pages import Sms


@dataclass(slots=True)
class Text:
    """A text that a client wants sent, under one key for ever. `message_id` is set once it was acknowledged."""

    key: str
    client: int
    user: int
    thread: str
    body: str
    message_id: str = ""
    repeats: list[str] = field(default_factory=list)  # the keys of its retries by hand
    repeats_acknowledged: int = 0


@dataclass(slots=True)
class Arrival:
    """A text from outside; brought again until it was acknowledged, as a far side that reconciles does."""

    sms: Sms
    acknowledged: bool = False


@dataclass(slots=True)
class Receipt:
    """What the carrier says of a text that it took; said again until it was acknowledged."""

    sms: Sms
    status: str
    acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What a screen was told: the place in the journal, the type and what it is about."""

    seq: int
    type: str
    subject: str


@dataclass(slots=True)
class Screen:
    """A user's screen over all lives of the daemon. `start` is the place at which it first joined."""

    start: int = -1
    last: str = ""
    events: list[Event] = field(default_factory=list)


@dataclass
class Ledger:
    """Everything that may be held against the daemon. `faults` are sentences about what it got wrong."""

    texts: dict[str, Text] = field(default_factory=dict)
    arrivals: dict[str, Arrival] = field(default_factory=dict)
    receipts: dict[tuple[str, str], Receipt] = field(default_factory=dict)
    screens: tuple[Screen, Screen] = field(default_factory=lambda: (Screen(), Screen()))
    taken: list[Sms] = field(default_factory=list)  # by the far side, in its order
    stranded: set[str] = field(default_factory=set)  # claimed and without an outcome when the daemon was killed
    seen: set[str] = field(default_factory=set)  # keys and sids that the API has shown, each under one id
    seen_up_to: Counter[str] = field(default_factory=Counter)  # by thread
    faults: list[str] = field(default_factory=list)

    def fault(self, sentence: str) -> None:
        """Hold something against the daemon."""
        self.faults.append(sentence)

    def pending(self, client: int) -> Iterator[Text]:
        """Texts of a client that does not know what became of its request."""
        return (text for text in self.texts.values() if text.client == client and not text.message_id)

    def acknowledged(self) -> Iterator[Text]:
        """Texts whose client was told that they are safe."""
        return (text for text in self.texts.values() if text.message_id)
