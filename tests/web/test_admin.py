"""What admins look at: tables of thousands, everyone's messages without what they say, jobs, sessions, the overview."""

from sidetone.conversation.message_log import LogSearch
from sidetone.store import users as rows
from sidetone.store.connection import Txn
from store.insight import readings
from web.site import API, OWN, PHONE, Person, Site
from web.world import build

THOUSANDS = 10_000


def _many(txn: Txn) -> None:
    values = {"password_hash": "-", "role": "user", "rights": "", "extension": None, "country": None}
    for place in range(THOUSANDS):
        rows.add(txn, {"name": f"u{place:05}", "display_name": f"Person {THOUSANDS - place:05}", **values})


async def test_ten_thousand_users_are_asked_for_by_the_page(site: Site) -> None:
    root = await site.someone("root", "admin")
    await site.store.write(_many)
    async with readings(site.store) as said:
        page = (await root.get(f"{API}/users?sort=-name&role=user&limit=50&after=9950")).json
    assert (page["total"], page["next"], len(page["items"])) == (THOUSANDS, None, 50)
    assert page["items"][-1]["name"] == "u09999"
    assert len([text for text in said if "u.role = " in text]) == 2  # the page, and how many there are
    found = (await root.get(f"{API}/users?q=PERSON+0012&sort=name&state=active")).json
    assert [each["display_name"] for each in found["items"]] == [f"Person 0012{last}" for last in range(10)]
    assert (await root.get(f"{API}/users?q=%25")).json["total"] == 0
    assert (await root.get(f"{API}/users?sort=password_hash")).status == 422


async def test_numbers_are_found_in_any_spelling_and_by_their_owner(site: Site) -> None:
    root = await site.someone("root", "admin")
    await site.number("root", OWN)
    await site.number(None, "+4930901820199")
    for query, expected in (("030+901820100", [OWN]), ("root", [OWN]), ("0199", ["+4930901820199"]), ("nobody", [])):
        page = (await root.get(f"{API}/numbers?q={query}")).json
        assert [each["number"] for each in page["items"]] == expected, query
    free = (await root.get(f"{API}/numbers?state=free&sort=-number")).json
    assert [each["number"] for each in free["items"]] == ["+4930901820199"]


async def test_the_log_tells_everything_but_what_was_written(site: Site) -> None:
    world = await build(site)
    root = world.people["root"]
    reply = await root.get(f"{API}/admin/messages?status=queued&party=015112345678&direction=outbound")
    assert b"hello" not in reply.body
    assert {each["author"] for each in reply.json["items"]} == {"ada", "ben"}
    one = await root.get(f"{API}/admin/messages/{world.adas.message}")
    assert b"hello" not in one.body
    assert (one.json["characters"], one.json["verdict"]["where"]) == (5, "waiting")
    assert (await root.get(f"{API}/admin/messages/lookup?key=c0ffee")).status == 200
    for query in ("words=hello", "bodies=true"):
        assert (await root.get(f"{API}/admin/messages?{query}")).code == "forbidden"
    assert (await root.post(f"{API}/admin/messages/{world.adas.message}/body")).code == "forbidden"


async def test_what_was_written_takes_a_right_of_its_own_and_is_audited(site: Site) -> None:
    world = await build(site)
    reader = await site.someone("reader", "admin", ("bodies",))
    shown = await reader.post(f"{API}/admin/messages/{world.adas.message}/body")
    assert shown.json == {"body": "hello"}
    found = (await reader.get(f"{API}/admin/messages?words=HELL&bodies=true")).json["items"]
    assert {each["body"] for each in found} == {"hello"}
    assert (await reader.get(f"{API}/admin/messages?words=farewell")).json["items"] == []
    acts = await _acts(reader, "message")
    assert acts == ["message.bodies_shown", "message.bodies_sought", "message.bodies_shown", "message.bodies_sought"]
    curious = await site.someone("curious", "user", ("bodies",))
    assert (await curious.post(f"{API}/admin/messages/{world.adas.message}/body")).code == "forbidden"


async def test_a_page_of_the_log_looks_at_so_many_and_says_where_to_go_on(site: Site) -> None:
    world = await build(site)
    log = site.rooms.log
    seen: list[str] = []
    before: int | None = None
    for _ in range(9):
        page = await log.page(
            LogSearch(party=PHONE, status="queued"), before=before, limit=1, country="DE", looked_at=2
        )
        seen += [each.id for each in page.items]
        if page.next is None:
            break
        before = int(page.next)
    assert sorted(seen) == sorted([world.adas.message, world.bens.message])


async def test_a_job_is_run_by_hand_and_says_what_it_did(site: Site) -> None:
    root = await site.someone("root", "admin")
    await site.clock.until_asleep()
    job = (await root.get(f"{API}/admin/jobs")).json["items"][0]
    assert (job["name"], job["last_run_at"], job["by_hand"]) == ("sweep", None, True)
    assert (await root.post(f"{API}/admin/jobs/sweep/runs")).status == 202
    while (job := (await root.get(f"{API}/admin/jobs")).json["items"][0])["running"]:
        pass
    assert job["sentence"] == "Swept 0 rows."
    assert job["last_run_at"] is not None
    assert await _acts(root, "job") == ["job.run"]
    assert (await root.post(f"{API}/admin/jobs/nothing/runs")).status == 404


async def test_a_session_that_is_closed_is_over(site: Site) -> None:
    root, ada = await site.someone("root", "admin"), await site.someone("ada")
    page = (await root.get(f"{API}/admin/sessions?who=Ada")).json
    assert [(each["user"]["name"], each["own"]) for each in page["items"]] == [("ada", False)]
    assert (await root.ask("DELETE", f"{API}/admin/sessions/{page['items'][0]['id']}")).status == 204
    assert (await ada.get(f"{API}/me")).status == 401
    assert (await root.ask("DELETE", f"{API}/admin/sessions/{page['items'][0]['id']}")).status == 404
    assert "session.closed" in await _acts(root, "session")


async def test_the_overview_says_how_each_part_is_and_counts_a_day(site: Site) -> None:
    world = await build(site)
    seen = (await world.people["root"].get(f"{API}/admin/overview")).json
    store = next(part for part in seen["parts"] if part["name"] == "store")
    assert {"code", "values"} <= store.keys()
    assert seen["ready"]
    assert {"store", "outbox", "carrier demo"} <= {part["name"] for part in seen["parts"]}
    assert (seen["users"], seen["admins"], seen["numbers"], seen["unowned"]) == (4, 1, 2, 0)
    assert len(seen["traffic"]) == 24
    assert seen["traffic"][-1]["outbound"] == 2  # what waits for its time is not counted yet
    assert seen["waiting"] == 2


async def test_which_way_a_text_would_go_is_explained(site: Site) -> None:
    root = await site.someone("root", "admin")
    await site.number("root", OWN)
    assert (await root.get(f"{API}/admin/ways")).json == {"able": ["demo"], "routes": []}
    way = (await root.post(f"{API}/admin/ways", {"sender": OWN, "to": PHONE, "body": "hi"})).json
    assert [(each["name"], each["taken"]) for each in way["carriers"]] == [("demo", True)]
    assert (await root.post(f"{API}/admin/ways", {"sender": PHONE, "to": PHONE, "body": "hi"})).status == 404


async def _acts(person: Person, what: str) -> list[str]:
    found = await person.get(f"{API}/admin/audit?what={what}")
    return [each["act"] for each in found.json["items"]][::-1]
