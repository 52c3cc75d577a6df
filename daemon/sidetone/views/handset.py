"""Virtual phones."""

from typing import Annotated, Literal

from msgspec import Meta

from sidetone.views.base import Ask, Time, View


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
    seq: str


class PhoneSends(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /handset/{carrier}/phones/{number}/messages."""

    to: Annotated[str, Meta(min_length=1, max_length=64)]
    body: Annotated[str, Meta(min_length=1, max_length=4096)]
