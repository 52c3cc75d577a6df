"""Mail to a server that the admin names, by SMTP (RFC 5321), with STARTTLS (RFC 3207) or TLS from the start (RFC 8314)."""

import asyncio
import os
import ssl
from collections.abc import Sequence
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from typing import TYPE_CHECKING, ClassVar

from sidetone.config.shapes import MailSettings
from sidetone.domain.fault import SidetoneError
from sidetone.egress.allowed import AddressRefused, Allowed
from sidetone.egress.http import connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiosmtplib import SMTP

PATIENCE = 30.0  # seconds for a mail as a whole
FOR_GOOD = 500  # RFC 5321 section 4.2.1: answers from here on stay as they are


class MailFailed(SidetoneError):
    """The mail server did not take it; the message says why, without addresses and without the server's own words."""

    code: ClassVar[str] = "mail-failed"


async def send(
    message: EmailMessage, settings: MailSettings, private: Sequence[str], *, patience: float = PATIENCE
) -> int:
    """Hand a mail over to `settings.to`; how many of them the server refused. Raises MailFailed when none took it.

    `private` are the addresses of [server] allow_private. Returns in bounded time.
    """
    async with _session(settings, private, patience) as smtp:
        refused, _ = await smtp.send_message(message, sender=settings.sender, recipients=list(settings.to))
    return len(refused)


async def greet(settings: MailSettings, private: Sequence[str], *, patience: float = PATIENCE) -> int:
    """Go as far as a mail would, and send none: connect, sign in, name the sender and the recipients, take it back.

    How many recipients the server refuses for good; one that it takes later (4yz, greylisting) is none of them.
    Raises MailFailed also when it refuses them all.
    """
    from aiosmtplib import SMTPRecipientRefused, SMTPRecipientsRefused

    refused: list[SMTPRecipientRefused] = []
    async with _session(settings, private, patience) as smtp:
        await smtp.mail(settings.sender)
        for address in settings.to:
            try:
                await smtp.rcpt(address)
            except SMTPRecipientRefused as error:
                if error.code >= FOR_GOOD:
                    refused.append(error)
        if len(refused) == len(settings.to):
            raise SMTPRecipientsRefused(refused)
        await smtp.rset()
    return len(refused)


@asynccontextmanager
async def _session(settings: MailSettings, private: Sequence[str], patience: float) -> "AsyncIterator[SMTP]":
    from aiosmtplib import SMTP, SMTPException  # not on the way of `--help`

    try:
        async with asyncio.timeout(patience):
            context = await asyncio.to_thread(_context, settings)
            wire = await connect(settings.host, settings.port, _allowed(settings, private), patience=patience)
            smtp = SMTP(
                hostname=settings.host,
                port=None,
                sock=wire,
                use_tls=settings.encryption == "tls",
                start_tls=settings.encryption == "starttls",
                tls_context=context,
                username=settings.username or None,
                password=settings.password.reveal() if settings.password else None,
                local_hostname="localhost",
                timeout=patience,
            )
            try:
                await smtp.connect()
                yield smtp
                with suppress(SMTPException):  # what was taken is taken, however it says good-bye
                    await smtp.quit()
            finally:
                smtp.close()  # and with it the wire, which it has taken over
    except AddressRefused as error:
        raise MailFailed(f"Mail must not go there: {error}.") from error
    except ssl.SSLError as error:
        raise MailFailed("The mail server's certificate or TLS is not what it should be.", hint=_TRUST) from error
    except SMTPException as error:
        sentence, hint = _words(error)
        raise MailFailed(sentence, hint=hint) from error
    except TimeoutError as error:
        raise MailFailed("The mail server does not answer in time.", hint="Are host and port right?") from error
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else "its name is not known"
        raise MailFailed(f"The mail server cannot be reached ({reason}).", hint="Are host and port right?") from error


_TRUST = "Is host the name in it, and does ca_file name who issued it?"


def _words(error: Exception) -> tuple[str, str]:
    """What went wrong and what to do; the server's own text may hold addresses, so that only its code is told."""
    import aiosmtplib

    code = getattr(error, "code", None)
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        code = next((each.code for each in error.recipients), None)
    said = f" (code {code})" if code else ""
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            return f"The mail server refuses the login{said}.", "Are username and password right?"
        case aiosmtplib.SMTPRecipientsRefused():
            return f"The mail server refuses every recipient{said}.", "Are the addresses in to right?"
        case aiosmtplib.SMTPSenderRefused():
            return (
                f"The mail server refuses the sender{said}.",
                "Is sender an address that it lets this user write from?",
            )
        case aiosmtplib.SMTPTimeoutError():
            return "The mail server does not answer in time.", "Are host and port right?"
    if type(error) in (aiosmtplib.SMTPException, aiosmtplib.SMTPNotSupported):  # what the library itself misses
        return "The mail server offers no STARTTLS or no login.", "Another port or another encryption may be right."
    if isinstance(error.__cause__, ssl.SSLError):
        return "The mail server's certificate or TLS is not what it should be.", _TRUST
    return f"The mail server does not take it{said}.", "Its own log says why."


def _context(settings: MailSettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if settings.ca_file is not None:
        context.load_verify_locations(cafile=settings.ca_file)
    return context


def _allowed(settings: MailSettings, private: Sequence[str]) -> Allowed:
    """An address that stands there literally is meant; a name that leads to a private one has to be allowed."""
    return Allowed(private).also({"url": f"smtp://{_bracketed(settings.host)}:{settings.port}"})


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
