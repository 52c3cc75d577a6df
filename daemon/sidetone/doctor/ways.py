"""The ways in and out: the port, the public URL and its certificate, the carriers and their queues."""

import asyncio
import http.client
import os
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from sidetone.config.address import is_loopback
from sidetone.doctor.finding import Finding, ago, fault, note, ok, warning
from sidetone.doctor.patient import Patient
from sidetone.egress.mail import MailFailed, greet

PATIENCE = 5.0  # seconds
LONG_WAIT = 15 * 60_000  # ms that a message may wait without a reason to look
DAY = 24 * 60 * 60 * 1000
SOON = 14 * DAY  # before the end of a certificate
ANSWER = b"ok\n"


def port(patient: Patient) -> Iterator[Finding]:
    """Whether the daemon can be reached at its address, or could listen there."""
    server = patient.settings.server
    if patient.status is not None:
        listen = urlsplit(patient.status.url).netloc if not server.port else server.listen
        host, _, number = listen.rpartition(":")
        answer = _healthy(_local(_reachable(host.strip("[]")), int(number), tls=server.tls))
        if answer:
            yield fault("port", f"Sidetone does not answer at {listen}: {answer}.", "systemctl restart sidetone")
        else:
            yield ok("port", f"Sidetone answers at {listen}.")
    elif server.port and (reason := _taken(server.host, server.port)):
        yield fault(
            "port",
            f"{server.listen} cannot be listened on ({reason}).",
            f"Stop what has it (ss -ltnp 'sport = :{server.port}'), or set another address.",
        )
    else:
        yield ok("port", f"{server.listen} is free.")


def public_url(patient: Patient) -> Iterator[Finding]:
    """Whether the URL that carriers call leads here, and how long its certificate lasts."""
    url = patient.settings.server.public_url
    if is_loopback(urlsplit(url).hostname or ""):
        yield note("public URL", f"{url} is this machine alone: no carrier can call it.", "Set [server] public_url.")
    elif patient.status is not None:
        yield from leads_here(url, patient.now)


def mail(patient: Patient) -> Iterator[Finding]:
    """Whether the mail server would take an alert; nothing is sent."""
    settings, private = patient.settings.mail, patient.settings.server.allow_private
    if not settings.host:
        return
    try:
        refused = asyncio.run(greet(settings, private, patience=PATIENCE))
    except MailFailed as error:
        yield fault("mail", error.message, error.hint or "Alerts do not arrive until that is mended.")
    else:
        if refused:
            sentence = f"{settings.host} refuses {refused} of {len(settings.to)} recipients."
            yield warning("mail", sentence, "Are the addresses in [mail] to right?")
        else:
            yield ok("mail", f"{settings.host} takes alerts for {len(settings.to)} recipients.")


def leads_here(url: str, now: int) -> Iterator[Finding]:
    """Whether a running Sidetone answers at a URL; `now` is ms."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    wire: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        wire = http.client.HTTPSConnection(host, parts.port or 443, timeout=PATIENCE, context=context)
    else:
        wire = http.client.HTTPConnection(host, parts.port or 80, timeout=PATIENCE)
    if reason := _healthy(wire):
        yield fault("public URL", f"{url} does not lead to Sidetone, seen from here: {reason}.", _url_remedy(reason))
    else:
        yield ok("public URL", f"{url} leads to Sidetone, seen from here.")
    if parts.scheme == "https":
        yield from _certificate(host, parts.port or 443, now)


def _certificate(host: str, number: int, now: int) -> Iterator[Finding]:
    """Of a certificate that is not accepted at all the line before has told."""
    try:
        with (
            socket.create_connection((host, number), timeout=PATIENCE) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as wire,
        ):
            found: Any = wire.getpeercert()
    except OSError:
        return
    ends = int(ssl.cert_time_to_seconds(found["notAfter"]) * 1000)
    day = datetime.fromtimestamp(ends / 1000, UTC).date()
    if ends - now < SOON:
        yield warning(
            "certificate", f"The certificate of {host} ends on {day}.", "Renew it: its renewal seems to fail."
        )
    else:
        yield ok("certificate", f"The certificate of {host} lasts until {day}.")


def _url_remedy(reason: str) -> str:
    if "certificate" in reason:
        return "Mend the certificate, or this machine's clock."
    return "Mend its name in the DNS, or the web server in front: it must pass everything on, with Host as it came."


def carriers(patient: Patient) -> Iterator[Finding]:
    """What waits, and since when nothing came: a carrier may be silent and say that all is well."""
    facts = patient.facts
    if facts is None:
        return
    for name in patient.settings.carriers:
        queue, inbound = facts.queues.get(name), facts.last_inbound.get(name)
        said = "none in the last 30 days" if inbound is None else f"{ago(patient.now - inbound)} ago"
        waiting, silence = queue.waiting if queue else 0, patient.settings.carriers[name].silence
        sentence = f"Waiting for {name}: {waiting}. The last text came in by it: {said}."
        if queue and queue.oldest is not None and patient.now - queue.oldest > LONG_WAIT:
            since = ago(patient.now - queue.oldest)
            yield warning(
                "queues", f"{sentence} The oldest waits for {since}.", f"sidetone messages list --carrier {name}"
            )
        elif silence and (inbound is None or patient.now - inbound >= silence):
            yield warning(
                "queues",
                f"{sentence} That is longer than its silence_hours.",
                f"Text to one of its numbers, and see what comes: sidetone carriers listen {name}",
            )
        else:
            yield ok("queues", sentence)
    for name in facts.queues.keys() - patient.settings.carriers.keys():
        count = facts.queues[name].waiting
        yield fault(
            "queues",
            f"Waiting for {name}, which is not configured any more: {count}.",
            f"Configure [carriers.{name}] again, or give its numbers another carrier.",
        )


def _healthy(wire: http.client.HTTPConnection) -> str:
    """Why there is no Sidetone at the other end; empty if there is."""
    try:
        wire.request("GET", "/healthz")
        answer = wire.getresponse()
        body = answer.read(100)
    except ssl.SSLCertVerificationError as error:
        return f"its certificate is not accepted ({error.verify_message})"
    except (OSError, http.client.HTTPException) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        return reason.removeprefix("[Errno -2] ")
    finally:
        wire.close()
    if answer.status != http.HTTPStatus.OK or body != ANSWER:
        return f"something else answers there ({answer.status})"
    return ""


def _local(host: str, number: int, *, tls: bool) -> http.client.HTTPConnection:
    """The way to the port itself, where any certificate will do: whether it is the right one is another question."""
    if not tls:
        return http.client.HTTPConnection(host, number, timeout=PATIENCE)
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, number, timeout=PATIENCE, context=context)


def _taken(host: str, number: int) -> str:
    """Why the address cannot be listened on; empty if it can."""
    try:
        found = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        with socket.create_server(found[0][4][:2], family=found[0][0]):
            return ""
    except OSError as error:
        return os.strerror(error.errno) if error.errno and error.errno > 0 else "no such address"


def _reachable(host: str) -> str:
    """Where to knock for an address that means every one."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not listening there
