"""Sidetone's own settings. `etc/sidetone.toml` is their manual."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from sidetone.config.address import split_address
from sidetone.config.secret import Secret
from sidetone.config.section import Section
from sidetone.config.setting import setting
from sidetone.domain.route import Rule

HOUR = 60 * 60 * 1000
_DATA_DIR = Path("/var/lib/sidetone")
LISTEN = "127.0.0.1:8080"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSettings:
    """`[server]`. After loading, `public_url` is never empty and has no slash at its end."""

    listen: str = setting(LISTEN, help="the address and port to listen on, host:port")
    public_url: str = setting("", help="the URL that users open and carriers call")
    tls_cert: Path | None = setting(None, help="the file of the certificate and its chain, PEM")
    tls_cert_credential: str = setting("", help="the systemd credential that holds them")
    tls_key: Path | None = setting(None, help="the file of the certificate's key, PEM")
    tls_key_credential: str = setting("", help="the systemd credential that holds it")
    trusted_proxies: tuple[str, ...] = setting((), help="the addresses of proxies that may say whom they forward for")
    allow_private: tuple[str, ...] = setting((), help="private addresses and networks that may be sent to")
    api_rate: float = setting(
        100.0, minimum=0, maximum=100_000, help="how many requests a second a user may send on average; 0 for no limit"
    )
    screens_per_user: int = setting(
        50, minimum=0, maximum=100_000, help="how many live connections a user may have; 0 for no limit"
    )
    data_dir: Path = setting(_DATA_DIR, help="the folder of everything that Sidetone keeps")
    default_country: str = setting(
        pattern="[A-Z]{2}", help="the country of numbers that are written without a country code, two capital letters"
    )

    @property
    def host(self) -> str:
        """The address to listen on, without brackets."""
        return split_address(self.listen)[0]

    @property
    def port(self) -> int:
        """The port to listen on; 0 lets the system choose."""
        return split_address(self.listen)[1]

    @property
    def tls(self) -> bool:
        """Whether Sidetone itself serves https."""
        return bool(self.tls_cert or self.tls_cert_credential)

    def bound(self, port: int) -> "ServerSettings":
        """The same settings once the system has chosen the port."""
        if self.port:
            return self
        url = f"{self.public_url[:-2]}:{port}" if self.public_url.endswith(":0") else self.public_url
        return replace(self, listen=f"{self.listen.rpartition(':')[0]}:{port}", public_url=url)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """`[store]`."""

    backup_folder: str = setting("", help="the folder of the daily backups")
    backup_hour: int = setting(3, minimum=0, maximum=23, help="the hour of the day, by this machine's clock")
    backup_keep: int = setting(7, minimum=0, maximum=1000, help="how many backups to keep; 0 makes none")


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagingSettings:
    """`[messaging]`. Times are given in hours and read in milliseconds."""

    longest_text: int = setting(670, minimum=1, maximum=4096, help="how many characters a text may have")
    validity_hours: float = setting(
        24.0, minimum=0.01, maximum=168, help="how many hours a text is tried before it counts as expired"
    )
    receipt_wait_hours: float = setting(
        24.0, minimum=0.01, maximum=168, help="how many hours a receipt is waited for before the history says none came"
    )
    unknown_wait_hours: float = setting(
        24.0, minimum=0.01, maximum=168, help="how many hours a carrier is asked what became of a text"
    )
    company: str = setting("", help="the name that answers to STOP, START and HELP begin with")
    stop_text: str = setting("", help="what answers STOP; empty for a sentence in the number's language")
    start_text: str = setting("", help="what answers START; empty for a sentence in the number's language")
    help_text: str = setting("", help="what answers HELP; empty for a sentence in the number's language")
    blocked: Literal["hide", "drop"] = setting("hide", help="what becomes of texts from whom a user has blocked")
    stop_blocks: tuple[str, ...] = setting(
        ("US",),
        pattern="[A-Z]{2}",
        help="the countries of own numbers from which a user's own STOP blocks whom it goes to",
    )

    @property
    def validity(self) -> int:
        """Milliseconds that a text is tried."""
        return int(self.validity_hours * HOUR)

    @property
    def receipt_wait(self) -> int:
        """Milliseconds that a receipt is waited for."""
        return int(self.receipt_wait_hours * HOUR)

    @property
    def unknown_wait(self) -> int:
        """Milliseconds that a carrier is asked for."""
        return int(self.unknown_wait_hours * HOUR)


_DAYS = "(?:[0-9]{1,3}|[12][0-9]{3}|3[0-5][0-9]{2}|36[0-4][0-9]|3650)"
_NUMBERS = r"\+[1-9][0-9]{1,14}(?: *, *\+[1-9][0-9]{1,14}){0,199}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """`[retention]`. Periods are days from 1 to 3650; 0 is for ever, but for the audit."""

    sms_days: int = setting(90, minimum=0, maximum=3650, help="how many days texts are kept")
    sms_days_of: tuple[str, ...] = setting(
        (),
        pattern=f" *{_NUMBERS} *= *{_DAYS} *",
        help="own numbers whose texts are kept for another time, each like '+493012345, +493012346 = 365'",
    )
    attempts_days: int = setting(90, minimum=0, maximum=3650, help="how many days attempts and receipts are kept")
    raw_days: int = setting(
        90, minimum=0, maximum=3650, help="how many days call-backs that nobody could read are kept"
    )
    audit_days: int = setting(730, minimum=30, maximum=3650, help="how many days the audit is kept")
    grace_days: int = setting(1, minimum=0, maximum=90, help="how many days pass until a shorter period counts")

    @property
    def own_days(self) -> dict[str, int]:
        """Days of the numbers that have a period of their own; of a number that stands twice the longer one counts."""
        found: dict[str, int] = {}
        for entry in self.sms_days_of:
            numbers, _, days = entry.partition("=")
            for number in (each.strip() for each in numbers.split(",")):
                both = (found.get(number, int(days)), int(days))
                found[number] = max(both) if all(both) else 0
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """`[log]`. `auto` is `console` on a terminal and `json` elsewhere."""

    level: Literal["debug", "info", "warning", "error"] = setting("info", help="the least weighty lines to write")
    format: Literal["auto", "json", "console"] = setting("auto", help="how a line looks")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsSettings:
    """`[metrics]`. Without a token they are for this machine itself alone."""

    token: Secret | None = setting(
        None, pattern="[!-~]{16,512}", help="what a monitoring server on another machine proves itself with"
    )


_ADDRESS = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}"  # RFC 5321 without quoted local parts


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """`[mail]`. Without a host no mail is sent."""

    host: str = setting("", help="the name of the mail server")
    port: int = setting(587, minimum=1, maximum=65535, help="its port")
    encryption: Literal["starttls", "tls", "none"] = setting("starttls", help="how the connection is secured")
    ca_file: Path | None = setting(None, help="the file of who issued its certificate, PEM")
    username: str = setting("", help="who signs in at the mail server")
    password: Secret | None = setting(None, help="the password of username")
    sender: str = setting("", pattern=_ADDRESS, help="the address that mails come from")
    to: tuple[str, ...] = setting((), pattern=_ADDRESS, help="the addresses that mails go to")
    after_minutes: float = setting(
        10.0, minimum=1, maximum=1440, help="how many minutes a part does not work before that is told"
    )

    @property
    def after(self) -> int:
        """Milliseconds that a part does not work before that is told."""
        return int(self.after_minutes * 60_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierSection:
    """`[carriers.NAME]`: the plugin that `type` names, and what that plugin will read of it itself.

    `opt_out_reply`: who answers STOP, START and HELP; empty for what the plugin says. `silence` is the longest time (ms)
    without a text that comes in; 0 for any.
    """

    name: str
    type: str
    table: Section
    opt_out_reply: Literal["", "us", "carrier"] = ""
    silence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorySettings:
    """What Sidetone itself reads of each `[directories.NAME]`; the rest is the plugin's.

    `label` is empty for the section's name, `country` for `default_country`.
    """

    label: str = setting("", pattern="[^<>]{0,40}", help="what people see a name come from, up to 40 characters")
    country: str = setting(
        "", pattern="([A-Z]{2})?", help="the country of its numbers without a country code, two capital letters"
    )
    most_gone: int = setting(
        50,
        minimum=1,
        maximum=100,
        help="how many of a hundred contacts may be missing at once before that is held back",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectorySection:
    """`[directories.NAME]`: the plugin that `type` names, Sidetone's own settings, and what the plugin will read."""

    name: str
    type: str
    table: Section
    own: DirectorySettings = field(default_factory=DirectorySettings)

    @property
    def label(self) -> str:
        """What people see a name come from."""
        return self.own.label or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings. `file` is the main file; relative paths start from its folder."""

    file: Path
    server: ServerSettings
    store: StoreSettings
    messaging: MessagingSettings
    retention: RetentionSettings
    log: LogSettings
    metrics: MetricsSettings
    mail: MailSettings
    carriers: Mapping[str, CarrierSection]
    routes: tuple[Rule, ...] = ()
    directories: Mapping[str, DirectorySection] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where relative paths start."""
        return self.file.parent

    @property
    def backups(self) -> Path:
        """The folder of the daily backups."""
        named = self.store.backup_folder
        return self.folder / named if named else self.server.data_dir / "backups"
