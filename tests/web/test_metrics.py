"""What Prometheus is told, who is told it, and that nobody's number is in it."""

import asyncio
import re
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from sidetone.config.secret import Secret
from sidetone.domain.health import State
from sidetone.domain.incoming import InboundMessage, Receipt
from sidetone.domain.outcome import Accepted, Deferred, Rejected, RejectKind, Unknown
from sidetone.domain.status import ReceiptStatus
from sidetone.metrics.arrival import arriving
from sidetone.store.connection import Snapshot
from sidetone.web.figures import Gauges
from web.site import API, HOOK_SECRET, OWN, PHONE, Person, Reply, Site, frames

TOKEN = "a long token of monitoring".replace(" ", "-")
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


async def families(person: Person) -> dict[str, Metric]:
    reply = await person.get("/metrics")
    assert reply.status == 200, reply.body
    return {family.name: family for family in text_string_to_metric_families(reply.body.decode())}


def value(found: dict[str, Metric], sample: str, **labels: str) -> float | None:
    """A sample's value, None where there is none; labels that are not named are not looked at."""
    values = [
        each.value
        for family in found.values()
        for each in family.samples
        if each.name == sample and labels.items() <= each.labels.items()
    ]
    assert len(values) <= 1, values
    return values[0] if values else None


async def busy(site: Site) -> Person:
    """A user who has sent and got texts, with a screen that was open."""
    ada = await site.someone("ada")
    await site.number("ada")
    screen = await ada.socket()
    await frames(screen)
    talk = (await ada.post(f"{API}/conversations", {"kind": "sms", "to": PHONE})).json["id"]
    for key in ("one", "one"):
        sent = await ada.having(Idempotency_Key=key).post(f"{API}/conversations/{talk}/messages", {"body": "hello"})
        assert sent.status == 202
    text = InboundMessage(
        carrier_id="in-1", sender=PHONE, recipient=OWN, body="hi", carrier_time=site.clock.now() - 4_000
    )
    with arriving(site.clock.now() - 250):
        for _ in range(2):
            await site.host.carriers["demo"]._context.inbound(text)
    await site.host.carriers["demo"]._context.receipt(Receipt(carrier_id="no-1", status=ReceiptStatus.DELIVERED))
    while True:
        (frame,) = await frames(screen)
        if frame["type"] == "message.created" and frame["data"]["direction"] == "inbound":
            break
    await site.clock.advance(3)
    await ada.ask("PUT", f"{API}/conversations/{talk}/read", {"up_to": frame["data"]["id"]})
    await screen.close()
    return replace(ada, headers={**ada.headers, "X-Talk": talk, "X-Message": frame["data"]["id"]})


async def test_what_happened_is_counted(site: Site) -> None:
    await busy(site)
    for outcome in (
        Accepted(("1",)),
        Rejected(RejectKind.SENDER),
        Deferred("busy", whole_carrier=True),
        Unknown("silence"),
    ):
        site.meters.attempt("demo", outcome, site.clock.now() - 500)
    found = await families(site.anyone)
    demo = {"carrier": "demo"}
    assert value(found, "sidetone_outbound_messages_total", **demo) == 1  # the second asking is the first
    assert value(found, "sidetone_inbound_messages_total", **demo, result="stored") == 1
    assert value(found, "sidetone_inbound_messages_total", **demo, result="repeated") == 1
    assert value(found, "sidetone_receipts_total", **demo, status="delivered") == 1
    kinds = {
        (each.labels["outcome"], each.labels["kind"]) for each in found["sidetone_attempts"].samples if each.value == 1
    }
    assert kinds == {("accepted", ""), ("rejected", "sender"), ("deferred", "carrier"), ("unknown", "")}
    for stage, seconds in (("carrier", 3.75), ("store", 0.25), ("push", 0.0), ("show", 3.0)):
        assert value(found, "sidetone_inbound_stage_seconds_sum", **demo, stage=stage) == seconds
        assert value(found, "sidetone_inbound_stage_seconds_count", **demo, stage=stage) == 1
    assert value(found, "sidetone_outbound_stage_seconds_sum", **demo, stage="carrier") == 2.0


async def test_the_message_itself_tells_its_stages(site: Site) -> None:
    ada = await busy(site)
    history = (await ada.get(f"{API}/messages/{ada.headers['X-Message']}")).json["history"]
    assert [step["text"] for step in history if "screen" not in step["text"]] == [
        "The time that carrier “demo” gives it.",
        "Arrived from carrier “demo”.",
        "Received through carrier “demo” and stored.",
        "Read for the first time.",
    ]


async def test_what_stands_is_looked_at_when_it_is_asked(site: Site) -> None:
    ada = await busy(site)
    site.parts.set("queue demo", State.FAILED, f"{PHONE} is nobody's business.")
    screen = await ada.socket()
    await frames(screen)
    await site.clock.advance(57)
    found = await families(site.anyone)
    assert value(found, "sidetone_outbox_messages", carrier="demo", state="waiting") == 1
    assert value(found, "sidetone_outbox_messages", carrier="demo", state="sending") == 0
    assert value(found, "sidetone_outbox_oldest_seconds", carrier="demo") == 60
    assert value(found, "sidetone_inbound_last_seconds", carrier="demo") == 60
    assert value(found, "sidetone_screens") == 1
    assert value(found, "sidetone_sessions") == 1
    assert value(found, "sidetone_ready") == 1
    assert value(found, "sidetone_part_state", part="queue demo", state="failed") == 1
    assert value(found, "sidetone_part_state", part="queue demo", state="ok") == 0
    assert value(found, "sidetone_journal_kept_entries") == value(found, "sidetone_journal_entries_total")
    assert (value(found, "sidetone_store_size_bytes") or 0) > 4096
    assert (value(found, "sidetone_disk_free_bytes") or 0) > 0
    assert value(found, "sidetone_build_info") == 1
    await screen.close()


