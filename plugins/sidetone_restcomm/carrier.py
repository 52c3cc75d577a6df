"""The carrier: sends through the API, takes the server's call-backs."""

import asyncio
from contextlib import suppress
from typing import Literal

from sidetone.plugin import (
    BadConfig,
    BadCredentials,
    Context,
    Deferred,
    Encoding,
    Health,
    Limits,
    NotReady,
    Outcome,
    Outgoing,
    Rejected,
    RejectKind,
    Unknown,
    WebhookAnswer,
    WebhookRequest,
)
from sidetone_restcomm.answers import Answer, Form
from sidetone_restcomm.client import Client, LostSight, NeverLeft
from sidetone_restcomm.outcomes import REDIRECTED, UNREACHABLE, outcome_of
from sidetone_restcomm.settings import Settings, check
from sidetone_restcomm.standing import Standing
from sidetone_restcomm.webhooks import CallBacks

SPARE = 5.0  # seconds that the core grants beyond our own deadline, so that our words about it win
PROBE = 300.0  # seconds between looks at an account that is refused: slow, since fast ones get accounts locked
_ENCODINGS = {Encoding.GSM7: "GSM", Encoding.UCS2: "UCS-2"}


class RestcommCarrier:
    """Implements `Carrier` and `TakesWebhooks` for one account.

    The server cuts long texts itself and gives one id for the whole; told piece by piece, it would send unconnected
    messages. It does not detect the need for UCS-2, so each message names its encoding.
    """

    splits: Literal["core", "carrier"] = "carrier"

    def __init__(self, settings: Settings, context: Context) -> None:
        check(settings)
        self.limits = Limits(
            rate=settings.rate or None,
            concurrency=settings.concurrency,
            deadline=settings.deadline + SPARE,
            longest_text=settings.longest_text or None,
        )
        self._context = context
        self._probe: asyncio.Task[None] | None = None
        self._client = Client(settings, context)
        self._standing = Standing(context)
        self._call_backs = CallBacks(settings, context)
        self._status_url = context.webhook_url(settings.hook_secret.reveal(), "status")

    async def start(self) -> None:
        """Ask for the account, which tests address, credentials and standing in one."""
        try:
            answer = await self._client.account()
        except (NeverLeft, LostSight) as error:
            raise NotReady(f"{error}.", hint="It is tried again by itself.") from error
        judge_account(answer)
        self._standing.well()

    async def stop(self) -> None:
        """Nothing of our own is held; the context closes the connections."""

    async def health(self) -> Health:
        """How the account stands, from the last sends and call-backs."""
        return self._standing.health()

    async def send(self, message: Outgoing) -> Outcome:
        """Hand one message over."""
        if not message.recipient.answerable:
            return Rejected(RejectKind.RECIPIENT, "not-answerable", "A sender's name cannot be texted")
        longest = self.limits.longest_text
        if longest is not None and len(message.body) > longest:  # better refused than cut by the server
            words = f"The text has {len(message.body)} characters; this carrier takes {longest}"
            return Rejected(RejectKind.MESSAGE, "too-long", words)
        form = {
            "From": message.sender,
            "To": message.recipient.value,
            "Body": message.body,
            "Encoding": _ENCODINGS[message.segments.encoding],
            "StatusCallback": self._status_url,
        }
        outcome: Outcome
        try:
            outcome = outcome_of(await self._client.post_message(form), message.body)
        except NeverLeft as error:
            outcome = Deferred(str(error), code=UNREACHABLE, whole_carrier=True)
        except LostSight as error:
            outcome = Unknown(str(error), code="no-answer")
        self._standing.note(outcome)
        if self._standing.failed and (self._probe is None or self._probe.done()):
            self._probe = self._context.spawn(self._until_well(), name="refused account")
        return outcome

    async def _until_well(self) -> None:
        """Ask for a refused account now and then, until it is accepted again."""
        while self._standing.failed:
            await self._context.clock.sleep(PROBE)
            with suppress(NotReady, BadCredentials, BadConfig):
                await self.start()

    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        """Take a call-back; what the store raises passes through, so that the server hears 503."""
        answer = await self._call_backs.take(request)
        if answer.status == 200:
            self._standing.called_back()
        return answer


def judge_account(answer: Answer) -> None:
    """Return when the account can send; else raise what the host has to know."""
    status = answer.status
    said = f" It says: {answer.words}" if answer.words else ""
    if status == 200:
        _judge_standing(answer)
    elif status == 401:
        raise BadCredentials("The server refuses our credentials.", hint="Correct `account_sid` or `auth_token`.")
    elif status == 403 and answer.words:
        raise NotReady(f"The server locks the account out.{said}", hint="Ask the carrier; it is tried again by itself.")
    elif status == 403:
        raise BadCredentials("The account may not read itself.", hint="Ask the carrier for the permission.")
    elif status in (408, 425, 429) or status >= 500:
        raise NotReady(f"The server is not well ({status}).{said}", hint="It is tried again by itself.")
    elif 300 <= status < 400:
        raise BadConfig(f"redirects elsewhere ({status}, {REDIRECTED}).", hint="Give the final URL.", where="base_url")
    else:
        hint = "Correct `account_sid` or `base_url`."
        raise BadConfig(f"leads to no account ({status}).{said}", hint=hint, where="base_url")


def _judge_standing(answer: Answer) -> None:
    if answer.form is not Form.FIELDS or not answer.get("sid"):
        raise BadConfig(
            "answers, but not like Restcomm.", hint="Give the API's URL with its version.", where="base_url"
        )
    standing = answer.get("status").lower()
    if standing not in ("", "active"):
        raise NotReady(f"The account is {standing[:32]}.", hint="Ask the carrier; it is tried again by itself.")
