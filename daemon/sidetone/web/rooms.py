"""What the web is given: the services of the rooms below it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sidetone.clock import SteadyClock
from sidetone.config.secret import Secret
from sidetone.conversation.activity import Activity
from sidetone.conversation.blocks import Blocks
from sidetone.conversation.conversations import Conversations
from sidetone.conversation.message_log import MessageLog
from sidetone.conversation.messages import Messages
from sidetone.delivery.opt_outs import OptOuts
from sidetone.delivery.send import Sending
from sidetone.delivery.ways import Ways
from sidetone.directory.contacts import Contacts
from sidetone.directory.search import Search
from sidetone.jobs.holds import LegalHolds
from sidetone.jobs.retention import Retention
from sidetone.jobs.scheduler import Scheduler
from sidetone.live.feed import Feed
from sidetone.metrics.meters import Meters
from sidetone.parts import Parts
from sidetone.people.audit import Audit
from sidetone.people.numbers import Numbers
from sidetone.people.sessions import Sessions
from sidetone.people.setup import FirstAdmin
from sidetone.people.sign_in import SignInDesk
from sidetone.people.users import Users
from sidetone.plugin.host import Host
from sidetone.store.connection import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """Every service that an endpoint may call. `trusted_proxies` may say whom they forward for.

    `metrics_token` is what opens the metrics to other machines, while there is one.
    """

    clock: SteadyClock
    default_country: str
    store: Store
    parts: Parts
    users: Users
    sessions: Sessions
    sign_in: SignInDesk
    first_admin: FirstAdmin
    numbers: Numbers
    conversations: Conversations
    messages: Messages
    sending: Sending
    opt_outs: OptOuts
    blocks: Blocks
    retention: Retention
    holds: LegalHolds
    audit: Audit
    contacts: Contacts
    search: Search
    activity: Activity
    feed: Feed
    host: Host
    log: MessageLog
    jobs: Scheduler
    ways: Callable[[], Ways]
    trusted_proxies: frozenset[str] = frozenset()
    meters: Meters = field(default_factory=Meters)
    metrics_token: Callable[[], Secret | None] = lambda: None
