"""Whom the signed-in user does not want to hear from."""

from sidetone.domain.phone import InvalidNumber
from sidetone.views import BlockView, NewBlock, Page
from sidetone.web.call import Answer, Call, Paged, cursor
from sidetone.web.routes import Routes

routes = Routes()


@routes.add("GET", "/me/blocks")
async def blocks(call: Call, query: Paged) -> Page[BlockView]:
    """Whom the user has blocked."""
    return await call.rooms.blocks.page(call.viewer, after=cursor(query.after), limit=query.limit)


@routes.add("POST", "/me/blocks", status=201, also=200, creates=True, errors=(InvalidNumber,))
async def add_block(call: Call, ask: NewBlock) -> Answer[BlockView]:
    """Block a party: its texts are kept and not shown; one that is blocked already is found (200)."""
    view, made = await call.rooms.blocks.add(call.viewer, ask, call.once)
    return Answer(view, status=201 if made else 200)


@routes.add("DELETE", "/me/blocks/{id}")
async def remove_block(call: Call) -> None:
    """Undo a block; what came meanwhile is shown."""
    await call.rooms.blocks.remove(call.viewer, call.id())
