"""Where a request really comes from."""

from collections.abc import Collection
from ipaddress import ip_address

from aiohttp import web

_MOST_HOPS = 16


def client_address(request: web.BaseRequest, trusted: Collection[str]) -> str:
    """The client's IP address: the peer's, or what trusted proxies say (X-Forwarded-For, read from its end)."""
    peer = request.remote or ""
    if peer not in trusted:
        return peer
    hops = [hop.strip() for line in request.headers.getall("X-Forwarded-For", []) for hop in line.split(",")]
    for hop in reversed(hops[-_MOST_HOPS:]):
        try:
            peer = str(ip_address(hop))
        except ValueError:
            return peer  # what stands further left is hearsay of something that is no address
        if peer not in trusted:
            return peer
    return peer


def came_encrypted(request: web.BaseRequest, trusted: Collection[str]) -> bool | None:
    """Whether it came by TLS, to us or to a trusted proxy (X-Forwarded-Proto); None where the proxy does not say."""
    if request.secure:
        return True
    if request.remote not in trusted:
        return False
    said = request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower()
    return said == "https" if said else None
