"""The carrier: sends through the API, takes its call-backs, looks up what was never answered."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote

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
    State,
    Unknown,
    Verdict,
    WebhookAnswer,
    WebhookRequest,
)
from sidetone_example.api import Answer, Api, LostSight, NeverLeft, read_object
from sidetone_example.outcomes import REPORTS, outcome_of, text
from sidetone_example.settings import Settings

SPARE = 5.0  # seconds that the core grants beyond our own deadline, so that our words about it win
OLDEST = 300  # seconds: a call-back that was signed longer ago may be someone else's, played again
NOT_HERE = WebhookAnswer(status=404, body=b"Nothing is taken here.\n")
NOT_PROVEN = WebhookAnswer(
    status=403,
    body=b"The signature is not right.\n",
    verdict=Verdict(proven=False, sentence="The signature is wrong or too old: compare `signing_key` and the clocks."),
)


class ExampleCarrier:
    """Implements `Carrier`, `TakesWebhooks`, `ShowsHooks` and `FindsSent` for one account."""

    splits: Literal["core", "carrier"] = "carrier"  # Example Telecom cuts long texts, and gives one id for the whole

    def __init__(self, settings: Settings, context: Context) -> None:
        self.limits = Limits(rate=settings.rate, deadline=settings.deadline + SPARE, longest_text=1600)
        self._context = context
        self._api = Api(settings, context)
        self._key = settings.signing_key.reveal().encode()
        self._url = context.webhook_url("events")
        self._trouble = ""

    async def start(self) -> None:
        """Ask for the account, which tests the address and the token in one."""
        answer = await self._ask("GET", "/v1/account")
        if answer.status in (401, 403):
            raise BadCredentials("Example Telecom refuses our token.", hint="Correct `token`.")
        if answer.status in (429, 503) or answer.status >= 500:
            raise NotReady(f"Example Telecom is not well ({answer.status}).")
        if answer.status != 200 or not text(answer.fields, "name"):
            raise BadConfig("answers, but not like Example Telecom.", where="base_url")

    async def stop(self) -> None:
        """Nothing of our own is held; the context closes the connections."""

    async def health(self) -> Health:
        """As the last send found it."""
        if self._trouble:
            return Health(State.DEGRADED, self._trouble)
        return Health(State.OK, "Example Telecom takes our texts.")

    async def send(self, message: Outgoing) -> Outcome:
        """Hand one message over, once."""
        if message.recipient.kind is not PartyKind.E164:
            return Rejected(RejectKind.RECIPIENT, text="Example Telecom reaches phone numbers only")
        body = {
            "from": message.sender,
            "to": message.recipient.value,
            "text": message.body,
            "reference": message.reference,
            "report_to": self._url,
        }
        try:
            outcome = outcome_of(await self._api.call("POST", "/v1/messages", body))
        except NeverLeft as error:
            outcome = Deferred(f"{error}", whole_carrier=True)
        except LostSight as error:
            outcome = Unknown(f"{error}")
        self._trouble = outcome.reason if isinstance(outcome, Deferred) and outcome.whole_carrier else ""
        return outcome

    async def find(self, message: Outgoing, since: int) -> Outcome | None:
        """Look a send up by our reference; raises NotReady when the list cannot be read."""
        answer = await self._ask("GET", f"/v1/messages?reference={quote(message.reference, safe='')}")
        if answer.status != 200 or not isinstance(items := answer.fields.get("items"), list):
            raise NotReady(f"Example Telecom shows no list ({answer.status}).")
        for item in items:
            if isinstance(item, dict) and item.get("reference") == message.reference and text(item, "id"):
                return Accepted((text(item, "id"),))
        return None

    def hook_urls(self) -> Mapping[str, str]:
        """One address for everything; each event says what it is."""
        return {"events": self._url}

    async def webhook(self, request: WebhookRequest) -> WebhookAnswer:
        """Take one event: proven, then parsed, then stored, then acknowledged."""
        if request.tail != ("events",):
            return NOT_HERE
        if not self._is_proven(request):
            return NOT_PROVEN
        understood = True
        match read_object(request.body):
            case {"type": "text", "id": str(id_), "from": str(sender), "to": str(recipient), "text": str(body)}:
                await self._context.inbound(
                    InboundMessage(carrier_id=id_, sender=sender, recipient=recipient, body=body)
                )
            case {"type": "report", "id": str(id_), "status": str(word)}:
                status = REPORTS.get(word, ReceiptStatus.OTHER)
                await self._context.receipt(Receipt(carrier_id=id_, status=status, code=word))
            case _:
                understood = False
                kind = request.headers.get("content-type", "")
                await self._context.misunderstood(
                    Misunderstood(content_type=kind, raw=request.body, reason="It is no event that we know.")
                )
        return WebhookAnswer(verdict=Verdict(proven=True, understood=understood))

    def _is_proven(self, request: WebhookRequest) -> bool:
        at, _, signature = request.headers.get("x-signature", "").partition(":")
        if not (at.isascii() and at.isdigit() and len(at) <= 12 and signature.isascii()):
            return False
        if abs(self._context.clock.now() / 1000 - int(at)) > OLDEST:
            return False
        signed = hmac.new(self._key, f"{at}:".encode() + request.body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(signed, signature)

    async def _ask(self, method: str, path: str) -> Answer:
        try:
            return await self._api.call(method, path)
        except (NeverLeft, LostSight) as error:
            raise NotReady(f"{error}") from error
