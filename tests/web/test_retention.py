"""Clean-up and legal holds over HTTP."""

import pytest

from sidetone.domain.retention import DAY
from sidetone.store.connection import Txn
from web.site import API, OWN, PHONE, Person, Site


async def old_thread(site: Site) -> tuple[Person, Person, str]:
    """Ada, an admin, and a thread of hers whose one text is 91 days old."""
    ada, root = await site.someone("ada"), await site.someone("root", "admin")
    await site.number("ada", OWN)
    await root.post(f"{API}/handset/demo/phones/{PHONE}/messages", {"to": OWN, "body": "hi"})
    await site.store.write(_age, site.clock.now() - 91 * DAY)
    (talk,) = (await ada.get(f"{API}/conversations")).json["items"]
    return ada, root, talk["id"]


async def test_a_dry_run_says_what_a_real_one_does(site: Site) -> None:
    ada, root, _ = await old_thread(site)
    dry = (await root.post(f"{API}/admin/retention", {"dry_run": True})).json["run"]
    assert (dry["report"]["messages"], dry["report"]["conversations"], dry["dry_run"]) == (1, 1, True)
    assert len((await ada.get(f"{API}/conversations")).json["items"]) == 1
    real = (await root.post(f"{API}/admin/retention", {"dry_run": False})).json["run"]
    assert (real["outcome"], real["asked_by"]["name"]) == ("done", "root")
    assert real["report"]["messages"] == 1
    assert (await ada.get(f"{API}/conversations")).json["items"] == []
    state = (await root.get(f"{API}/admin/retention")).json
    assert state["policy"] == {
        "sms_days": 90,
        "own": [],
        "attempts_days": 90,
        "raw_days": 90,
        "audit_days": 730,
        "grace_days": 1,
    }
    assert [run["dry_run"] for run in state["runs"]] == [False, True]
    assert (state["clock_is_sure"], state["running"], state["waiting"]) == (True, False, [])


@pytest.mark.parametrize("by", ["party", "conversation_id"])
async def test_a_hold_keeps_it_until_it_is_lifted(site: Site, by: str) -> None:
    ada, root, talk = await old_thread(site)
    ask = {"party": "0151 12345678"} if by == "party" else {"conversation_id": talk}
    hold = await root.post(f"{API}/admin/holds", {**ask, "reason": "case 12"})
    assert (hold.status, hold.json["reason"], hold.json["made_by"]["name"]) == (201, "case 12", "root")
    run = (await root.post(f"{API}/admin/retention", {"dry_run": False})).json["run"]
    assert (run["report"]["messages"], run["report"]["held"]) == (0, 1)
    assert len((await ada.get(f"{API}/conversations")).json["items"]) == 1
    path = f"{API}/admin/holds/{hold.json['id']}"
    assert [(await root.ask("DELETE", path)).status for _ in range(2)] == [204, 204]
    assert (await root.get(f"{API}/admin/holds")).json["items"] == []
    (history,) = (await root.get(f"{API}/admin/holds?state=lifted")).json["items"]
    assert history["lifted_by"]["name"] == "root"
    await root.post(f"{API}/admin/retention", {"dry_run": False})
    assert (await ada.get(f"{API}/conversations")).json["items"] == []


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        ({"reason": "x"}, "party"),
        ({"reason": "x", "party": PHONE, "conversation_id": "1"}, "party"),
        ({"reason": " \n", "party": PHONE}, "reason"),
        ({"reason": "x", "conversation_id": "999"}, "conversation_id"),
        ({"reason": "x", "party": "nobody"}, "party"),
    ],
)
async def test_a_hold_that_cannot_be(site: Site, ask: dict[str, str], field: str) -> None:
    root = await site.someone("root", "admin")
    reply = await root.post(f"{API}/admin/holds", ask)
    assert (reply.status, reply.json["field"]) == (422, field)


async def test_after_a_jump_of_the_clock_an_admin_vouches_for_it(site: Site) -> None:
    _, root, _ = await old_thread(site)
    await site.rooms.retention.start()
    site.clock._now += 5 * DAY
    root = await site.someone("boss", "admin")
    refused = (await root.post(f"{API}/admin/retention", {"dry_run": False})).json["run"]
    assert refused["outcome"] == "refused"
    assert "clock" in refused["report"]["words"][0]
    assert (await root.get(f"{API}/admin/retention")).json["clock_is_sure"] is False
    done = (await root.post(f"{API}/admin/retention", {"dry_run": False, "clock_is_right": True})).json["run"]
    assert (done["outcome"], done["report"]["messages"]) == ("done", 1)


def _age(txn: Txn, at: int) -> None:
    txn.run("UPDATE message SET created_at = :at", {"at": at})
