"""A handset carrier on a clock and a memory of its own, which a test can restart."""

from collections.abc import Mapping
from typing import Any, cast

import sidetone_handset
from sidetone.domain.segments import segment
from sidetone.plugin import (
    Outcome,
    Outgoing,
    Party,
    PartyKind,
    ReceiptStatus,
)
from sidetone.plugin.context import Context
from sidetone.testing.carrier_contract import load
from sidetone.testing.clock import FakeClock
from sidetone.testing.context import Workbench
from sidetone_handset.carrier import HandsetCarrier

ADA, BOB, OURS = "+4915112345678", "+4915187654321", "+493012345678"
TABLE: Mapping[str, Any] = {"phones": [f"{ADA} Ada's phone", BOB]}


class Bench:
    """A daemon's worth of one handset carrier, which can be restarted on the same memory."""

    carrier: HandsetCarrier
    context: Context

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.workbench = Workbench(clock=self.clock)
        self.way_in = self.workbench.way_in

    async def start(self, **changes: object) -> None:
        self.context = self.workbench.context({**TABLE, **changes})
        self.carrier = cast(HandsetCarrier, load(sidetone_handset, self.context))
        await self.carrier.start()

    async def stop(self) -> None:
        await self.carrier.stop()
        await self.context.close()

    async def send(self, body: str = "hello", to: str = ADA, kind: PartyKind = PartyKind.E164) -> Outcome:
        return await self.carrier.send(
            Outgoing(
                reference="r",
                sender=OURS,
                recipient=Party(kind, to),
                body=body,
                segments=segment(body),
                valid_until=self.clock.now() + 1,
            )
        )

    async def bodies(self, number: str = ADA) -> list[str]:
        return [text.body for text in (await self.carrier.phone(number)).texts]

    def told(self) -> list[ReceiptStatus]:
        return [receipt.status for receipt in self.way_in.receipts]
