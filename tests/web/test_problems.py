"""Every error is a problem document, and none tells what it should not."""

import json
import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs
from yarl import URL

from sidetone.domain.fault import SidetoneError
from sidetone.store.connection import Txn
from sidetone.views import ProblemDocument
from sidetone.web.api import endpoints
from sidetone.web.problems import MethodNotAllowed, problem
from sidetone.web.reference import END, START, all_errors, reference
from web.site import API, PHONE, Person, Site

DOCS = Path(__file__).parents[2] / "docs"


def every_error() -> set[type[SidetoneError]]:
    """All of the project's own error classes that are loaded with the web."""
    found: set[type[SidetoneError]] = set()
    waiting: list[type[SidetoneError]] = [SidetoneError]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            if kind.__module__.startswith("sidetone.") and kind not in found:
                found.add(kind)
                waiting.append(kind)
    return found


def a(kind: type[SidetoneError]) -> SidetoneError:
    """Some error of a class, however it is made."""
    error = kind.__new__(kind)
    SidetoneError.__init__(error, "What happened.", hint="What to do.", where="field")
    if isinstance(error, MethodNotAllowed):
        error.allowed = "GET"
    return error


def test_codes_are_unique_and_well_formed() -> None:
    codes: dict[str, type[SidetoneError]] = {}
    for kind in all_errors(endpoints()):
        assert kind.code not in codes, f"{kind} and {codes[kind.code]}"
        codes[kind.code] = kind
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.code)


@pytest.mark.parametrize("kind", sorted(every_error(), key=str))
def test_each_class_becomes_a_document(kind: type[SidetoneError]) -> None:
    answer = problem(a(kind), "0123456789abcdef")
    assert answer.content_type == "application/problem+json"
    assert isinstance(answer.body, bytes)
    document = msgspec.json.decode(answer.body, type=ProblemDocument)
    assert document.status == answer.status == kind.status
    assert document.title == HTTPStatus(kind.status).phrase
    assert (document.code, document.request) == (kind.code, "0123456789abcdef")
    assert (document.detail, document.hint) == ("What happened.", "What to do.")


def test_the_documentation_is_what_the_code_says() -> None:
    text = (DOCS / "api.md").read_text()
    found = START + text.partition(START)[2].partition(END)[0] + END
    assert found == reference(endpoints()), "run: python -m sidetone.web.reference docs/api.md"


def test_errors_of_the_rooms_below_are_documented() -> None:
    rooms = ("people", "web", "errors", "delivery.send", "store.idempotency")
    documented = {kind.code for kind in all_errors(endpoints())}
    elsewhere = {"cannot-listen", "store-newer", "conflict", "full"}  # at the start, or before anything is asked
    missing = {
        kind.code
        for kind in every_error()
        if kind.__module__.removeprefix("sidetone.").startswith(rooms) and kind.code not in documented
    }
    assert missing == elsewhere


LARGE = b'{"username": "' + b"x" * (64 * 1024) + b'", "password": "x"}'


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "malformed-json"),
        (b"", "application/json", 400, "malformed-json"),
        (b"\xff\xfe", "application/json", 400, "malformed-json"),
        (b'{"username": "\xff", "password": "x"}', "application/json", 400, "malformed-json"),
        (b'{"username": "ada", "password": "x"} x', "application/json", 400, "malformed-json"),
        (b"[" * 30_000, "application/json", 422, "invalid"),
        (b'{"username": "ada", "password": "x"}', "text/plain", 415, "wrong-content-type"),
        (b'{"username": "ada", "password": "x"}', "application/json; charset=utf-8", 401, "wrong-credentials"),
        (b'{"username": "ada", "password": "x"}', "application/json-patch", 415, "wrong-content-type"),
        (b"username=ada&password=x", "application/x-www-form-urlencoded", 415, "wrong-content-type"),
        (LARGE, "application/json", 413, "too-large"),
    ],
)
async def test_a_bad_body_is_told_apart(site: Site, body: bytes, content_type: str, status: int, code: str) -> None:
    reply = await Person(site, {"Content-Type": content_type}).post(f"{API}/session", body)
    assert (reply.status, reply.code) == (status, code)
    assert reply.headers["Content-Type"] == "application/problem+json"


async def test_a_large_body_without_a_length_is_too_large_too(site: Site) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b" " * 1024

    headers = {"Content-Type": "application/json"}
    async with site.http.post(f"{site.url}{API}/session", data=pieces(), headers=headers) as answer:
        assert answer.status == 413


