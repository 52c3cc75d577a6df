"""Commands about users and numbers."""

from typing import Annotated

from msgspec import Meta

from sidetone.control.services import Services
from sidetone.views import Ask, NewNumber, NewUser, NumberChange, NumberView, Page, UserView

__all__ = [
    "NewNumber",
    "NewUser",
    "NumberChangeAsk",
    "PageAsk",
    "add_number",
    "add_user",
    "change_number",
    "list_numbers",
    "list_users",
]

MOST = 500


class PageAsk(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of a list that is ordered by id: what comes after one."""

    after: Annotated[int, Meta(ge=0, le=(1 << 63) - 1)] = 0
    limit: Annotated[int, Meta(ge=1, le=MOST)] = MOST


class NumberChangeAsk(NumberChange, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number of ours, in any spelling, and what of it is to be different."""

    number: Annotated[str, Meta(min_length=1, max_length=64)]


async def add_user(services: Services, ask: NewUser) -> UserView:
    """Add a user; raises as `Users.add` does."""
    return await services.users.add(ask)


async def list_users(services: Services, ask: PageAsk) -> Page[UserView]:
    """Users in the order they were added."""
    return await services.users.page(after=ask.after, limit=ask.limit)


async def add_number(services: Services, ask: NewNumber) -> NumberView:
    """Add a number; raises as `Numbers.add` does."""
    return await services.numbers.add(ask)


async def change_number(services: Services, ask: NumberChangeAsk) -> NumberView:
    """Change a number; raises as `Numbers.find` and `Numbers.change` do."""
    return await services.numbers.change(await services.numbers.find(ask.number), ask)


async def list_numbers(services: Services, ask: PageAsk) -> Page[NumberView]:
    """Numbers in the order they were added."""
    return await services.numbers.page(after=ask.after, limit=ask.limit)
