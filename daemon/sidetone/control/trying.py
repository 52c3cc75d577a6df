"""Commands that try a carrier both ways: a text out, and a call-back in."""

from secrets import token_hex

from msgspec.structs import replace

from sidetone.control.services import Services
from sidetone.delivery.carriers import Carriers
from sidetone.views import (
    HitsAsk,
    HitsView,
    HooksAsk,
    HookUrls,
    MessageDetail,
    MessageView,
    OddAsk,
    OddRow,
    ProbeAsk,
    ProbedAsk,
)


async def probe(services: Services, ask: ProbeAsk) -> MessageView:
    """Send a text by a carrier, from a number of its owner's; raises NotRunning, and what sending raises."""
    desk, sending = _desk(services), services.daemon().sending
    return await desk.probe(sending, ask.carrier, ask, viewer=None, once=None, correlation=token_hex(8))


async def probed(services: Services, ask: ProbedAsk) -> MessageDetail:
    """What became of it, without what it says, since any message can be asked for; raises NotRunning, NotFound."""
    return replace(await _desk(services).probed(int(ask.message)), body="")


async def hooks(services: Services, ask: HooksAsk) -> HookUrls:
    """The exact addresses to enter at a carrier; raises NotRunning, NotFound."""
    return await _desk(services).hook_urls(ask.carrier)


async def hits(services: Services, ask: HitsAsk) -> HitsView:
    """The call-backs that came for a carrier; raises NotRunning, NotFound."""
    return await _desk(services).hits(ask.carrier, ask.since, ask.wait)


async def odd(services: Services, ask: OddAsk) -> list[OddRow]:
    """What came by a carrier and nobody could read, as it came; raises NotRunning, NotFound."""
    return await _desk(services).odd_raw(ask.carrier)


def _desk(services: Services) -> Carriers:
    daemon = services.daemon()
    country = services.config().server.default_country
    return Carriers(services.store, daemon.host, daemon.parts, country, daemon.ways)
