"""Alerts by mail, through a real server."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from random import Random

import pytest
from structlog.testing import capture_logs

from egress.mail_server import PASSWORD, MailServer
from sidetone.config.secret import Secret
from sidetone.config.shapes import MailSettings
from sidetone.domain.health import State
from sidetone.jobs.alerts import EVERY, Alerts
from sidetone.parts import Parts
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock

PHONE = "+4915112345678"


class Watch:
    """Alerts over parts that a test sets, and what they sent."""

    def __init__(self, store: Store, clock: FakeClock, server: MailServer) -> None:
        self.store, self.clock, self.server = store, clock, server
        self.parts = Parts()
        self.settings = server.settings()
        self.alerts = self._new()

    def _new(self) -> Alerts:
        url = "https://messages.example.com"
        return Alerts(self.store, self.clock, self.parts, lambda: self.settings, url=url, chance=Random(1))

    async def begin(self) -> None:
        await self.alerts.start()
        await self.clock.until_asleep()

    async def restart(self) -> None:
        await self.alerts.stop()
        self.alerts = self._new()
        await self.begin()

    async def passes(self, minutes: float) -> list[EmailMessage]:
        """The mails meanwhile."""
        before = len(self.server.mails)
        for _ in range(int(minutes * 60 / EVERY)):
            await self.clock.advance(EVERY)
            await asyncio.wait_for(self.clock.until_asleep(), 3)
        return self.server.mails[before:]


@pytest.fixture
async def watch(tmp_path: Path, store: Store, clock: FakeClock) -> AsyncIterator[Watch]:
    async with MailServer(tmp_path) as server:
        made = Watch(store, clock, server)
        await made.begin()
        yield made
        await made.alerts.stop()


async def test_a_trouble_from_its_beginning_to_its_end_over_a_restart(watch: Watch) -> None:
    watch.parts.set("carrier main", State.FAILED, f"It refuses the password; call {PHONE}.")
    watch.parts.set("queue main", State.DEGRADED, "Messages wait.")
    (first,) = await watch.passes(12)
    assert first["Subject"] == "Sidetone: carrier main and 1 more not working as it should"
    assert (first["From"], first["To"]) == (
        "Sidetone <sidetone@example.com>",
        "admin@example.com, night@example.com",
    )
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Date"].datetime.timestamp() * 1000 == pytest.approx(watch.clock.now(), abs=150_000)
    body = first.get_content().replace("\r\n", "\n")
    assert body.startswith("Sidetone at https://messages.example.com says:\n")
    assert "carrier main has failed, for 10 minutes.\n  It refuses the password; call …78." in body
    assert "queue main does not work as it should, for 10 minutes.\n  Messages wait.\n  What to do: `sidetone" in body
    assert PHONE[1:] not in body
    await watch.restart()
    assert await watch.passes(15) == []
    watch.parts.set("carrier main", State.OK)
    watch.parts.set("queue main", State.OK)
    (last,) = await watch.passes(6)
    assert last["Subject"] == "Sidetone: carrier main and 1 more well again"
    assert last["In-Reply-To"] == first["Message-ID"]
    assert last["Message-ID"] != first["Message-ID"]
    assert await watch.passes(15) == []
    watch.parts.set("carrier main", State.FAILED)
    (another,) = await watch.passes(12)
    assert another["In-Reply-To"] is None


@pytest.mark.parametrize("how", ["down", "greylisted", "login"])
async def test_a_mail_that_is_not_taken_is_tried_again_ever_more_slowly(watch: Watch, how: str) -> None:
    if how == "down":
        await watch.server.down()
    elif how == "greylisted":
        watch.server.answers = dict.fromkeys(watch.settings.to, "451 4.7.1 come later")
    else:
        watch.settings = replace(watch.settings, username="somebody", password=Secret("wrong"))
    with capture_logs() as logged:
        watch.parts.set("carrier main", State.FAILED, "It is away.")
        assert await watch.passes(20) == []
    told = [line for line in logged if line["event"] == "mail cannot be sent"]
    assert len(told) == 1
    assert PASSWORD not in str(logged)
    assert "@" not in str(logged)
    assert watch.parts.get("mail").state is State.DEGRADED
    assert watch.parts.get("mail").sentence.endswith("It is tried again.")
    assert how != "login" or 6 <= len(watch.server.logins) <= 10  # by two mechanisms each time
    watch.parts.set("queue main", State.DEGRADED)
    await watch.passes(2)
    if how == "down":
        await watch.server.up()
    watch.server.answers = {}
    watch.settings = watch.server.settings()
    (mail,) = await watch.passes(15)
    assert mail["Subject"] == "Sidetone: carrier main and 1 more not working as it should"
    assert watch.parts.get("mail").state is State.OK
    assert await watch.passes(5) == []


async def test_what_is_over_before_a_mail_could_go_is_not_told(watch: Watch) -> None:
    watch.server.answers = dict.fromkeys(watch.settings.to, "451 4.7.1 come later")
    watch.parts.set("carrier main", State.FAILED)
    await watch.passes(15)
    watch.parts.set("carrier main", State.OK)
    await watch.passes(5)
    watch.server.answers = {}
    assert await watch.passes(15) == []


async def test_one_recipient_of_two_is_told_of_and_the_mail_is_not_sent_twice(watch: Watch) -> None:
    watch.server.answers = {"night@example.com": "550 5.1.1 nobody of that name"}
    watch.parts.set("carrier main", State.FAILED)
    assert len(await watch.passes(20)) == 1
    assert watch.parts.get("mail").sentence == "The mail server refuses some of the recipients: 1."


async def test_without_a_host_nothing_is_sent_and_there_is_no_such_part(watch: Watch) -> None:
    watch.settings = MailSettings()
    watch.parts.set("carrier main", State.FAILED)
    assert await watch.passes(15) == []
    assert "mail" not in watch.parts.all()
    watch.settings = watch.server.settings(after_minutes=1.0)
    assert len(await watch.passes(3)) == 1


async def test_a_full_disk_is_told_although_nothing_can_be_kept(watch: Watch) -> None:
    await watch.store.close()
    watch.parts.set("store", State.DEGRADED, "The disk is full: nothing new is stored until there is space.")
    (mail,) = await watch.passes(12)
    assert "Free some space" in mail.get_content()
    assert await watch.passes(15) == []
