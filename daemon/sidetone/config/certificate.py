"""The certificate that Sidetone serves by itself: where it is, whether its key fits, how long and for whom it counts.

PEM as in RFC 7468; the first certificate is the server's own, the rest its chain (RFC 8446, 4.4.2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sidetone.config.fault import Fault
from sidetone.config.secret_source import credential, exposure
from sidetone.config.section import groups_beside
from sidetone.config.shapes import ServerSettings
from sidetone.config.value import Wrong

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
    from cryptography.x509 import Certificate as X509

CERT, KEY = "tls_cert", "tls_key"
LARGEST = 1 << 20  # bytes of a file
SOON = 14 * 24 * 60 * 60 * 1000  # ms before the end of a certificate: by then every usual renewal has been tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The files. `guarded`: systemd keeps the key from others, and its mode means nothing."""

    cert: Path
    key: Path
    guarded: bool
    groups: frozenset[int]

    def stamp(self) -> tuple[tuple[int, ...], ...]:
        """What differs as soon as either file is another, or is readable for others. Raises OSError."""
        found = (self.cert.stat(), self.key.stat())
        return tuple((each.st_dev, each.st_ino, each.st_size, each.st_mtime_ns, each.st_ctime_ns) for each in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a certificate says: for which names and addresses, and from when to when (ms, UTC)."""

    names: tuple[str, ...]
    begins: int
    ends: int

    def counts_for(self, host: str) -> bool:
        """Whether it is for this host; a wildcard stands for one whole label (RFC 9525, 6.3)."""
        host = host.lower().rstrip(".")
        rest = host.partition(".")[2]
        return any(name == host or (name.startswith("*.") and rest and name[2:] == rest) for name in self.names)


def pair_of(server: ServerSettings, base: Path) -> Pair:
    """The files of settings that have TLS; `base` is the configuration's folder. Raises Wrong."""
    cert = server.tls_cert or credential(server.tls_cert_credential, base, f"{CERT}_credential")
    key = server.tls_key or credential(server.tls_key_credential, base, f"{KEY}_credential")
    return Pair(cert=cert, key=key, guarded=server.tls_key is None, groups=groups_beside(server.data_dir))


def read(pair: Pair) -> Certificate:
    """What the certificate says, once the pair can be served. Blocking. Raises Wrong with a sentence for an admin."""
    from cryptography import x509

    if not pair.guarded and (danger := _exposed(pair)):
        what, _, remedy = danger.partition("; ")
        raise Wrong(f"is a secret, and {what}", remedy, key=KEY)
    try:
        chain = x509.load_pem_x509_certificates(_bytes(pair.cert, CERT))
    except ValueError:
        raise Wrong(
            f"names {pair.cert}, which holds no certificate", "give a PEM file, chain included", key=CERT
        ) from None
    _match(_public_key(pair.key), chain, pair.cert)
    return _said_by(chain[0])


def troubles(server: ServerSettings, base: Path, now: int) -> Iterator[Fault]:
    """All that is wrong with the certificate of the settings, none where they have none; `now` is ms. Blocking."""
    if not server.tls:
        return
    try:
        found = read(pair_of(server, base))
    except Wrong as wrong:
        yield fault(wrong)
        return
    yield from ailments(found, server.public_url, now)


def ailments(certificate: Certificate, url: str, now: int) -> Iterator[Fault]:
    """Why browsers and carriers refuse it, or soon will; it can be served all the same."""
    host = urlsplit(url).hostname or ""
    if not certificate.counts_for(host):
        names = ", ".join(certificate.names[:5]) or "nobody"
        yield _told(f"is for {names} and not for {host}, the host of public_url", "get one for that name")
    if now < certificate.begins:
        yield _told(f"counts from {day(certificate.begins)} only", "look at this machine's clock")
    if now >= certificate.ends:
        yield _told(f"has expired on {day(certificate.ends)}: nobody accepts it", "renew it")
    elif certificate.ends - now < SOON:
        yield _told(f"expires on {day(certificate.ends)}", "renew it: its renewal seems to fail", note=True)


def fault(wrong: Wrong) -> Fault:
    """What is wrong with the pair, as a fault of the configuration."""
    return Fault(key=f"server.{wrong.key}", what=wrong.what, remedy=wrong.remedy)


def day(ms: int) -> str:
    """A date in UTC."""
    return str(datetime.fromtimestamp(ms / 1000, UTC).date())


def _told(what: str, remedy: str, *, note: bool = False) -> Fault:
    return Fault(key=f"server.{CERT}", what=what, remedy=remedy, note=note)


def _exposed(pair: Pair) -> str:
    try:
        return exposure(pair.key, pair.groups)
    except OSError:
        return ""  # reading it says why


def _bytes(path: Path, key: str) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise Wrong(f"names {path}, which is no file", "mend the path", key=key)
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        reason = error.strerror or "no answer"
        raise Wrong(f"names {path}, which cannot be read ({reason})", "make it, or mend the path", key=key) from None
    if len(raw) > LARGEST:
        raise Wrong(f"names {path}, which is larger than {LARGEST} bytes", "give a PEM file", key=key)
    return raw


def _public_key(path: Path) -> "PublicKeyTypes":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return load_pem_private_key(_bytes(path, KEY), None).public_key()
    except TypeError:
        raise Wrong(f"names {path}, which is encrypted", "give the key without a passphrase", key=KEY) from None
    except (ValueError, UnsupportedAlgorithm):
        raise Wrong(f"names {path}, which holds no key", "give the key as PEM", key=KEY) from None


def _match(key: "PublicKeyTypes", chain: "list[X509]", path: Path) -> None:
    matching = [place for place, each in enumerate(chain) if each.public_key() == key]
    if not matching:
        raise Wrong(f"does not belong to the certificate in {path}", "give the key that it was made for", key=KEY)
    if 0 not in matching:
        raise Wrong(f"names {path}, where the server's own certificate is not the first", "put it first", key=CERT)


def _said_by(found: "X509") -> Certificate:
    from cryptography import x509

    names: list[str] = []
    try:
        extension = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        pass  # the subject's common name counts no more (RFC 9525, 2)
    else:
        names += (name.lower() for name in extension.get_values_for_type(x509.DNSName))
        names += (str(address) for address in extension.get_values_for_type(x509.IPAddress))
    return Certificate(
        names=tuple(names),
        begins=int(found.not_valid_before_utc.timestamp() * 1000),
        ends=int(found.not_valid_after_utc.timestamp() * 1000),
    )
