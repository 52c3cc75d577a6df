"""The command `sidetone`, made to acknowledge texts before they are stored. Only to show that the ledger notices."""

import asyncio

from sidetone.cli.main import main
from sidetone.delivery.way_in import WayIn
from sidetone.domain.incoming import InboundMessage

LATE = 0.3  # seconds

_store = WayIn.inbound
_under_way: set[asyncio.Task[None]] = set()


async def acknowledge_first(way_in: WayIn, carrier: str, *messages: InboundMessage) -> None:
    """Say yes at once and store a little later."""
    _under_way.add(asyncio.create_task(store_late(way_in, carrier, *messages)))


async def store_late(way_in: WayIn, carrier: str, *messages: InboundMessage) -> None:
    await asyncio.sleep(LATE)
    await _store(way_in, carrier, *messages)


if __name__ == "__main__":
    WayIn.inbound = acknowledge_first  # type: ignore[assignment,method-assign]
    main()