async def test_refused_call_backs_are_counted_by_reason(hooked: Site) -> None:
    for path in (f"/hooks/main/{HOOK_SECRET}/message", f"/hooks/main/{'0' * 32}/message", "/hooks/+4915112345678/x/y"):
        await hooked.anyone.post(path, b"From=nobody")
    await hooked.anyone.post(f"/hooks/main/{HOOK_SECRET}/message", b"x" * 100_000)
    found = await families(hooked.anyone)
    refused = {
        (each.labels["carrier"], each.labels["reason"]): each.value
        for each in found["sidetone_webhooks_refused"].samples
    }
    assert refused[("main", "not-proven")] >= 1
    assert (refused[("", "not-found")], refused[("", "too-large")]) == (1, 1)
    assert value(found, "sidetone_webhooks_total", carrier="main") == 2


async def test_no_number_text_or_user_is_told(site: Site) -> None:
    await busy(site)
    text = (await site.anyone.get("/metrics")).body.decode()
    for canary in (PHONE, PHONE[1:], OWN, OWN[1:], "ada", "hello", "in-1", "no-1", "1.0.0-"):
        assert canary not in text
    labels = {
        name for family in (await families(site.anyone)).values() for each in family.samples for name in each.labels
    }
    assert labels <= {
        *("carrier", "outcome", "kind", "result", "status", "stage", "state", "part", "reason", "le"),
        *("version", "python", "sqlite"),
    }


async def test_names_keep_to_prometheus_conventions(site: Site) -> None:
    """What promtool would say: a prefix, help that is a sentence, base units, `_total` for counters and no others."""
    await busy(site)
    found = await families(site.anyone)
    assert len(found) > 20
    for name, family in found.items():
        assert re.fullmatch(r"(sidetone|process)_[a-z]+(_[a-z]+)*", name)
        assert family.documentation.endswith(".") and len(family.documentation) > 10  # noqa: PT018
        assert not re.search(
            r"_(ms|milliseconds|minutes|hours|kilobytes|percent|count|sum|bucket|counter|gauge)$", name
        )
        totals = {each.name.endswith("_total") for each in family.samples}
        assert totals <= {family.type == "counter"}
        if family.type == "histogram":
            assert name.endswith(("_seconds", "_transactions"))
        for each in family.samples:
            assert each.name.startswith(name)
            assert all(re.fullmatch(r"[a-z_]+", label) for label in each.labels)
    assert {"sidetone_build_info", "sidetone_attempts"} <= found.keys()


async def test_openmetrics_for_who_asks_for_it(site: Site) -> None:
    await busy(site)
    reply = await site.anyone.having(Accept=OPENMETRICS).get("/metrics")
    assert reply.headers["Content-Type"].startswith("application/openmetrics-text")
    told = openmetrics(reply.body.decode())  # type: ignore[no-untyped-call]
    assert {family.name for family in told} >= {"sidetone_build", "sidetone_attempts"}
    assert (reply.headers["Cache-Control"], reply.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize(
    "header",
    [
        {"X_Forwarded_For": "192.0.2.1"},
        {"X_Forwarded_For": "127.0.0.1"},
        {"X_Forwarded_Proto": "https"},
        {"Forwarded": "for=127.0.0.1"},
        {"X_Real_IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"Authorization": "Bearer wrong"},
    ],
)
async def test_what_was_forwarded_is_not_this_machine(site: Site, header: dict[str, str]) -> None:
    asking = site.anyone.having(**header)
    refused = await asking.get("/metrics")
    if "Authorization" in header:  # a wrong token takes nothing away from this machine itself
        assert refused.status == 200
        return
    assert (refused.status, refused.code) == (403, "forbidden")
    site.metrics_token = Secret(TOKEN)
    assert (await asking.get("/metrics")).status == 403
    assert (await asking.having(Authorization=f"Bearer {TOKEN}x").get("/metrics")).status == 403
    assert (await asking.having(Authorization=f"Bearer {TOKEN}").get("/metrics")).status == 200


async def test_a_proxy_that_says_nothing_but_passes_the_host_on(site: Site, refused: Callable[[Reply], bool]) -> None:
    site.server._front.guard._hosts.add("messages.example.com")  # type: ignore[union-attr]
    assert refused(await site.anyone.having(Host="messages.example.com").get("/metrics"))


@pytest.fixture
def refused() -> Callable[[Reply], bool]:
    return lambda reply: (reply.status, reply.code) == (403, "forbidden")


async def test_other_methods_are_refused(site: Site) -> None:
    assert (await site.anyone.post("/metrics")).status == 405


async def test_a_store_that_does_not_answer_costs_its_figures_and_one_look(site: Site) -> None:
    gate, looks = threading.Event(), []

    def slow(_look: Snapshot) -> None:
        looks.append(1)
        gate.wait(10)

    busy_readers = [site.store.read(slow) for _ in range(2)]
    site.rooms.meters.registry = type(site.meters.registry)()
    gauges = Gauges(site.rooms, site.server.settings.data_dir, patience=0.01)
    reading = [asyncio.ensure_future(each) for each in busy_readers]
    for _ in range(3):
        await gauges.take()
        names = {family.name: family for family in gauges.collect()}
        assert names["sidetone_store_answers"].samples[0].value == 0
        assert names["sidetone_outbox_messages"].samples == []
    first = gauges._reading
    gate.set()
    await asyncio.gather(*reading)
    assert first is not None
    await first
    await gauges.take()
    assert {family.name: family for family in gauges.collect()}["sidetone_store_answers"].samples[0].value == 1
