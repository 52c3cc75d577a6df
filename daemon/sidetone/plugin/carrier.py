"""What a carrier plugin provides, and the values that pass between it and the core."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Literal, Protocol, runtime_checkable

from sidetone.domain.health import Health
from sidetone.domain.outcome import Outcome
from sidetone.domain.party import Party
from sidetone.domain.segments import Segments
from sidetone.plugin.failures import BadConfig

MOST_AT_ONCE = 1000
LONGEST_DEADLINE = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a carrier can bear; the core keeps to it, and looks at it anew before each message.

    `rate`: messages a second, None for no limit. `concurrency`: sends under way at once, 1 to 1000.
    `deadline`: seconds, up to an hour, that a `send` may take before it is cancelled and its outcome is Unknown; also
    of one `find` or `status`. `longest_text`: characters, None for no limit of the carrier's own; a longer text is
    refused before it reaches the carrier. Raises BadConfig for what is no limit.
    """

    rate: float | None = None
    concurrency: int = 8
    deadline: float = 30.0
    longest_text: int | None = None

    def __post_init__(self) -> None:
        if self.rate is not None and not 0 < self.rate < inf:
            raise BadConfig("The carrier's rate is none; give messages a second, or None.")
        if not 1 <= self.concurrency <= MOST_AT_ONCE:
            raise BadConfig(f"The carrier's concurrency is not 1 to {MOST_AT_ONCE}.")
        if not 0 < self.deadline <= LONGEST_DEADLINE:
            raise BadConfig(f"The carrier's deadline is not up to {LONGEST_DEADLINE:g} s.")
        if self.longest_text is not None and self.longest_text < 1:
            raise BadConfig("The carrier's longest text has no characters; give None for no limit.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One attempt to send one message.

    `reference` is ours: up to 64 letters, digits, `-` and `_`, unique to the attempt; give it to the far side where it
    takes one, for `find` and against doubles. `sender` is the own number (E.164). `segments` is the text as it must
    be cut when the carrier says `splits = "core"`; otherwise only its encoding and count matter. `valid_until` is in
    ms, UTC. `correlation` ties log lines together. `message` is the same for every attempt of one message, also for
    those by hand, and another for the next one, whatever it says.
    """

    reference: str
    sender: str
    recipient: Party
    body: str
    segments: Segments
    valid_until: int
    correlation: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """One request to `/hooks/{carrier}/…`, nothing interpreted and nobody proven.

    `tail`: the path's segments behind the carrier's name, decoded. `query`: the raw query string. `headers`: by
    lower-case name. `body`: the raw bytes, at most 64 KiB (more is refused before the plugin hears of it). `remote`:
    the caller's address, for the log. `url`: what the carrier was told to call, built from `public_url`, never from a
    header: what a signature was made over.
    """

    tail: tuple[str, ...]
    method: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    remote: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a plugin makes of a call-back: for the admin who connects the carrier, never for the caller.

    `proven`: whether it is certain who called; `understood`: whether the content could be read; None where that was not
    looked at. `sentence` says what is wrong and what to do, without anybody's text, number or secret.
    """

    proven: bool | None = None
    understood: bool | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """What the carrier is answered: `status` 200 to 599; `headers` are added to the content type.

    An answer that HTTP cannot carry becomes a 503. The `verdict` stays here.
    """

    status: int = 200
    content_type: str = "text/plain"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    verdict: Verdict = field(default=Verdict(), compare=False)


class Carrier(Protocol):
    """A way out to the phone network. One object serves one `[carriers.NAME]` section.

    `splits` says who cuts a long text into segments: the core (then `Outgoing.segments.parts` are what is
    sent, one id each in `Accepted.parts`) or the carrier. All methods run on the daemon's one event loop: none may
    block it. Files, name look-ups and libraries that wait belong into `asyncio.to_thread`.
    """

    splits: Literal["core", "carrier"]
    limits: Limits

    async def start(self) -> None:
        """Get ready to send, and find out whether sending can work. At most 30 s, then it is cancelled.

        Raises NotReady (the host tries again, with growing gaps), BadCredentials or BadConfig (it waits for a person).
        Anything else it raises, or an overrun, is tried again slowly. Called again on the same object after a failure,
        so let go first of what the failed start took. Until it returns the carrier is given no messages, but its
        `webhook` may be called already.
        """
        ...

    async def stop(self) -> None:
        """Let go of everything; called once, also after a failed start, at most 10 s. What the context gave undoes itself.

        Sends and call-backs may still be under way; nothing new is begun. What it raises is logged by its kind.
        """
        ...

    async def health(self) -> Health:
        """How it is now, cheaply, with a sentence that tells a person what to do; called every half minute, at most 10 s.

        While it says FAILED, STARTING or OFF, no message is handed over. An exception, an overrun or anything but a
        Health is shown as DEGRADED and the carrier stays in use: a broken check must not stop the messages (fail open).
        """
        ...

    async def send(self, message: Outgoing) -> Outcome:
        """Try to hand one message over, once. At most `limits.concurrency` at a time, one per conversation.

        Whatever it raises, overrunning `limits.deadline` (it is cancelled then) and anything but an outcome count as
        Unknown: raise nothing, and say Deferred only when the message certainly did not leave. Never try twice
        inside: an Unknown is never sent again by itself, which is what keeps people from getting it twice.
        """
        ...


@runtime_checkable
class TakesWebhooks(Protocol):
    """A carrier that is called back over HTTP."""

    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        """Verify, then parse, then store through the context, then answer; at most 10 s, many at a time.

        Refuse what does not prove itself, by secret or signature, before reading it (fail closed): 403, nothing stored.
        An exception, an overrun or anything but an answer is told to the far side as 503, so that it tries again; let
        the store's errors pass. Never answer 2xx for what is not stored. The same call may come any number of times.
        """
        ...
