"""What plugin authors import: the hooks, the protocols, the values and the context."""

from sidetone.config.secret import Secret
from sidetone.config.setting import setting
from sidetone.domain.fault import SidetoneError
from sidetone.domain.health import Health, State
from sidetone.domain.incoming import InboundMessage, Misunderstood, Receipt
from sidetone.domain.outcome import Accepted, Deferred, Outcome, Rejected, RejectKind, Unknown
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.segments import Encoding, Segments
from sidetone.domain.status import ReceiptStatus
from sidetone.plugin.abilities import FindsSent, PollsInbound, TellsStatus, Window
from sidetone.plugin.carrier import (
    Carrier,
    Limits,
    Outgoing,
    TakesWebhooks,
    WebhookAnswer,
    WebhookRequest,
)
from sidetone.plugin.context import Context
from sidetone.plugin.failures import BadConfig, BadCredentials, NotReady
from sidetone.plugin.forms import BadForm, parse_form
from sidetone.plugin.hookspecs import hookimpl
from sidetone.plugin.phones import BadBehaviour, HasPhones, Phone, PhoneText, UnknownPhone

__all__ = [
    "Accepted",
    "BadBehaviour",
    "BadConfig",
    "BadCredentials",
    "BadForm",
    "Carrier",
    "Context",
    "Deferred",
    "Encoding",
    "FindsSent",
    "HasPhones",
    "Health",
    "InboundMessage",
    "Limits",
    "Misunderstood",
    "NotReady",
    "Outcome",
    "Outgoing",
    "Party",
    "PartyKind",
    "Phone",
    "PhoneText",
    "PollsInbound",
    "Receipt",
    "ReceiptStatus",
    "RejectKind",
    "Rejected",
    "Secret",
    "Segments",
    "SidetoneError",
    "State",
    "TakesWebhooks",
    "TellsStatus",
    "Unknown",
    "UnknownPhone",
    "WebhookAnswer",
    "WebhookRequest",
    "Window",
    "hookimpl",
    "parse_form",
    "setting",
]
