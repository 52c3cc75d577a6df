"""Commands about clean-up and legal holds."""

from typing import Annotated, Literal

from msgspec import Meta

from sidetone.control.services import Services
from sidetone.views import Ask, HoldView, NewHold, Page, RetentionAnswer, RetentionAsk, RetentionView

END = (1 << 63) - 1


class RetentionViewAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long things are kept, and what the last runs did."""


class HoldsAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Holds before an id, the newest first."""

    before: Annotated[int, Meta(ge=0, le=END)] = END
    limit: Annotated[int, Meta(ge=1, le=500)] = 200
    state: Literal["in_force", "lifted", "all"] = "in_force"


class LiftAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A hold by its id."""

    id: Annotated[int, Meta(ge=1, le=END)]


class Lifted(Ask, frozen=True, kw_only=True):
    """It is done."""


async def view(services: Services, _ask: RetentionViewAsk) -> RetentionView:
    """How things stand."""
    return await services.retention.view()


async def clean_up(services: Services, ask: RetentionAsk) -> RetentionAnswer:
    """Let go what is due, or say what that is; raises RetentionRunning."""
    return await services.retention.ask(dry_run=ask.dry_run, clock_is_right=ask.clock_is_right)


async def holds(services: Services, ask: HoldsAsk) -> Page[HoldView]:
    """What is held."""
    return await services.holds.page(_country(services), before=ask.before, limit=ask.limit, state=ask.state)


async def hold(services: Services, ask: NewHold) -> HoldView:
    """Hold a conversation or a party; raises Invalid, InvalidNumber."""
    return await services.holds.add(ask, None, user_id=None, country=_country(services))


async def lift(services: Services, ask: LiftAsk) -> Lifted:
    """End a hold; raises NotFound."""
    await services.holds.lift(ask.id, None)
    return Lifted()


def _country(services: Services) -> str:
    return services.config().server.default_country
