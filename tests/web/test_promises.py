"""What scripts, packages and other programs rely on: the form of every answer, of every list, and what is not there."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from sidetone.store.journal import EventType
from sidetone.web.api import endpoints
from sidetone.web.call import Paged
from sidetone.web.routes import Endpoint
from web.site import API, PHONE, Site, frames
from web.world import World, build, samples

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ID = re.compile(r"[1-9][0-9]*|[0-9a-f]{32}")  # a text on a virtual phone has one of its plugin's
PLACE = re.compile(r"[0-9a-f-]+:\d+")
EVENTS = (
    "message.created message.updated conversation.created conversation.updated conversation.removed read.updated "
    "contact.updated number.updated job.progress part.state"
)
OF_THE_MEMORY = {"/carriers/{name}/hits"}  # counted since the start, with a `count` of its own


def nodes(value: object) -> Iterator[tuple[str, Any]]:
    """Every key with its value, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def faults(document: Any) -> list[str]:  # noqa: ANN401 - any JSON
    """What in an answer is not of the promised form."""
    found = []
    for key, value in nodes(document):
        if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
            found.append(f"{key} is not snake_case")
        if key == "id" or key.endswith("_id"):
            own = key in ("client_id", "carrier_id")
            if value is not None and not (isinstance(value, str) and (own or ID.fullmatch(value))):
                found.append(f"{key} is {value!r}")
        if (key == "at" or key.endswith("_at")) and value is not None and not TIME.fullmatch(str(value)):
            found.append(f"{key} is {value!r}")
        if key == "number" and isinstance(value, str) and not re.fullmatch(r"\+\d{6,15}", value):
            found.append(f"{key} is {value!r}")
    return found


def lists() -> list[Endpoint]:
    return [each for each in endpoints() if each.method == "GET" and not each.raw]


async def asked(site: Site, world: World, endpoint: Endpoint) -> Any:  # noqa: ANN401 - any JSON
    who = "root" if endpoint.right in ("admin", "handset") else "ada"
    path, _ = samples(world.adas, world)[f"GET {endpoint.path}"]
    reply = await world.people[who].get(API + path)
    assert reply.status == 200, (path, reply.body)
    return reply.json


async def test_ids_times_numbers_and_lists_have_one_form(site: Site) -> None:
    world = await build(site)
    wrong = []
    for endpoint in lists():
        document = await asked(site, world, endpoint)
        wrong += [f"{endpoint.path}: {fault}" for fault in faults(document)]
        if "items" not in document or endpoint.path in OF_THE_MEMORY:
            continue
        if not {"items", "next", "seq"} <= document.keys() or not PLACE.fullmatch(document["seq"]):
            wrong.append(f"{endpoint.path} is no list: {sorted(document)}")
    assert wrong == []


async def test_lists_go_on_by_id_without_a_gap(site: Site) -> None:
    root = await site.someone("root", "admin")
    for number in range(4):
        await site.number(None, f"+493090182010{number}")
        await root.post(f"{API}/contacts", {"name": f"C{number}", "numbers": [{"number": f"030 12345{number}"}]})
        await root.post(f"{API}/me/blocks", {"party": f"+491511234560{number}"})
        await root.post(f"{API}/opt-outs", {"party": f"+491511234560{number}"})
        await root.post(f"{API}/admin/holds", {"party": f"+491511234560{number}", "reason": "a case"})
        await site.add(f"user{number}")
    ways = {"/users": "after", "/numbers": "after", "/contacts": "after", "/me/blocks": "after"}
    ways |= {"/opt-outs": "before", "/admin/holds": "before", "/admin/audit": "before"}
    for path, way in ways.items():
        ids: list[int] = []
        place: str | None = ""
        while place is not None:
            page = (await root.get(f"{API}{path}?limit=3" + (f"&{way}={place}" if place else ""))).json
            assert len(page["items"]) <= 3
            ids += [int(item["id"]) for item in page["items"]]
            place = page["next"]
        assert len(ids) >= 4, path
        assert ids == sorted(set(ids), reverse=way == "before"), path


def test_every_paged_list_takes_a_limit_and_a_place() -> None:
    for endpoint in lists():
        if endpoint.query is not None and "limit" in endpoint.query.__struct_fields__:
            assert issubclass(endpoint.query, Paged) or {"before", "after"} & set(endpoint.query.__struct_fields__)


async def test_conversations_are_filtered(site: Site) -> None:
    world = await build(site)
    ada = world.people["ada"]
    for query, count in (("kind=sms", 1), ("kind=chat", 0), ("unread=true", 0), ("q=Grace", 1), ("q=nobody", 0)):
        assert len((await ada.get(f"{API}/conversations?{query}")).json["items"]) == count, query


async def test_a_key_comes_back_with_the_message_and_its_event(site: Site) -> None:
    world = await build(site)
    ada = world.people["ada"]
    async with await ada.socket() as socket:
        (hello,) = await frames(socket)
        assert hello.keys() == {"type", "seq"}
        path = f"{API}/conversations/{world.adas.conversation}/messages"
        sent = (await ada.having(Idempotency_Key="key 1").post(path, {"body": "hello"})).json
        event = (await frames(socket))[0]
        assert event.keys() == {"seq", "type", "data"}
        assert (event["type"], sent["client_id"], event["data"]["client_id"]) == ("message.created", "key 1", "key 1")
        assert faults(event["data"]) == []


def test_no_other_event_is_journaled() -> None:
    assert {each.value for each in EventType} == set(EVENTS.split())


@pytest.mark.parametrize("path", ["/media", "/media/1", "/services", "/licences", "/conversations/1/members", "/chat"])
async def test_what_nobody_has_asked_for_is_absent(site: Site, path: str) -> None:
    ada = await site.someone("ada")
    for method in ("GET", "POST"):
        reply = await ada.ask(method, API + path, {} if method == "POST" else None)
        assert (reply.status, reply.code) == (404, "no-such-place")


async def test_any_spelling_of_a_number_finds_the_same_conversation(site: Site) -> None:
    ada = await site.someone("ada")
    await site.number("ada")
    found = set()
    for spelt in (PHONE, "0151 12345678", "0049 151 1234 5678", "+49 (0)151-12345678", "(0151) 1234 5678"):
        view = (await ada.post(f"{API}/conversations", {"kind": "sms", "to": spelt})).json
        found.add((view["id"], view["party"]["value"]))
    assert len(found) == 1
    assert found.pop()[1] == PHONE
