"""Signatures of call-backs: whether a request comes from the service, found out before anything of it is parsed.

The scheme: base64 of an HMAC over the URL, followed for a form by each name in sorted order and with it each distinct
value in sorted order. With another body the URL carries `bodySHA256`, and only the URL is signed.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes, urlsplit, urlunsplit

from sidetone.plugin import WebhookRequest
from sidetone_restcomm.profiles import Signing

FORM = "application/x-www-form-urlencoded"
MOST_BYTES = 64 * 1024
MOST_FIELDS = 64
_PORTS = {"https": 443, "http": 80}
_ALGORITHMS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
_BODY_HASH = re.compile(r"(?:^|&)bodySHA256=([0-9a-fA-F]{64})(?=&|$)")


class NotAuthentic(Exception):
    """The request proves nothing. The message says why, as a clause for a person."""


class Verifier:
    """Knows an account's keys. `signing_key` is what the service signs with, `shared_key` one made for call-backs."""

    def __init__(self, signing: Signing, signing_key: str, shared_key: str = "") -> None:
        self._signing = signing
        self._signing_key = signing_key.encode()
        self._shared_key = shared_key.encode()

    def check(self, request: WebhookRequest) -> None:
        """Return only for a request that carries a right signature; raises NotAuthentic for any other."""
        given = next(filter(None, map(request.headers.get, self._signing.headers)), "")
        if not given:
            raise NotAuthentic("it carries no signature")
        key, algorithm = self._key(request)
        for url in spellings(request.url):
            for expected in self._expected(url.encode("utf-8", "surrogatepass"), request, key, algorithm):
                if hmac.compare_digest(expected, given.encode("utf-8", "surrogatepass")):
                    return
        raise NotAuthentic("its signature is wrong: another key, or another `public_url` than the service calls")

    def _key(self, request: WebhookRequest) -> tuple[bytes, str]:
        """What a request says that it is signed with; a shared key names itself and its algorithm in a header."""
        header = self._signing.settings_header
        said = _settings(request.headers.get(header) or "") if header else {}
        algorithm = said.get("algorithm", "HMAC_SHA1").upper()
        if algorithm not in _ALGORITHMS:
            raise NotAuthentic("it is signed with an algorithm that is not known here")
        if not said.get("key"):
            return self._signing_key, algorithm
        if not self._shared_key:
            raise NotAuthentic("it is signed with a shared key, and `shared_key` is not set")
        return self._shared_key, algorithm

    def _expected(self, url: bytes, request: WebhookRequest, key: bytes, algorithm: str) -> Iterator[bytes]:
        signed = _signed(url, request)
        if signed is not None:
            yield base64.b64encode(hmac.new(key, signed, _ALGORITHMS[algorithm]).digest())
        if self._signing.over_raw_body and request.method != "GET":
            yield hmac.new(key, url + request.body, "sha1").hexdigest().encode()


def spellings(url: str) -> tuple[str, ...]:
    """The URL without its port and with it: services sign either, whatever they were told to call."""
    parts = urlsplit(url)
    host = parts.netloc
    try:
        port = parts.port
    except ValueError:
        return (url,)
    bare = host.rpartition(":")[0] if port is not None else host
    ported = f"{bare}:{_PORTS.get(parts.scheme, 80) if port is None else port}"
    return tuple(urlunsplit(parts._replace(netloc=netloc)) for netloc in (bare, ported))


def _signed(url: bytes, request: WebhookRequest) -> bytes | None:
    """What the signature is made over; None for a body that it would not cover."""
    if request.method == "GET":
        return url
    kind = (request.headers.get("content-type") or FORM).partition(";")[0].strip().lower()
    if kind == FORM:
        pairs = _pairs(request.body)
        return None if pairs is None else url + b"".join(name + value for name, value in sorted(set(pairs)))
    told = _BODY_HASH.search(request.query)
    found = hashlib.sha256(request.body).hexdigest()
    return url if told and hmac.compare_digest(told[1].lower(), found) else None


def _pairs(raw: bytes) -> list[tuple[bytes, bytes]] | None:
    """A form's names and values as bytes, decoded and repeated as they came; None for one beyond all bounds."""
    if len(raw) > MOST_BYTES or raw.count(b"&") >= MOST_FIELDS:
        return None
    pairs = (pair.partition(b"=") for pair in raw.split(b"&") if pair)
    return [(_plain(name), _plain(value)) for name, _, value in pairs]


def _plain(text: bytes) -> bytes:
    return unquote_to_bytes(text.replace(b"+", b" "))


def _settings(header: str) -> dict[str, str]:
    said: dict[str, str] = {}
    for part in header.split(","):
        name, _, value = part.partition("=")
        if value.strip():
            said.setdefault(name.strip(), value.strip())
    return said
