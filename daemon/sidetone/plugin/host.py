"""The host of carriers: lets them be called back, and lets nothing that they do hurt the rest."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, ClassVar

import structlog

from sidetone.config.shapes import CarrierSection
from sidetone.domain.fault import SidetoneError
from sidetone.errors import NotFound, StoreError
from sidetone.metrics.arrival import arriving
from sidetone.metrics.meters import Meters
from sidetone.parts import Parts
from sidetone.plugin.carrier import Limits, Verdict, WebhookAnswer, WebhookRequest
from sidetone.plugin.context import Context, KeyValue, Surroundings
from sidetone.plugin.guard import PluginFailed, wrongly_said
from sidetone.plugin.hosting import Hosting
from sidetone.plugin.life import Patience
from sidetone.plugin.loading import NoProvider
from sidetone.plugin.running import Absent, RunningCarrier

log = structlog.get_logger("plugins")

_METHODS = ("start", "stop", "health", "send")


class Host(Hosting[CarrierSection, RunningCarrier]):
    """Every configured carrier in this process."""

    sections: ClassVar[str] = "carriers"
    hook: ClassVar[str] = "sidetone_carrier"

    def __init__(
        self,
        sections: Mapping[str, CarrierSection],
        *,
        around: Surroundings,
        parts: Parts,
        keep: Callable[[str], KeyValue],
        chance: Random | None = None,
        patience: Patience | None = None,
        meters: Meters | None = None,
    ) -> None:
        super().__init__(sections, around=around, parts=parts, keep=keep, chance=chance, patience=patience)
        self._meters = meters or Meters()

    @property
    def carriers(self) -> Mapping[str, RunningCarrier]:
        """Every configured carrier by its name, also those that failed."""
        return self.running

    def house(self, section: CarrierSection, provider: Any, context: Context) -> RunningCarrier:  # noqa: ANN401
        """The carrier in this process; raises NoProvider for what is none."""
        lacking = [name for name in _METHODS if not callable(getattr(provider, name, None))]
        if lacking or not isinstance(getattr(provider, "limits", None), Limits):
            raise NoProvider(f"Plugin {section.type} builds no carrier ({', '.join(lacking or ['limits'])} missing).")
        if wrong := wrongly_said(provider):
            raise NoProvider(f"Plugin {section.type} builds no carrier ({wrong}).")
        return RunningCarrier(section.name, section.type, provider, context, self._watch)

    def absent(self, section: CarrierSection, context: Context) -> RunningCarrier:
        """A carrier that takes nothing."""
        return RunningCarrier(section.name, section.type, Absent(), context, self._watch)

    async def webhook(self, name: str, request: WebhookRequest, *, tls: bool | None = None) -> WebhookAnswer:
        """Let the carrier of that name answer; 503 for whatever goes wrong, so that the far side tries again.

        `tls`: whether it came encrypted, None where nobody knows. Raises NotFound where nothing takes webhooks.
        """
        running = self._running.get(name)
        if running is None or not running.takes_webhooks:
            raise NotFound("There is nothing here.")
        with arriving(self.clock.now()):
            answer = await self._answered(running, request)
        self._meters.webhook(name)
        if reason := _refusal(answer):
            self._meters.refused(name, reason)
        running.hits.add(self.clock.now(), request, answer, tls=tls)
        return answer

    async def _answered(self, running: RunningCarrier, request: WebhookRequest) -> WebhookAnswer:
        try:
            return await running.webhook(request)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's fault must not become the listener's
            log.warning("webhook failed", carrier=running.name, error=_kind(error))
            if not isinstance(error, StoreError):  # the store tells of itself
                running.note("webhook", f"It fails when the carrier calls back ({_kind(error)}).")
            return _later(error)


def _kind(error: BaseException) -> str:
    """What went wrong, without the plugin's own words."""
    if isinstance(error, PluginFailed):
        return error.message
    return error.code if isinstance(error, SidetoneError) else type(error).__name__


def _refusal(answer: WebhookAnswer) -> str:
    """Why a call-back was refused; empty when it was not."""
    if answer.status < 400:
        return ""
    if answer.verdict.proven is False:
        return "not-proven"
    return "not-now" if answer.status >= 500 else "not-understood"


def _later(error: BaseException) -> WebhookAnswer:
    seconds = error.retry_after if isinstance(error, StoreError) else StoreError.retry_after
    verdict = Verdict(sentence=f"It could not be taken now ({_kind(error)}); the carrier was asked to try again.")
    return WebhookAnswer(
        status=503, body=b"Not now, try again.\n", headers={"Retry-After": str(seconds)}, verdict=verdict
    )
