"""Addresses to listen on and the URL that they are known by."""

import ipaddress
import re
from urllib.parse import urlsplit

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")


def split_address(text: str) -> tuple[str, int]:
    """`host:port` or `[v6]:port` as host and port. Raises ValueError for anything else."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port[:6]) > 65535:
        raise ValueError("no host:port")
    if host.startswith("[") and host.endswith("]"):
        return str(ipaddress.IPv6Address(host[1:-1])), int(port)
    if not _HOST.fullmatch(host):
        raise ValueError("no host:port")
    return host, int(port)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_address(text: str) -> bool:
    """Whether it is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def url_of(listen: str, *, tls: bool = False) -> str:
    """The URL of an address to listen on."""
    return f"http{'s' * tls}://{listen}"


def url_fault(url: str) -> str:
    """What is wrong with a public URL, as the remedy; empty when nothing is. `https` is needed off loopback."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "write a URL such as https://messages.example.com"
    if parts.scheme not in ("http", "https") or not host or parts.path not in ("", "/"):
        return "write scheme and host without a path, such as https://messages.example.com"
    if parts.username is not None or "?" in url or "#" in url or not url.isascii():
        return "write scheme and host alone, such as https://messages.example.com"
    if parts.scheme == "http" and not is_loopback(host):
        return "write https:// (a browser keeps no sign-in over http, except to this machine itself)"
    return ""