async def test_arbitrary_json_may_not_be_arbitrarily_deep(site: Site) -> None:
    root = await site.someone("root", "admin")
    deep = b'{"delay": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    reply = await root.ask("PATCH", f"{API}/handset/demo/phones/{PHONE}", deep)
    assert reply.status in (400, 422)
    for wrong in ({"delay": "long"}, {"delay": 1e400}, {"delay": -1}, {"nothing": 1}, {"delay": 10**30}, {}):
        reply = await root.ask("PATCH", f"{API}/handset/demo/phones/{PHONE}", json.dumps(wrong).encode())
        assert reply.status in (200, 400, 422), wrong


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x", "numbers": [{"number": "030123456", "type": "pager"}]}, "numbers[0].type"),
        ({"name": "x", "numbers": []}, "numbers"),
        ({"name": 7, "numbers": [{"number": "030123456"}]}, "name"),
        ({"name": "x"}, ""),
        ({"name": "x", "numbers": [{"number": "030123456"}], "more": 1}, ""),
        ({"name": "x", "numbers": [{"number": None}]}, "numbers[0].number"),
    ],
)
async def test_a_wrong_field_is_named(site: Site, body: object, field: str) -> None:
    ada = await site.someone("ada")
    reply = await ada.post(f"{API}/contacts", body)
    assert (reply.status, reply.code, reply.json["field"]) == (422, "invalid", field)
    assert reply.json["detail"].endswith(".")
    assert "$" not in reply.json["detail"]


NO_QUERIES = [
    "limit=0",
    "limit=201",
    "limit=x",
    "limit=1&limit=2",
    "before=-1",
    "before=x",
    "before=99999999999999999999",
    "nothing=1",
    "unread=perhaps",
    "q=%ff",
    "q=" + "x" * 129,
    "&".join(f"a{number}=1" for number in range(40)),
    "limit",
    "=",
]


async def test_a_wrong_query_is_refused(site: Site) -> None:
    ada = await site.someone("ada")
    for query in NO_QUERIES:
        async with site.http.get(
            URL(f"{site.url}{API}/conversations?{query}", encoded=True), headers=ada.headers
        ) as it:
            assert (it.status, (await it.json(content_type=None))["code"]) == (422, "invalid"), query


async def test_a_mistake_of_ours_tells_nothing(site: Site) -> None:
    ada = await site.someone("ada")

    def broken(_txn: Txn) -> None:
        raise ValueError("+4915112345678 wrote: meet me at eight")

    async def fail(*_: object, **__: object) -> None:
        await site.store.write(broken)

    site.rooms.contacts.page = fail  # type: ignore[assignment, method-assign]
    with capture_logs() as lines:
        reply = await ada.get(f"{API}/contacts")
    assert (reply.status, reply.code) == (500, "internal")
    mistake = next(line for line in lines if line["event"] == "mistake")
    assert mistake["error"] == "ValueError"
    assert any("test_problems.py" in frame and frame.endswith(" broken") for frame in mistake["at"])
    for told in (reply.body.decode(), str(lines)):
        assert "meet me" not in told
        assert "49151" not in told


async def test_a_full_disk_is_an_ordinary_answer(site: Site) -> None:
    ada = await site.someone("ada")
    await site.number("ada")
    talk = (await ada.post(f"{API}/conversations", {"kind": "sms", "to": PHONE})).json["id"]
    await limit_pages(site, 1)
    statuses = set()
    for _ in range(200):
        reply = await ada.post(f"{API}/conversations/{talk}/messages", {"body": "x" * 600})
        statuses.add((reply.status, None if reply.status == 202 else reply.code))
    assert (507, "store-full") in statuses
    assert statuses <= {(202, None), (507, "store-full")}
    assert reply.headers["Retry-After"]
    assert (await ada.get(f"{API}/conversations/{talk}/messages")).status == 200
    await limit_pages(site, 10**9)
    assert (await ada.post(f"{API}/conversations/{talk}/messages", {"body": "again"})).status == 202


async def limit_pages(site: Site, most: int) -> None:
    """Let the store's file have no more pages than it has, or all it wants."""
    writer = site.store._writer
    assert writer is not None
    await writer.execute(f"PRAGMA max_page_count = {most}")
