"""Searching."""

from sidetone.views.base import View
from sidetone.views.contacts import ContactView
from sidetone.views.messaging import MessageView, PartyView
from sidetone.views.people import OwnNumber


class SnippetPiece(View, frozen=True, kw_only=True):
    """A stretch of a text; `hit` when it is what was looked for."""

    text: str
    hit: bool


class FoundMessage(View, frozen=True, kw_only=True):
    """A message that holds what was looked for. `title`, `number`, `party` are its conversation's."""

    message: MessageView
    title: str
    number: OwnNumber
    party: PartyView
    snippet: list[SnippetPiece]


class SearchView(View, frozen=True, kw_only=True):
    """GET /search: messages, newest first, and on the first page contacts.

    `next` may be there although a page is not full: `complete` is false when the time for one answer was over before
    everything was looked at. `behind`: messages that are too new to be found yet.
    """

    items: list[FoundMessage]
    contacts: list[ContactView]
    next: str | None
    seq: str
    complete: bool
    behind: int
