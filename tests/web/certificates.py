"""Real certificates of a certificate authority that lives as long as a test run."""

import functools
import ssl
from datetime import datetime
from pathlib import Path

import trustme

HOST = "messages.example.com"


@functools.cache
def authority() -> trustme.CA:
    return trustme.CA()


def write(folder: Path, *names: str, begins: datetime | None = None, ends: datetime | None = None) -> None:
    """Put `cert.pem` and `key.pem` into a folder, in place of those that are there."""
    made = authority().issue_cert(*(names or (HOST, "127.0.0.1")), not_before=begins, not_after=ends)
    put(folder / "key.pem", made.private_key_pem.bytes())
    put(folder / "cert.pem", b"".join(each.bytes() for each in made.cert_chain_pems))


def put(path: Path, content: bytes) -> None:
    """As renewals do it: a new file takes the old one's place."""
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_bytes(content)
    new.replace(path)


def trusting() -> ssl.SSLContext:
    """What a client that trusts the authority verifies with."""
    context = ssl.create_default_context()
    authority().configure_trust(context)
    return context
