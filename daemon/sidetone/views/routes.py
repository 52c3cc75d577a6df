"""Which way a message would go."""

from typing import Annotated

from msgspec import Meta

from sidetone.views.base import Ask, View


class RouteAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text that is not sent: from a number of ours, to somebody."""

    sender: Annotated[str, Meta(min_length=1, max_length=64)]
    to: Annotated[str, Meta(min_length=1, max_length=64)]
    body: Annotated[str, Meta(min_length=1, max_length=4096)]


class SkippedRoute(View, frozen=True, kw_only=True):
    """A route that is not for this text, and why."""

    route: str
    why: str


class RouteCarrier(View, frozen=True, kw_only=True):
    """A carrier of the route: whether the text would take it now and why, and the number that it would leave from."""

    name: str
    taken: bool
    why: str
    number: str


class RouteView(View, frozen=True, kw_only=True):
    """The way of a text as things stand; `route` is empty where none fits and it goes by its number's own carrier."""

    sender: str
    to: str
    segments: int
    route: str
    skipped: list[SkippedRoute]
    carriers: list[RouteCarrier]


class WaysView(View, frozen=True, kw_only=True):
    """`able`: the carriers that can send now. `routes`: their names, in the order they are looked at."""

    able: list[str]
    routes: list[str]
