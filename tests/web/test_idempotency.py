"""One effect for one key."""

import asyncio

import pytest

from sidetone.store import conversations
from sidetone.store.connection import Snapshot
from web.site import API, OWN, PHONE, Person, Site

GRACE = {"name": "Grace", "numbers": [{"number": "030 123456"}]}


async def a_talk(site: Site, name: str, number: str) -> tuple[Person, str]:
    person = await site.someone(name)
    await site.number(name, number)
    talk = (await person.post(f"{API}/conversations", {"kind": "sms", "to": PHONE})).json["id"]
    return person, f"{API}/conversations/{talk}/messages"


def rows(look: Snapshot) -> list[dict[str, object]]:
    return [dict(row) for row in look.all("SELECT * FROM idempotency")]


async def test_the_same_request_twice_is_one_message(site: Site) -> None:
    ada, path = await a_talk(site, "ada", "+4930901820100")
    asker = ada.having(Idempotency_Key="key 1")
    first, second = await asker.post(path, {"body": "hello"}), await asker.post(path, {"body": "hello"})
    assert first.status == second.status == 202
    assert first.json == second.json
    assert first.json["client_id"] == "key 1"
    assert len((await ada.get(path)).json["items"]) == 1


async def test_another_request_with_the_same_key_is_refused(site: Site) -> None:
    ada, path = await a_talk(site, "ada", "+4930901820100")
    asker = ada.having(Idempotency_Key="key")
    await asker.post(path, {"body": "hello"})
    for reply in (
        await asker.post(path, {"body": "hello!"}),
        await asker.post(f"{API}/contacts", GRACE),
        await asker.ask("POST", path, b'{"body":  "hello"}'),
    ):
        assert (reply.status, reply.code) == (422, "idempotency-key-reused")


async def test_a_key_is_each_users_own(site: Site) -> None:
    ada, first = await a_talk(site, "ada", "+4930901820100")
    ben, second = await a_talk(site, "ben", "+4930901820101")
    for person, path in ((ada, first), (ben, second)):
        assert (await person.having(Idempotency_Key="key").post(path, {"body": "hello"})).status == 202


async def test_while_the_first_runs_the_second_is_told_to_wait(site: Site) -> None:
    ada, path = await a_talk(site, "ada", "+4930901820100")
    asker = ada.having(Idempotency_Key="key")
    replies = await asyncio.gather(*(asker.post(path, {"body": "hello"}) for _ in range(10)))
    assert {(reply.status, reply.status == 202 or reply.code) for reply in replies} <= {
        (202, True),
        (409, "idempotency-running"),
    }
    assert all(reply.headers["Retry-After"] == "1" for reply in replies if reply.status == 409)
    assert len((await ada.get(path)).json["items"]) == 1
    assert (await asker.post(path, {"body": "hello"})).status == 202


async def test_what_failed_may_be_tried_again_with_its_key(site: Site) -> None:
    ada, path = await a_talk(site, "ada", "+4930901820100")
    asker = ada.having(Idempotency_Key="key")
    assert (await asker.post(path, {"body": " "})).status == 422
    assert (await asker.post(path, {"body": "hello"})).status == 202


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/users", {"name": "new", "password": "four very quiet words"}),
        ("/numbers", {"number": "+4930901820109", "carrier": "demo"}),
        ("/contacts", GRACE),
    ],
)
async def test_every_creating_endpoint_keeps_to_it(site: Site, path: str, body: object) -> None:
    root = (await site.someone("root", "admin")).having(Idempotency_Key="key")
    first, second = await root.post(API + path, body), await root.post(API + path, body)
    assert first.status == second.status == 201
    assert first.json == second.json


async def test_a_conversation_opened_twice_is_found_by_its_key(site: Site) -> None:
    ada = await site.someone("ada")
    await site.number("ada")
    ask, asker = {"kind": "sms", "to": PHONE}, ada.having(Idempotency_Key="key")
    first, second = [await asker.post(f"{API}/conversations", ask) for _ in range(2)]
    assert (first.status, second.status) == (201, 200)
    assert first.json == second.json
    other = await asker.post(f"{API}/conversations", {**ask, "to": "+4915112345679"})
    assert (other.status, other.code) == (422, "idempotency-key-reused")


async def test_one_that_was_swept_is_opened_again_by_the_same_key(site: Site) -> None:
    ada = await site.someone("ada")
    await site.number("ada")
    ask, asker = {"kind": "sms", "to": PHONE}, ada.having(Idempotency_Key="key")
    await asker.post(f"{API}/conversations", ask)
    await site.clock.advance(60)
    await site.store.write(lambda txn: txn.run(conversations.SWEEP, {"before": site.clock.now(), "most": 10}))
    again = await asker.post(f"{API}/conversations", ask)
    assert again.status == 201
    assert (await ada.get(f"{API}/conversations/{again.json['id']}")).status == 200


async def test_a_virtual_phone_texts_once_for_one_key(site: Site) -> None:
    zoe = await site.someone("zoe", "user", ("handset",))
    await site.number("zoe")
    path, asker = f"{API}/handset/demo/phones/{PHONE}/messages", zoe.having(Idempotency_Key="key")
    first, second = [await asker.post(path, {"to": OWN, "body": "hi"}) for _ in range(2)]
    assert first.status == second.status == 201
    assert first.json == second.json
    other = await asker.post(path, {"to": OWN, "body": "hello"})
    assert (other.status, other.code) == (422, "idempotency-key-reused")
    assert [text["body"] for text in (await zoe.get(path)).json["items"]] == ["hi"]
    (talk,) = (await zoe.get(f"{API}/conversations")).json["items"]
    assert talk["unread"] == 1


async def test_a_key_is_printable_and_short(site: Site) -> None:
    ada = await site.someone("ada")
    for key in ("", " ", "x" * 129, "ümlaut", "tab\tinside"):
        reply = await ada.having(Idempotency_Key=key).post(f"{API}/contacts", GRACE)
        assert (reply.status, reply.code) == (422, "bad-idempotency-key"), key
    for key in ("x" * 128, "~!{}", "two words"):
        assert (await ada.having(Idempotency_Key=key).post(f"{API}/contacts", GRACE)).status == 201


async def test_no_body_is_kept(site: Site) -> None:
    ada, path = await a_talk(site, "ada", "+4930901820100")
    await ada.having(Idempotency_Key="key").post(path, {"body": "meet me at eight"})
    (row,) = await site.store.read(rows)
    assert "meet" not in str(row)
    assert len(str(row["fingerprint"])) == 32
