"""A plugin with every ability of a carrier, one of whose methods does what its section says; the rest is well."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from sidetone.plugin import (
    Accepted,
    Context,
    Health,
    Limits,
    Outcome,
    Outgoing,
    Phone,
    PhoneText,
    Receipt,
    State,
    Unknown,
    WebhookAnswer,
    WebhookRequest,
    Window,
    hookimpl,
    setting,
)

api = (1, 0)
PHONE = Phone(number="+4915112345678", name="Ada", behaviour={}, texts=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    method: str = setting(help="which method misbehaves")
    fault: str = setting(help="how")


class Careless:
    """Implements every ability. `over` lets go of what will not end otherwise."""

    over: ClassVar[asyncio.Event]
    splits: Literal["core", "carrier"] = "carrier"
    opt_out_reply: Literal["us", "carrier"] = "us"
    limits = Limits(deadline=0.2, concurrency=3)
    poll_every: float = 60.0

    def __init__(self, settings: Settings, context: Context) -> None:
        self._settings = settings
        self._context = context
        if settings.method:
            wrong = self._wrong_at_once if settings.method == "hook_urls" else self._wrong
            setattr(self, settings.method, wrong)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def health(self) -> Health:
        return Health(State.OK, "Well.")

    async def send(self, message: Outgoing) -> Outcome:
        return Unknown("cut") if self._settings.method == "find" else Accepted((message.reference,))

    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        return WebhookAnswer()

    async def find(self, message: Outgoing, since: int) -> Outcome | None:
        return None

    async def status(self, carrier_id: str) -> Receipt | None:
        return None

    async def poll(self, windows: Sequence[Window]) -> None: ...

    def hook_urls(self) -> Mapping[str, str]:
        return {"message": self._context.webhook_url("message")}

    async def phones(self) -> Sequence[Phone]:
        return [PHONE]

    async def phone(self, number: str) -> Phone:
        return PHONE

    async def text_from(self, number: str, to: str, body: str) -> PhoneText:
        return PhoneText(id="1", direction="out", number=to, body=body, at=0)

    async def behave(self, number: str, changes: Mapping[str, object]) -> Phone:
        return PHONE

    async def changed(self, since: int, timeout: float) -> int:  # noqa: ASYNC109 - as the protocol has it
        return 1

    async def _wrong(self, *_: object) -> Any:  # noqa: ANN401 - that is the point
        if self._settings.fault == "hangs":
            await asyncio.Event().wait()
        while self._settings.fault == "clings" and not self.over.is_set():
            with suppress(asyncio.CancelledError):
                await self.over.wait()
        return self._wrong_at_once()

    def _wrong_at_once(self) -> Any:  # noqa: ANN401
        if self._settings.fault == "raises":
            raise ValueError("hush +4915112345678")
        if self._settings.fault == "leaves":
            raise SystemExit(3)
        return "hush, a lie"


@hookimpl
def sidetone_carrier(context: Context) -> Careless:
    return Careless(context.settings(Settings), context)
