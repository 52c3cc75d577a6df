"""What a carrier plugin provides, and the values that pass between it and the core."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from sidetone.domain.health import Health
from sidetone.domain.outcome import Outcome
from sidetone.domain.party import Party
from sidetone.domain.segments import Segments


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a carrier can bear; the core keeps to it.

    `rate`: messages a second, None for no limit. `concurrency`: sends under way at once.
    `deadline`: seconds a `send` may take before its outcome is Unknown. `longest_text`: characters, None for
    no limit of the carrier's own.
    """

    rate: float | None = None
    concurrency: int = 8
    deadline: float = 30.0
    longest_text: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One attempt to send one message.

    `reference` is ours, unique to the attempt. `segments` is the text as it must be cut when the carrier says
    `splits = "core"`; otherwise only its encoding and count matter. `valid_until` is in ms, UTC.
    """

    reference: str
    sender: str
    recipient: Party
    body: str
    segments: Segments
    valid_until: int
    correlation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """One request to `/hooks/{carrier}/…`, nothing interpreted.

    `tail`: the path's segments behind the carrier's name, decoded. `query`: the raw query string. `headers`: by
    lower-case name. `url`: what the carrier was told to call, built from `public_url`, never from a header.
    """

    tail: tuple[str, ...]
    method: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    remote: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """What the carrier is answered. `headers` are added to the content type."""

    status: int = 200
    content_type: str = "text/plain"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Carrier(Protocol):
    """A way out to the phone network. One object serves one `[carriers.NAME]` section.

    `splits` says who cuts a long text into segments: the core (then `Outgoing.segments.parts` are what is
    sent, one id each in `Accepted.parts`) or the carrier.
    """

    splits: Literal["core", "carrier"]
    limits: Limits

    async def start(self) -> None:
        """Get ready to send. Raises NotReady (the host tries again), BadCredentials or BadConfig (it does not).

        Called again after a failure; must be done within 30 s.
        """
        ...

    async def stop(self) -> None:
        """Let go of everything; called once, also after a failed start. What the context gave undoes itself."""
        ...

    async def health(self) -> Health:
        """How it is now, cheaply; called every half minute or so, at most 10 s."""
        ...

    async def send(self, message: Outgoing) -> Outcome:
        """Try to hand one message over, once. At most `limits.concurrency` at a time.

        Whatever it raises, and overrunning `limits.deadline`, counts as Unknown: raise nothing, and say
        Deferred only when the message certainly did not leave.
        """
        ...


@runtime_checkable
class TakesWebhooks(Protocol):
    """A carrier that is called back over HTTP."""

    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        """Verify, then parse, then store through the context, then answer.

        An exception answers 503 so that the carrier tries again; never answer 2xx for what is not stored.
        """
        ...
