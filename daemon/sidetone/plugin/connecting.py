"""Trying what the configuration names against its far sides, for `sidetone check --connect`."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from sidetone.clock import SystemClock
from sidetone.config.fault import ConfigError
from sidetone.config.shapes import Config
from sidetone.domain.health import Health
from sidetone.domain.incoming import InboundMessage, Misunderstood, Receipt
from sidetone.egress.allowed import Allowed
from sidetone.errors import StoreError
from sidetone.parts import Parts
from sidetone.plugin.context import Surroundings
from sidetone.plugin.directory_host import DirectoryHost
from sidetone.plugin.host import Host
from sidetone.plugin.life import Life, Patience

LONGEST = Patience(start=15.0)  # somebody waits for it


class _Scratch:
    """Implements `WayIn` and `KeyValue` while a plugin is tried: what it keeps is forgotten with it.

    What comes in is refused, so that a far side that calls meanwhile does not take it for delivered.
    """

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}

    async def inbound(self, carrier: str, *messages: InboundMessage) -> None:
        raise _only_tried()

    async def receipt(self, carrier: str, *receipts: Receipt) -> None:
        raise _only_tried()

    async def misunderstood(self, carrier: str, what: Misunderstood) -> None:
        raise _only_tried()

    async def get(self, key: str) -> bytes | None:
        return self._values.get(key)

    async def put(self, key: str, value: bytes) -> None:
        self._values[key] = value

    async def delete(self, key: str) -> None:
        self._values.pop(key, None)

    async def keys(self, prefix: str = "") -> list[str]:
        return sorted(key for key in self._values if key.startswith(prefix))


async def connect(config: Config, patience: Patience = LONGEST) -> Mapping[str, Health]:
    """Start each carrier and directory as the daemon would, ask how it is, and end it; how each was, as `carriers.NAME`.

    Nothing is sent or stored. Takes bounded time whatever the plugins do; raises nothing for what they do.
    """
    around = Surroundings(
        clock=SystemClock(),
        public_url=config.server.public_url,
        default_country=config.server.default_country,
        config_dir=config.folder,
        data_dir=config.server.data_dir,
        way_in=_Scratch(),
        allowed=Allowed(config.server.allow_private),
    )
    host = Host(config.carriers, around=around, parts=Parts(), keep=lambda _: _Scratch(), patience=patience)
    others = DirectoryHost(
        config.directories, around=around, parts=Parts(), keep=lambda _: _Scratch(), patience=patience
    )
    for each in (host, others):
        with suppress(ConfigError):  # `check` tells of its faults
            each.load()
    lives: list[Life] = [*host.running.values(), *others.running.values()]
    try:
        found = await asyncio.gather(*(life.try_once() for life in lives))
        sections = [f"{each.sections}.{name}" for each in (host, others) for name in each.running]
        return dict(zip(sections, found, strict=True))
    finally:
        await asyncio.gather(host.stop(), others.stop())


def _only_tried() -> StoreError:
    return StoreError("Nothing is taken in while a plugin is only tried.")
