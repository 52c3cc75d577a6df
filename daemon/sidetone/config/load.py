"""The whole configuration: files → typed settings, or every fault at once."""

import re
from collections.abc import Collection
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar

from phonenumbers import SUPPORTED_REGIONS

from sidetone.config.address import is_address, is_loopback, split_address, url_fault, url_of
from sidetone.config.directories import read_directories
from sidetone.config.fault import ConfigError, Fault
from sidetone.config.files import read_files
from sidetone.config.reader import nearest, read_settings
from sidetone.config.routes import read_routes
from sidetone.config.section import Section, groups_beside, own_groups
from sidetone.config.shapes import (
    HOUR,
    LISTEN,
    CarrierSection,
    Config,
    DirectorySection,
    LogSettings,
    MailSettings,
    MessagingSettings,
    MetricsSettings,
    RetentionSettings,
    ServerSettings,
    StoreSettings,
)
from sidetone.egress.allowed import is_network

T = TypeVar("T")

SHAPES = {
    "server": ServerSettings,
    "store": StoreSettings,
    "messaging": MessagingSettings,
    "retention": RetentionSettings,
    "log": LogSettings,
    "metrics": MetricsSettings,
    "mail": MailSettings,
}
SECTIONS = (*SHAPES, "carriers", "directories", "routes")
TLS_CERT, TLS_KEY = "tls_cert", "tls_key"
OPT_OUT_REPLIES = ("", "us", "carrier")
_NAME = "abcdefghijklmnopqrstuvwxyz0123456789_-"
_LONGEST_NAME = 32
_LEAST_SILENCE, _MOST_SILENCE = 1, 8760  # hours


def load(path: Path, *, types: Collection[str] | None = None, listen: str = "") -> Config:
    """Read `path` and `conf.d/*.toml` beside it.

    `types` are the plugins there are; without it a section's `type` is not looked at. `listen` stands in for the
    setting. Raises ConfigError with every fault; what a plugin's section holds is for the plugin to read.
    """
    return _Loader(path.absolute(), types).load(listen)


