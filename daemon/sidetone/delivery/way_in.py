"""The way in: texts and receipts from carriers, stored before the carrier is answered."""

from collections.abc import Callable
from dataclasses import replace

import structlog

from sidetone.delivery.untrusted import LONGEST_TEXT, clean, id_text, time, usable_receipt, whole_text
from sidetone.delivery.word_replies import WordReplies, nobody_answers
from sidetone.domain.fault import SidetoneError
from sidetone.domain.health import State
from sidetone.domain.incoming import InboundMessage, Misunderstood, Receipt
from sidetone.domain.phone import InvalidNumber, country_of, inbound_party, parse_number
from sidetone.domain.segments import segment
from sidetone.metrics.arrival import arrived
from sidetone.metrics.meters import Meters
from sidetone.parts import Parts
from sidetone.store import inbound, receipts
from sidetone.store.connection import Store, Txn
from sidetone.store.inbound import Arrival

log = structlog.get_logger("inbound")

LONGEST_BODY = 40_000  # characters: more than 255 segments hold


class WayIn:
    """What a plugin's context calls; every method returns after the commit and its fsync.

    `words` says what a text asks for; `wake` is called when an answer to it was queued.
    """

    def __init__(
        self,
        store: Store,
        parts: Parts,
        default_country: str,
        *,
        words: WordReplies | None = None,
        wake: Callable[[], None] = lambda: None,
        meters: Meters | None = None,
    ) -> None:
        self._meters = meters or Meters()
        self._store = store
        self._parts = parts
        self._country = default_country
        self._words = words or nobody_answers()
        self._wake = wake

    async def inbound(self, carrier: str, *messages: InboundMessage) -> None:
        """Store texts, in one transaction; one with an impossible number is kept raw beside them."""
        received = arrived(self._meters.clock.now())
        arrivals, odd = [], []
        for message in messages:
            try:
                arrivals.append(self._arrival(carrier, message, received))
            except SidetoneError as error:
                odd.append(_raw(message, str(error)))
            else:
                if "shortened" in arrivals[-1].flags:
                    odd.append(_raw(message, f"It has {len(message.body)} characters, more than a text can have."))
        kept, misunderstood = await self._store.write(
            _keep, carrier, arrivals, odd, drop_blocked=self._words.drop_blocked
        )
        new = [arrival.carrier_at for arrival, message_id in zip(arrivals, kept, strict=True) if message_id]
        self._meters.stored(carrier, received, new)
        if any(arrival.wish.word for arrival in arrivals):
            self._wake()
        dropped = kept.count(inbound.DROPPED)
        stored, repeated = len(new), kept.count(None)
        self._meters.inbound(carrier, stored=stored, repeated=repeated, dropped=dropped, misunderstood=len(odd))
        log.info("inbound", carrier=carrier, stored=stored, repeated=repeated, dropped=dropped, misunderstood=len(odd))
        self._flag(carrier, misunderstood)

    async def receipt(self, carrier: str, *receipts_: Receipt) -> None:
        """Store receipts and move the messages they speak of."""
        usable = [receipt for receipt in map(usable_receipt, receipts_) if receipt is not None]
        await self._store.write(_keep_receipts, carrier, usable)
        self._meters.receipts(carrier, [receipt.status for receipt in usable])
        log.info("receipt", carrier=carrier, count=len(usable), misunderstood=len(receipts_) - len(usable))

    async def misunderstood(self, carrier: str, what: Misunderstood) -> None:
        """Keep raw what the plugin could not read."""
        plain = replace(what, content_type=clean(what.content_type, 200), reason=clean(what.reason, LONGEST_TEXT))
        _, count = await self._store.write(_keep, carrier, [], [plain])
        self._meters.inbound(carrier, stored=0, repeated=0, dropped=0, misunderstood=1)
        log.warning("misunderstood", carrier=carrier, reason=plain.reason)
        self._flag(carrier, count)

    def _flag(self, carrier: str, count: int) -> None:
        if count:
            words = f"Sent by this carrier, not understood, and kept as it came: {count}."
            self._parts.set(f"inbound {carrier}", State.DEGRADED, words, code="inbound.misunderstood", n=count)

    def _arrival(self, carrier: str, message: InboundMessage, received: int) -> Arrival:
        recipient = _recipient(_text(message.recipient), self._country)
        sender = inbound_party(_text(message.sender), country_of(recipient) or self._country)
        body = whole_text(message.body)
        cut = segment(body[:LONGEST_BODY])
        return Arrival(
            carrier=carrier,
            carrier_id=id_text(message.carrier_id),
            carrier_at=time(message.carrier_time),
            received_at=received,
            sender=sender,
            recipient=recipient,
            body=body[:LONGEST_BODY],
            encoding=cut.encoding,
            segments=len(cut.parts),
            correlation=structlog.contextvars.get_contextvars().get("correlation", ""),
            flags=("shortened",) if len(body) > LONGEST_BODY else (),
            wish=self._words.wish(carrier, recipient, body, message.says),
        )


def _text(value: object) -> str:
    """A number as a carrier gives it: some give none, and what is none is no number."""
    return value if isinstance(value, str) else ""


def _recipient(text: str, country: str) -> str:
    """A number of ours as a carrier writes it, often without its +."""
    if text.startswith("+") or not text.isdigit():
        return parse_number(text, country)
    try:
        return parse_number(f"+{text}", country)
    except InvalidNumber:
        return parse_number(text, country)


def _keep(
    txn: Txn, carrier: str, arrivals: list[Arrival], odd: list[Misunderstood], *, drop_blocked: bool = False
) -> tuple[list[int | None], int]:
    """What became of each text, as `inbound.keep` says, and how many are kept raw if one was added now, else 0."""
    for what in odd:
        inbound.keep_misunderstood(txn, carrier, what)
    kept = inbound.keep(txn, arrivals, drop_blocked=drop_blocked)
    return kept, inbound.misunderstood(txn, carrier) if odd else 0


def _keep_receipts(txn: Txn, carrier: str, said: list[Receipt]) -> None:
    for receipt in said:
        receipts.keep(txn, carrier, receipt)


def _raw(message: InboundMessage, reason: str) -> Misunderstood:
    held = f"from={message.sender}\nto={message.recipient}\nid={message.carrier_id}\n\n{message.body}"
    raw = held.encode("utf-8", "surrogatepass")
    return Misunderstood(content_type="text/plain; charset=utf-8", raw=raw, reason=reason)
