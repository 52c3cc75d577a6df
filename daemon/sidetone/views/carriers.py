"""Carriers, as who looks after them sees them."""

from typing import Annotated, Literal

from msgspec import Meta

from sidetone.views.base import Ask, Id, Time, View


class OutcomeCount(View, frozen=True, kw_only=True):
    """How many attempts of the last hour ended so; `kind` says more of a refusal. `outcome` null: under way."""

    outcome: str | None
    kind: str
    count: int


class HookUrl(View, frozen=True, kw_only=True):
    """An address to enter at the carrier: `kind` is what it takes, in the plugin's word."""

    kind: str
    url: str


class CarrierView(View, frozen=True, kw_only=True):
    """A configured carrier.

    `standing`: what routes make of it: `sends`, `silent` (it sends, and no receipts come for what it took), `paused` after it failed until `tried_again_at`, `trial` (the next text
    finds out whether it is back), or `off` while its state forbids to give it any.
    `code` and `values` say the `sentence` for other languages, where there is one. `queue` says what holds its queue up,
    if something does. `rate`: messages a second, null for no limit. `waiting` messages are in its queue, the `oldest_waiting` since; `under_way` in its hands. `last_inbound_at` looks back 30
    days. `hooks` hide all that could be secret.
    """

    name: str
    type: str
    state: str
    sentence: str
    code: str
    values: dict[str, str]
    standing: Literal["sends", "silent", "paused", "trial", "off"]
    tried_again_at: Time | None
    queue: str
    rate: float | None
    concurrency: int
    longest_text: int | None
    waiting: int
    oldest_waiting: Time | None
    under_way: int
    outcomes: list[OutcomeCount]
    last_inbound_at: Time | None
    takes_hooks: bool
    hooks: list[HookUrl]


class HookUrls(View, frozen=True, kw_only=True):
    """The exact addresses, secrets and all."""

    items: list[HookUrl]


class HitView(View, frozen=True, kw_only=True):
    """A call-back that came. `kind`: which of our addresses, empty for none; `tls` null: nobody can say.

    `proven`, `understood`: what the plugin found, null where it did not look. `sentence` says what is wrong.
    """

    number: int
    at: Time
    remote: str
    tls: bool | None
    method: str
    kind: str
    status: int
    proven: bool | None
    understood: bool | None
    sentence: str


class HitsView(View, frozen=True, kw_only=True):
    """The last call-backs, oldest first; `count` goes back as `since` to wait for the next."""

    items: list[HitView]
    count: int


class OddView(View, frozen=True, kw_only=True):
    """Something authentic that came and that nobody could read: kept as it came, `size` octets of it."""

    id: Id
    at: Time
    content_type: str
    reason: str
    size: int


class OddRow(OddView, frozen=True, kw_only=True):
    """The same with what came, for the command line: as text where it is some, else in hexadecimal digits."""

    raw: str


class NewProbe(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /carriers/{name}/probes: a text to try a carrier with; `number` is the own number, else the first."""

    to: Annotated[str, Meta(min_length=1, max_length=64)]
    number: Annotated[str, Meta(max_length=64)] = ""
    body: Annotated[str, Meta(min_length=1, max_length=160)] = "A test of Sidetone. Please ignore it."


class ProbeAsk(NewProbe, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same from the command line."""

    carrier: Annotated[str, Meta(min_length=1, max_length=64)]


class ProbedAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What became of a probe."""

    message: Id


class HooksAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A carrier's addresses, from the command line."""

    carrier: Annotated[str, Meta(min_length=1, max_length=64)]


class OddAsk(HooksAsk, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came by a carrier and nobody could read."""


class HitsAsk(HooksAsk, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A carrier's call-backs after `since`, waiting up to `wait` seconds for one."""

    since: Annotated[int, Meta(ge=0, le=2**53)] = 0
    wait: Annotated[float, Meta(ge=0, le=30)] = 0
