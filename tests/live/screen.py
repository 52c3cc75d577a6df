"""What a screen was told, for those who look at it."""

import json
from typing import Any

from delivery.stage import WatchedStore
from sidetone.live.feed import Subscription

Frame = dict[str, Any]


async def told(screen: Subscription, store: WatchedStore) -> list[Frame]:
    """What a screen gets until now; it leaves afterwards."""
    await store.calm()
    screen.close()
    return [json.loads(frame) async for frame in screen]


def seqs(frames: list[Frame]) -> list[int]:
    return [int(frame["seq"].split(":")[1]) for frame in frames if frame["type"] != "hello" and frame["seq"]]


def types(frames: list[Frame]) -> list[str]:
    return [frame["type"] for frame in frames]
