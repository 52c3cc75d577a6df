"""Conversations and messages."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from sidetone.views.base import Ask, Id, Time, View
from sidetone.views.people import OwnNumber


class PartyView(View, frozen=True, kw_only=True):
    """Who is outside; `display` is the number as people of the user's country write it."""

    kind: Literal["e164", "short", "alpha"]
    value: str
    display: str
    answerable: bool


class Person(View, frozen=True, kw_only=True):
    """A user or a contact, by name."""

    id: str
    name: str


class ListedName(View, frozen=True, kw_only=True):
    """Whom a directory knows under a party's number: `name`, and how many `others` of that directory share it.

    `directory` is the directory's name, `label` what people call it.
    """

    contact_id: str
    name: str
    directory: str
    label: str
    others: int


class Problem(View, frozen=True, kw_only=True):
    """Why a message failed or waits: whose fault, the carrier's own code and words."""

    kind: str
    code: str
    text: str


class MessageView(View, frozen=True, kw_only=True):
    """One utterance. `status_text` is the status in plain words; `from_number` is what it really left by or came to.

    `send_at` is the time that a `scheduled` one waits for; `scheduled_id` is the id that a sent one waited under.
    """

    id: str
    conversation_id: str
    client_id: str | None
    direction: Literal["inbound", "outbound"]
    body: str
    status: str
    status_text: str
    created_at: Time
    updated_at: Time
    send_at: Time | None
    scheduled_id: str | None
    author: Person | None
    encoding: Literal["gsm7", "ucs2"]
    segments: int
    from_number: str
    carrier: str
    round: int
    retryable: bool
    cancellable: bool
    flags: list[str]
    problem: Problem | None


class ConversationView(View, frozen=True, kw_only=True):
    """A thread as one participant sees it; `title` is the party's name when one is known, else the number.

    `contact` is the user's own contact, whose name goes before that of a directory, `listed`.
    `opted_out`: the party wants no texts from this number, so none can be sent. `maybe_opt_out`: a text of theirs may
    mean so, and a person should say. `blocked`: the user has blocked the party and sees nothing new of it.
    """

    id: str
    kind: Literal["sms", "chat"]
    title: str
    number: OwnNumber
    party: PartyView
    contact: Person | None
    listed: ListedName | None
    unread: int
    read_up_to: str | None
    favourite: bool
    muted: bool
    read_only: bool
    opted_out: bool
    maybe_opt_out: bool
    blocked: bool
    created_at: Time
    last_message: MessageView | None


class NewConversation(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /conversations; `from` is a number of ours, needed when the user has several."""

    kind: Literal["sms"]
    to: Annotated[str, Meta(min_length=1, max_length=64)]
    from_: Annotated[str, Meta(max_length=64)] | None = msgspec.field(default=None, name="from")


class ConversationChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PATCH /conversations/{id}: what is absent stays."""

    favourite: bool | UnsetType = UNSET
    muted: bool | UnsetType = UNSET


class NewMessage(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /conversations/{id}/messages; `send_at` (RFC 3339 with its offset) sends it later."""

    body: Annotated[str, Meta(min_length=1, max_length=4096)]
    send_at: Annotated[datetime, Meta(tz=True)] | None = None


class MessageChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PATCH /messages/{id}: another text or time for a scheduled one; `send_at` null sends it now."""

    body: Annotated[str, Meta(min_length=1, max_length=4096)] | UnsetType = UNSET
    send_at: Annotated[datetime, Meta(tz=True)] | UnsetType | None = UNSET


class ReadUpTo(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PUT /conversations/{id}/read: the newest message that was read."""

    up_to: Id


class ReadView(View, frozen=True, kw_only=True):
    """How far a conversation was read."""

    conversation_id: str
    read_up_to: str | None
    unread: int


class PartView(View, frozen=True, kw_only=True):
    """One segment that the carrier counts by itself."""

    position: int
    carrier_id: str | None
    status: str


class AttemptView(View, frozen=True, kw_only=True):
    """One try to hand the message to a carrier; `outcome` null while it is under way."""

    id: str
    round: int
    carrier: str
    reference: str
    started_at: Time
    finished_at: Time | None
    outcome: Literal["accepted", "rejected", "deferred", "unknown"] | None
    kind: str
    code: str
    text: str
    parts: list[PartView]


class ReceiptView(View, frozen=True, kw_only=True):
    """What the carrier said later; `times` counts how often it said the same."""

    carrier: str
    carrier_id: str
    status: str
    code: str
    text: str
    received_at: Time
    carrier_at: Time | None
    times: int


class Step(View, frozen=True, kw_only=True):
    """One line of a message's history in plain words.

    `code` and `values` say the same for other languages: `stored`, `again`, `received`, `attempt.OUTCOME` (`under_way`
    without one), `receipt.STATUS`, `flag.NAME`, `now` and `wait.REASON`. Of the values, `text` is a carrier's own words.
    """

    at: Time
    text: str
    code: str
    values: dict[str, str]


class WaitView(View, frozen=True, kw_only=True):
    """What a queued message waits for: its `turn`, its own `retry`, an `earlier` message, or its `carrier`.

    `sentence`: how a carrier is that does not work. `next_try_at`: null where nothing but time is known to stand ahead.
    """

    reason: Literal["turn", "retry", "earlier", "carrier"]
    carrier: str
    sentence: str
    next_try_at: Time | None


class MessageDetail(MessageView, frozen=True, kw_only=True):
    """GET /messages/{id}: the whole history."""

    carrier_id: str | None
    attempts: list[AttemptView]
    receipts: list[ReceiptView]
    history: list[Step]
    waits: WaitView | None
