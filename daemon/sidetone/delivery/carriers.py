"""Carriers as who looks after them needs them: how each is, its addresses, its call-backs, and a text to try it with."""

from collections.abc import Callable
from typing import Any

from sidetone.conversation.conversations import Conversations
from sidetone.conversation.messages import Messages
from sidetone.delivery.send import Sending
from sidetone.delivery.ways import Ways
from sidetone.domain.health import State
from sidetone.domain.phone import parse_number
from sidetone.errors import Invalid, NotFound
from sidetone.parts import Parts
from sidetone.people.render import time_text, viewer_of
from sidetone.people.viewer import Viewer
from sidetone.plugin.hits import Hit
from sidetone.plugin.host import Host
from sidetone.plugin.running import RunningCarrier
from sidetone.store import audit, users
from sidetone.store import carriers as rows
from sidetone.store.audit import About, Act
from sidetone.store.connection import Snapshot, Store
from sidetone.store.idempotency import Once
from sidetone.views import (
    CarrierView,
    HitsView,
    HitView,
    HookUrl,
    HookUrls,
    MessageDetail,
    MessageView,
    NewMessage,
    NewProbe,
    OddRow,
    OddView,
    OutcomeCount,
)

HOUR = 3_600_000
MONTH = 30 * 24 * HOUR


class Carriers:
    """What the admin's page and the command line ask of the running carriers."""

    def __init__(self, store: Store, host: Host, parts: Parts, default_country: str, ways: Callable[[], Ways]) -> None:
        self._store = store
        self._host = host
        self._parts = parts
        self._country = default_country
        self._ways = ways

    async def all(self) -> list[CarrierView]:
        """Every configured carrier, by name."""
        found = sorted(self._host.carriers.items())
        known = await self._store.read(_facts, [name for name, _ in found], self._host.clock.now())
        return [self._view(running, known[name]) for name, running in found]

    async def one(self, name: str) -> CarrierView:
        """One of them; raises NotFound."""
        running = self._running(name)
        known = await self._store.read(_facts, [name], self._host.clock.now())
        return self._view(running, known[name])

    async def hook_urls(self, name: str) -> HookUrls:
        """The exact addresses to enter at the carrier, which may hold a secret; raises NotFound, StoreError."""
        urls = self._running(name).hook_urls
        await self._store.write(audit.note, Act.HOOKS_SHOWN, About("carrier", None, name))
        return HookUrls(items=[HookUrl(kind=kind, url=url) for kind, url in urls.items()])

    async def hits(self, name: str, since: int, wait: float) -> HitsView:
        """The call-backs after that one, waiting up to `wait` seconds for one; raises NotFound."""
        running = self._running(name)
        found = await running.hits.wait(since, wait if running.takes_webhooks else 0)
        return HitsView(items=[_hit_view(hit) for hit in found], count=running.hits.count)

    async def odd(self, name: str) -> list[OddView]:
        """What came by the carrier and nobody could read, newest first, without what it says; raises NotFound."""
        self._running(name)
        return [OddView(**_odd_fields(row)) for row in await self._store.read(rows.odd, name)]

    async def odd_raw(self, name: str) -> list[OddRow]:
        """The same as it came, which the audit notes; raises NotFound, StoreError."""
        self._running(name)
        found = await self._store.read(rows.odd, name)
        await self._store.write(audit.note, Act.BODIES_SHOWN, About("carrier", None, name))
        return [OddRow(**_odd_fields(row), raw=_readable(row["raw"])) for row in found]

    async def probe(
        self, sending: Sending, name: str, ask: NewProbe, *, viewer: Viewer | None, once: Once | None, correlation: str
    ) -> MessageView:
        """Send a text by a carrier, as an ordinary message from an own number of the viewer, or without one of anybody.

        Raises NotFound, Invalid, and what sending raises.
        """
        self._running(name)
        country = viewer.country if viewer else self._country
        e164 = parse_number(ask.number, country) if ask.number else ""
        user_id = viewer.user_id if viewer else None
        found = await self._store.read(rows.sender, name, user_id, e164)
        if found is None:
            whose = "of yours" if viewer else "of a user"
            hint = "Give one to yourself under Numbers." if viewer else "See: sidetone number list."
            raise Invalid(f"No number {whose} leaves by the carrier {name}.", hint=hint, where="number")
        author = viewer or await self._viewer(found["owner_id"])
        words = f"from {found['e164']}, in the name of {author.name}"
        await self._store.write(audit.note, Act.CARRIER_TRIED, About("carrier", None, name), words)
        talk, _ = await Conversations(self._store).open_sms(author, to=ask.to, number=found["e164"])
        return await sending.send(author, int(talk.id), NewMessage(body=ask.body), once, correlation)

    async def probed(self, message_id: int) -> MessageDetail:
        """How a message stands that somebody sent; raises NotFound."""
        author_id = await self._store.read(rows.author, message_id)
        if author_id is None:
            raise NotFound("There is no such message.")
        return await Messages(self._store, self._parts).detail(await self._viewer(author_id), message_id)

    async def _viewer(self, user_id: int) -> Viewer:
        row = await self._store.read(users.one, user_id)
        return viewer_of(row, 0, self._country)

    def _running(self, name: str) -> RunningCarrier:
        running = self._host.carriers.get(name)
        if running is None:
            raise NotFound("There is no carrier of this name.", hint="`sidetone carriers list` shows them all.")
        return running

    def _view(self, running: RunningCarrier, known: dict[str, Any]) -> CarrierView:
        limits = running.carrier.limits
        queue, said = self._parts.get(f"queue {running.name}"), self._parts.words(running.part)
        ways = self._ways()
        standing = ways.standing(running.name)
        return CarrierView(
            name=running.name,
            type=running.type,
            state=running.health.state,
            sentence=running.health.sentence,
            code=said.code,
            values=said.values,
            standing=standing,
            tried_again_at=time_text(ways.paused[running.name]) if standing == "paused" else None,
            queue="" if queue.state in (State.OK, State.OFF) else queue.sentence,
            rate=limits.rate,
            concurrency=limits.concurrency,
            longest_text=limits.longest_text,
            takes_hooks=running.takes_webhooks,
            hooks=[HookUrl(kind=kind, url=_hidden(url, running.name)) for kind, url in running.hook_urls.items()],
            **known,
        )


