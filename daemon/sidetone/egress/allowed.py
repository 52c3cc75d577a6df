"""To which addresses anything may be sent: the public ones, and those that the admin names."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SETTING = "[server] allow_private"
_PORTS = {"http": 80, "https": 443}
_LOCALHOST = ("127.0.0.1", "::1")


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(text) for text in texts)


# Where a cloud tells a machine its own secrets: allowed only by its very address, never by a network around it.
_METADATA = _networks(
    "169.254.169.254/32", "169.254.170.2/32", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32",
    "fd00:ec2::254/128", "fd20:ce::254/128",
)  # fmt: skip
# The special-purpose registries of IANA (RFC 6890); of IPv6 everything outside of 2000::/3 is special.
_SPECIAL = _networks(
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
)  # fmt: skip
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class AddressRefused(OSError):
    """Nothing is sent to this address; the text is words for an admin, and `errno` is None."""


class Allowed:
    """Which addresses may be spoken to: every public one, `private` networks, and single targets (address, port)."""

    def __init__(self, private: Iterable[str] = (), targets: Iterable[tuple[str, int]] = ()) -> None:
        self._private = tuple(ipaddress.ip_network(text) for text in private)
        self._targets = frozenset((plain(address), port) for address, port in targets)

    def also(self, table: Mapping[str, Any]) -> "Allowed":
        """The same, and the addresses that stand literally in the URLs of a section: who wrote them means them."""
        more = Allowed()
        more._private = self._private
        more._targets = self._targets | {(plain(address), port) for address, port in _written(table)}
        return more

    def check(self, address: str, port: int) -> None:
        """Raise AddressRefused unless the address may be spoken to; it is one, not a name."""
        found = plain(address)
        metadata = _within(found, _METADATA)
        if metadata and any(found in net and net.num_addresses == 1 for net in self._private):
            return
        if metadata or not _is_public(found):
            if not metadata and ((found, port) in self._targets or _within(found, self._private)):
                return
            kind = "where clouds keep secrets" if metadata else "no public address"
            raise AddressRefused(f'{found} is {kind}; to allow it: {SETTING} = ["{found}"]')


def plain(address: str) -> Address:
    """The address that is meant: an IPv4 one that an IPv6 one only wraps, without a zone. Raises ValueError."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        wrapped = found.ipv4_mapped
        if wrapped is None and found in _NAT64:
            wrapped = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        return wrapped or found
    return found


def is_network(text: str) -> bool:
    """Whether it is an address, or a network like 10.0.0.0/8."""
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def hosts(table: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Each key of a section that holds a URL, with its host and port."""
    for key, value in table.items():
        try:
            url = urlsplit(value if isinstance(value, str) else "")
            port = url.port or _PORTS.get(url.scheme, 0)
        except ValueError:
            continue
        if url.hostname and port:
            yield key, url.hostname, port


def _written(table: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for _, host, port in hosts(table):
        for address in _LOCALHOST if host == "localhost" else (host,):
            try:
                plain(address)
            except ValueError:
                continue
            yield address, port


def _is_public(address: Address) -> bool:
    return not _within(address, _SPECIAL) and (address.version == 4 or address in _GLOBAL_V6)


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)
