"""The UI's files."""

import gzip
import re
import struct
from pathlib import Path

from yarl import URL

from sidetone.web.assets import FOLDER, Assets
from web.site import Site

FOR_EVER = "public, max-age=31536000, immutable"


async def page(site: Site) -> str:
    return (await site.anyone.having(Accept_Encoding="identity").get("/")).body.decode()


async def test_the_ui_reads_its_own_paths(site: Site) -> None:
    for path in ("/", "/messages", "/messages/12", "/handset", "/setup", "/admin/users", "/?x=1"):
        reply = await site.anyone.having(Accept_Encoding="identity").get(path)
        assert (reply.status, reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert reply.headers["Cache-Control"] == "no-cache"
        assert b'<div id="app">' in reply.body


NOWHERE = [
    "/favicon.ico",
    "/index.html",
    "/api",
    "/api/",
    "/api/v2",
    "/static",
    "/static/",
    "/static/index.html",
    "/static/js",
    "/static/vendor/preact.d.ts",
    "/static/vendor/README.md",
    "/static/../server.py",
    "/static/%2e%2e/server.py",
    "/static/..%2fserver.py",
    "/static//js/main.js",
    "/static/js/main.js/",
    "/static/js/main.js%00",
    "//evil.example/",
    "/.env",
]


async def test_anything_else_is_not_there(site: Site) -> None:
    for path in NOWHERE:
        async with site.http.get(URL(site.url + path, encoded=True)) as reply:
            assert (reply.status, reply.content_type) == (404, "application/problem+json"), path


async def test_everything_that_the_page_names_is_there_for_ever(site: Site) -> None:
    named = re.findall(r'(?:href|src)="(/[^"]+)"', await page(site))
    assert len(named) > 20
    for path in named:
        reply = await site.anyone.get(path)
        assert reply.status == 200, path
        expected = "no-cache" if path.endswith(".webmanifest") else FOR_EVER
        assert reply.headers["Cache-Control"] == expected, path


async def test_every_module_that_will_be_needed_is_loaded_ahead(site: Site) -> None:
    named = await page(site)
    preloaded = set(re.findall(r'<link rel="modulepreload" href="/static/[0-9a-f]{16}/([^"]+)"', named))
    imports = re.compile(r"""\b(?:from|import)\s*["'](\.[^"']+)["']""")
    for name in preloaded:
        path = FOLDER / name
        code = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
        for wanted in imports.findall(code):
            assert str((path.parent / wanted).resolve().relative_to(FOLDER)) in preloaded
    assert "js/main.js" in preloaded
    assert "vendor/preact.js" in preloaded
    assert "modulepreload -->" not in named


async def test_a_module_imports_others_under_the_same_hash(site: Site) -> None:
    (path,) = re.findall(r'<script type="module" src="([^"]+)"', await page(site))
    assert re.fullmatch(r"/static/[0-9a-f]{16}/js/main\.js", path)
    assert (await site.anyone.get(path)).headers["Content-Type"] == "text/javascript; charset=utf-8"


async def test_without_the_present_hash_it_is_asked_for_again(site: Site) -> None:
    for path in ("/static/js/main.js", "/static/0123456789abcdef/js/main.js", "/static/js/main.js?v=x"):
        reply = await site.anyone.get(path)
        assert (reply.status, reply.headers["Cache-Control"]) == (200, "no-cache")


async def test_with_a_files_own_hash_it_is_kept(site: Site) -> None:
    tag = (await site.anyone.having(Accept_Encoding="identity").get("/static/icon.svg")).headers["ETag"].strip('"')
    assert (await site.anyone.get(f"/static/icon.svg?v={tag}")).headers["Cache-Control"] == FOR_EVER


ACCEPTED = {
    "gzip": True,
    "br, gzip;q=0.5": True,
    "*": True,
    "identity": False,
    "gzip;q=0": False,
    "gzip; q=0.0": False,
    "br": False,
}


async def test_it_is_packed_for_those_who_can_unpack(site: Site) -> None:
    for accepted, packed in ACCEPTED.items():
        reply = await site.anyone.having(Accept_Encoding=accepted).get("/static/js/main.js")
        assert reply.headers["Vary"] == "Accept-Encoding"
        assert ("Content-Encoding" in reply.headers) == packed, accepted
        body = gzip.decompress(reply.body) if packed else reply.body
        assert body == (FOLDER / "js/main.js").read_bytes()


async def test_who_has_it_gets_nothing_again(site: Site) -> None:
    for path in ("/", "/static/js/main.js"):
        for accepted in ("gzip", "identity"):
            asker = site.anyone.having(Accept_Encoding=accepted)
            tag = (await asker.get(path)).headers["ETag"]
            for known in (tag, f'"x", {tag}', f"W/{tag}", "*"):
                reply = await asker.having(If_None_Match=known).get(path)
                assert (reply.status, reply.body, reply.headers["ETag"]) == (304, b"", tag)
            assert (await asker.having(If_None_Match='"x"').get(path)).status == 200


def edges(png: bytes) -> tuple[int, int, bool]:
    """Width, height, and whether parts can be seen through (PNG, third edition, 11.2.1: IHDR)."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, _, colour = struct.unpack(">II2B", png[16:26])
    return width, height, colour in (4, 6)


async def test_it_can_be_installed_as_an_app_everywhere(site: Site) -> None:
    manifest = (await site.anyone.having(Accept_Encoding="identity").get("/static/manifest.webmanifest")).json
    found = {}
    for icon in manifest["icons"]:
        reply = await site.anyone.get(f"/static/{icon['src']}")
        assert (reply.status, reply.headers["Content-Type"]) == (200, icon["type"])
        if icon["type"] == "image/png":
            width, height, clear = edges(reply.body)
            assert icon["sizes"] == f"{width}x{height}"
            found[(icon["purpose"], width)] = clear
    assert found == {("any", 192): True, ("any", 512): True, ("maskable", 512): False}
    assert manifest["display"] == "standalone"
    assert manifest["start_url"].startswith(manifest["scope"])
    (touch,) = re.findall(r'<link rel="apple-touch-icon" sizes="180x180" href="([^"]+)"', await page(site))
    assert edges((await site.anyone.get(touch)).body) == (180, 180, False)


async def test_head_has_no_body(site: Site) -> None:
    reply = await site.anyone.ask("HEAD", "/static/js/main.js")
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.headers["Content-Length"]) > 0


def test_the_hash_is_of_every_file(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<html>")
    first = Assets(tmp_path).hash
    (tmp_path / "a.js").write_text("x")
    second = Assets(tmp_path).hash
    (tmp_path / "a.js").rename(tmp_path / "b.js")
    assert len({first, second, Assets(tmp_path).hash}) == 3
