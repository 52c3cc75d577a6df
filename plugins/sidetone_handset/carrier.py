"""The carrier: what the core sends goes to a virtual phone, what a phone sends goes to the core."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Literal

from sidetone.domain.segments import segment
from sidetone.plugin import (
    Accepted,
    Context,
    Deferred,
    Health,
    InboundMessage,
    Limits,
    Outcome,
    Outgoing,
    PartyKind,
    Phone,
    PhoneText,
    Rejected,
    RejectKind,
    SidetoneError,
    State,
    UnknownPhone,
)
from sidetone_handset.behaviour import Behaviour
from sidetone_handset.memory import VirtualPhone
from sidetone_handset.network import Network, new_text
from sidetone_handset.settings import Settings


class HandsetCarrier:
    """Implements `Carrier` and `HasPhones`. Each segment of a text is a part with an id and receipts of its own."""

    splits: Literal["core", "carrier"] = "core"

    def __init__(self, settings: Settings, context: Context) -> None:
        self.limits = Limits(concurrency=32, deadline=settings.deadline)
        self._context = context
        self._network = Network(settings, context)

    async def start(self) -> None:
        """Find the phones of earlier runs again, and the texts on their way to them."""
        await self._network.start()

    async def stop(self) -> None:
        """Let go of the screens that wait for a change."""
        self._network.changes.end()

    async def health(self) -> Health:
        """Well, as long as it runs."""
        return Health(State.OK, f"{len(self._network.all())} virtual phones.")

    async def send(self, message: Outgoing) -> Outcome:
        """Bring a text to a phone, as the phone's behaviour says."""
        if message.recipient.kind is not PartyKind.E164:
            return Rejected(RejectKind.RECIPIENT, "not-a-phone", "Only a phone number can be texted here")
        try:
            return await self._send(message, await self._network.find_or_make(message.recipient.value))
        except UnknownPhone:
            return Rejected(RejectKind.RECIPIENT, UnknownPhone.code, "No virtual phone has this number")
        except SidetoneError as error:  # nothing was taken: see `Network.take`
            return Deferred(f"The virtual network took nothing: {error.message}", code=error.code)

    async def _send(self, message: Outgoing, phone: VirtualPhone) -> Outcome:
        behaviour = phone.behaviour
        if behaviour.delay:
            await self._context.clock.sleep(behaviour.delay)
        if refusal := _refusal(behaviour):
            return refusal
        now, count = self._context.clock.now(), len(message.segments.parts)
        text = new_text("in", message.sender, message.body, now, count)
        parts = tuple(f"{text.id}-{place}" for place in range(1, count + 1))
        if behaviour.silent:
            self._network.set_out(phone, await self._network.take(phone, text, ()))
            await asyncio.Event().wait()  # nobody ever answers; the core's deadline ends it
        held = await self._network.take(phone, text, parts)
        if behaviour.receipts == "early":
            await self._network.report_now(phone, held)
        self._network.set_out(phone, held)
        return Accepted(parts)

    async def phones(self) -> Sequence[Phone]:
        """All phones, in the order they were made."""
        return [_view(phone) for phone in self._network.all()]

    async def phone(self, number: str) -> Phone:
        """One phone; raises UnknownPhone."""
        return _view(self._network.find(number))

    async def text_from(self, number: str, to: str, body: str) -> PhoneText:
        """Let a phone text a number of ours; returns when the core has stored it. Raises UnknownPhone."""
        phone = self._network.find(number)
        text = new_text("out", to, body, self._context.clock.now(), len(segment(body).parts))
        await self._context.inbound(
            InboundMessage(carrier_id=text.id, sender=number, recipient=to, body=body, carrier_time=text.at)
        )
        await self._network.keep_sent(phone, text)
        return text

    async def behave(self, number: str, changes: Mapping[str, object]) -> Phone:
        """Change how a phone behaves; raises UnknownPhone or BadBehaviour."""
        phone = self._network.find(number)
        await self._network.change(phone, changes)
        return _view(phone)

    async def changed(self, since: int, timeout: float) -> int:  # noqa: ASYNC109 - a long poll, not a deadline
        """Wait until something differs from version `since`, at most `timeout` seconds; the version now."""
        return await self._network.changes.after(since, timeout)


def _refusal(behaviour: Behaviour) -> Outcome | None:
    if behaviour.reject:
        return Rejected(RejectKind(behaviour.reject), behaviour.reject, "This virtual phone was told to refuse texts")
    if behaviour.defer:
        return Deferred("This virtual phone was told to put texts off", code="defer")
    return None


def _view(phone: VirtualPhone) -> Phone:
    """The phone as people see it: what still waits in the network is not on it."""
    texts = sorted((held.text for held in phone.held if held.arrived), key=lambda text: text.at)
    return Phone(number=phone.number, name=phone.name, behaviour=phone.behaviour.as_object(), texts=texts)
