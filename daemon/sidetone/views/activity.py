"""The activity list."""

from typing import Literal

from sidetone.views.base import Time, View
from sidetone.views.messaging import ListedName, PartyView, Person
from sidetone.views.people import OwnNumber


class ActivityRow(View, frozen=True, kw_only=True):
    """A conversation by its last message: when (`at`), which way and how it stands, by which own number, with whom.

    `contact` and `listed` are null for a party that nobody knows. `unread` above 0 is what the list shows under "New".
    """

    conversation_id: str
    kind: Literal["sms", "chat"]
    at: Time
    direction: Literal["inbound", "outbound"]
    status: str
    unread: int
    number: OwnNumber
    party: PartyView
    contact: Person | None
    listed: ListedName | None
    read_only: bool
    opted_out: bool
    blocked: bool


class ActivityView(View, frozen=True, kw_only=True):
    """GET /activity. `unread`: every message that the user has not read, for the badge, whatever is filtered."""

    items: list[ActivityRow]
    next: str | None
    seq: str
    unread: int
