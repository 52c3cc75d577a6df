"""Who signed in, and everything that is done by an admin's right, stands in the audit, without a word of content."""

import csv
import io
from typing import Any

import pytest

from house.test_audit import ENDPOINTS
from sidetone.domain.retention import DAY
from sidetone.store.audit import Act
from web.site import API, OWN, PASSWORD, Person, Site
from web.world import build, samples

AUDIT = f"{API}/admin/audit"
ANOTHER = "four other quiet words"


async def rows(admin: Person, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await admin.get(f"{AUDIT}?limit=200{query}")).json["items"]
    return items


async def acts(admin: Person, query: str = "") -> list[str]:
    return [row["act"] for row in await rows(admin, query)]


async def test_every_act_by_an_admins_right_leaves_its_row_once(site: Site) -> None:
    world = await build(site)
    root = world.people["root"]
    await root.ask("PATCH", f"{API}/numbers/{world.number}", {"owner": "user:root"})
    more = {
        "PATCH /users/{id}": {"display_name": "B", "password": ANOTHER, "disabled": True},
        "POST /admin/retention": {"dry_run": True, "clock_is_right": True},
    }
    every = samples(world.adas, world)
    for key in sorted(ENDPOINTS, key=lambda key: key.startswith("DELETE")):
        before = len(await rows(root))
        path, body = every[key]
        reply = await root.ask(key.partition(" ")[0], API + path, more.get(key, body))
        assert reply.status < 300, (key, reply.body)
        new = (await rows(root))[: len(await rows(root)) - before]
        assert {row["act"] for row in new} == ENDPOINTS[key], key
        assert len(new) == len(ENDPOINTS[key])
        assert {(row["name"], row["user_id"], row["address"]) for row in new} == {
            ("root", root.user and root.user.id, "127.0.0.1")
        }


async def test_what_is_refused_or_done_before_leaves_none(site: Site) -> None:
    root = await site.someone("root", "admin")
    before = await acts(root)
    assert (await root.post(f"{API}/users", {"name": "root", "password": ANOTHER})).status == 409
    again = root.having(Idempotency_Key="a-key-for-one-user")
    assert [(await again.post(f"{API}/users", {"name": "ada", "password": ANOTHER})).status for _ in range(2)] == [
        201,
        201,
    ]
    assert await acts(root) == ["user.added", *before]


async def test_a_change_says_what_changed(site: Site) -> None:
    root, ada = await site.someone("root", "admin"), await site.someone("ada")
    assert ada.user is not None
    path = f"{API}/users/{ada.user.id}"
    await root.ask("PATCH", path, {"role": "supervisor", "rights": ["handset"], "display_name": "Ada L"})
    await root.ask("PATCH", path, {"password": ANOTHER})
    password, changed = (await rows(root, "&what=user"))[:2]
    assert (password["act"], password["subject"], password["words"]) == (
        "user.password_set",
        "ada",
        "sessions ended: 1",
    )
    assert changed["words"] == "display_name, role: supervisor, rights: handset"


async def test_signing_in_and_out_and_what_is_refused(site: Site) -> None:
    root = await site.someone("root", "admin")
    await site.someone("ada")
    ada = await site.browser("ada")
    await ada.ask("DELETE", f"{API}/session")
    for name in ("ada", PASSWORD):
        reply = await site.anyone.post(f"{API}/session", {"username": name, "password": "wrong"})
        assert reply.status == 401
    unknown, refused, ended, opened, *_ = await rows(root, "&what=session")
    assert (opened["act"], opened["name"], opened["words"], opened["address"]) == (
        "session.opened",
        "ada",
        "cookie",
        "127.0.0.1",
    )
    assert (ended["act"], ended["name"]) == ("session.ended", "ada")
    assert (refused["act"], refused["name"], refused["subject"], refused["address"]) == (
        "session.refused",
        "",
        "ada",
        "127.0.0.1",
    )
    assert (unknown["act"], unknown["subject"], unknown["words"]) == ("session.refused", "", "a name that nobody has")
    assert PASSWORD not in str(await rows(root))


