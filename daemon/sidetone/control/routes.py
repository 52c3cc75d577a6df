"""The command that says which way a text would go."""

from sidetone.control.services import Services
from sidetone.delivery.explain import explain as explained
from sidetone.views import RouteAsk, RouteView


async def explain(services: Services, ask: RouteAsk) -> RouteView:
    """The way of a text as things stand; raises NotRunning, NotFound, InvalidNumber."""
    country = services.config().server.default_country
    return await explained(services.store, services.daemon().ways(), ask, country)
