"""The public URL seen from here: who answers, and what is wrong with the certificate. Real servers, real TLS."""

import asyncio
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from doctor.stage import DAY, running, told, well
from egress.mail_server import MailServer
from house.needs import need
from sidetone.config.secret import Secret
from sidetone.doctor import ways
from sidetone.doctor.finding import Verdict
from sidetone.doctor.ways import leads_here, public_url

NOW = 0


class Answering(BaseHTTPRequestHandler):
    """What answers at the URL."""

    status = 200
    body = b"ok\n"

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None: ...


class Stranger(Answering):
    """Another web server."""

    status = 404
    body = b"<html>"


@contextmanager
def serving(handler: type[Answering], certificate: Path | None = None) -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.handle_error = lambda *_: None  # type: ignore[method-assign] # a handshake that fails is the point
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def certificate(folder: Path, name: str = "localhost", days: int = 90) -> Path:
    """A certificate and its key in one file, signed by itself."""
    path, asked, signed = (folder / f"{name}{days}.{end}" for end in ("pem", "csr", "crt"))
    new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path, "-out", asked]
    names = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    sign = [
        "x509",
        "-req",
        "-in",
        asked,
        "-signkey",
        path,
        "-days",
        str(days),
        "-copy_extensions",
        "copy",
        "-out",
        signed,
    ]
    for arguments in ([*new, *names], sign):
        subprocess.run([need("openssl"), *map(str, arguments)], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + signed.read_bytes())
    return path


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """OpenSSL trusts what SSL_CERT_FILE names."""
    return monkeypatch


def now() -> int:
    return int(time.time() * 1000)


def test_sidetone_answers() -> None:
    with serving(Answering) as port:
        assert told(leads_here(f"http://localhost:{port}", NOW)) == [
            ("ok", f"http://localhost:{port} leads to Sidetone, seen from here.", "")
        ]


def test_somebody_else_answers() -> None:
    with serving(Stranger) as port:
        ((verdict, sentence, remedy),) = told(leads_here(f"http://localhost:{port}", NOW))
    assert (verdict, "something else answers there (404)" in sentence) == ("fault", True)
    assert "pass everything on" in remedy


def test_nobody_answers() -> None:
    with serving(Stranger) as port:
        pass
    ((verdict, sentence, _),) = told(leads_here(f"http://localhost:{port}", NOW))
    assert (verdict, "Connection refused" in sentence) == ("fault", True)


def test_a_name_that_does_not_exist() -> None:
    ((verdict, sentence, _),) = told(leads_here("http://nobody.invalid", NOW))
    assert verdict == "fault"
    assert sentence.startswith("http://nobody.invalid does not lead to Sidetone, seen from here: ")


@pytest.mark.needs("openssl")
def test_a_good_certificate(tmp_path: Path, trusting: pytest.MonkeyPatch) -> None:
    path = certificate(tmp_path)
    trusting.setenv("SSL_CERT_FILE", str(path))
    with serving(Answering, path) as port:
        answers, lasts = told(leads_here(f"https://localhost:{port}", now()))
        soon = told(leads_here(f"https://localhost:{port}", now() + 80 * DAY))[1]
    assert (answers[0], lasts[0]) == ("ok", "ok")
    assert lasts[1].startswith("The certificate of localhost lasts until 20")
    assert (soon[0], soon[2]) == ("warning", "Renew it: its renewal seems to fail.")


@pytest.mark.needs("openssl")
@pytest.mark.parametrize(
    ("name", "days", "trusted", "words"),
    [
        ("localhost", -1, True, "certificate has expired"),
        ("other.example", 90, True, "Hostname mismatch"),
        ("localhost", 90, False, "self-signed certificate"),
    ],
)
def test_a_certificate_that_is_not_accepted(
    name: str, days: int, trusted: bool, words: str, tmp_path: Path, trusting: pytest.MonkeyPatch
) -> None:
    path = certificate(tmp_path, name, days)
    trusting.setenv("SSL_CERT_FILE", str(path if trusted else tmp_path / "none.pem"))
    with serving(Answering, path) as port:
        ((verdict, sentence, remedy),) = told(leads_here(f"https://localhost:{port}", now()))
    assert (verdict, remedy) == ("fault", "Mend the certificate, or this machine's clock.")
    assert "its certificate is not accepted (" in sentence
    assert words in sentence


def test_a_url_of_this_machine_alone_is_a_note(tmp_path: Path) -> None:
    ((verdict, _, remedy),) = told(public_url(well(tmp_path, status=running())))
    assert (verdict, remedy) == ("note", "Set [server] public_url.")


async def test_the_mail_server(tmp_path: Path) -> None:
    async with MailServer(tmp_path) as server:
        patient = well(tmp_path)
        assert list(ways.mail(patient)) == []
        assert patient.config is not None
        for settings, verdict, words in (
            (server.settings(), Verdict.OK, "127.0.0.1 takes alerts for 2 recipients."),
            (server.settings(password=Secret("wrong")), Verdict.FAULT, "The mail server refuses the login (code 535)."),
        ):
            ill = replace(patient, config=replace(patient.config, mail=settings))
            (finding,) = await asyncio.to_thread(list, ways.mail(ill))
            assert (finding.topic, finding.verdict, finding.sentence) == ("mail", verdict, words)
        assert server.mails == []
