"""Virtual phones, to try Sidetone with."""

import asyncio
from typing import Annotated

from msgspec import Meta

from sidetone.domain.phone import InvalidNumber, country_of, display, parse_number
from sidetone.errors import NotFound
from sidetone.people.render import time_text
from sidetone.plugin.guard import PluginFailed
from sidetone.plugin.phones import BadBehaviour, HasPhones, Phone, PhoneText, UnknownPhone
from sidetone.store import meta
from sidetone.store.idempotency import done_before, remember
from sidetone.views import Page, PhoneSends, PhonesView, PhoneTextView, PhoneView, View
from sidetone.web.call import Call, Query
from sidetone.web.routes import Routes

routes = Routes()

LONGEST_WAIT = 30.0


class HandsetCarrier(View, frozen=True):
    """A carrier that holds virtual phones."""

    name: str


class PhonesQuery(Query, frozen=True):
    """With `since` (a `version`) the answer waits up to `wait` seconds for something to change."""

    since: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    wait: Annotated[float, Meta(ge=0, le=LONGEST_WAIT)] = 0


@routes.add("GET", "/handset/carriers", right="handset")
async def handset_carriers(call: Call) -> Page[HandsetCarrier]:
    """The carriers that hold virtual phones."""
    found = sorted(name for name, each in call.rooms.host.carriers.items() if each.phones is not None)
    place = await call.rooms.store.read(meta.place)
    return Page(items=[HandsetCarrier(name=name) for name in found], next=None, seq=place)


@routes.add("GET", "/handset/{carrier}/phones", right="handset", errors=(PluginFailed,))
async def phones(call: Call, query: PhonesQuery) -> PhonesView:
    """The carrier's phones and what they hold."""
    carrier = _carrier(call)
    version = await _version(call, carrier, query)
    shown = [_phone_view(each, call.viewer.country) for each in await carrier.phones()]
    return PhonesView(items=shown, version=version, seq=await call.rooms.store.read(meta.place))


@routes.add("GET", "/handset/{carrier}/phones/{number}", right="handset", errors=(UnknownPhone, PluginFailed))
async def phone(call: Call) -> PhoneView:
    """One phone."""
    return _phone_view(await _carrier(call).phone(_number(call)), call.viewer.country)


@routes.add(
    "PATCH",
    "/handset/{carrier}/phones/{number}",
    right="handset",
    errors=(UnknownPhone, BadBehaviour, PluginFailed),
)
async def behave(call: Call, ask: dict[str, object]) -> PhoneView:
    """Change how a phone behaves; what can be set is what its `behaviour` shows."""
    return _phone_view(await _carrier(call).behave(_number(call), ask), call.viewer.country)


@routes.add("GET", "/handset/{carrier}/phones/{number}/messages", right="handset", errors=(UnknownPhone, PluginFailed))
async def texts(call: Call) -> Page[PhoneTextView]:
    """What a phone holds, oldest first."""
    found = await _carrier(call).phone(_number(call))
    place = await call.rooms.store.read(meta.place)
    return Page(items=[_text_view(text) for text in found.texts], next=None, seq=place)


@routes.add(
    "POST",
    "/handset/{carrier}/phones/{number}/messages",
    right="handset",
    status=201,
    creates=True,
    errors=(UnknownPhone, InvalidNumber, PluginFailed),
)
async def text_from(call: Call, ask: PhoneSends) -> PhoneTextView:
    """Text from a virtual phone to a number of ours; answered when Sidetone has stored it.

    Phones are the plugin's: a key is kept behind the text and not with it, and stands for the time of the text, which
    has no number of ours.
    """
    number = _number(call)
    to = parse_number(ask.to, country_of(number) or call.viewer.country)
    carrier, store, once = _carrier(call), call.rooms.store, call.once
    before = None if once is None else await store.write(done_before, once)
    if before is not None:
        return _text_view(_sent(await carrier.phone(number), to, ask.body, before))
    text = await carrier.text_from(number, to, ask.body)
    if once is not None:
        await store.write(remember, once, text.at)
    return _text_view(text)


def _sent(phone: Phone, to: str, body: str, at: int) -> PhoneText:
    """What a phone texted before; without an id when it has forgotten it."""
    for text in phone.texts:
        if (text.at, text.number, text.body) == (at, to, body):
            return text
    return PhoneText(id="", direction="out", number=to, body=body, at=at)


def _carrier(call: Call) -> HasPhones:
    running = call.rooms.host.carriers.get(call.segments["carrier"])
    if running is None or running.phones is None:
        raise NotFound("No carrier of this name has virtual phones.", hint="GET /handset/carriers lists them.")
    return running.phones


def _number(call: Call) -> str:
    number = call.segments["number"]
    return number if number.startswith("+") else f"+{number}"


async def _version(call: Call, carrier: HasPhones, query: PhonesQuery) -> int:
    """The version now, or after a change that is waited for; a server that stops waits for nothing."""
    if query.since is None or not query.wait:
        return await carrier.changed(-1, 0)
    change = asyncio.ensure_future(carrier.changed(query.since, query.wait))
    closing = asyncio.ensure_future(call.front.closing.wait())
    try:
        await asyncio.wait((change, closing), return_when=asyncio.FIRST_COMPLETED)
        return change.result() if change.done() else query.since
    finally:
        change.cancel()
        closing.cancel()


def _phone_view(phone: Phone, country: str) -> PhoneView:
    return PhoneView(
        number=phone.number,
        display=display(phone.number, country),
        name=phone.name,
        behaviour=dict(phone.behaviour),
        messages=[_text_view(text) for text in phone.texts],
    )


def _text_view(text: PhoneText) -> PhoneTextView:
    return PhoneTextView(
        id=text.id,
        direction=text.direction,
        number=text.number,
        body=text.body,
        at=time_text(text.at),
        segments=text.segments,
    )
