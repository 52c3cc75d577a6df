"""Signing in and out over HTTP, and the first admin."""

import asyncio
from pathlib import Path

import pytest

from sidetone.people.passwords import AT_ONCE, MOST_WAITING
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock
from web.site import API, PASSWORD, Site

SESSION = f"{API}/session"
RIGHT = {"username": "ada", "password": PASSWORD}
PUBLIC = "https://messages.example.com"


async def test_a_browser_gets_a_cookie_and_no_token(site: Site) -> None:
    await site.add("ada")
    reply = await site.anyone.post(SESSION, RIGHT)
    assert reply.json.keys() == {"user", "expires_at"}
    assert reply.json["expires_at"] == "2027-04-15T08:00:00.000Z"
    name, *attributes = reply.headers["Set-Cookie"].split("; ")
    assert name.startswith("sidetone=")
    assert attributes == ["Max-Age=7776000", "Path=/", "HttpOnly", "SameSite=Strict"]
    assert len(reply.headers.getall("Set-Cookie")) == 1
    me = await site.anyone.having(Cookie=f"other=1; {name}; more=2").get(f"{API}/me")
    assert me.json["user"]["name"] == "ada"


async def test_over_https_the_cookie_is_bound_to_host_and_scheme(
    tmp_path: Path, store: Store, clock: FakeClock
) -> None:
    async with Site(tmp_path, store, clock, public_url=PUBLIC) as site:
        await site.add("ada")
        reply = await site.anyone.post(SESSION, RIGHT)
        cookie = reply.headers["Set-Cookie"]
        assert cookie.startswith("__Host-sidetone=")
        assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict; Secure")
        name, value = cookie.partition(";")[0].split("=")
        assert (await site.anyone.having(Cookie=f"{name}={value}").get(f"{API}/me")).status == 200
        assert (await site.anyone.having(Cookie=f"sidetone={value}").get(f"{API}/me")).status == 401


async def test_a_script_gets_a_token_when_it_asks(site: Site) -> None:
    await site.add("ada")
    token = (await site.anyone.post(SESSION, {**RIGHT, "token": True})).json["token"]
    for header in (f"Bearer {token}", f"bearer  {token}"):
        assert (await site.anyone.having(Authorization=header).get(f"{API}/me")).status == 200
    for header in (f"Basic {token}", "Bearer", "Bearer ", f"Bearer {token}x", token, ""):
        reply = await site.anyone.having(Authorization=header).get(f"{API}/me")
        assert (reply.status, reply.code) == (401, "not-signed-in")
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_wrong_token_is_not_mended_by_a_cookie(site: Site) -> None:
    await site.add("ada")
    ada = await site.browser("ada")
    assert (await ada.having(Authorization="Bearer nonsense").get(f"{API}/me")).status == 401


async def test_a_token_in_the_url_is_refused(site: Site) -> None:
    token = (await site.someone("ada")).headers["Authorization"].partition(" ")[2]
    for name in ("token", "access_token"):
        assert (await site.anyone.get(f"{API}/me?{name}={token}")).status == 401
        assert (await (await site.client("ada")).get(f"{API}/me?{name}={token}")).status == 422
        assert (await (await site.client("ada")).get(f"{API}/events?{name}={token}")).status == 422


async def test_signing_out_takes_cookie_and_session(site: Site) -> None:
    await site.add("ada")
    ada = await site.browser("ada")
    reply = await ada.ask("DELETE", SESSION)
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["Set-Cookie"].startswith("sidetone=; Max-Age=0; ")
    assert (await ada.get(f"{API}/me")).status == 401
    assert (await ada.ask("DELETE", SESSION)).status == 401


async def test_signing_in_again_ends_the_session_before(site: Site) -> None:
    await site.add("ada")
    before = await site.browser("ada")
    assert (await before.post(SESSION, RIGHT)).status == 201
    assert (await before.get(f"{API}/me")).status == 401
    stale = before
    assert (await stale.post(SESSION, RIGHT)).status == 201


async def test_wrong_name_and_wrong_password_are_answered_alike(site: Site) -> None:
    await site.add("ada")
    heard = []
    for wrong in ({**RIGHT, "password": "wrong"}, {**RIGHT, "username": "nobody"}):
        reply = await site.anyone.post(SESSION, wrong)
        heard.append((reply.status, {**reply.json, "request": ""}, sorted(reply.headers)))
    assert heard[0] == heard[1]
    assert heard[0][1]["code"] == "wrong-credentials"