def _facts(look: Snapshot, names: list[str], now: int) -> dict[str, dict[str, Any]]:
    queues, outcomes = rows.queues(look), rows.outcomes(look, now - HOUR)
    facts = {}
    for name in names:
        queue = queues.get(name)
        inbound = rows.last_inbound(look, name, now - MONTH)
        facts[name] = {
            "waiting": queue["waiting"] if queue else 0,
            "under_way": queue["under_way"] if queue else 0,
            "oldest_waiting": time_text(queue["oldest"]) if queue and queue["oldest"] is not None else None,
            "outcomes": [
                OutcomeCount(outcome=row["outcome"], kind=row["kind"], count=row["count"])
                for row in outcomes
                if row["carrier"] == name
            ],
            "last_inbound_at": None if inbound is None else time_text(inbound),
        }
    return facts


def _odd_fields(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    return {
        "id": str(row["id"]),
        "at": time_text(row["received_at"]),
        "content_type": row["content_type"],
        "reason": row["reason"],
        "size": len(row["raw"]),
    }


def _readable(raw: bytes) -> str:
    text = raw.decode("utf-8", "replace")
    return text if text.isprintable() else raw.hex()


def _hidden(url: str, name: str) -> str:
    """An address up to what only the carrier should know."""
    start, hooks, _ = url.partition(f"/hooks/{name}/")
    return f"{start}{hooks}…"


def _hit_view(hit: Hit) -> HitView:
    return HitView(
        number=hit.number,
        at=time_text(hit.at),
        remote=hit.remote,
        tls=hit.tls,
        method=hit.method,
        kind=hit.kind,
        status=hit.status,
        proven=hit.verdict.proven,
        understood=hit.verdict.understood,
        sentence=hit.verdict.sentence,
    )
