"""Carriers that break one promise each, by their names."""

# ruff: noqa: ANN401 - some lie about their types on purpose

import asyncio
import logging
import re
import threading
from dataclasses import replace
from typing import Any, ClassVar

from plugins.ground.tin_can import Can
from sidetone.plugin import (
    Accepted,
    BadConfig,
    BadCredentials,
    Deferred,
    Health,
    NotReady,
    Outcome,
    Outgoing,
    Receipt,
    ReceiptStatus,
    Rejected,
    RejectKind,
    State,
    StoreError,
    Unknown,
    WebhookAnswer,
    WebhookRequest,
)


def having(request: WebhookRequest, body: bytes | None = None, **changes: Any) -> WebhookRequest:
    """The same call-back with something else in it."""
    return replace(request, body=request.body if body is None else body, **changes)


class DefersSilence(Can):
    async def send(self, message: Outgoing) -> Outcome:
        try:
            return await asyncio.wait_for(super().send(message), 0.02)
        except TimeoutError:
            return Deferred("slow")


class DefersABrokenLine(Can):
    async def send(self, message: Outgoing) -> Outcome:
        outcome = await super().send(message)
        return Deferred("cut") if isinstance(outcome, Unknown) else outcome


class TakesNonsense(Can):
    def outcome(self, answer: str) -> Outcome:
        return Accepted((answer,)) if answer == "?" else super().outcome(answer)


class RetriesInside(Can):
    async def send(self, message: Outgoing) -> Outcome:
        outcome = await super().send(message)
        return await super().send(message) if isinstance(outcome, Unknown) else outcome


class DefersARefusal(Can):
    def outcome(self, answer: str) -> Outcome:
        return Deferred("no") if answer == "refuse" else super().outcome(answer)


class RejectsNotNow(Can):
    def outcome(self, answer: str) -> Outcome:
        return Rejected(RejectKind.MESSAGE) if answer == "defer" else super().outcome(answer)


class LosesHeartWhenNobodyIsThere(Can):
    async def send(self, message: Outgoing) -> Outcome:
        outcome = await super().send(message)
        return Rejected(RejectKind.RECIPIENT) if isinstance(outcome, Deferred) else outcome


class RaisesForShortCodes(Can):
    async def send(self, message: Outgoing) -> Outcome:
        int(message.recipient.value)
        return await super().send(message)


class GivesOneIdToAll(Can):
    def outcome(self, answer: str) -> Outcome:
        return Accepted(("same",)) if answer.startswith("id ") else super().outcome(answer)


class CountsWrong(Can):
    def outcome(self, answer: str) -> Outcome:
        return Accepted((answer[3:], f"{answer[3:]}-2")) if answer.startswith("id ") else super().outcome(answer)


class DropsRepeatedReceipts(Can):
    seen: frozenset[str] = frozenset()

    async def receipt(self, receipt: Receipt) -> None:
        if receipt.carrier_id not in self.seen:
            self.seen = self.seen | {receipt.carrier_id}
            await super().receipt(receipt)


class KnowsBetterThanReceipts(Can):
    async def receipt(self, receipt: Receipt) -> None:
        if receipt.status is not ReceiptStatus.SENT:
            await super().receipt(receipt)


class ReportsInItsOwnTime(Can):
    async def receipt(self, receipt: Receipt) -> None:
        self.context.spawn(self._later(receipt), name="receipt")

    async def _later(self, receipt: Receipt) -> None:
        await asyncio.sleep(0.02)
        await self.context.receipt(receipt)


class AcknowledgesWhatIsNotStored(Can):
    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        try:
            return await super().webhook(request)
        except StoreError:
            return WebhookAnswer()


class BelievesAnyone(Can):
    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        return await super().webhook(having(request, tail=(self.settings.hook_secret.reveal(),)))


class ChokesOnJunk(Can):
    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        request.tail[0].encode()
        return await super().webhook(request)


class DropsWhatItCannotRead(Can):
    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        return WebhookAnswer() if b"moon" in request.body else await super().webhook(request)


class ChangesTheBody(Can):
    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        raw = request.body.replace(b"\\n", b" ").replace(b"&", b"+")
        return await super().webhook(having(request, raw))