async def test_too_many_tries_are_told_when_to_come_again(site: Site) -> None:
    await site.add("ada")
    for _ in range(5):
        await site.anyone.post(SESSION, {**RIGHT, "password": "wrong"})
    reply = await site.anyone.post(SESSION, RIGHT)
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (429, "too-many-tries", "1")
    await site.clock.advance(1)
    assert (await site.anyone.post(SESSION, RIGHT)).status == 201


async def test_a_crowd_is_told_to_come_again(site: Site) -> None:
    await site.add("ada")
    held = [asyncio.create_task(site.passwords.verify("x", None)) for _ in range(AT_ONCE + MOST_WAITING)]
    await asyncio.sleep(0)
    site.passwords._waiting += 100  # as if each of them took its time
    reply = await site.anyone.post(SESSION, RIGHT)
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (503, "sign-in-busy", "2")
    site.passwords._waiting -= 100
    await asyncio.gather(*held)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "ada"},
        {"username": "", "password": "x"},
        {"username": "a" * 65, "password": "x"},
        {"username": ["ada"], "password": "x"},
        {"username": {"$ne": ""}, "password": {"$ne": ""}},
        {"username": "ada", "password": "x" * 257},
        {"username": "ada", "password": 12345678},
        {"username": "ada", "password": "x", "token": "yes"},
        {"username": "ada", "password": "x", "admin": True},
        [],
        "ada",
        None,
    ],
)
async def test_what_is_no_sign_in_is_refused_before_anything_is_tried(site: Site, body: object) -> None:
    reply = await site.anyone.post(SESSION, b"null" if body is None else body)
    assert (reply.status, reply.code) == (422, "invalid")


async def test_the_link_makes_the_first_admin_and_signs_in(site: Site) -> None:
    link = await site.first_admin.prepare()
    assert link is not None
    assert link.startswith(f"{site.url}/setup#")
    ask = {"secret": link.partition("#")[2], "username": "Root", "password": PASSWORD}
    replies = await asyncio.gather(*(site.anyone.post(f"{API}/setup", ask) for _ in range(5)))
    assert sorted(reply.status for reply in replies) == [201, 410, 410, 410, 410]
    made = next(reply for reply in replies if reply.status == 201)
    cookie = made.headers["Set-Cookie"].partition(";")[0]
    me = (await site.anyone.having(Cookie=cookie).get(f"{API}/me")).json
    assert (me["user"]["name"], me["user"]["role"]) == ("root", "admin")
    assert (await site.anyone.post(f"{API}/setup", ask)).code == "set-up-before"


async def test_another_sites_page_cannot_use_the_link(site: Site) -> None:
    link = await site.first_admin.prepare()
    assert link is not None
    ask = {"secret": link.partition("#")[2], "username": "root", "password": PASSWORD}
    assert (await site.anyone.having(Origin="https://evil.example").post(f"{API}/setup", ask)).code == "cross-site"
    assert (await site.anyone.post(f"{API}/setup", {**ask, "secret": "x" * 43})).code == "wrong-setup-link"
    assert (await site.anyone.post(f"{API}/setup", ask)).status == 201


async def test_a_session_outlives_the_server(tmp_path: Path, store: Store, clock: FakeClock) -> None:
    async with Site(tmp_path, store, clock) as first:
        ada = await first.someone("ada")
    async with Site(tmp_path, store, clock) as second:
        ada.site = second
        assert (await ada.get(f"{API}/me")).status == 200


async def test_ones_own_password_is_changed_with_the_old_one_and_ends_every_other_session(site: Site) -> None:
    ada = await site.someone("ada")
    elsewhere = await site.client("ada")
    path, fresh = f"{API}/me/password", "four very quiet words"
    wrong = await ada.ask("PUT", path, {"old": "not this one", "new": fresh})
    weak = await ada.ask("PUT", path, {"old": PASSWORD, "new": "short"})
    assert [(wrong.status, wrong.code), (weak.status, weak.code)] == [
        (401, "wrong-credentials"),
        (422, "weak-password"),
    ]
    assert (await elsewhere.get(f"{API}/me")).status == 200
    done = await ada.ask("PUT", path, {"old": PASSWORD, "new": fresh, "token": True})
    assert done.status == 200
    assert [(await each.get(f"{API}/me")).status for each in (ada, elsewhere)] == [401, 401]
    again = ada.having(Authorization=f"Bearer {done.json['token']}")
    assert (await again.get(f"{API}/me")).status == 200
    old = await site.anyone.ask("POST", f"{API}/session", {"username": "ada", "password": PASSWORD})
    assert old.status == 401
