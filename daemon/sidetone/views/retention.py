"""Clean-up: how long things are kept, what must be kept longer, and what each run did."""

from typing import Annotated, Literal

from msgspec import Meta

from sidetone.views.base import Ask, Id, Time, View
from sidetone.views.messaging import PartyView, Person


class NumberPeriod(View, frozen=True, kw_only=True):
    """A number of ours (E.164) whose texts are kept for another time."""

    number: str
    sms_days: int


class RetentionPolicy(View, frozen=True, kw_only=True):
    """Days that things are kept, as configured; 0 is for ever. A shorter period counts when `grace_days` are over."""

    sms_days: int
    own: list[NumberPeriod]
    attempts_days: int
    raw_days: int
    audit_days: int
    grace_days: int


class RetentionReport(View, frozen=True, kw_only=True):
    """What went, or in a dry run would go.

    `…_before`: what is older is due, null where nothing ever is. `receipts`, `attempts` and `conversations` that go
    with their messages count as well. `held`: messages that stay only because of a legal hold. `audit`: rows of the audit. `bytes_given_back`: to
    the disk. `words`: what else is to be said.
    """

    sms_before: Time | None
    attempts_before: Time | None
    raw_before: Time | None
    audit_before: Time | None = None
    messages: int
    conversations: int
    attempts: int
    receipts: int
    raw: int
    held: int
    audit: int = 0
    bytes_given_back: int
    words: list[str]


class RetentionRun(View, frozen=True, kw_only=True):
    """One run. `refused`: nothing went, since the clock cannot be trusted; `stopped`: it ended early."""

    started_at: Time
    ended_at: Time
    dry_run: bool
    outcome: Literal["done", "stopped", "refused"]
    asked_by: Person | None
    report: RetentionReport


class RetentionView(View, frozen=True, kw_only=True):
    """GET /admin/retention. `waiting`: periods that were shortened and do not count yet. `runs`: newest first."""

    policy: RetentionPolicy
    waiting: list[str]
    running: bool
    clock_is_sure: bool
    runs: list[RetentionRun]


class RetentionAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /admin/retention. `clock_is_right`: an admin vouches for the machine's clock after a jump."""

    dry_run: bool = True
    clock_is_right: bool = False


class RetentionAnswer(View, frozen=True, kw_only=True):
    """`run` is null while it goes on; GET /admin/retention shows it when it is done."""

    run: RetentionRun | None


class HoldView(View, frozen=True, kw_only=True):
    """What must be kept: one conversation, or everything with a party; in force until `lifted_at`."""

    id: str
    conversation_id: str | None
    party: PartyView | None
    reason: str
    made_by: Person | None
    created_at: Time
    lifted_at: Time | None
    lifted_by: Person | None


class NewHold(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /admin/holds: a conversation or a party, and why."""

    reason: Annotated[str, Meta(min_length=1, max_length=200)]
    conversation_id: Id | None = None
    party: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
