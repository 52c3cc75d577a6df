"""The same conversation through each service, by changing the profile: out, back, unsure, blocked, forged, restarted."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession

from delivery.stage import OWN, PARTY
from plugins.restcomm.line import Line, open_line
from plugins.restcomm.rig import SERVICES
from sidetone.domain.health import State
from sidetone.store.connection import Txn
from sidetone.store.inbound import FORGET
from sidetone.testing.message_far_side import Fault

HOUR = 3600
DELETE = "DELETE FROM message WHERE carrier_id = :carrier_id"
DAY = 24 * HOUR


def forget(txn: Txn, carrier_id: str) -> None:
    """As retention does it."""
    txn.run(DELETE, {"carrier_id": carrier_id})
    txn.run(FORGET, {"carrier": "main", "carrier_id": carrier_id, "now": txn.now})


@pytest.fixture(params=SERVICES)
async def line(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Line]:
    async with open_line(request.param, tmp_path) as made:
        yield made


async def test_a_text_goes_out_is_delivered_and_answered(line: Line) -> None:
    ada = await line.people()
    line.far_side.after = ("sent", "delivered")
    async with line.life():
        message = await line.text(ada, "Grüße & 100% 👍")
        await line.becomes(ada, message, "delivered")
        (sms,) = line.far_side.messages
        assert (sms.sender, sms.recipient, sms.body) == (OWN, PARTY, "Grüße & 100% 👍")
        assert (await line.arrives_there("Danke!")).notification is None
        await line.shows(ada, message.conversation_id, "Grüße & 100% 👍", "Danke!")
        assert line.far_side.notifications == []


async def test_receipts_come_early_late_and_again(line: Line) -> None:
    ada = await line.people()
    line.far_side.early, line.far_side.after = ("delivered", "sent"), ("delivered", "queued")
    async with line.life():
        message = await line.text(ada)
        await line.becomes(ada, message, "delivered")
        await line.far_side.called_all()
        assert await line.status(ada, message) == "delivered"


@pytest.mark.parametrize("end", ["drop", "cut"])
async def test_a_send_without_an_answer_is_found_and_goes_on(line: Line, end: str) -> None:
    ada = await line.people()
    line.far_side.next(Fault(takes=True, end=end, body=b'{"sid": "'))
    async with line.life():
        message = await line.text(ada)
        await line.becomes(ada, message, "unknown")
        await line.becomes(ada, message, "sent", turning=1)
        await line.far_side.report(line.far_side.messages[0], "delivered")
        await line.becomes(ada, message, "delivered")
        assert len(line.far_side.messages) == 1


async def test_a_send_that_was_never_taken_stays_unknown_and_is_not_repeated(line: Line) -> None:
    ada = await line.people()
    line.far_side.next(Fault(end="drop"))
    async with line.life():
        message = await line.text(ada)
        await line.becomes(ada, message, "unknown")
        asked = len(line.far_side.requests)
        await line.until(lambda: len(line.far_side.requests) >= asked + 3, turning=5)
        assert await line.status(ada, message) == "unknown"
        assert line.far_side.messages == []


async def test_a_receipt_that_never_came_is_asked_for(line: Line) -> None:
    ada = await line.people()
    line.far_side.blocked = True
    line.far_side.after = ("sent", "delivered")
    async with line.life():
        message = await line.text(ada)
        await line.becomes(ada, message, "sent")
        began = line.clock.now()
        await line.becomes(ada, message, "delivered", turning=15)
        assert line.clock.now() - began >= 600_000


@pytest.mark.slow
async def test_with_call_backs_blocked_for_an_hour_every_text_still_arrives_once(line: Line) -> None:
    ada = await line.people()
    async with line.life():
        message = await line.text(ada, "hello?")
        await line.becomes(ada, message, "sent")
        line.far_side.blocked = True
        bodies = ["hello?"]
        for minute in range(12):
            bodies.append(f"text {minute}")
            assert (await line.arrives_there(bodies[-1])).status == 0
            await line.clock.advance(HOUR / 12)
            await line.shows(ada, message.conversation_id, *bodies, turning=1)
        line.far_side.blocked = False
        for sms in line.far_side.messages:
            if sms.direction == "inbound":
                assert (await line.bring(sms)).notification is None
        await line.clock.advance(600)
        assert (await line.arrives_there("last")).status == 200
        await line.shows(ada, message.conversation_id, *bodies, "last")
        assert await line.listed(ada) == [(PARTY, 13)]


async def test_what_came_while_the_daemon_was_down_arrives_in_order_and_once(line: Line) -> None:
    ada = await line.people()
    async with line.life():
        message = await line.text(ada, "before")
        await line.becomes(ada, message, "sent")
    line.far_side.blocked = True
    for day in range(3):
        await line.arrives_there(f"day {day}")
        await line.clock.advance(DAY)
    line.far_side.blocked = False
    async with line.life():
        await line.shows(ada, message.conversation_id, "before", "day 0", "day 1", "day 2")
        for sms in line.far_side.messages[1:]:
            await line.bring(sms)
    async with line.life():
        await line.arrives_there("after")
        await line.shows(ada, message.conversation_id, "before", "day 0", "day 1", "day 2", "after")


async def test_a_call_back_right_after_a_long_absence_hides_nothing_older(line: Line) -> None:
    ada = await line.people()
    async with line.life():
        message = await line.text(ada, "before")
        await line.becomes(ada, message, "sent")
    old = line.far_side.text(PARTY, OWN, "old")
    await line.clock.advance(3 * DAY)
    line.far_side.next_look(Fault(status=503))
    async with line.life():
        await line.arrives_there("new")
        await line.shows(ada, message.conversation_id, "before", "new")
        await line.shows(ada, message.conversation_id, "before", "new", old.body, turning=1)


async def test_a_text_that_was_deleted_on_purpose_does_not_come_back(line: Line) -> None:
    ada = await line.people()
    async with line.life():
        await line.arrives_there("secret")
        await line.arrives_there("plain")
        secret = line.far_side.messages[0]
        await line.until(lambda: line.parts.get("reconcile main").state is State.OK)
        await line.store.write(forget, secret.sid)
    async with line.life():
        await line.bring(secret)
        asked = len(line.far_side.requests)
        await line.until(lambda: len(line.far_side.requests) > asked, turning=60)
        (row,) = (await line.conversations.page(ada, before=None, limit=5, unread=False, words="")).items
        await line.shows(ada, row.id, "plain")


async def test_a_forged_call_back_changes_nothing_and_shows_in_the_carriers_state(line: Line) -> None:
    ada = await line.people()
    async with line.life(), ClientSession() as http:
        message = await line.text(ada)
        await line.becomes(ada, message, "sent")
        url = line.sms_url if line.service != "restcomm" else line.sms_url.replace("/hooks/main/", "/hooks/main/x")
        form = {"From": PARTY, "To": OWN, "Body": "pay here", "MessageSid": "SM" + "9" * 32, "SmsSid": "SM" + "9" * 32}
        async with http.post(url, data=form) as answer:
            assert answer.status == 403
        if line.service != "restcomm":
            line.far_side.signer = replace(line.far_side.signer, key="wrong")
            assert (await line.arrives_there("signed with a wrong key")).status == 403
        assert await line.bodies(ada, message.conversation_id) == ["hello"]
        told = "call with a wrong secret" if line.service == "restcomm" else "A call-back was refused: its signature is"
        await line.until(lambda: told in line.parts.get("carrier main").sentence, turning=1)
        health = line.parts.get("carrier main")
        assert health.state is (State.OK if line.service == "restcomm" else State.DEGRADED)
        assert line.host.carriers["main"].ready, "sending goes on"


async def test_a_list_that_cannot_be_read_is_shown(line: Line) -> None:
    await line.people()
    line.far_side.next_look(Fault(status=500), Fault(status=500))
    async with line.life():
        await line.until(lambda: line.parts.get("reconcile main").state is State.DEGRADED)
        assert "shows no list of messages (500)" in line.parts.get("reconcile main").sentence
        await line.until(lambda: line.parts.get("reconcile main").state is State.OK, turning=1)
