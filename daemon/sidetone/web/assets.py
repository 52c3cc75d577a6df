"""The UI's files, served from memory under a path that carries their hash."""

import gzip
import hashlib
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from sidetone.web.problems import NoSuchPlace

FOLDER = Path(__file__).with_name("static")
START = "/static/"
PAGE = "index.html"
PRELOADS = "<!-- modulepreload -->"
_NO_PAGES = frozenset({"api", "hooks", "static", "metrics", "healthz", "readyz"})  # first words that are not the UI's
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
}
_PACKED_ALREADY = frozenset({".png", ".ico", ".woff2"})
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)  # where JSDoc names types, which no browser loads
_IMPORT = re.compile(r"""\b(?:from|import)\s*["'](\.{1,2}/[^"']+)["']""")
_MODULE = re.compile(r'<script type="module" src="/static/([^"]+)"')
_REFERENCE = re.compile(r'((?:src|href)="/static/)(?![^"]*\.webmanifest")')  # the manifest's own links are relative
_YEAR = 365 * 24 * 60 * 60
_FOR_EVER = f"public, max-age={_YEAR}, immutable"
_ASK_AGAIN = "no-cache"


@dataclass(slots=True)
class Asset:
    """A file; `packed` is its gzip, made when it is first asked for."""

    body: bytes
    content_type: str
    tag: str
    packable: bool
    packed: bytes | None = None


class Assets:
    """Every file of the UI and its one page. `hash` is that of the whole tree, so that modules import each other."""

    def __init__(self, folder: Path = FOLDER) -> None:
        bodies = dict(_read(folder))
        tree = hashlib.blake2b(digest_size=8)
        for name, body in sorted(bodies.items()):
            tree.update(b"%d %s %d " % (len(name), name.encode(), len(body)))
            tree.update(body)
        self.hash = tree.hexdigest()
        page = self._page(bodies)
        self._files = {name: _asset(name, body) for name, body in bodies.items() if name != PAGE}
        self._index = _asset(PAGE, page)

    def answer(self, request: web.BaseRequest, path: str, query: str) -> web.Response:
        """A file, or the page for every path that the UI's own router reads. Raises NoSuchPlace."""
        if path.startswith(START):
            return self._file(request, path[len(START) :], query)
        first = path[1:].partition("/")[0]
        if not path.startswith("/") or first in _NO_PAGES or "." in path:
            raise _nothing()
        return _response(request, self._index, _ASK_AGAIN)

    def _file(self, request: web.BaseRequest, name: str, query: str) -> web.Response:
        head, _, rest = name.partition("/")
        hashed = len(head) == len(self.hash) and rest in self._files
        asset = self._files.get(rest if hashed else name)
        if asset is None:
            raise _nothing()
        current = head == self.hash if hashed else query == f"v={asset.tag}"
        return _response(request, asset, _FOR_EVER if current else _ASK_AGAIN)

    def _page(self, bodies: dict[str, bytes]) -> bytes:
        page = bodies[PAGE].decode()
        modules = sorted({name for start in _MODULE.findall(page) for name in _imported(start, bodies)})
        links = "\n        ".join(f'<link rel="modulepreload" href="/static/{name}" />' for name in modules)
        return _REFERENCE.sub(rf"\g<1>{self.hash}/", page.replace(PRELOADS, links)).encode()


def _read(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in _TYPES:
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _imported(start: str, bodies: dict[str, bytes]) -> set[str]:
    """The module `start` and all that it imports, and they in turn."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in found or name not in bodies:
            continue
        found.add(name)
        source = _COMMENT.sub("", bodies[name].decode())
        waiting += [posixpath.normpath(posixpath.join(posixpath.dirname(name), to)) for to in _IMPORT.findall(source)]
    return found


def _asset(name: str, body: bytes) -> Asset:
    suffix = posixpath.splitext(name)[1]
    tag = hashlib.blake2b(body, digest_size=8).hexdigest()
    return Asset(body, _TYPES[suffix], tag, packable=suffix not in _PACKED_ALREADY)


def _response(request: web.BaseRequest, asset: Asset, caching: str) -> web.Response:
    body, tag = asset.body, f'"{asset.tag}"'
    headers = {"Content-Type": asset.content_type, "Cache-Control": caching}
    if asset.packable:
        headers["Vary"] = "Accept-Encoding"
        if _takes_gzip(request.headers.get("Accept-Encoding", "")):
            if asset.packed is None:
                asset.packed = gzip.compress(asset.body, mtime=0)
            body, tag = asset.packed, f'"{asset.tag}-gzip"'
            headers["Content-Encoding"] = "gzip"
    headers["ETag"] = tag
    known = request.headers.get("If-None-Match", "")
    if known == "*" or tag in (each.strip().removeprefix("W/") for each in known.split(",")):
        del headers["Content-Type"]
        headers.pop("Content-Encoding", None)
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, headers=headers)


def _takes_gzip(accepted: str) -> bool:
    for coding in accepted.lower().split(","):
        name, _, weight = coding.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _nothing() -> NoSuchPlace:
    return NoSuchPlace("There is nothing here.", hint="Open Sidetone at its start page.")
