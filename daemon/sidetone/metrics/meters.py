"""What the rooms count, for Prometheus. A label is a configured name or a word of ours: never a number, party or user.

Each daemon has a registry of its own, so that two in one process do not add up.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, disable_created_metrics

from sidetone.clock import SteadyClock, SystemClock
from sidetone.domain.outcome import Deferred, Outcome, Rejected
from sidetone.domain.status import ReceiptStatus
from sidetone.metrics.last import LastIn

disable_created_metrics()  # type: ignore[no-untyped-call] # a series more for each counter, which nobody asks for

NOBODY = ""  # stands for the carrier of a call-back that none takes
STAGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)  # seconds
SHORT = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)  # seconds
GROUPS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Meters:
    """Counters and histograms of one daemon. To count costs an addition under a lock, and nothing waits."""

    def __init__(self, clock: SteadyClock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.last_in = LastIn(self.clock)
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._messages()
        self._times()
        self._ways_in()

    def _messages(self) -> None:
        self._queued = self._counter(
            "sidetone_outbound_messages", "Texts of users that were stored to be sent.", "carrier"
        )
        self._attempts = self._counter(
            "sidetone_attempts",
            "What came of each attempt to hand a text to a carrier; kind: whose fault a refusal was.",
            "carrier",
            "outcome",
            "kind",
        )
        self._inbound = self._counter(
            "sidetone_inbound_messages",
            "Texts that carriers brought: stored, repeated (known already), dropped (blocked) or misunderstood.",
            "carrier",
            "result",
        )
        self._receipts = self._counter(
            "sidetone_receipts", "Receipts that carriers brought, by what they say.", "carrier", "status"
        )

    def _times(self) -> None:
        self._inbound_stages = self._histogram(
            "sidetone_inbound_stage_seconds",
            "How long each stage of a text that comes in took: carrier (its own time stamp until it came to us), store "
            "(until it was on the disk), push (until an open screen was given it), show (from stored until a user had "
            "read it).",
            STAGES,
            "carrier",
            "stage",
        )
        self._outbound_stages = self._histogram(
            "sidetone_outbound_stage_seconds",
            "How long each stage of a text that goes out took: queue (stored until its first attempt), carrier (an "
            "attempt).",
            STAGES,
            "carrier",
            "stage",
        )
        self._commits = self._histogram(
            "sidetone_store_commit_seconds", "How long a commit of the store took.", SHORT
        )()
        self._groups = self._histogram(
            "sidetone_store_commit_transactions", "How many transactions shared a commit.", GROUPS
        )()
        self._lost_commits = self._counter("sidetone_store_commit_failures", "Commits that failed as a whole.")()
        self._loop = self._histogram(
            "sidetone_loop_delay_seconds", "How late the event loop did what was due.", SHORT
        )()

    def _ways_in(self) -> None:
        self._webhooks = self._counter("sidetone_webhooks", "Call-backs that carriers' plugins answered.", "carrier")
        self._refused = self._counter(
            "sidetone_webhooks_refused",
            "Call-backs that were refused, and why; without a carrier where none takes them.",
            "carrier",
            "reason",
        )

    def _counter(self, name: str, words: str, *labels: str) -> Callable[..., Counter]:
        """What gives the counter for values of its labels; each is looked for once."""
        made = Counter(name, words, labels, registry=self.registry)
        return cache(made.labels) if labels else lambda: made

    def _histogram(self, name: str, words: str, buckets: Sequence[float], *labels: str) -> Callable[..., Histogram]:
        made = Histogram(name, words, labels, buckets=buckets, registry=self.registry)
        return cache(made.labels) if labels else lambda: made

    def outbound(self, carrier: str) -> None:
        """A user's text was stored to be sent."""
        self._queued(carrier).inc()

    def waited(self, carrier: str, since: int) -> None:
        """A text stored at `since` (ms) is in its carrier's hands for the first time."""
        self._outbound_stages(carrier, "queue").observe(self._seconds(since))

    def attempt(self, carrier: str, outcome: Outcome, since: int) -> None:
        """What came of an attempt that began at `since` (ms)."""
        kind = ""
        if isinstance(outcome, Rejected):
            kind = outcome.kind.value
        elif isinstance(outcome, Deferred) and outcome.whole_carrier:
            kind = "carrier"
        self._attempts(carrier, type(outcome).__name__.lower(), kind).inc()
        self._outbound_stages(carrier, "carrier").observe(self._seconds(since))

    def inbound(self, carrier: str, *, stored: int, repeated: int, dropped: int, misunderstood: int) -> None:
        """So many texts came in one go, and that became of them."""
        results = {"stored": stored, "repeated": repeated, "dropped": dropped, "misunderstood": misunderstood}
        for result, count in results.items():
            if count:
                self._inbound(carrier, result).inc(count)
        if stored or dropped or misunderstood:  # what is known already is no sign of life: lists are read again
            self.last_in.came(carrier)

    def stored(self, carrier: str, received: int, stamps: Iterable[int | None]) -> None:
        """Texts that came at `received` (ms) are on the disk; `stamps`: the carrier's own time (ms) of each."""
        took = self._seconds(received)
        for stamp in stamps:
            self._inbound_stages(carrier, "store").observe(took)
            if stamp is not None:
                self._inbound_stages(carrier, "carrier").observe(max(received - stamp, 0) / 1000)

    def pushed(self, carrier: str, since: int) -> None:
        """A text that was stored at `since` (ms) was given to an open screen."""
        self._inbound_stages(carrier, "push").observe(self._seconds(since))

    def shown(self, carrier: str, since: int) -> None:
        """A text that was stored at `since` (ms) was read by a user."""
        self._inbound_stages(carrier, "show").observe(self._seconds(since))

    def receipts(self, carrier: str, statuses: Sequence[ReceiptStatus]) -> None:
        """A carrier said so."""
        for status in statuses:
            self._receipts(carrier, status.value).inc()

    def commit(self, seconds: float, transactions: int) -> None:
        """A commit is on the disk."""
        self._commits.observe(seconds)
        self._groups.observe(transactions)

    def lost_commit(self) -> None:
        """A commit failed, and everything in it."""
        self._lost_commits.inc()

    def loop_delay(self, seconds: float) -> None:
        """The loop was so late."""
        self._loop.observe(seconds)

    def webhook(self, carrier: str) -> None:
        """A carrier's plugin answered a call-back."""
        self._webhooks(carrier).inc()

    def refused(self, carrier: str, reason: str) -> None:
        """A call-back was refused; `reason` is one of our codes."""
        self._refused(carrier, reason).inc()

    def _seconds(self, since: int) -> float:
        return max(self.clock.now() - since, 0) / 1000  # the clock may have been set back meanwhile
