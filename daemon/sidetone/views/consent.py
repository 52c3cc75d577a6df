"""Opt-outs and blocks: who must not be texted, and whom a user does not want to hear from."""

from typing import Annotated, Literal

from msgspec import Meta

from sidetone.views.base import Ask, Time, View
from sidetone.views.messaging import PartyView, Person
from sidetone.views.people import OwnNumber

OptOutSource = Literal["keyword", "carrier", "user", "admin", "import"]


class OptOutView(View, frozen=True, kw_only=True):
    """One opt-out, in force until `lifted_at`. `number` null: from any number of the company.

    `wording` is the word they texted, the carrier's words or a person's reason; `carrier` what it came through.
    `lifted_by` null beside a `lifted_at`: the party itself, by a word.
    """

    id: str
    party: PartyView
    number: OwnNumber | None
    source: OptOutSource
    wording: str
    carrier: str
    message_id: str | None
    made_by: Person | None
    created_at: Time
    lifted_at: Time | None
    lifted_by: Person | None
    lift_wording: str


class NewOptOut(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /opt-outs: a party in any spelling; without a number of ours it holds for the whole company."""

    party: Annotated[str, Meta(min_length=1, max_length=64)]
    number: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    wording: Annotated[str, Meta(max_length=200)] = ""


class ImportedOptOuts(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /opt-outs/import: a list kept elsewhere so far."""

    rows: Annotated[list[NewOptOut], Meta(min_length=1, max_length=500)]


class RefusedRow(View, frozen=True, kw_only=True):
    """A row that could not be taken, counted from 1, and why."""

    row: int
    reason: str


class ImportView(View, frozen=True, kw_only=True):
    """What became of the rows: `known` were in force before."""

    added: int
    known: int
    refused: list[RefusedRow]


class OptOutDecision(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /conversations/{id}/opt-out: what a text that may have meant STOP did mean."""

    decision: Literal["opted_out", "not_meant"]
    wording: Annotated[str, Meta(max_length=200)] = ""


class BlockView(View, frozen=True, kw_only=True):
    """A party whose texts the user is not shown; `word`: blocked by texting STOP to it."""

    id: str
    party: PartyView
    source: Literal["menu", "word"]
    created_at: Time


class NewBlock(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /me/blocks: a party in any spelling, or a sender's name as it is shown."""

    party: Annotated[str, Meta(min_length=1, max_length=64)]
