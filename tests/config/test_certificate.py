"""What is said of a certificate and its key before anybody is served with them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from sidetone.config.certificate import Certificate, pair_of, read, troubles
from sidetone.config.fault import ConfigError
from sidetone.config.load import load
from sidetone.config.shapes import ServerSettings
from web.certificates import HOST, authority, put, write

NOW = datetime(2027, 1, 15, tzinfo=UTC)


def settings(folder: Path, **given: object) -> ServerSettings:
    named = {"tls_cert": folder / "cert.pem", "tls_key": folder / "key.pem"} | given
    return ServerSettings(public_url=f"https://{HOST}", default_country="DE", data_dir=folder, **named)  # type: ignore[arg-type]


def said(folder: Path, **given: object) -> list[str]:
    found = troubles(settings(folder, **given), folder, int(NOW.timestamp() * 1000))
    return [str(fault).replace(str(folder), "~") for fault in found]


def test_a_good_pair(tmp_path: Path) -> None:
    write(tmp_path)
    assert said(tmp_path) == []


def test_without_tls_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert said(tmp_path, tls_cert=None, tls_key=None) == []


def test_expired(tmp_path: Path) -> None:
    write(tmp_path, ends=datetime(2027, 1, 14, tzinfo=UTC))
    assert said(tmp_path) == ["server.tls_cert has expired on 2027-01-14: nobody accepts it; renew it."]


def test_expiring_is_a_note(tmp_path: Path) -> None:
    write(tmp_path, ends=datetime(2027, 1, 28, tzinfo=UTC))
    (found,) = troubles(settings(tmp_path), tmp_path, int(NOW.timestamp() * 1000))
    assert (found.note, str(found)) == (
        True,
        "server.tls_cert expires on 2027-01-28; renew it: its renewal seems to fail.",
    )
    write(tmp_path, ends=datetime(2027, 1, 29, 1, tzinfo=UTC))
    assert said(tmp_path) == []


def test_not_yet(tmp_path: Path) -> None:
    write(tmp_path, begins=datetime(2027, 2, 1, tzinfo=UTC))
    assert said(tmp_path) == ["server.tls_cert counts from 2027-02-01 only; look at this machine's clock."]


def test_of_another_name(tmp_path: Path) -> None:
    write(tmp_path, "sms.example.com", "www.example.com")
    assert said(tmp_path) == [
        "server.tls_cert is for sms.example.com, www.example.com and not for messages.example.com, the host of "
        "public_url; get one for that name."
    ]


def test_with_another_key(tmp_path: Path) -> None:
    write(tmp_path)
    put(tmp_path / "key.pem", authority().issue_cert("x.example.com").private_key_pem.bytes())
    assert said(tmp_path) == [
        "server.tls_key does not belong to the certificate in ~/cert.pem; give the key that it was made for."
    ]


def test_with_its_chain_first(tmp_path: Path) -> None:
    write(tmp_path)
    put(tmp_path / "cert.pem", authority().cert_pem.bytes() + (tmp_path / "cert.pem").read_bytes())
    assert said(tmp_path) == [
        "server.tls_cert names ~/cert.pem, where the server's own certificate is not the first; put it first."
    ]


def test_the_two_exchanged(tmp_path: Path) -> None:
    write(tmp_path)
    assert said(tmp_path, tls_cert=tmp_path / "key.pem", tls_key=tmp_path / "key.pem") == [
        "server.tls_cert names ~/key.pem, which holds no certificate; give a PEM file, chain included."
    ]
    (tmp_path / "cert.pem").chmod(0o600)
    assert said(tmp_path, tls_key=tmp_path / "cert.pem") == [
        "server.tls_key names ~/cert.pem, which holds no key; give the key as PEM."
    ]


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o602])
def test_a_key_for_everyone(tmp_path: Path, mode: int) -> None:
    write(tmp_path)
    (tmp_path / "key.pem").chmod(mode)
    assert said(tmp_path) == [
        "server.tls_key is a secret, and everyone on this machine can read ~/key.pem; run: chmod "
        f"{'640' if mode & 0o40 else '600'} ~/key.pem."
    ]


def test_an_encrypted_key(tmp_path: Path) -> None:
    write(tmp_path)
    key = generate_private_key(SECP256R1())
    sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    put(tmp_path / "key.pem", sealed)
    assert said(tmp_path) == ["server.tls_key names ~/key.pem, which is encrypted; give the key without a passphrase."]


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "key.pem").mkdir(mode=0o700)
    assert said(tmp_path) == [
        "server.tls_cert names ~/cert.pem, which cannot be read (No such file or directory); make it, or mend the path."
    ]
    write_only_cert(tmp_path)
    assert said(tmp_path) == ["server.tls_key names ~/key.pem, which is no file; mend the path."]


def write_only_cert(folder: Path) -> None:
    made = authority().issue_cert(HOST)
    put(folder / "cert.pem", made.cert_chain_pems[0].bytes())


@pytest.mark.parametrize(
    ("name", "host", "counts"),
    [
        ("messages.example.com", "MESSAGES.example.com", True),
        ("*.example.com", "messages.example.com", True),
        ("*.example.com", "a.messages.example.com", False),
        ("*.example.com", "example.com", False),
        ("*", "localhost", False),
        ("192.0.2.7", "192.0.2.7", True),
        ("2001:db8::7", "2001:db8::7", True),
        ("example.com", "messages.example.com", False),
    ],
)
def test_for_whom_it_counts(name: str, host: str, counts: bool) -> None:
    assert Certificate(names=(name,), begins=0, ends=1).counts_for(host) is counts


def test_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """systemd guards its folder; the modes in it mean nothing."""
    write(tmp_path)
    handed = tmp_path / "handed"
    handed.mkdir()
    for name in ("cert", "key"):
        (tmp_path / f"{name}.pem").rename(handed / name)
    (handed / "key").chmod(0o444)
    none = {"tls_cert": None, "tls_key": None, "tls_cert_credential": "cert", "tls_key_credential": "key"}
    assert said(tmp_path, **none) == [
        "server.tls_cert_credential names a credential, and systemd has handed over none; put LoadCredential=cert:/path "
        "into the unit, or use a file."
    ]
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(handed))
    assert said(tmp_path, **none) == []


SERVER = '[server]\ndefault_country = "DE"\n'


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('tls_cert = "a"', "server.tls_cert is of no use without tls_key; give tls_key too."),
        ('tls_key = "a"', "server.tls_key is of no use without tls_cert; give tls_cert too."),
        (
            'tls_cert = "a"\ntls_cert_credential = "a"\ntls_key = "b"',
            "server.tls_cert is given twice, as tls_cert and tls_cert_credential; keep one of the two.",
        ),
        (
            'tls_cert = "a"\ntls_key = "b"\npublic_url = "http://127.0.0.1"',
            "server.public_url begins with http:// though tls_cert is set; write https://.",
        ),
        ('allow_private = ["10.0.0.1/8"]', "names what is no IP address or network; write addresses or networks"),
    ],
)
def test_settings_that_do_not_fit(tmp_path: Path, lines: str, expected: str) -> None:
    file = tmp_path / "sidetone.toml"
    file.write_text(SERVER + lines)
    with pytest.raises(ConfigError) as raised:
        load(file)
    assert expected in str(raised.value)


def test_with_tls_the_url_is_https_and_paths_start_at_the_configuration(tmp_path: Path) -> None:
    file = tmp_path / "sidetone.toml"
    file.write_text(
        f'{SERVER}listen = "127.0.0.1:8443"\ntls_cert = "tls/c"\ntls_key = "tls/k"\ntrusted_proxies = ["2001:DB8::1"]'
    )
    server = load(file).server
    assert (server.public_url, server.tls_cert) == ("https://127.0.0.1:8443", tmp_path / "tls" / "c")
    assert server.trusted_proxies == ("2001:db8::1",)


def test_reading_says_what_it_is(tmp_path: Path) -> None:
    write(tmp_path, "*.example.com", "192.0.2.7")
    assert read(pair_of(settings(tmp_path), tmp_path)).names == ("*.example.com", "192.0.2.7")
