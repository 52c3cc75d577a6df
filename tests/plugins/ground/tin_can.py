"""A carrier with every ability whose far side is a few lists, and its rig: small enough to be broken on purpose.

The suite must pass it, and must catch each way in which one of its kind can break a promise.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sidetone.plugin import (
    Accepted,
    BadConfig,
    BadCredentials,
    Context,
    Deferred,
    Health,
    InboundMessage,
    Limits,
    Misunderstood,
    NotReady,
    Outcome,
    Outgoing,
    PartyKind,
    Receipt,
    ReceiptStatus,
    Rejected,
    RejectKind,
    Secret,
    State,
    StoreError,
    Unknown,
    WebhookAnswer,
    WebhookRequest,
    Window,
    hookimpl,
    setting,
)
from sidetone.testing.carrier_rig import OUR_NUMBER, THEIR_NUMBER, Arrange, CarrierRig
from sidetone.testing.context import Workbench

HOOK_SECRET = "knock-knock-knock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    key: Secret = setting(help="the key")
    hook_secret: Secret = setting(help="the secret in the call-back's path")
    cans: int = setting(1, help="how many cans")


class Broken(Exception):
    """The string is cut."""


class FarSide:
    """Takes texts, reports on them and keeps a list of both directions."""

    def __init__(self) -> None:
        self.sent: list[Outgoing] = []
        self.inbox: list[InboundMessage] = []
        self.told: set[str] = set()
        self.fate = ""
        self.reports: tuple[str, ...] = ()
        self.early = False
        self.away = self.hangs = False
        self.can: Can | None = None
        self.tasks: set[asyncio.Task[Any]] = set()

    async def ask(self) -> None:
        if self.away:
            raise NotReady("Nobody holds the other can.")
        if self.hangs:
            await asyncio.Event().wait()

    async def take(self, message: Outgoing) -> str:
        fate, self.fate = self.fate, ""
        await self.ask()
        if fate in ("refuse", "defer"):
            return fate
        self.sent.append(message)
        if fate == "silence":
            await asyncio.Event().wait()
        if fate == "cut":
            raise Broken
        if fate == "garble":
            return "?"
        if self.early:
            await self.report_all(message.reference)
        elif self.reports:
            task = asyncio.create_task(self.report_all(message.reference))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        return f"id {message.reference}"

    async def report_all(self, carrier_id: str) -> None:
        for status in self.reports:
            await self.call({"report": carrier_id, "status": status})

    async def call(self, what: Mapping[str, Any], secret: str = HOOK_SECRET) -> int:
        assert self.can is not None
        request = WebhookRequest(
            tail=(secret,),
            method="POST",
            query="",
            headers={},
            body=json.dumps(what).encode(),
            remote="192.0.2.1",
            url="",
        )
        try:
            return (await self.can.webhook(request)).status
        except StoreError:
            return 503


class Can:
    """Implements every ability of a carrier."""

    splits: Literal["core", "carrier"] = "carrier"
    poll_every: float = 60.0
    api = (1, 0)

    def __init__(self, context: Context, far_side: FarSide) -> None:
        self.context = context
        self.far_side = far_side
        self.settings = context.settings(Settings)
        self.limits = Limits(deadline=0.1, longest_text=1000)
        if self.settings.cans < 1:
            raise BadConfig("must be one at least.", where="cans")

    async def start(self) -> None:
        await self.far_side.ask()
        if self.settings.key != Secret("open-sesame"):
            raise BadCredentials("The other can does not know us.")

    async def stop(self) -> None: ...

    async def health(self) -> Health:
        return Health(State.OK, "The string is taut.")

    async def send(self, message: Outgoing) -> Outcome:
        if message.recipient.kind is not PartyKind.E164:
            return Rejected(RejectKind.RECIPIENT)
        try:
            return self.outcome(await self.far_side.take(message))
        except NotReady as error:
            return Deferred(error.message)
        except Broken:
            return Unknown("the string broke")

    def outcome(self, answer: str) -> Outcome:
        if answer == "refuse":
            return Rejected(RejectKind.MESSAGE)
        if answer == "defer":
            return Deferred("busy")
        return Accepted((answer[3:],)) if answer.startswith("id ") else Unknown("nonsense")

    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        if request.tail != (self.settings.hook_secret.reveal(),):
            return WebhookAnswer(status=403)
        said = json.loads(request.body)
        if "report" in said:
            await self.receipt(Receipt(carrier_id=said["report"], status=ReceiptStatus(said["status"])))
        elif "text" in said:
            await self.context.inbound(inbound(said["id"], said["text"]))
        else:
            odd = Misunderstood(content_type="application/json", raw=request.body, reason="It is neither.")
            await self.context.misunderstood(odd)
        return WebhookAnswer()

    async def receipt(self, receipt: Receipt) -> None:
        await self.context.receipt(receipt)

    async def find(self, message: Outgoing, since: int) -> Outcome | None:
        await self.far_side.ask()
        found = [sent for sent in self.far_side.sent if sent.reference == message.reference]
        return Accepted((message.reference,)) if found else None

    async def status(self, carrier_id: str) -> Receipt | None:
        await self.far_side.ask()
        known = carrier_id in self.far_side.told
        return Receipt(carrier_id=carrier_id, status=ReceiptStatus.DELIVERED) if known else None

    async def poll(self, windows: Sequence[Window]) -> None:
        await self.far_side.ask()
        await self.context.inbound(*self.far_side.inbox)


def inbound(carrier_id: str, body: str) -> InboundMessage:
    return InboundMessage(carrier_id=carrier_id, sender=THEIR_NUMBER, recipient=OUR_NUMBER, body=body)


class CanPlugin:
    """What an entry point names: it builds cans of one kind on one string."""

    def __init__(self, kind: type[Can], far_side: FarSide) -> None:
        self.api = kind.api
        self._kind = kind
        self._far_side = far_side

    @hookimpl
    def sidetone_carrier(self, context: Context) -> Can:
        return self._kind(context, self._far_side)


class CanRig(CarrierRig):
    """A can and the other can. The suite may be given a kind that breaks its promises."""

    table: Mapping[str, Any] = {"key": "open-sesame", "hook_secret": HOOK_SECRET}
    secrets = ("open-sesame", HOOK_SECRET)

    def __init__(self, kind: type[Can] = Can) -> None:
        super().__init__(Workbench())
        self.far_side = FarSide()
        self.plugin = CanPlugin(kind, self.far_side)

    def loaded(self, carrier: object) -> None:
        assert isinstance(carrier, Can)
        self.far_side.can = carrier

    async def refuse_next(self) -> None:
        self.far_side.fate = "refuse"

    async def defer_next(self) -> None:
        self.far_side.fate = "defer"

    async def never_answer_next(self) -> None:
        self.far_side.fate = "silence"

    async def lose_next(self) -> None:
        self.far_side.fate = "cut"

    async def garble_next(self) -> None:
        self.far_side.fate = "garble"

    async def go_away(self) -> None:
        self.far_side.away = True

    async def hang(self) -> None:
        self.far_side.hangs = True

    async def come_back(self) -> None:
        self.far_side.away = self.far_side.hangs = False

    async def report_early(self) -> None:
        self.far_side.early, self.far_side.reports = True, ("delivered",)

    async def report_twice(self) -> None:
        self.far_side.reports = ("delivered", "delivered")

    async def report_backwards(self) -> None:
        self.far_side.reports = ("delivered", "sent")

    async def report(self, carrier_id: str) -> bool:
        return await self.far_side.call({"report": carrier_id, "status": "delivered"}) == 200

    async def text_in(self, body: str) -> bool:
        self.far_side.inbox.append(inbound(f"in-{len(self.far_side.inbox)}", body))
        return await self.text_again()

    async def text_again(self) -> bool:
        last = self.far_side.inbox[-1]
        return await self.far_side.call({"id": last.carrier_id, "text": last.body}) == 200

    async def forge(self, body: str) -> int:
        return await self.far_side.call({"id": "x", "text": body}, secret="guess")

    async def call_oddly(self) -> bool:
        return await self.far_side.call({"moon": 1}) == 200

    async def deliver_untold(self, carrier_id: str) -> None:
        self.far_side.told.add(carrier_id)

    async def text_untold(self, body: str) -> None:
        self.far_side.inbox.append(inbound(f"in-{len(self.far_side.inbox)}", body))

    def bad_setups(self) -> Mapping[type[Any], Arrange]:
        async def away() -> Mapping[str, Any]:
            await self.go_away()
            return self.table

        async def wrong_key() -> Mapping[str, Any]:
            return {**self.table, "key": "open-barley"}

        async def no_cans() -> Mapping[str, Any]:
            return {**self.table, "cans": 0}

        return {NotReady: away, BadCredentials: wrong_key, BadConfig: no_cans}
