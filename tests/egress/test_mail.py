"""Mail through a real server, and each way it can be refused."""

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

import pytest

from egress.mail_server import PASSWORD, MailServer
from sidetone.config.secret import Secret
from sidetone.config.shapes import MailSettings
from sidetone.egress.mail import MailFailed, greet, send


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[MailServer]:
    async with MailServer(tmp_path) as opened:
        yield opened


def mail() -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Hello", "sidetone@example.com", "admin@example.com"
    message.set_content("something is wrong\n")
    return message


async def refusal(settings: MailSettings, patience: float = 20.0) -> str:
    with pytest.raises(MailFailed) as caught:
        await send(mail(), settings, (), patience=patience)
    words = str(caught.value)
    assert PASSWORD not in words
    assert "@" not in words
    return words


@pytest.mark.parametrize("encryption", ["starttls", "tls", "none"])
async def test_it_arrives(tmp_path: Path, encryption: Literal["starttls", "tls", "none"]) -> None:
    async with MailServer(tmp_path, encryption) as server:
        assert await send(mail(), server.settings(), ()) == 0
        assert server.recipients == ["admin@example.com", "night@example.com"]
        assert server.mails[0]["Subject"] == "Hello"
        assert server.logins == [PASSWORD.encode()]
        assert await greet(server.settings(), ()) == 0
        assert len(server.mails) == 1


async def test_a_refused_login(server: MailServer) -> None:
    words = await refusal(server.settings(password=Secret("wrong")))
    assert words == "The mail server refuses the login (code 535). Are username and password right?"


async def test_greylisting_and_then_not(server: MailServer) -> None:
    server.answers = dict.fromkeys(server.settings().to, "451 4.7.1 greylisted, admin@example.com comes later")
    words = await refusal(server.settings())
    assert words == "The mail server refuses every recipient (code 451). Are the addresses in to right?"
    server.answers = {}
    assert await send(mail(), server.settings(), ()) == 0


async def test_one_recipient_of_two(server: MailServer) -> None:
    server.answers = {"night@example.com": "550 5.1.1 nobody of that name"}
    assert await send(mail(), server.settings(), ()) == 1
    assert server.recipients == ["admin@example.com"]


async def test_who_is_greeted_is_asked_for_everyone_and_given_nothing(server: MailServer) -> None:
    server.answers = {"night@example.com": "550 5.1.1 nobody of that name", "admin@example.com": "451 4.7.1 come later"}
    assert await greet(server.settings(), ()) == 1, "greylisting is no refusal"
    server.answers = dict.fromkeys(server.settings().to, "550 5.1.1 nobody of that name")
    with pytest.raises(MailFailed, match=r"refuses every recipient \(code 550\)"):
        await greet(server.settings(), ())
    assert server.mails == []


async def test_a_server_that_is_down(server: MailServer) -> None:
    await server.down()
    assert await refusal(server.settings()) == (
        "The mail server cannot be reached (Connection refused). Are host and port right?"
    )


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
async def test_a_certificate_that_cannot_be_trusted(tmp_path: Path, encryption: Literal["starttls", "tls"]) -> None:
    async with MailServer(tmp_path, encryption) as server:
        words = await refusal(server.settings(ca_file=None))
        assert words.startswith("The mail server's certificate or TLS is not what it should be.")
        assert server.logins == []


async def test_no_password_without_the_encryption_that_was_asked_for(tmp_path: Path) -> None:
    async with MailServer(tmp_path, "none") as server:
        words = await refusal(server.settings(encryption="starttls"))
        assert words.startswith("The mail server offers no STARTTLS or no login.")
        assert server.logins == []


async def test_a_server_that_says_nothing_is_given_up() -> None:
    calls: list[asyncio.Task[None] | None] = []

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(asyncio.current_task())
        await reader.read()
        writer.close()
        await writer.wait_closed()

    listening = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    settings = MailSettings(host="127.0.0.1", port=port, sender="a@example.com", to=("b@example.com",))
    words = await refusal(settings, patience=0.05)
    assert words == "The mail server does not answer in time. Are host and port right?"
    listening.close()
    await listening.wait_closed()
    await asyncio.gather(*(call for call in calls if call))
