"""What is kept of call-backs: who, when, which address and what came of it; never a body or a secret."""

import asyncio
from dataclasses import replace

import pytest

from plugin_host.stage import House, Shop
from plugin_host.test_webhooks import REQUEST, taking
from sidetone.plugin import Verdict, WebhookAnswer
from sidetone.plugin.hits import KEPT, Hits

URL = "https://sms.example.com/hooks/main/hush/message"
SHOWS = f"""
    def hook_urls(self):
        return {{"message": "{URL}"}}
"""


def hits(*answers: WebhookAnswer) -> Hits:
    kept = Hits({"message": URL})
    for at, answer in enumerate(answers):
        kept.add(at, REQUEST, answer, tls=True)
    return kept


async def test_a_hit_tells_what_the_plugin_made_of_it(shop: Shop, house: House) -> None:
    verdict = "Verdict(proven=False, sentence='The signature is wrong.')"
    source = taking(f"return WebhookAnswer(status=403, verdict={verdict})").replace("\nBUILT = ", f"{SHOWS}\nBUILT = ")
    shop.install("line", f"from sidetone.plugin import Verdict\n{source}")
    host = house.host({"main": "line"})
    await host.start()
    await host.webhook("main", REQUEST, tls=True)
    await host.webhook("main", replace(REQUEST, url=URL.replace("message", "elsewhere")))
    first, second = host.carriers["main"].hits.since(0)
    assert (first.number, first.kind, first.remote, first.tls, first.status) == (1, "message", "192.0.2.1", True, 403)
    assert first.verdict == Verdict(proven=False, sentence="The signature is wrong.")
    assert (second.number, second.kind, second.tls) == (2, "", None)
    assert "hush" not in repr((first, second))


async def test_a_plugin_that_fails_is_a_hit_too(shop: Shop, house: House) -> None:
    shop.install("line", taking("raise ZeroDivisionError"))
    host = house.host({"main": "line"})
    await host.start()
    await host.webhook("main", REQUEST)
    (hit,) = host.carriers["main"].hits.since(0)
    assert (hit.status, "ZeroDivisionError" in hit.verdict.sentence) == (503, True)


@pytest.mark.parametrize("lie", ["7", "{'message': 7}", "{str(n): 'u' for n in range(9)}", "1 / 0"])
async def test_a_lie_about_the_addresses_fails_this_carrier_alone(lie: str, shop: Shop, house: House) -> None:
    shows = f"\n    def hook_urls(self):\n        return {lie}\n"
    shop.install("line", taking("return WebhookAnswer()").replace("\nBUILT = ", f"{shows}\nBUILT = "))
    host = house.host({"main": "line"})
    await host.start()
    assert house.sentence().startswith("failed")


def test_only_the_last_are_kept() -> None:
    kept = hits(*[WebhookAnswer()] * (KEPT + 5))
    assert [hit.number for hit in kept.since(0)] == list(range(6, KEPT + 6))
    assert [hit.number for hit in kept.since(KEPT + 4)] == [KEPT + 5]


def test_a_count_that_began_anew_shows_all() -> None:
    assert [hit.number for hit in hits(WebhookAnswer()).since(40)] == [1]


async def test_who_waits_hears_of_the_next() -> None:
    kept = hits(WebhookAnswer())
    waiting = asyncio.create_task(kept.wait(1, 30))
    await asyncio.sleep(0)
    kept.add(5, REQUEST, WebhookAnswer(status=404), tls=None)
    assert [hit.status for hit in await waiting] == [404]
    assert [hit.number for hit in await kept.wait(0, 30)] == [1, 2]
    assert await kept.wait(2, 0) == []


def test_what_is_no_verdict_says_nothing() -> None:
    lies = [WebhookAnswer(verdict="fine"), WebhookAnswer(verdict=Verdict(proven=1, sentence="x" * 999))]  # type: ignore[arg-type]
    assert [(hit.verdict.proven, len(hit.verdict.sentence)) for hit in hits(*lies).since(0)] == [(None, 0), (None, 300)]
