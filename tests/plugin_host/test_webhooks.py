"""Webhooks through the host: whatever a plugin does, the far side gets an answer that makes it try again."""

import asyncio

import pytest
from structlog.testing import capture_logs

from plugin_host.stage import CARRIER, House, Shop
from sidetone.errors import NotFound, StoreFull
from sidetone.plugin import InboundMessage, WebhookAnswer, WebhookRequest
from sidetone.plugin.running import MOST_CALL_BACKS

WEBHOOK = """
    async def webhook(self, request):
        {}
"""
REQUEST = WebhookRequest(
    tail=("hush", "message"),
    method="POST",
    query="",
    headers={},
    body=b"From=%2B4915112345678&Body=hush",
    remote="192.0.2.1",
    url="https://sms.example.com/hooks/main/hush/message",
)
LATER = WebhookAnswer(status=503, body=b"Not now, try again.\n", headers={"Retry-After": "5"})


def taking(body: str) -> str:
    """A plugin that takes webhooks."""
    return CARRIER.replace("\nBUILT = {}\n", f"{WEBHOOK.format(body)}\nBUILT = {{}}\n")


async def test_the_plugins_own_answer_is_given(shop: Shop, house: House) -> None:
    shop.install("line", taking("return WebhookAnswer(status=200, body=request.body)"))
    host = house.host({"main": "line"})
    await host.start()
    assert await host.webhook("main", REQUEST) == WebhookAnswer(body=REQUEST.body)


async def test_a_carrier_that_is_not_ready_takes_webhooks_all_the_same(shop: Shop, house: House) -> None:
    source = taking("return WebhookAnswer()").replace('self.calls.append("start")', "raise BadCredentials('no.')")
    shop.install("line", source)
    host = house.host({"main": "line"})
    await host.start()
    await house.settled(lambda: house.sentence().startswith("failed"))
    assert (await host.webhook("main", REQUEST)).status == 200


@pytest.mark.parametrize("name", ["main", "broken", "nobody"])
async def test_where_nothing_takes_webhooks_there_is_nothing(name: str, shop: Shop, house: House) -> None:
    shop.install("line")
    host = house.host({"main": "line", "broken": "missing"})
    await host.start()
    with pytest.raises(NotFound):
        await host.webhook(name, REQUEST)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise ValueError(request.body)", "ValueError"),
        ("raise SystemExit(1)", "SystemExit"),
        ("raise BadForm('field 1 is odd.')", "bad-form"),
        ("await asyncio.Event().wait()", "TimeoutError"),
        ("return None", "no answer"),
        ("return 200", "no answer"),
    ],
)
async def test_every_failure_is_a_503_and_one_line_without_content(
    body: str, reason: str, shop: Shop, house: House
) -> None:
    shop.install("line", taking(body))
    host = house.host({"main": "line"}, webhook=0.02)
    await host.start()
    await house.clock.until_asleep()
    with capture_logs() as lines:
        answer = await host.webhook("main", REQUEST)
    assert answer == LATER
    failed = [line for line in lines if line["event"] != "part"]
    assert failed == [{"event": "webhook failed", "carrier": "main", "error": reason, "log_level": "warning"}]
    assert house.sentence() == f"degraded: It fails when the carrier calls back ({reason})."
    assert host.carriers["main"].ready
    assert "49151" not in str(lines)


async def test_a_store_that_is_full_is_a_503(shop: Shop, house: House) -> None:
    shop.install(
        "line",
        taking(
            "await self.context.inbound("
            "InboundMessage(carrier_id='1', sender='a', recipient='b', body='c')); return WebhookAnswer()"
        ),
    )
    host = house.host({"main": "line"})
    await host.start()
    house.way_in.failure = StoreFull("The disk is full.")
    assert await host.webhook("main", REQUEST) == LATER
    house.way_in.failure = None
    assert (await host.webhook("main", REQUEST)).status == 200
    assert house.way_in.texts == [InboundMessage(carrier_id="1", sender="a", recipient="b", body="c")]


async def test_its_trouble_is_told_until_it_answers_again(shop: Shop, house: House) -> None:
    shop.install("line", taking("return self.answer"))
    host = house.host({"main": "line"})
    await host.start()
    await house.clock.until_asleep()
    carrier = shop.built("main")
    carrier.answer = None
    await host.webhook("main", REQUEST)
    assert house.sentence() == "degraded: It fails when the carrier calls back (no answer)."
    await house.clock.advance(30)
    await house.clock.until_asleep()
    assert house.sentence().startswith("degraded")
    carrier.answer = WebhookAnswer()
    await host.webhook("main", REQUEST)
    assert house.sentence() == "ok: Well."


HANGS = """
        while not getattr(self, "over", False):
            try:
                await asyncio.sleep(0.005)
            except asyncio.CancelledError:
                pass
        return WebhookAnswer()
"""


async def test_one_that_hangs_for_good_is_told_and_bounded(shop: Shop, house: House) -> None:
    shop.install("line", taking(HANGS))
    host = house.host({"main": "line"}, webhook=0.01, grace=0.01)
    await host.start()
    await house.clock.until_asleep()
    calls = [asyncio.create_task(host.webhook("main", REQUEST)) for _ in range(MOST_CALL_BACKS)]
    await house.settled(lambda: house.sentence().startswith("degraded"))
    assert house.sentence() == "degraded: It hangs when the carrier calls back: restart Sidetone if that stays."
    assert await host.webhook("main", REQUEST) == LATER
    shop.built("main").over = True
    assert {answer.status for answer in await asyncio.gather(*calls)} == {200}
