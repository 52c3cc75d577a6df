"""What a load is told and what it reports: the one contract between the bench and its load processes."""

import msgspec

AT_ONCE = 64
"""How many texts a target may have on their way to the carrier."""


class Access(msgspec.Struct, frozen=True):
    """How to reach a running target, as a carrier and as a signed-in screen.

    `conversations` are the ids of those that texts are sent in; where there are none, texts come in. `carrier_pid` is
    the process of the carrier that takes them. `tokens` sign screens in that do nothing, each as a user of its own; beyond
    them all come with `headers`.
    """

    host: str
    port: int
    pid: int
    hook_path: str
    events_path: str = "/api/v1/events"
    headers: dict[str, str] = {}
    account_sid: str = "AC" + "0" * 32
    own_number: str = "+13105550100"
    conversations: list[str] = []
    carrier_pid: int | None = None
    tokens: list[str] = []


class Plan(msgspec.Struct, frozen=True):
    """One load. With a `rate` the loop is open (messages a second, whether or not answers come), else closed.

    `drain` bounds the seconds that the last messages may take; `cores` pins the load, empty for anywhere.
    """

    access: Access
    seconds: float
    warm_up: float
    outstanding: int = 32
    rate: float | None = None
    drain: float = 10.0
    cores: list[int] = []


class Report(msgspec.Struct, frozen=True):
    """What one load saw of the messages that it counted.

    Latencies are milliseconds from the moment a message was due; `…_cpu` of 1.0 is one core, and `others_cpu` is what
    neither load, target nor carrier used, so the noise; `server_us` is the target's CPU time per message, microseconds.
    """

    per_second: float
    seen_p50: float
    seen_p99: float
    answered_p50: float
    answered_p99: float
    sent_late_p50: float
    sent_late_p99: float
    client_cpu: float
    server_cpu: float
    carrier_cpu: float
    others_cpu: float
    server_us: float