class _Loader:
    def __init__(self, path: Path, types: Collection[str] | None) -> None:
        self._path = path
        self._types = types
        self._root, self._faults, self._whole = read_files(path)

    def load(self, listen: str) -> Config:
        """The configuration; raises ConfigError."""
        if not self._whole:
            raise ConfigError(self._faults)  # what stands in the file that cannot be read would seem to be missing
        if listen:
            self._table("server")["listen"] = listen
        self._refuse_unknown_sections()
        server = self._server()
        store = self._settings(StoreSettings, "store")
        messaging = self._settings(MessagingSettings, "messaging")
        retention = self._settings(RetentionSettings, "retention")
        log = self._settings(LogSettings, "log")
        groups = groups_beside(server.data_dir) if server else own_groups()
        metrics = self._settings(MetricsSettings, "metrics", groups)
        mail = self._mail(groups)
        carriers = self._carriers(groups)
        directories = self._directories(groups)
        routes, faults = read_routes(self._table("routes"), [*self._table("carriers")], self._path.parent)
        self._faults += faults
        if self._faults or not (server and store and messaging and retention and log and metrics and mail):
            raise ConfigError(self._faults, carriers, directories)
        return Config(
            file=self._path,
            server=server,
            store=store,
            messaging=messaging,
            retention=retention,
            log=log,
            metrics=metrics,
            mail=mail,
            carriers=carriers,
            routes=routes,
            directories=directories,
        )

    def _refuse_unknown_sections(self) -> None:
        for name, value in self._root.items():
            if name not in SECTIONS:
                what = "is not a section" if isinstance(value, Section) else "stands in no section"
                self._fault(name, what, nearest(name, list(SECTIONS)), unknown=True)

    def _settings(self, shape: type[T], name: str, groups: frozenset[int] | None = None) -> T | None:
        table = self._table(name)
        if groups is not None:
            table.groups = groups
        settings, faults = read_settings(shape, table, where=name, base=self._path.parent)
        self._faults += faults
        return settings

    def _table(self, name: str) -> Section:
        table = self._root.get(name, Section(place=self._root.place))
        if not isinstance(table, Section):
            self._fault(name, "is no section", f"write [{name}] on a line of its own")
            table = Section(place=self._root.places.get(name))
        self._root[name] = table
        return table

    def _server(self) -> ServerSettings | None:
        table = self._table("server")
        server = self._settings(ServerSettings, "server")
        listen, public_url = _text(table, "listen", LISTEN), _text(table, "public_url", "")
        country = _text(table, "default_country", "")
        if re.fullmatch("[A-Z]{2}", country) and country not in SUPPORTED_REGIONS:
            remedy = "write its two letters as in ISO 3166, such as DE, GB or US"
            self._fault("server.default_country", "is no country that has phone numbers", remedy)
        try:
            local = is_loopback(split_address(listen)[0])
        except ValueError:
            self._fault("server.listen", "is no address", "write host:port, such as 127.0.0.1:8080")
            local = True
        if not public_url and not local:
            remedy = "give the URL that users open and carriers call, such as https://messages.example.com"
            self._fault("server.public_url", "is missing, and listen is not this machine alone", remedy)
        elif public_url and (remedy := url_fault(public_url)):
            self._fault("server.public_url", "cannot be used", remedy)
        self._addresses(table)
        self._tls(table, public_url)
        if server is None:
            return None
        return replace(
            server,
            public_url=(public_url or url_of(listen, tls=server.tls)).rstrip("/"),
            trusted_proxies=tuple(str(ip_address(proxy)) for proxy in server.trusted_proxies if is_address(proxy)),
        )

    def _mail(self, groups: frozenset[int]) -> MailSettings | None:
        mail = self._settings(MailSettings, "mail", groups)
        if mail is None or not mail.host:
            return mail
        for key in ("sender", "to"):
            if not getattr(mail, key):
                self._fault(f"mail.{key}", "is missing, and host is given", "write mail addresses")
        if bool(mail.username) != (mail.password is not None):
            self._fault("mail.username", "and password go together", "give both, or neither")
        elif mail.username and mail.encryption == "none" and not is_loopback(mail.host):
            remedy = "choose starttls or tls: the password would be there for everyone to read"
            self._fault("mail.encryption", "is none although a password is sent", remedy)
        return mail

    def _addresses(self, table: Section) -> None:
        for key, known, what, remedy in (
            ("trusted_proxies", is_address, "IP address", 'write addresses, like ["127.0.0.1"]'),
            ("allow_private", is_network, "IP address or network", 'write addresses or networks, like ["10.0.0.0/8"]'),
        ):
            given = table.get(key, [])
            if isinstance(given, list) and not all(known(each) for each in given if isinstance(each, str)):
                self._fault(f"server.{key}", f"names what is no {what}", remedy)

    def _tls(self, table: Section, public_url: str) -> None:
        given = {name: [key for key in (name, f"{name}_credential") if table.get(key)] for name in (TLS_CERT, TLS_KEY)}
        for name, other in ((TLS_CERT, TLS_KEY), (TLS_KEY, TLS_CERT)):
            if len(given[name]) > 1:
                self._fault(f"server.{name}", f"is given twice, as {' and '.join(given[name])}", "keep one of the two")
            if given[name] and not given[other]:
                self._fault(f"server.{given[name][0]}", f"is of no use without {other}", f"give {other} too")
        if given[TLS_CERT] and public_url.startswith("http:"):
            self._fault("server.public_url", "begins with http:// though tls_cert is set", "write https://")

    def _carriers(self, groups: frozenset[int]) -> dict[str, CarrierSection]:
        found = {}
        for name, table in self._table("carriers").items():
            carrier = self._carrier(name, table)
            if carrier is not None:
                carrier.table.groups = groups
                found[name] = carrier
        return found

    def _carrier(self, name: str, table: object) -> CarrierSection | None:
        key = f"carriers.{name}"
        if not isinstance(table, Section):
            self._fault(key, "is no section", f"write [{key}] on a line of its own")
            return None
        if not name or len(name) > _LONGEST_NAME or set(name) - set(_NAME):
            remedy = f"it stands in URLs: use at most {_LONGEST_NAME} small letters, digits, - and _"
            self._fault(key, "has a name that cannot be", remedy)
        type_ = table.get("type")
        if (wrong := self._wrong_type(type_)) is not None:
            what, remedy, unknown = wrong
            self._fault(f"{key}.type", what, remedy, unknown=unknown)
        if not isinstance(type_, str):
            return None
        reply = table.get("opt_out_reply", "")
        if reply not in OPT_OUT_REPLIES or (reply == "" and "opt_out_reply" in table):
            allowed = "allowed are us (Sidetone answers STOP, START and HELP) and carrier (it does so by itself)"
            self._fault(f"{key}.opt_out_reply", "has a value that is not known", allowed)
            reply = ""
        own = table.without("type").without("opt_out_reply").without("silence_hours")
        return CarrierSection(name=name, type=type_, table=own, opt_out_reply=reply, silence=self._silence(key, table))

    def _silence(self, key: str, table: Section) -> int:
        hours = table.get("silence_hours", 0)
        if type(hours) in (int, float) and (hours == 0 or _LEAST_SILENCE <= hours <= _MOST_SILENCE):
            return int(hours * HOUR)
        allowed = f"allowed are {_LEAST_SILENCE} to {_MOST_SILENCE}, and 0 for never"
        self._fault(f"{key}.silence_hours", "is no number of hours that can be", allowed)
        return 0

    def _directories(self, groups: frozenset[int]) -> dict[str, DirectorySection]:
        found, faults = read_directories(self._table("directories"), self._path.parent, self._wrong_type)
        self._faults += faults
        for directory in found.values():
            directory.table.groups = groups
        return found

    def _wrong_type(self, type_: object) -> tuple[str, str, bool] | None:
        """What is wrong with a section's type, what to do, and whether there is no such plugin; None when all is well."""
        if not isinstance(type_, str):
            return "is missing or no text", self._installed(), False
        if self._types is not None and type_ not in self._types:
            return "names a plugin that is not installed", self._installed(type_), True
        return None

    def _installed(self, type_: str = "") -> str:
        if self._types is None:
            return "name a plugin"
        return nearest(type_, list(self._types)) if self._types else "no plugin is installed: install Sidetone again"

    def _fault(self, key: str, what: str, remedy: str, *, unknown: bool = False) -> None:
        section: object = self._root
        place = self._root.place
        for word in key.split("."):
            if not isinstance(section, Section):
                break
            place = section.places.get(word, place)
            section = section.get(word)
        self._faults.append(Fault(key=key, what=what, remedy=remedy, place=place, unknown=unknown))


def _text(table: Section, key: str, default: str) -> str:
    value = table.get(key, default)
    return value if isinstance(value, str) else default
