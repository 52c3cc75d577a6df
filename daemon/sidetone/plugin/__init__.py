"""The public plugin API, version `API`: all that a plugin imports of Sidetone beside `sidetone.domain`.

A plugin's module declares `api = (1, 1)`: the version it was written for. A minor version only adds, a major one breaks;
what is not named in `__all__` here may change at any time. `docs/plugins.md` is the manual.
"""

from sidetone.clock import Clock
from sidetone.config.secret import Secret
from sidetone.config.setting import setting
from sidetone.domain.fault import SidetoneError
from sidetone.domain.health import Health, State
from sidetone.domain.incoming import InboundMessage, Misunderstood, Receipt
from sidetone.domain.keywords import Keyword
from sidetone.domain.outcome import Accepted, Deferred, Outcome, Rejected, RejectKind, Unknown
from sidetone.domain.party import Party, PartyKind
from sidetone.domain.segments import Encoding, Segments
from sidetone.domain.status import ReceiptStatus
from sidetone.errors import StoreError
from sidetone.plugin.abilities import AnswersWords, FindsSent, LeavesFrom, PollsInbound, ShowsHooks, TellsStatus, Window
from sidetone.plugin.carrier import (
    Carrier,
    Limits,
    Outgoing,
    TakesWebhooks,
    Verdict,
    WebhookAnswer,
    WebhookRequest,
)
from sidetone.plugin.context import Context, KeyValue
from sidetone.plugin.directory import Directory, DirectoryPage, DirectoryRecord, RecordNumber, SyncAnew
from sidetone.plugin.failures import BadConfig, BadCredentials, NotReady
from sidetone.plugin.forms import BadForm, parse_form
from sidetone.plugin.hookspecs import hookimpl
from sidetone.plugin.phones import BadBehaviour, HasPhones, Phone, PhoneText, UnknownPhone
from sidetone.plugin.version import API

__all__ = [
    "API",
    "Accepted",
    "AnswersWords",
    "BadBehaviour",
    "BadConfig",
    "BadCredentials",
    "BadForm",
    "Carrier",
    "Clock",
    "Context",
    "Deferred",
    "Directory",
    "DirectoryPage",
    "DirectoryRecord",
    "Encoding",
    "FindsSent",
    "HasPhones",
    "Health",
    "InboundMessage",
    "KeyValue",
    "Keyword",
    "LeavesFrom",
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
    "RecordNumber",
    "RejectKind",
    "Rejected",
    "Secret",
    "Segments",
    "ShowsHooks",
    "SidetoneError",
    "State",
    "StoreError",
    "SyncAnew",
    "TakesWebhooks",
    "TellsStatus",
    "Unknown",
    "UnknownPhone",
    "Verdict",
    "WebhookAnswer",
    "WebhookRequest",
    "Window",
    "hookimpl",
    "parse_form",
    "setting",
]
