"""One configured carrier in this process."""

import asyncio
from functools import partial
from typing import ClassVar, Literal

from sidetone.domain.outcome import Deferred, Outcome
from sidetone.plugin.abilities import AnswersWords
from sidetone.plugin.carrier import Carrier, Limits, Outgoing, TakesWebhooks, WebhookAnswer, WebhookRequest
from sidetone.plugin.context import Context
from sidetone.plugin.guard import GuardedPhones, PluginFailed, usable_answer
from sidetone.plugin.hits import Hits, hook_urls
from sidetone.plugin.life import Absence, Life, Watch
from sidetone.plugin.phones import HasPhones

MOST_CALL_BACKS = 256  # at once to one carrier; more are told to come again


class Absent(Absence):
    """Implements `Carrier` for a section whose own could not be built: it takes nothing."""

    splits: Literal["core", "carrier"] = "core"
    limits = Limits()

    async def send(self, message: Outgoing) -> Outcome:
        """Take nothing."""
        return Deferred("The carrier's plugin cannot be used.", code="absent", whole_carrier=True)


class RunningCarrier(Life):
    """A `[carriers.NAME]` section in this process; its `carrier` is `Absent` when it could not be built.

    `phones` are its virtual phones, if it has any, safe to call; `hook_urls` the addresses to enter at its far side,
    `hits` who called them.
    """

    kind: ClassVar[str] = "carrier"

    def __init__(self, name: str, type_: str, carrier: Carrier, context: Context, watch: Watch) -> None:
        super().__init__(name, type_, carrier, context, watch)
        self.carrier = carrier
        self.opt_out_reply: Literal["us", "carrier"] = _answering(carrier)
        self.phones: HasPhones | None = None
        if isinstance(carrier, HasPhones):
            patience = watch.patience
            self.phones = GuardedPhones(carrier, patience.webhook, patience.grace, partial(self.note, "phones"))
        self.hook_urls = hook_urls(carrier)
        self.hits = Hits(self.hook_urls)
        self._webhook = carrier.webhook if isinstance(carrier, TakesWebhooks) else None
        self._call_backs = 0

    @property
    def takes_webhooks(self) -> bool:
        """Whether it can be called back."""
        return self._webhook is not None

    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        """Let the carrier answer, in bounded time; raises PluginFailed for what is no answer, and what it raises."""
        if self._webhook is None or self._call_backs >= MOST_CALL_BACKS:
            raise PluginFailed("too many at once")
        patience = self._watch.patience
        hangs = partial(self.note, "webhook", "It hangs when the carrier calls back: restart Sidetone if that stays.")
        alarm = asyncio.get_running_loop().call_later(patience.webhook + patience.grace, hangs)
        self._call_backs += 1
        try:
            async with asyncio.timeout(patience.webhook):
                answer = usable_answer(await self._webhook(request))
        finally:
            self._call_backs -= 1
            alarm.cancel()
        if "webhook" in self._troubles:
            self.note("webhook", "")
        return answer


def _answering(carrier: object) -> Literal["us", "carrier"]:
    """Who answers STOP, START and HELP: the core, unless the plugin says that its carrier does."""
    said = carrier.opt_out_reply if isinstance(carrier, AnswersWords) else "us"
    return "carrier" if said == "carrier" else "us"
