"""The carrier's side: takes texts and reports on them, brings texts, and repeats what was not answered."""

import asyncio
from collections.abc import Mapping
from itertools import count
from random import Random

from aiohttp import web

from chaos.axe import Axe
from chaos.ledger import Arrival, Ledger, Receipt
from durability.api import OWN_NUMBERS, Site
from sidetone.clock import SystemClock
from sidetone.testing.restcomm_calls import Called
from sidetone.testing.restcomm_far_side import Fault, RestcommFarSide
from sidetone.testing.restcomm_pages import Sms

BUSY = Fault(status=429, body=b"slow down")  # certainly not taken
STRANGERS = tuple(f"+1310555{n:04}" for n in range(301, 307))
SAID = (
    ("sent", "delivered"),
    ("delivered", "sent"),
    ("delivered", "delivered"),
    ("sent", "undelivered"),
    ("undelivered", "delivered"),
    ("delivered",),
    (),
)
SIGNS = ("", " é€", " \N{SNOWMAN}\N{THUMBS UP SIGN}", " long" * 60)


class CarrierSide(RestcommFarSide):
    """Speaks as Restcomm does; `axe` is that of the present life."""

    def __init__(self, ledger: Ledger, chance: Random) -> None:
        super().__init__(SystemClock())
        self.axe: Axe | None = None
        self._ledger = ledger
        self._chance = chance
        self._texts = count(1)

    async def _post_message(self, request: web.Request) -> web.StreamResponse:
        self._note("claimed")
        if self._chance.random() < 0.01:
            self.next(BUSY)
        answer = await super()._post_message(request)
        self._note("answered")
        return answer

    async def _take(self, form: Mapping[str, str]) -> Sms:
        sms = await super()._take(form)
        self._ledger.taken.append(sms)
        for status in self._chance.choice(SAID):
            self._ledger.receipts.setdefault((sms.sid, status), Receipt(sms, status))
        self._note("taken")
        if self._chance.random() < 0.2:
            await self._tell_early(sms)
        elif self._chance.random() < 0.3:
            await asyncio.sleep(self._chance.uniform(0, 0.03))
        sms.status = "sending"  # as the answer to a fresh text always says, whatever was reported already
        return sms

    async def _tell_early(self, sms: Sms) -> None:
        """Report before the send is answered."""
        for (sid, _), receipt in list(self._ledger.receipts.items())[-3:]:
            if sid == sms.sid:
                await self.say(receipt)
        self._note("told early")

    async def say(self, receipt: Receipt) -> bool:
        """Bring a receipt; whether it was acknowledged."""
        called = await self.report(receipt.sms, receipt.status)
        receipt.acknowledged |= self._heard(called, "a receipt")
        return called.status == 200

    def new_arrival(self) -> Arrival:
        """A text from outside that nobody has heard of."""
        body = f"inbound-{next(self._texts)}.{self._chance.choice(SIGNS)}"
        sms = self.text(self._chance.choice(STRANGERS), self._chance.choice(OWN_NUMBERS), body)
        self._ledger.arrivals[sms.sid] = Arrival(sms)
        return self._ledger.arrivals[sms.sid]

    async def bring(self, arrival: Arrival, url: str) -> bool:
        """Bring a text; whether it was acknowledged."""
        called = await self.deliver(arrival.sms, url)
        arrival.acknowledged |= self._heard(called, "a text")
        return called.status == 200

    def _heard(self, called: Called, what: str) -> bool:
        """Whether it was acknowledged; everything but a clean yes, or a connection cut by the axe, is a fault."""
        if called.status == 200 and called.notification is None:
            return True
        if self.axe is not None and not self.axe.fallen:
            self._ledger.fault(f"{what} was answered {called.status} ({called.notification})")
        return False

    def _note(self, moment: str) -> None:
        if self.axe is not None:
            self.axe.note(moment)


async def bring_texts(side: CarrierSide, site: Site, ledger: Ledger, chance: Random, axe: Axe) -> None:
    """Bring texts through a life: first what an earlier one did not acknowledge, then new ones, some more than once."""
    for arrival in [arrival for arrival in ledger.arrivals.values() if not arrival.acknowledged]:
        if axe.fallen or not await side.bring(arrival, site.message_hook):
            return
    while not axe.fallen:
        arrival = side.new_arrival()
        times = 2 if chance.random() < 0.15 else 1
        answers = await asyncio.gather(*(side.bring(arrival, site.message_hook) for _ in range(times)))
        axe.note("brought")
        if not all(answers):
            return
        if chance.random() < 0.1:
            old = chance.choice(list(ledger.arrivals.values()))
            await side.bring(old, site.message_hook)
        await asyncio.sleep(chance.expovariate(200))


async def report_receipts(side: CarrierSide, ledger: Ledger, chance: Random, axe: Axe) -> None:
    """Report through a life: what is owed, in no order, and sometimes again what was said before."""
    while not axe.fallen:
        owed = [receipt for receipt in ledger.receipts.values() if not receipt.acknowledged]
        chance.shuffle(owed)
        for receipt in owed[:20]:
            if axe.fallen or not await side.say(receipt):
                return
            axe.note("reported")
        if ledger.receipts and chance.random() < 0.2:
            await side.say(chance.choice(list(ledger.receipts.values())))
        await asyncio.sleep(chance.expovariate(100))
