"""Contacts."""

from typing import Annotated, Literal

from msgspec import Meta

from sidetone.views.base import Ask, View


class ContactNumber(View, frozen=True, kw_only=True):
    """A phone number of a contact with its type."""

    number: str
    display: str
    type: str


class ContactView(View, frozen=True, kw_only=True):
    """A person as a directory knows them. `source` is `personal` or a directory's name, `source_label` what people call it.

    Only a personal one can be changed; of the others `company` and `job` may be known.
    """

    id: str
    name: str
    source: str
    source_label: str
    company: str
    job: str
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
