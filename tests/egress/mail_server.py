"""A real mail server in this process, which refuses what a test says."""

import asyncio
import ssl
import warnings
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from sidetone.config.secret import Secret
from sidetone.config.shapes import MailSettings
from web.certificates import authority, write

PASSWORD = "correct horse"


class MailServer:
    """`mails` are those that it took. `answers`: what it says to a recipient instead of taking it."""

    def __init__(self, folder: Path, encryption: Literal["starttls", "tls", "none"] = "starttls") -> None:
        self.encryption = encryption
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answers: dict[str, str] = {}
        self.logins: list[bytes] = []
        self._folder = folder
        self._server: asyncio.Server | None = None
        self._wires: set[asyncio.Transport] = set()
        self.port = 0

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.down()

    async def up(self) -> None:
        write(self._folder, "127.0.0.1", "localhost")
        authority().cert_pem.write_to_path(self._folder / "ca.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / "cert.pem", self._folder / "key.pem")
        loop = asyncio.get_running_loop()
        secured = context if self.encryption == "tls" else None
        self._server = await loop.create_server(lambda: self._new(context), "127.0.0.1", self.port, ssl=secured)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Close; the port stays its own for `up`."""
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    def settings(self, **changes: Any) -> MailSettings:  # noqa: ANN401 - any setting
        values: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "encryption": self.encryption,
            "ca_file": self._folder / "ca.pem",
            "username": "sidetone",
            "password": Secret(PASSWORD),
            "sender": "sidetone@example.com",
            "to": ("admin@example.com", "night@example.com"),
        }
        return MailSettings(**{**values, **changes})

    async def handle_RCPT(
        self, _server: SMTP, _session: object, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if refusal := self.answers.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.recipients = list(envelope.rcpt_tos)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def _new(self, context: ssl.SSLContext) -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a password without TLS, which some of the tests want
            return SMTP(
                self,
                hostname="mail.example.com",
                tls_context=context if self.encryption == "starttls" else None,
                require_starttls=self.encryption == "starttls",
                auth_require_tls=False,
                auth_required=True,
                authenticator=self._login,
                loop=asyncio.get_running_loop(),
            )

    def _login(self, _server: SMTP, _session: object, _envelope: object, _mechanism: str, data: object) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.password)
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)
