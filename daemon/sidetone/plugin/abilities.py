"""Optional abilities of a carrier: small protocols, found by `isinstance`. Who lacks one is simply not asked.

The core decides when to ask, by its own clock, one question of a kind at a time where it says so; a carrier only
answers. An exception means that the carrier could not be asked: the core asks again later and shows that it cannot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from sidetone.domain.incoming import Receipt
from sidetone.domain.outcome import Outcome
from sidetone.plugin.carrier import Outgoing


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One number of ours (E.164) whose texts are missing from `since` (ms, UTC) on, by the carrier's own times."""

    number: str
    since: int


@runtime_checkable
class FindsSent(Protocol):
    """A carrier whose own records tell what became of a send that it never answered."""

    async def find(self, message: Outgoing, since: int) -> Outcome | None:
        """Look for the one attempt that `message` was; its send began at `since` (ms, UTC, by our clock).

        Accepted with the ids of its parts when the records certainly have it, Rejected when they say that it failed,
        None while they say nothing: then it is asked again, with growing gaps, until the message's deadline. Never
        guess: an id that belongs to another attempt is not believed. Several messages may be asked for at once, each
        within `limits.deadline` seconds.
        """
        ...


@runtime_checkable
class TellsStatus(Protocol):
    """A carrier that can be asked how a message stands, where a receipt should have come and did not."""

    async def status(self, carrier_id: str) -> Receipt | None:
        """What there is to say of a part that this carrier accepted; None when that is no news.

        Several may be asked for at once, each within `limits.deadline` seconds.
        """
        ...


@runtime_checkable
class LeavesFrom(Protocol):
    """A carrier whose every text leaves from one number, whatever `Outgoing.sender` says, such as a modem's card.

    `own_number`: that number (E.164), "" while it is not known. Where it is not the number that a text was written
    from, a route must allow it; the answer to it comes back into the same conversation.
    """

    own_number: str


@runtime_checkable
class PollsInbound(Protocol):
    """A carrier that keeps a list of the texts that came in, so that one which no call-back brought is not lost.

    `poll_every`: seconds between two looks, 0 for never.
    """

    poll_every: float

    async def poll(self, windows: Sequence[Window]) -> None:
        """Bring every text of these windows through `Context.inbound`, oldest first, in batches.

        Returns when all of them are stored; the next windows then begin later. Raising leaves the windows as they
        are. What was brought before may be brought again: the same carrier id is the same message. Never two polls
        at once; cancelled after ten minutes.
        """
        ...


@runtime_checkable
class AnswersWords(Protocol):
    """A carrier that may answer STOP, START and HELP to whoever texts them, before or beside handing them to us.

    `opt_out_reply`: `carrier` when it does, `us` when the core is to confirm them, which is also the rule for a
    carrier without this ability. Read once, when the carrier is built; the section's own `opt_out_reply` goes before
    it. Either way the core keeps the list, and sends nothing to who is on it.
    """

    opt_out_reply: Literal["us", "carrier"]


@runtime_checkable
class ShowsHooks(Protocol):
    """A carrier at whose side somebody must enter addresses of ours."""

    def hook_urls(self) -> Mapping[str, str]:
        """The exact URLs to enter, by what each takes: `message` for texts, `status` for receipts, or a name of its own.

        Made by `Context.webhook_url`, up to 8 of them. Asked once, when the carrier is built; no I/O. They may hold a
        secret: only an admin who asks for them sees them whole.
        """
        ...
