"""The settings of one account."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from sidetone.plugin import BadConfig, Secret, setting
from sidetone_restcomm.faults import OVERRIDE
from sidetone_restcomm.profiles import PROFILES, Profile

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
    """`[carriers.NAME]` with `type = "restcomm"`. What is None or empty is the profile's own."""

    profile: Literal["restcomm", "twilio", "signalwire"] = setting("restcomm", help="which service is spoken to")
    account_sid: str = setting(help="the account's id")
    auth_token: Secret = setting(help="the account's token, or a password that it accepts")
    api_key: str = setting("", help="the id of an API key, whose secret `auth_token` then is")
    hook_secret: Secret = setting(
        help=f"what call-backs carry in their path: {SHORTEST_HOOK_SECRET} or more letters, digits, - . _ ~"
    )
    signing_key: Secret | None = setting(None, help="what call-backs are signed with, where it is not `auth_token`")
    shared_key: Secret | None = setting(None, help="the secret of a shared key that call-backs are signed with")
    base_url: str = setting("", help="the API's address, up to and with its version")
    allow_http: bool = setting(False, help="whether the token may cross a foreign network unencrypted")
    rate: float | None = setting(None, minimum=0, maximum=1000, help="most messages a second; 0 for no limit")
    concurrency: int = setting(8, minimum=1, maximum=64, help="most sends under way at once")
    deadline: float = setting(30.0, minimum=0.1, maximum=300, help="seconds until an unanswered send is unknown")
    connect_timeout: float = setting(
        10.0, minimum=0.05, maximum=60, help="seconds until a server that opens no connection counts as away"
    )
    longest_text: int = setting(0, minimum=0, maximum=10000, help="characters; 0 for what the service takes")
    splits: Literal["carrier", "core"] = setting("carrier", help="who cuts a long text into segments")
    poll_every: float = setting(
        300.0, minimum=0, maximum=86400, help="seconds between looks into the carrier's list; 0 for never"
    )
    error_kinds: tuple[str, ...] = setting((), pattern=OVERRIDE, help="a code and what it means, like 30003 = later")


def profile_of(settings: Settings) -> Profile:
    """The service that a section speaks to."""
    return PROFILES[settings.profile]


def signing_key(settings: Settings) -> str:
    """What call-backs are signed with; empty where it is not known. An API key's secret signs nothing."""
    signing = profile_of(settings).signing
    if settings.signing_key is not None:
        return settings.signing_key.reveal()
    if signing is None or signing.own_key or settings.api_key:
        return ""
    return settings.auth_token.reveal()


def check(settings: Settings) -> None:
    """Raise BadConfig with everything that the types alone do not say."""
    faults = [
        *_account_faults(settings, profile_of(settings)),
        *_signing_faults(settings, profile_of(settings)),
        *_url_faults(settings, profile_of(settings)),
        *_secret_faults(settings.hook_secret.reveal()),
    ]
    if settings.connect_timeout >= settings.deadline:
        faults.append(("connect_timeout", "must be shorter than `deadline`."))
    if faults:
        raise BadConfig(" ".join(f"`{key}` {fault}" for key, fault in faults))


def _account_faults(settings: Settings, profile: Profile) -> Iterator[tuple[str, str]]:
    if not profile.account_id.fullmatch(settings.account_sid):
        yield "account_sid", f"is not an id of {profile.name}: {profile.account_words}."
    if not settings.api_key:
        return
    if profile.api_key is None:
        yield "api_key", f"is nothing that {profile.name} knows; remove it."
    elif not profile.api_key.fullmatch(settings.api_key):
        yield "api_key", "is not an API key's id: SK and 32 hex digits."


def _signing_faults(settings: Settings, profile: Profile) -> Iterator[tuple[str, str]]:
    signing = profile.signing
    if signing is None and settings.signing_key is not None:
        yield "signing_key", f"is of no use: {profile.name} signs nothing. Remove it."
    if settings.shared_key is not None and (signing is None or not signing.settings_header):
        yield "shared_key", f"is nothing that {profile.name} knows; remove it."
    if signing is not None and not signing_key(settings):
        what = "the project's signing key" if signing.own_key else "the account's own token, since `api_key` is set"
        yield "signing_key", f"is missing: {what}. Without it nobody can tell a forged call-back from a real one."


def _url_faults(settings: Settings, profile: Profile) -> Iterator[tuple[str, str]]:
    base_url = settings.base_url or profile.base_url
    if not base_url:
        yield "base_url", f"is missing: it is like {profile.example_url}."
        return
    try:
        url = urlsplit(base_url)
        host, _port = url.hostname, url.port
    except ValueError:
        yield "base_url", "is not a URL."
        return
    if url.scheme not in ("https", "http") or not host:
        yield "base_url", "must begin with https:// and a host."
        return
    if url.username is not None or url.query or url.fragment:
        yield "base_url", "must have no user, query or fragment; the token has its own setting."
    if url.scheme == "http" and not settings.allow_http and not _is_here_or_nearby(host):
        remedy = "use https, or set `allow_http = true` if the way there is protected otherwise"
        yield "base_url", f"would send the token unencrypted: {remedy}."


def _secret_faults(secret: str) -> Iterator[tuple[str, str]]:
    if len(secret) < SHORTEST_HOOK_SECRET or not _URL_SAFE.fullmatch(secret):
        rule = f"must have {SHORTEST_HOOK_SECRET} or more characters, all of them letters, digits, - . _ or ~"
        yield "hook_secret", f"{rule}. It keeps strangers from the call-backs' address."


def _is_here_or_nearby(host: str) -> bool:
    """Whether a host is this machine or an address of a private network; a name is not looked up."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return any(address in network for network in _HERE_OR_NEARBY)
