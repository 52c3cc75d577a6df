"""The settings of one Restcomm account."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from sidetone.plugin import BadConfig, Secret, setting

SHORTEST_HOOK_SECRET = 16
_URL_SAFE = re.compile(r"[A-Za-z0-9._~-]+")  # RFC 3986, 2.3: what stands in a path as it is
_HERE_OR_NEARBY = [
    ipaddress.ip_network(network)
    for network in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`[carriers.NAME]` with `type = "restcomm"`."""

    account_sid: str = setting(pattern="AC[0-9A-Fa-f]{32}", help="the account: AC and 32 hex digits")
    auth_token: Secret = setting(help="the account's token, or a password that it accepts")  # noqa: RUF009 - makes a field
    hook_secret: Secret = setting(  # noqa: RUF009 - makes a field
        help=f"what call-backs carry in their path: {SHORTEST_HOOK_SECRET} or more letters, digits, - . _ ~"
    )
    profile: Literal["restcomm"] = setting("restcomm", help="which member of the API's family is spoken to")
    base_url: str = setting(
        "https://cloud.restcomm.com/restcomm/2012-04-24", help="the API's address, up to and with its version"
    )
    allow_http: bool = setting(False, help="whether the token may cross a foreign network unencrypted")
    rate: float = setting(10.0, minimum=0, maximum=1000, help="most messages a second; 0 for no limit")
    concurrency: int = setting(8, minimum=1, maximum=64, help="most sends under way at once")
    deadline: float = setting(30.0, minimum=0.1, maximum=300, help="seconds until an unanswered send is unknown")
    connect_timeout: float = setting(
        10.0, minimum=0.05, maximum=60, help="seconds until a server that opens no connection counts as away"
    )
    longest_text: int = setting(
        0, minimum=0, maximum=10000, help="characters; 160 for a server that cuts longer texts, 0 for no limit"
    )


def check(settings: Settings) -> None:
    """Raise BadConfig with everything that the types alone do not say."""
    faults = [*_url_faults(settings), *_secret_faults(settings.hook_secret.reveal())]
    if settings.connect_timeout >= settings.deadline:
        faults.append(("connect_timeout", "must be shorter than `deadline`."))
    if faults:
        raise BadConfig(" ".join(f"`{key}` {fault}" for key, fault in faults))


def _url_faults(settings: Settings) -> list[tuple[str, str]]:
    try:
        url = urlsplit(settings.base_url)
        host, _port = url.hostname, url.port
    except ValueError:
        return [("base_url", "is not a URL.")]
    if url.scheme not in ("https", "http") or not host:
        return [("base_url", "must begin with https:// and a host.")]
    faults = []
    if url.username is not None or url.query or url.fragment:
        faults.append(("base_url", "must have no user, query or fragment; the token has its own setting."))
    if url.scheme == "http" and not settings.allow_http and not _is_here_or_nearby(host):
        remedy = "use https, or set `allow_http = true` if the way there is protected otherwise"
        faults.append(("base_url", f"would send the token unencrypted: {remedy}."))
    return faults


def _secret_faults(secret: str) -> list[tuple[str, str]]:
    if len(secret) >= SHORTEST_HOOK_SECRET and _URL_SAFE.fullmatch(secret):
        return []
    rule = f"must have {SHORTEST_HOOK_SECRET} or more characters, all of them letters, digits, - . _ or ~"
    return [("hook_secret", f"{rule}. Restcomm signs nothing, so this secret is all that keeps forgers out.")]


def _is_here_or_nearby(host: str) -> bool:
    """Whether a host is this machine or an address of a private network; a name is not looked up."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return any(address in network for network in _HERE_OR_NEARBY)