class FindsAnything(Can):
    async def find(self, message: Outgoing, since: int) -> Outcome | None:
        await self.far_side.ask()
        found = [sent for sent in self.far_side.sent if sent.body == message.body]
        return Accepted((found[0].reference,)) if found else None


class FindsNothing(Can):
    async def find(self, message: Outgoing, since: int) -> Outcome | None:
        await self.far_side.ask()
        return None


class GuessesAStatus(Can):
    async def status(self, carrier_id: str) -> Receipt | None:
        await self.far_side.ask()
        return Receipt(carrier_id=carrier_id, status=ReceiptStatus.SENT)


class PollsInVain(Can):
    async def poll(self, windows: Any) -> None:
        try:
            await super().poll(windows)
        except StoreError:
            return


class PollsOnce(Can):
    done = False

    async def poll(self, windows: Any) -> None:
        await self.far_side.ask()
        inbox, self.done = [] if self.done else self.far_side.inbox, True
        await self.context.inbound(*inbox)


class RefusesLongTexts(Can):
    async def send(self, message: Outgoing) -> Outcome:
        return Rejected(RejectKind.MESSAGE) if len(message.body) > 500 else await super().send(message)


class GivesAllTextsOneId(Can):
    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        return await super().webhook(having(request, re.sub(rb"in-\d+", b"in-0", request.body)))


class NamesEachCallAnew(Can):
    calls = 0

    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        self.calls += 1
        return await super().webhook(having(request, request.body.replace(b"in-", b"in-%d-" % self.calls)))


class PollsTheNewestOnly(Can):
    async def poll(self, windows: Any) -> None:
        await self.far_side.ask()
        await self.context.inbound(*self.far_side.inbox[-1:])


class IsOfAnotherTime(Can):
    api = (9, 0)


class HasOneWordForAllFaults(Can):
    async def start(self) -> None:
        try:
            await super().start()
        except (NotReady, BadCredentials) as error:
            raise BadConfig(error.message) from error


class TellsItsKey(Can):
    async def start(self) -> None:
        try:
            await super().start()
        except BadCredentials as error:
            raise BadCredentials(f"{self.settings.hook_secret.reveal()} is refused.") from error


class CannotBeStartedAgain(Can):
    tried = False

    async def start(self) -> None:
        assert not self.tried
        self.tried = True
        await super().start()


class WillNotBeCancelled(Can):
    async def find(self, message: Outgoing, since: int) -> Outcome | None:
        try:
            return await super().find(message, since)
        except asyncio.CancelledError:
            await asyncio.sleep(0.2)
            return None


class TakesSilenceForAList(Can):
    async def poll(self, windows: Any) -> None:
        try:
            await asyncio.wait_for(self.far_side.ask(), 0.02)
        except TimeoutError:
            return
        await super().poll(windows)


class StopsTooSlowly(Can):
    async def stop(self) -> None:
        if self.far_side.hangs:
            await asyncio.sleep(0.6)


class LeavesATask(Can):
    left: ClassVar[set[asyncio.Task[None]]] = set()

    async def start(self) -> None:
        await super().start()
        self.left.add(asyncio.create_task(asyncio.sleep(60)))


class LeavesAFile(Can):
    left: ClassVar[list[Any]] = []

    async def start(self) -> None:
        await super().start()
        self.left.append(open("/dev/null"))  # noqa: ASYNC230, SIM115 - that is the point


class LeavesAThread(Can):
    end = threading.Event()

    async def start(self) -> None:
        await super().start()
        threading.Thread(target=self.end.wait, name="left").start()


class LogsTheBody(Can):
    async def send(self, message: Outgoing) -> Outcome:
        self.context.log.info("sending", body=message.body)
        return await super().send(message)


class LogsTheNumberAside(Can):
    async def send(self, message: Outgoing) -> Outcome:
        logging.getLogger("can").debug("to %s", message.recipient.value)
        return await super().send(message)


class PrintsItsSecret(Can):
    async def send(self, message: Outgoing) -> Outcome:
        print(self.settings.key.reveal())
        return await super().send(message)


class SaysNothingOfHealth(Can):
    async def health(self) -> Health:
        return Health(State.OK)


class IsNeverWell(Can):
    async def health(self) -> Health:
        return Health(State.STARTING, "In a moment.")


class SplitsInThree(Can):
    splits: Any = "both"


class PollsAtRandom(Can):
    poll_every: Any = "often"