async def test_who_hammers_at_the_door_leaves_a_row_a_wait(site: Site) -> None:
    root = await site.someone("root", "admin")
    for _ in range(12):
        await site.anyone.post(f"{API}/session", {"username": "root", "password": "wrong"})
    assert (await acts(root, "&what=session.throttled")) == ["session.throttled"]
    assert (await acts(root, "&what=session.refused")) == ["session.refused"] * 5


async def test_the_first_admin(site: Site) -> None:
    await site.first_admin.prepare()
    secret = str(site.first_admin.link).partition("#")[2]
    ask = {"secret": secret, "username": "root", "password": PASSWORD}
    made = await site.anyone.post(f"{API}/setup", ask)
    assert made.status == 201
    root = await site.client("root")
    _, opened, added = await rows(root)
    assert (added["act"], added["name"], added["address"], added["words"]) == (
        "user.added",
        "",
        "127.0.0.1",
        "role: admin",
    )
    assert (opened["act"], opened["name"]) == ("session.opened", "root")


async def test_it_is_searched_and_read_page_by_page(site: Site) -> None:
    root, sue = await site.someone("root", "admin"), await site.someone("sue", "admin")
    await root.post(f"{API}/users", {"name": "ada", "password": ANOTHER})
    await site.clock.advance(DAY / 1000)
    await sue.post(f"{API}/numbers", {"number": OWN, "carrier": "demo"})
    assert await acts(root, "&who=sue") == ["number.added", "session.opened"]
    assert await acts(root, "&who=Root&what=user") == ["user.added"]
    assert await acts(root, "&what=number.added") == ["number.added"]
    assert await acts(root, "&what=numb") == []
    today = (await rows(root))[0]["at"][:10]
    assert await acts(root, f"&from={today}") == ["number.added"]
    assert "number.added" not in await acts(root, f"&to={today}T00:00:00Z")
    everything = await rows(root)
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = (await root.get(f"{AUDIT}?limit=2{cursor}")).json
        found += page["items"]
        if page["next"] is None:
            break
        cursor = f"&before={page['next']}"
    assert found == everything
    assert [int(row["id"]) for row in found] == sorted((int(row["id"]) for row in found), reverse=True)


@pytest.mark.parametrize("query", ["from=yesterday", "to=10000-01-01", "from=2026-13-01", "to=%00"])
async def test_a_time_that_is_none_is_refused(site: Site, query: str) -> None:
    root = await site.someone("root", "admin")
    reply = await root.get(f"{AUDIT}?{query}")
    assert (reply.status, reply.code, reply.json["field"]) == (422, "invalid", query.partition("=")[0])


async def test_the_export_is_the_list_and_is_written_down_itself(site: Site) -> None:
    root = await site.someone("root", "admin")
    listed = await rows(root)
    reply = await root.get(f"{AUDIT}/export?who=root&what=session")
    lines = list(csv.DictReader(io.StringIO(reply.body.decode())))
    assert [(line["id"], line["act"], line["name"]) for line in lines] == [
        (row["id"], row["act"], row["name"]) for row in listed if row["act"].startswith("session")
    ]
    assert (await acts(root))[0] == Act.AUDIT_EXPORTED
    assert (await (await site.someone("ada")).get(f"{AUDIT}/export")).status == 403


async def test_no_content_comes_into_it(site: Site) -> None:
    world = await build(site)
    root = world.people["root"]
    canary = "a canary that sings"
    await root.post(f"{API}/opt-outs", {"party": "+4915112345699", "wording": canary})
    await root.post(f"{API}/admin/holds", {"party": "+4915112345698", "reason": canary})
    (first, *_) = await rows(root, "&what=opt_out")
    await root.ask("DELETE", f"{API}/opt-outs/{first['subject_id']}?why={canary.replace(' ', '+')}")
    everything = str(await rows(root))
    for secret in (canary, "+4915112345699", "+4915112345698", PASSWORD, "hello"):
        assert secret not in everything
