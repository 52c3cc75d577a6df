"""Screens that are signed in and do nothing: connects them, prints how many, holds them until stdin ends."""

import asyncio
import sys

import msgspec
import uvloop

from bench.plan import Plan
from bench.wire import WireError, open_screens


async def hold(plan: Plan) -> None:
    """Keep `plan.screens` connected; a lost one ends the program with a sentence."""
    loop = asyncio.get_running_loop()
    lost: asyncio.Future[None] = loop.create_future()

    def lose(fault: WireError) -> None:
        if not lost.done():
            lost.set_exception(fault)

    screens = await open_screens(plan.access, plan.screens, lambda _: None, lose)
    print(len(screens), flush=True)
    until = loop.run_in_executor(None, sys.stdin.buffer.read)
    await asyncio.wait([lost, until], return_when=asyncio.FIRST_COMPLETED)
    for screen in screens:
        screen.close()
    if lost.done():
        lost.result()


def main() -> None:
    """The plan is the only argument, as JSON."""
    plan = msgspec.json.decode(sys.argv[1], type=Plan)
    try:
        uvloop.run(hold(plan))
    except (WireError, OSError, TimeoutError) as fault:
        sys.exit(f"{type(fault).__name__}: {fault}")


if __name__ == "__main__":
    main()
