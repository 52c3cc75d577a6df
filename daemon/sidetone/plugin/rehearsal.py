"""Building what the configuration names without running it: for `sidetone check` and `sidetone plugins`."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sidetone.clock import SystemClock
from sidetone.config.fault import ConfigError, Fault
from sidetone.config.shapes import CarrierSection, DirectorySection
from sidetone.domain.incoming import InboundMessage, Misunderstood, Receipt
from sidetone.egress.allowed import AddressRefused, Allowed, hosts
from sidetone.errors import StoreError
from sidetone.parts import Parts
from sidetone.plugin.context import Surroundings
from sidetone.plugin.directory_host import DirectoryHost
from sidetone.plugin.found import installed
from sidetone.plugin.host import Host
from sidetone.plugin.life import Life


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What is wrong with the sections, and why each carrier, or directory, that cannot be built cannot, by its name."""

    faults: tuple[Fault, ...]
    failures: Mapping[str, str]
    directory_failures: Mapping[str, str]


class _Nowhere:
    """Implements `WayIn` and `KeyValue` for plugins that are only built: nothing is kept."""

    async def inbound(self, carrier: str, *messages: InboundMessage) -> None:
        raise _not_kept()

    async def receipt(self, carrier: str, *receipts: Receipt) -> None:
        raise _not_kept()

    async def misunderstood(self, carrier: str, what: Misunderstood) -> None:
        raise _not_kept()

    async def get(self, key: str) -> bytes | None:
        raise _not_kept()

    async def put(self, key: str, value: bytes) -> None:
        raise _not_kept()

    async def delete(self, key: str) -> None:
        raise _not_kept()

    async def keys(self, prefix: str = "") -> list[str]:
        raise _not_kept()


def rehearse(
    sections: Mapping[str, CarrierSection],
    folder: Path,
    allowed: Allowed | None = None,
    directories: Mapping[str, DirectorySection] | None = None,
) -> Rehearsal:
    """Import and build what the sections name; types that are not installed are passed over.

    `folder` is where relative paths start; `allowed` is what the sections may speak to, where that is known.
    """
    known = installed()
    parts = Parts(logged=False)  # what is only looked at is not how the daemon is
    around = Surroundings(
        clock=SystemClock(),
        public_url="http://127.0.0.1",
        default_country="",
        config_dir=folder,
        way_in=_Nowhere(),
    )
    named = {name: section for name, section in sections.items() if section.type in known}
    host = Host(named, around=around, parts=parts, keep=lambda _: _Nowhere())
    books = {name: section for name, section in (directories or {}).items() if section.type in known}
    others = DirectoryHost(books, around=around, parts=parts, keep=lambda _: _Nowhere())
    for each in (host, others):
        with suppress(ConfigError):  # its faults are among the host's
            each.load()
    return Rehearsal(
        faults=(
            *host.faults,
            *others.faults,
            *_out_of_reach("carriers", sections, allowed),
            *_out_of_reach("directories", books, allowed),
        ),
        failures=_failures(host.running.values(), parts),
        directory_failures=_failures(others.running.values(), parts),
    )


def _failures(running: Iterable[Life], parts: Parts) -> dict[str, str]:
    sentences = {each.name: parts.get(each.part).sentence for each in running}
    return {name: why for name, why in sentences.items() if why}


def _out_of_reach(
    kind: str, sections: Mapping[str, CarrierSection] | Mapping[str, DirectorySection], allowed: Allowed | None
) -> Iterator[Fault]:
    """URLs that name an address which may not be spoken to; a name is looked up when it is used."""
    for section in sections.values() if allowed is not None else ():
        reach = allowed.also(section.table) if allowed is not None else Allowed()
        for key, host, port in hosts(section.table):
            try:
                reach.check(host, port)
            except AddressRefused as refused:
                place = section.table.places.get(key)
                what, _, remedy = str(refused).partition("; ")
                yield Fault(
                    key=f"{kind}.{section.name}.{key}", what=f"cannot be reached: {what}", remedy=remedy, place=place
                )
            except ValueError:
                continue


def _not_kept() -> StoreError:
    return StoreError("Nothing is kept while a plugin is only looked at.")
