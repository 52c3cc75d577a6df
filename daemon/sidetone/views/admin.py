"""What admins look at: the log of messages, jobs, sessions, and how everything is."""

from typing import Generic, Literal, TypeVar

from sidetone.views.base import Time, View
from sidetone.views.messaging import MessageDetail, Person

T = TypeVar("T")


class Listing(View, Generic[T], frozen=True, kw_only=True):
    """A page of a table that is sorted and filtered: `next` goes back as `after`, `total` rows are in all pages."""

    items: list[T]
    next: str | None
    seq: str
    total: int


class LoggedMessage(View, frozen=True, kw_only=True):
    """A message in the log; `body` only where it was asked for."""

    id: str
    at: Time
    direction: str
    number: str
    party: str | None
    status: str
    status_text: str
    carrier: str
    segments: int
    round: int
    author: str | None
    correlation: str
    body: str | None


class VerdictView(View, frozen=True, kw_only=True):
    """Where a message is, whose doing that is, whom to ask; `text` says it in sentences."""

    where: str
    fault: str
    ticket: Literal["none", "carrier", "own"]
    text: str


class LoggedDetail(View, frozen=True, kw_only=True):
    """One message with its whole life. `characters`: of its text, which is not in it."""

    message: LoggedMessage
    detail: MessageDetail
    verdict: VerdictView
    characters: int


class BodyView(View, frozen=True, kw_only=True):
    """What a message says."""

    body: str


class JobView(View, frozen=True, kw_only=True):
    """A job. `sentence`: what its last run said, or why that failed. `by_hand`: an admin may start it now."""

    name: str
    state: str
    sentence: str
    last_run_at: Time | None
    next_run_at: Time | None
    running: bool
    by_hand: bool


class OpenSession(View, frozen=True, kw_only=True):
    """A session that is open. `seen_at` is right to some minutes; `own`: the one that asks."""

    id: str
    user: Person
    kind: Literal["cookie", "bearer"]
    created_at: Time
    seen_at: Time
    ends_at: Time
    own: bool


class PartStanding(View, frozen=True, kw_only=True):
    """A part of the daemon and how it is; `code` and `values` say the same for other languages, where there is one."""

    name: str
    state: str
    sentence: str
    code: str
    values: dict[str, str]


class HourOfTraffic(View, frozen=True, kw_only=True):
    """The messages of an hour that begins `at`; `failed` are among those that went out."""

    at: Time
    inbound: int
    outbound: int
    failed: int


class Overview(View, frozen=True, kw_only=True):
    """Everything at a glance. `traffic`: the last 24 hours, the oldest first; `partial`: not all of it was counted.

    `unowned`: numbers without an owner. `waiting`, `sending`: messages in the queues and in carriers' hands.
    """

    version: str
    ready: bool
    parts: list[PartStanding]
    users: int
    numbers: int
    unowned: int
    admins: int
    sessions: int
    screens: int
    waiting: int
    sending: int
    traffic: list[HourOfTraffic]
    partial: bool
