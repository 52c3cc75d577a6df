"""Screens that are signed in and do nothing: connects them, prints how many, holds them until stdin ends."""

import asyncio
import sys

import msgspec
import uvloop

from bench.plan import Access
from bench.wire import WireError, open_screens


async def hold(access: Access, count: int) -> None:
    """Keep this many connected. Raises WireError when one is lost."""
    loop = asyncio.get_running_loop()
    lost: asyncio.Future[None] = loop.create_future()

    def lose(fault: WireError) -> None:
        if not lost.done():
            lost.set_exception(fault)

    screens = []
    for n in range(count):
        screens += await open_screens(_as_one_of(access, n), 1, lambda _: None, lose)
    print(len(screens), flush=True)
    until = loop.run_in_executor(None, sys.stdin.buffer.read)
    await asyncio.wait([lost, until], return_when=asyncio.FIRST_COMPLETED)
    for screen in screens:
        screen.close()
    if lost.done():
        lost.result()


def _as_one_of(access: Access, n: int) -> Access:
    if n >= len(access.tokens):
        return access
    return msgspec.structs.replace(access, headers={"Authorization": f"Bearer {access.tokens[n]}"})


def main() -> None:
    """How many is the argument, the access a line of JSON on stdin; a lost screen is a sentence on stderr."""
    access = msgspec.json.decode(sys.stdin.buffer.readline(), type=Access)
    try:
        uvloop.run(hold(access, int(sys.argv[1])))
    except (WireError, OSError, TimeoutError) as fault:
        sys.exit(f"{type(fault).__name__}: {fault}")


if __name__ == "__main__":
    main()
