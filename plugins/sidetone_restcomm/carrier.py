"""The carrier: sends through the API, takes the service's call-backs, reads its books."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from contextlib import suppress
from typing import Literal, TypeVar

from sidetone.plugin import (
    BadConfig,
    BadCredentials,
    Context,
    Health,
    Limits,
    NotReady,
    Outcome,
    Outgoing,
    Receipt,
    WebhookAnswer,
    WebhookRequest,
    Window,
)
from sidetone_restcomm.answers import Answer, Form
from sidetone_restcomm.client import Client, LostSight, NeverLeft, Unreadable
from sidetone_restcomm.faults import FaultTable
from sidetone_restcomm.lists import Lists
from sidetone_restcomm.outcomes import NEEDS_A_PERSON, REDIRECTED
from sidetone_restcomm.seen import Seen
from sidetone_restcomm.sending import Sending
from sidetone_restcomm.settings import Settings, check, profile_of
from sidetone_restcomm.standing import Standing
from sidetone_restcomm.webhooks import CallBacks

T = TypeVar("T")

REACH = "Is `base_url` right, and can this machine reach it?"
SPARE = 5.0  # seconds that the core grants beyond our own deadline, so that our words about it win
PROBE = 300.0  # seconds between looks at an account that is refused: slow, since fast ones get accounts locked
MOST_PIECES = 10  # that the time of a send is reckoned for, where we cut


class RestcommCarrier:
    """Implements `Carrier`, `TakesWebhooks`, `FindsSent`, `TellsStatus`, `PollsInbound` and `ShowsHooks` for one account.

    Unless told otherwise the service cuts long texts itself and gives one id for the whole.
    """

    def __init__(self, settings: Settings, context: Context) -> None:
        check(settings)
        profile = profile_of(settings)
        rate = profile.rate if settings.rate is None else settings.rate
        longest = settings.longest_text or profile.longest_text
        whole = settings.splits == "carrier"
        self.splits: Literal["core", "carrier"] = settings.splits
        self.limits = Limits(
            rate=rate or None,
            concurrency=settings.concurrency,
            deadline=settings.deadline * (1 if whole else MOST_PIECES) + SPARE,
            longest_text=longest if whole else None,
        )
        self.poll_every = settings.poll_every
        self.opt_out_reply: Literal["us", "carrier"] = "carrier" if profile.answers_words else "us"
        secret = settings.hook_secret.reveal()
        self._hook_urls = {what: context.webhook_url(secret, what) for what in ("message", "status")}
        self._by_key = bool(settings.api_key)
        self._context = context
        self._probe: asyncio.Task[None] | None = None
        self._client = Client(settings, context)
        faults, seen = FaultTable(settings.error_kinds), Seen()
        self._standing = Standing(context, lambda code: code in NEEDS_A_PERSON or faults.needs_a_person(code))
        self._call_backs = CallBacks(settings, context, self._standing, seen)
        self._lists = Lists(self._client, context, profile, faults, seen, settings.splits)
        self._sending = Sending(
            self._client,
            context,
            profile,
            faults,
            seen,
            status_url=self._hook_urls["status"],
            splits=settings.splits,
            longest=longest,
            rate=rate,
        )
        self._polled = False

    async def start(self) -> None:
        """Ask for the account, which tests address, credentials and standing in one."""
        try:
            answer = await (self._client.look() if self._by_key else self._client.account())
        except (NeverLeft, LostSight) as error:
            raise NotReady(f"{error}.", hint=REACH) from error
        judge_account(answer, of_key=self._by_key)
        self._standing.well()

    async def stop(self) -> None:
        """Nothing of our own is held; the context closes the connections."""

    async def health(self) -> Health:
        """How the account stands, from the last sends and call-backs."""
        return self._standing.health()

    async def send(self, message: Outgoing) -> Outcome:
        """Hand one message over."""
        outcome = await self._sending.send(message)
        self._standing.note(outcome)
        if self._standing.failed and (self._probe is None or self._probe.done()):
            self._probe = self._context.spawn(self._until_well(), name="refused account")
        return outcome

    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        """Take a call-back; what the store raises passes through, so that the service hears 503."""
        return await self._call_backs.take(request)

    def hook_urls(self) -> Mapping[str, str]:
        """Where the service must call: for texts, which is set at each number, and for statuses, which we name it."""
        return self._hook_urls

    async def find(self, message: Outgoing, since: int) -> Outcome | None:
        """Look a send up whose answer never came; raises NotReady when the list cannot be read."""
        return await _readable(self._lists.find(message, since))

    async def status(self, carrier_id: str) -> Receipt | None:
        """Ask how a message stands; raises NotReady when that cannot be read."""
        return await _readable(self._lists.status(carrier_id))

    async def poll(self, windows: Sequence[Window]) -> None:
        """Hand over the texts of the list; raises NotReady when it cannot be read to its end."""
        missed = await _readable(self._lists.texts(windows))
        if missed and self._polled:  # the first look also finds what came while nobody was there to be called
            self._standing.found_by_list(missed)
        self._polled = True

    async def _until_well(self) -> None:
        """Ask for a refused account now and then, until it is accepted again."""
        while self._standing.failed:
            await self._context.clock.sleep(PROBE)
            with suppress(NotReady, BadCredentials, BadConfig):
                await self.start()


async def _readable(asked: Awaitable[T]) -> T:
    try:
        return await asked
    except (NeverLeft, LostSight, Unreadable) as error:
        raise NotReady(f"{error}.", hint=REACH) from error


def judge_account(answer: Answer, *, of_key: bool = False) -> None:
    """Return when the account can send; else raise what the host has to know.

    `of_key`: the answer is a list of messages, which a key may read that may not read the account.
    """
    status = answer.status
    said = f" It says: {answer.words}" if answer.words else ""
    if status == 200:
        _judge_standing(answer, "page_size" if of_key else "sid")
    elif status == 401:
        hint = f"Correct {'`api_key`' if of_key else '`account_sid`'} or `auth_token`."
        raise BadCredentials("The server refuses our credentials.", hint=hint)
    elif status == 403 and answer.words:
        raise NotReady(f"The server locks the account out.{said}", hint="Ask the carrier.")
    elif status == 403:
        raise BadCredentials("The account may not read itself.", hint="Ask the carrier for the permission.")
    elif status in (408, 425, 429) or status >= 500:
        raise NotReady(f"The server is not well ({status}).{said}", hint="Its operator may know more.")
    elif 300 <= status < 400:
        raise BadConfig(f"redirects elsewhere ({status}, {REDIRECTED}).", hint="Give the final URL.", where="base_url")
    else:
        hint = "Correct `account_sid` or `base_url`."
        raise BadConfig(f"leads to no account ({status}).{said}", hint=hint, where="base_url")


def _judge_standing(answer: Answer, sign: str) -> None:
    if answer.form is not Form.FIELDS or not answer.get(sign):
        hint = "Give the API's URL with its version, and the right `profile`."
        raise BadConfig("answers, but not like the service.", hint=hint, where="base_url")
    standing = answer.get("status").lower()
    if standing not in ("", "active"):
        raise NotReady(f"The account is {standing[:32]}.", hint="Ask the carrier.")
