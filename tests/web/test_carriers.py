"""The admin's page of a carrier: how it is, what to enter at its far side, what came, and a text to try it with."""

import asyncio
from urllib.parse import urlencode

from web.site import API, HOOK_SECRET, OWN, PHONE, RESTCOMM, Person, Reply, Site

FORM = {"AccountSid": RESTCOMM["account_sid"], "SmsSid": "SM" + "1" * 32, "From": PHONE, "To": OWN, "Body": "hello"}


async def knock(site: Site, secret: str = HOOK_SECRET, **changes: str) -> Reply:
    caller = Person(site, {"Content-Type": "application/x-www-form-urlencoded"})
    return await caller.post(f"/hooks/main/{secret}/message", urlencode({**FORM, **changes}).encode())


async def test_a_carrier_is_shown_with_its_queue_and_its_last_hour(hooked: Site) -> None:
    root = await hooked.someone("root", "admin")
    await hooked.number("root", OWN, carrier="main")
    await knock(hooked)
    sent = await root.post(f"{API}/carriers/main/probes", {"to": PHONE})
    assert sent.status == 202
    shown = (await root.get(f"{API}/carriers/main")).json
    assert (shown["type"], shown["waiting"], shown["under_way"]) == ("restcomm", 1, 0)
    assert shown["oldest_waiting"] == sent.json["created_at"]
    assert shown["last_inbound_at"] is not None
    assert [each["name"] for each in (await root.get(f"{API}/carriers")).json["items"]] == ["demo", "main"]


async def test_a_probe_is_an_ordinary_message_from_an_own_number(hooked: Site) -> None:
    root = await hooked.someone("root", "admin")
    reply = await root.post(f"{API}/carriers/main/probes", {"to": PHONE})
    assert (reply.status, reply.json["field"]) == (422, "number")
    await hooked.number("root", OWN, carrier="main")
    sent = (await root.post(f"{API}/carriers/main/probes", {"to": PHONE, "body": "one two"})).json
    assert (sent["from_number"], sent["carrier"], sent["status"]) == (OWN, "main", "queued")
    assert (await root.get(f"{API}/messages/{sent['id']}")).json["body"] == "one two"


async def test_addresses_are_shown_whole_only_when_asked_for(hooked: Site) -> None:
    root = await hooked.someone("root", "admin")
    for path in ("/carriers", "/carriers/main", "/carriers/main/hits"):
        assert HOOK_SECRET.encode() not in (await root.get(f"{API}{path}")).body
    whole = (await root.post(f"{API}/carriers/main/hooks")).json["items"]
    start = f"{hooked.public_url}/hooks/main/{HOOK_SECRET}"
    assert whole == [{"kind": "message", "url": f"{start}/message"}, {"kind": "status", "url": f"{start}/status"}]


async def test_what_calls_is_told_with_what_was_wrong(hooked: Site) -> None:
    root = await hooked.someone("root", "admin")
    await knock(hooked, "wrong")
    await knock(hooked, From="")
    await knock(hooked)
    found = (await root.get(f"{API}/carriers/main/hits")).json
    assert found["count"] == 3
    told = [(hit["kind"], hit["status"], hit["proven"], hit["understood"]) for hit in found["items"]]
    assert told == [("", 403, False, None), ("message", 200, True, False), ("message", 200, True, True)]
    first, second, third = (hit["sentence"] for hit in found["items"])
    assert "secret in the address is wrong" in first
    assert "From is missing" in second
    assert third == ""
    assert {hit["tls"] for hit in found["items"]} == {False}


async def test_who_listens_hears_of_the_next_call(hooked: Site) -> None:
    root = await hooked.someone("root", "admin")
    listening = asyncio.create_task(root.get(f"{API}/carriers/main/hits?since=0&wait=30"))
    await knock(hooked)
    assert [hit["number"] for hit in (await listening).json["items"]] == [1]


async def test_no_such_carrier(hooked: Site) -> None:
    root = await hooked.someone("root", "admin")
    for path in ("/carriers/none", "/carriers/none/hits"):
        assert (await root.get(f"{API}{path}")).status == 404
    assert (await root.post(f"{API}/carriers/none/hooks")).status == 404
    assert (await root.post(f"{API}/carriers/none/probes", {"to": PHONE})).status == 404
