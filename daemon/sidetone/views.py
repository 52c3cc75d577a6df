"""What the API answers and asks: the types that parse requests, render answers and make the OpenAPI document.

Ids are strings outside; times are RFC 3339 UTC with milliseconds; numbers are E.164 in answers.
"""

from typing import Annotated, Generic, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

Id = Annotated[str, Meta(pattern="^[1-9][0-9]{0,18}$")]
Time = str
Role = Literal["user", "supervisor", "admin"]
T = TypeVar("T")


class View(Struct, kw_only=True, frozen=True):
    """Something the API answers."""


class Ask(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Something a client sends; an unknown field is refused."""


class Page(View, Generic[T], frozen=True, kw_only=True):
    """A list: `next` is the cursor of the following page in reading direction, `seq` the journal's place read at."""

    items: list[T]
    next: str | None
    seq: str


# People -------------------------------------------------------------------------------------------------------------


class SignIn(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /session."""

    username: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]
    token: bool = False


class SetUp(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /setup: the first admin, by the one-time link."""

    secret: Annotated[str, Meta(min_length=16, max_length=128)]
    username: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=8, max_length=256)]


class UserView(View, frozen=True, kw_only=True):
    """A person with a login."""

    id: str
    name: str
    display_name: str
    role: Role
    rights: list[str]
    extension: str | None
    country: str
    disabled: bool
    created_at: Time


class SessionView(View, frozen=True, kw_only=True):
    """A signed-in screen or API client; `token` only when it was asked for."""

    user: UserView
    expires_at: Time
    token: str | UnsetType = UNSET


class NewUser(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /users."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=8, max_length=256)]
    display_name: Annotated[str, Meta(max_length=128)] = ""
    role: Role = "user"
    rights: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=32)] = []
    extension: Annotated[str, Meta(max_length=32)] | None = None
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | None = None


class UserChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PATCH /users/{id}: what is absent stays."""

    display_name: Annotated[str, Meta(max_length=128)] | UnsetType = UNSET
    password: Annotated[str, Meta(min_length=8, max_length=256)] | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    rights: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=32)] | UnsetType = UNSET
    extension: Annotated[str, Meta(max_length=32)] | UnsetType | None = UNSET
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET


class Owner(View, frozen=True, kw_only=True):
    """Who a number belongs to."""

    kind: Literal["user", "service"]
    id: str
    name: str


class NumberView(View, frozen=True, kw_only=True):
    """A number of the company. `waiting`: texts that came before anyone owned it."""

    id: str
    number: str
    display: str
    label: str
    owner: Owner | None
    carrier: str
    waiting: int
    created_at: Time


class NewNumber(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /numbers."""

    number: Annotated[str, Meta(min_length=1, max_length=64)]
    carrier: Annotated[str, Meta(min_length=1, max_length=64)]
    label: Annotated[str, Meta(max_length=64)] = ""
    owner: Annotated[str, Meta(pattern="^(user|service):.{1,64}$")] | None = None


class NumberChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PATCH /numbers/{id}; `owner` null takes it away."""

    carrier: Annotated[str, Meta(min_length=1, max_length=64)] | UnsetType = UNSET
    label: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    owner: Annotated[str, Meta(pattern="^(user|service):.{1,64}$")] | UnsetType | None = UNSET


class OwnNumber(View, frozen=True, kw_only=True):
    """A number that the signed-in user may send from."""

    id: str
    number: str
    display: str
    label: str
    country: str


class Settings(View, frozen=True, kw_only=True):
    """What a user chose for the UI."""

    theme: Literal["system", "light", "dark"] = "system"
    language: str = ""
    drop_trunk_zero: bool = True


class SettingsChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PATCH /me: what is absent stays."""

    theme: Literal["system", "light", "dark"] | UnsetType = UNSET
    language: Annotated[str, Meta(max_length=16)] | UnsetType = UNSET
    drop_trunk_zero: bool | UnsetType = UNSET


class MeChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PATCH /me."""

    settings: SettingsChange


class Me(View, frozen=True, kw_only=True):
    """GET /me."""

    user: UserView
    rights: list[str]
    licences: list[str]
    numbers: list[OwnNumber]
    settings: Settings


# Conversations and messages -----------------------------------------------------------------------------------------


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


class Problem(View, frozen=True, kw_only=True):
    """Why a message failed or waits: whose fault, the carrier's own code and words."""

    kind: str
    code: str
    text: str


class MessageView(View, frozen=True, kw_only=True):
    """One utterance. `status_text` is the status in plain words; `from_number` is what it really left by or came to."""

    id: str
    conversation_id: str
    client_id: str | None
    direction: Literal["inbound", "outbound"]
    body: str
    status: str
    status_text: str
    created_at: Time
    updated_at: Time
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
    """A thread as one participant sees it; `title` is the party's name when a contact is known, else the number."""

    id: str
    kind: Literal["sms", "chat"]
    title: str
    number: OwnNumber
    party: PartyView
    contact: Person | None
    unread: int
    read_up_to: str | None
    favourite: bool
    muted: bool
    read_only: bool
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
    """POST /conversations/{id}/messages."""

    body: Annotated[str, Meta(min_length=1, max_length=4096)]


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
    """One line of a message's history in plain words."""

    at: Time
    text: str


class MessageDetail(MessageView, frozen=True, kw_only=True):
    """GET /messages/{id}: the whole history."""

    carrier_id: str | None
    attempts: list[AttemptView]
    receipts: list[ReceiptView]
    history: list[Step]


# Contacts -----------------------------------------------------------------------------------------------------------


class ContactNumber(View, frozen=True, kw_only=True):
    """A phone number of a contact with its type."""

    number: str
    display: str
    type: str


class ContactView(View, frozen=True, kw_only=True):
    """A person as a directory knows them."""

    id: str
    name: str
    source: str
    numbers: list[ContactNumber]


class NewContactNumber(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number of a new contact, in any spelling."""

    number: Annotated[str, Meta(min_length=1, max_length=64)]
    type: Literal["mobile", "business", "home", "fax", "other"] = "mobile"


class NewContact(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /contacts, PATCH /contacts/{id}: a personal contact."""

    name: Annotated[str, Meta(min_length=1, max_length=128)]
    numbers: Annotated[list[NewContactNumber], Meta(min_length=1, max_length=16)]


class Lookup(View, frozen=True, kw_only=True):
    """GET /contacts/lookup: what a number typed anyhow becomes, and whose it is."""

    number: str
    display: str
    kind: Literal["e164", "short"]
    contact: ContactView | None


# Handset ------------------------------------------------------------------------------------------------------------


class PhoneTextView(View, frozen=True, kw_only=True):
    """A text on a virtual phone; `in` came to the phone."""

    id: str
    direction: Literal["in", "out"]
    number: str
    body: str
    at: Time
    segments: int


class PhoneView(View, frozen=True, kw_only=True):
    """A virtual phone."""

    number: str
    display: str
    name: str
    behaviour: dict[str, object]
    messages: list[PhoneTextView]


class PhonesView(View, frozen=True, kw_only=True):
    """GET /handset/{carrier}/phones; `version` goes back as `since` to wait for a change."""

    items: list[PhoneView]
    version: int
    next: None = None


class PhoneSends(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /handset/{carrier}/phones/{number}/messages."""

    to: Annotated[str, Meta(min_length=1, max_length=64)]
    body: Annotated[str, Meta(min_length=1, max_length=4096)]


class ProblemDocument(View, frozen=True, kw_only=True):
    """RFC 9457. `code` is stable; `hint` says what to do; `request` finds it in the log."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    hint: str
    request: str
    field: str = ""
