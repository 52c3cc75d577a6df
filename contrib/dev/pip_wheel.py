"""Fetches pip's own wheel from a package index, for an environment that has no pip yet.

Follows the Simple Repository API (PEP 503, 592, 629, 658) and pip's own settings: environment first, then pip.conf.
"""

import configparser
import hashlib
import os
import re
import ssl
import sys
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

WHEEL = re.compile(r"pip-(\d+(?:\.\d+)*)-py3-none-any\.whl")  # final releases only
NEEDS_PYTHON = re.compile(r">=\s*(\d+)\.(\d+)")
MOST_BYTES = 32 * 1024 * 1024
SECONDS = 60


class WheelError(Exception):
    """No wheel of pip could be had this way; the message says why."""


@dataclass(frozen=True, order=True)
class Link:
    """A wheel of pip that a place offers. `sha256` is empty where the place states none."""

    version: tuple[int, ...]
    url: str
    sha256: str


class Page(HTMLParser):
    """Collects the usable links of a project's page."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.links: list[Link] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an anchor that names a final, unyanked wheel for this Python."""
        found = {name: value or "" for name, value in attrs}
        if tag == "base" and "href" in found:
            self.base = urljoin(self.base, found["href"])
        if tag != "a" or "data-yanked" in found or not fits_python(found.get("data-requires-python", "")):
            return
        self.links += link_of(urljoin(self.base, found.get("href", "")))


def fits_python(requires: str) -> bool:
    """Whether the running Python is new enough for a Requires-Python; upper bounds are pip's to judge."""
    lowest = [(int(major), int(minor)) for major, minor in NEEDS_PYTHON.findall(requires)]
    return all(bound <= sys.version_info[:2] for bound in lowest)


def link_of(url: str) -> list[Link]:
    """The one link that `url` stands for, or none if it is not a final wheel of pip."""
    plain, fragment = urldefrag(url)
    named = WHEEL.fullmatch(unquote(urlsplit(plain).path).rpartition("/")[2])
    if not named:
        return []
    stated = fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else ""
    return [Link(tuple(int(number) for number in named[1].split(".")), plain, stated)]


def from_index(scratch: Path) -> Path:
    """Put the newest pip that the configured places offer into `scratch`; raise WheelError if none does."""
    settings = pip_settings(os.environ)
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=trust(settings)))
    places = places_of(settings)
    if not places:
        raise WheelError("pip's settings name no package index")
    links = [link for place in places for link in offered(place, opener)]
    if not links:
        raise WheelError(f"none of {', '.join(map(shown, places))} offers a wheel of pip")
    return fetch(max(links), scratch, opener)


def places_of(settings: Mapping[str, str]) -> list[str]:
    """The pages and folders where pip would look for itself."""
    indexes = (
        []
        if settings.get("no-index", "").lower() in ("1", "true", "yes", "on")
        else [
            f"{index.rstrip('/')}/pip/"
            for index in (settings.get("index-url", "") + " " + settings.get("extra-index-url", "")).split()
        ]
    )
    return indexes + settings.get("find-links", "").split()


def offered(place: str, opener: urllib.request.OpenerDirector) -> list[Link]:
    """The wheels of pip at one place: a page, or a folder. A place that cannot be read offers none."""
    folder = Path(unquote(urlsplit(place).path)) if place.startswith("file:") else Path(place)
    if "://" not in place or folder.is_dir():
        inside = [link for wheel in folder.glob("pip-*.whl") for link in link_of(wheel.resolve().as_uri())]
        page = folder / "index.html"
        return inside + (offered(page.resolve().as_uri(), opener) if page.is_file() else [])
    parser = Page(place)
    try:
        parser.feed(read(place, opener).decode("utf-8", "replace"))
    except WheelError:
        return []
    return parser.links


def fetch(link: Link, scratch: Path, opener: urllib.request.OpenerDirector) -> Path:
    """Download one wheel; raise WheelError if its hash is not the stated one, or a remote place states none."""
    content = read(link.url, opener)
    if not link.sha256 and not link.url.startswith("file:"):
        raise WheelError(f"{shown(link.url)} comes without a sha256")
    if link.sha256 and hashlib.sha256(content).hexdigest() != link.sha256:
        raise WheelError(f"{shown(link.url)} does not have the sha256 that its index states")
    wheel = scratch / link.url.rpartition("/")[2]
    wheel.write_bytes(content)
    return wheel


def read(url: str, opener: urllib.request.OpenerDirector) -> bytes:
    """The bytes at `url`; raise WheelError if there are none or too many."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    request = urllib.request.Request(parts._replace(netloc=host).geturl())  # noqa: S310 - the admin's own setting
    if user:
        request.add_header("Authorization", basic(user))
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            content: bytes = answer.read(MOST_BYTES + 1)
    except (OSError, ValueError) as fault:
        raise WheelError(f"{shown(url)} cannot be read: {fault}") from fault
    if len(content) > MOST_BYTES:
        raise WheelError(f"{shown(url)} is larger than {MOST_BYTES} bytes")
    return content


def basic(user: str) -> str:
    """The header value of `name:password` as it stands in a URL (RFC 7617)."""
    return "Basic " + b64encode(unquote(user).encode()).decode()


def shown(place: str) -> str:
    """A place as it may be printed: without the user and password it may carry."""
    parts = urlsplit(place)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def trust(settings: Mapping[str, str]) -> ssl.SSLContext:
    """Whom to believe: the system's authorities, or the bundle that pip's `cert` names."""
    return ssl.create_default_context(cafile=settings.get("cert") or None)


def pip_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """pip's settings by their long names; the environment overrides files, `[install]` overrides `[global]`."""
    parser = configparser.RawConfigParser()
    for path in setting_files(environment):
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError) as fault:
            raise WheelError(f"{path} is not a pip.conf: {fault}") from fault
    found: dict[str, str] = {}
    for section in ("global", "install"):
        if parser.has_section(section):
            found.update(parser.items(section))
    for name in ("index-url", "extra-index-url", "find-links", "cert", "no-index"):
        value = environment.get("PIP_" + name.upper().replace("-", "_"))
        if value is not None:
            found[name] = value
    return found


def setting_files(environment: Mapping[str, str]) -> Iterable[Path]:
    """Where pip looks for its settings, the weakest first."""
    named = environment.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return ()
    home = Path.home()
    user = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    usual = (Path("/etc/pip.conf"), Path("/etc/xdg/pip/pip.conf"), home / ".pip/pip.conf", user / "pip/pip.conf")
    return (*usual, Path(sys.prefix) / "pip.conf", *([Path(named)] if named else ()))
