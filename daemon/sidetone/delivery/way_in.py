"""The way in: texts and receipts from carriers, stored before the carrier is answered."""

import structlog

from sidetone.domain.fault import SidetoneError
from sidetone.domain.health import State
from sidetone.domain.incoming import InboundMessage, Misunderstood, Receipt
from sidetone.domain.phone import InvalidNumber, country_of, inbound_party, parse_number
from sidetone.domain.segments import segment
from sidetone.parts import Parts
from sidetone.store import inbound, receipts
from sidetone.store.connection import Store, Txn
from sidetone.store.inbound import Arrival

log = structlog.get_logger("inbound")

LONGEST_BODY = 20_000  # characters: far above 255 segments


class WayIn:
    """What a plugin's context calls; every method returns after the commit and its fsync."""

    def __init__(self, store: Store, parts: Parts, default_country: str) -> None:
        self._store = store
        self._parts = parts
        self._country = default_country

    async def inbound(self, carrier: str, *messages: InboundMessage) -> None:
        """Store texts, in one transaction; one with an impossible number is kept raw beside them."""
        arrivals, odd = [], []
        for message in messages:
            try:
                arrivals.append(self._arrival(carrier, message))
            except SidetoneError as error:
                odd.append(_raw(message, str(error)))
        stored = await self._store.write(_keep, carrier, arrivals, odd)
        log.info("inbound", carrier=carrier, stored=stored, repeated=len(arrivals) - stored, misunderstood=len(odd))
        if odd:
            await self._flag(carrier)

    async def receipt(self, carrier: str, *receipts_: Receipt) -> None:
        """Store receipts and move the messages they speak of."""
        await self._store.write(_keep_receipts, carrier, receipts_)
        log.info("receipt", carrier=carrier, count=len(receipts_))

    async def misunderstood(self, carrier: str, what: Misunderstood) -> None:
        """Keep raw what the plugin could not read."""
        await self._store.write(inbound.keep_misunderstood, carrier, what)
        log.warning("misunderstood", carrier=carrier, reason=what.reason)
        await self._flag(carrier)

    async def _flag(self, carrier: str) -> None:
        count = await self._store.read(inbound.misunderstood, carrier)
        words = f"{count} things this carrier sent could not be understood; they are kept as they came."
        self._parts.set(f"inbound {carrier}", State.DEGRADED, words)

    def _arrival(self, carrier: str, message: InboundMessage) -> Arrival:
        recipient = _recipient(message.recipient, self._country)
        sender = inbound_party(message.sender, country_of(recipient) or self._country)
        body = message.body[:LONGEST_BODY].replace("\0", "").encode("utf-8", "replace").decode()
        cut = segment(body)
        return Arrival(
            carrier=carrier,
            carrier_id=message.carrier_id,
            carrier_at=message.carrier_time,
            sender=sender,
            recipient=recipient,
            body=body,
            encoding=cut.encoding,
            segments=len(cut.parts),
            correlation=structlog.contextvars.get_contextvars().get("correlation", ""),
        )


def _recipient(text: str, country: str) -> str:
    """A number of ours as a carrier writes it, often without its +."""
    if text.startswith("+") or not text.isdigit():
        return parse_number(text, country)
    try:
        return parse_number(f"+{text}", country)
    except InvalidNumber:
        return parse_number(text, country)


def _keep(txn: Txn, carrier: str, arrivals: list[Arrival], odd: list[Misunderstood]) -> int:
    for what in odd:
        inbound.keep_misunderstood(txn, carrier, what)
    return sum(message_id is not None for message_id in inbound.keep(txn, arrivals))


def _keep_receipts(txn: Txn, carrier: str, said: tuple[Receipt, ...]) -> None:
    for receipt in said:
        receipts.keep(txn, carrier, receipt)


def _raw(message: InboundMessage, reason: str) -> Misunderstood:
    held = f"from={message.sender}\nto={message.recipient}\nid={message.carrier_id}\n\n{message.body}"
    return Misunderstood(content_type="text/plain; charset=utf-8", raw=held.encode("utf-8", "replace"), reason=reason)
