"""Two users with everything of their own, so that each object is someone's and not the other's."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sidetone.people.render import time_text
from sidetone.people.viewer import Viewer
from sidetone.views import NewBlock, NewContact, NewContactNumber, NewHold, NewMessage, NewOptOut
from web.site import API, OWN, PHONE, Person, Site

OTHER_OWN = "+4930901820101"

# What a right path and body may still meet: wrong credentials, no link, an early retry, no number, no WebSocket.
ELSE = {
    "POST /session": 401,
    "PUT /me/password": 401,
    "POST /setup": 410,
    "POST /messages/{id}/retry": 409,
    "POST /carriers/{name}/probes": 422,
    "GET /events": 426,
}


@dataclass(frozen=True)
class Belongings:
    """The ids of what one user has."""

    conversation: str
    message: str
    contact: str
    block: str
    scheduled: str
    later: int


@dataclass(frozen=True)
class World:
    """Who there is, and what Ada and Ben have; `numbers` and `users` are what only admins see."""

    people: dict[str, Person]
    adas: Belongings
    bens: Belongings
    number: str
    user: str
    opt_out: str
    hold: str


async def build(site: Site) -> World:
    """Ada and Ben are users, Sue leads, Root administers; nobody is nobody."""
    people = {"nobody": site.anyone}
    for name, role in (("ada", "user"), ("ben", "user"), ("sue", "supervisor"), ("root", "admin")):
        people[name] = await site.someone(name, role)  # type: ignore[arg-type]
    number = await site.number("ada", OWN)
    await site.number("ben", OTHER_OWN)
    user = people["ben"].user
    assert user is not None
    admin = await _viewer(site, people["root"])
    opt_out, _ = await site.rooms.opt_outs.add(admin, NewOptOut(party="+4915112345606"), None)
    hold = await site.rooms.holds.add(
        NewHold(party="+4915112345608", reason="a case"), None, user_id=admin.user_id, country="DE"
    )
    return World(
        people=people,
        adas=await _belongings(site, people["ada"], "+4915112345604"),
        bens=await _belongings(site, people["ben"], "+4915112345605"),
        number=number.id,
        user=user.id,
        opt_out=opt_out.id,
        hold=hold.id,
    )


async def _belongings(site: Site, person: Person, unwanted: str) -> Belongings:
    viewer = await _viewer(site, person)
    conversation, _ = await site.rooms.conversations.open_sms(viewer, to=PHONE, number=None)
    message = await site.rooms.sending.send(viewer, int(conversation.id), NewMessage(body="hello"), None, "c0ffee")
    at = site.clock.now() + 3_600_000
    later = NewMessage(body="later", send_at=datetime.fromtimestamp(at / 1000, UTC))
    scheduled = await site.rooms.sending.send(viewer, int(conversation.id), later, None, "c0ffee")
    new = NewContact(name="Grace", numbers=[NewContactNumber(number=PHONE)])
    contact = await site.rooms.contacts.add(viewer, new, None)
    block, _ = await site.rooms.blocks.add(viewer, NewBlock(party=unwanted), None)
    return Belongings(conversation.id, message.id, contact.id, block.id, scheduled.id, at)


async def _viewer(site: Site, person: Person) -> Viewer:
    return await site.sessions.viewer(person.headers["Authorization"].split()[1])


CARRIERS: dict[str, tuple[str, object]] = {
    "GET /carriers": ("/carriers", None),
    "GET /carriers/{name}": ("/carriers/demo", None),
    "POST /carriers/{name}/hooks": ("/carriers/demo/hooks", None),
    "GET /carriers/{name}/odd": ("/carriers/demo/odd", None),
    "GET /carriers/{name}/hits": ("/carriers/demo/hits?since=0", None),
    "POST /carriers/{name}/probes": ("/carriers/demo/probes", {"to": PHONE}),
}


def samples(has: Belongings, world: World) -> dict[str, tuple[str, object]]:
    """A path and a body for each endpoint, by method and declared path; the objects are `has`'s."""
    talk, message, contact = (
        f"/conversations/{has.conversation}",
        f"/messages/{has.message}",
        f"/contacts/{has.contact}",
    )
    phone = f"/handset/demo/phones/{PHONE}"
    grace = {"name": "Grace", "numbers": [{"number": "030 123456", "type": "business"}]}
    return {
        "POST /session": ("/session", {"username": "ada", "password": "wrong"}),
        "DELETE /session": ("/session", None),
        "POST /setup": ("/setup", {"secret": "x" * 32, "username": "x", "password": "y" * 12}),
        "GET /me": ("/me", None),
        "PUT /me/password": ("/me/password", {"old": "wrong", "new": "four very quiet words"}),
        "PATCH /me": ("/me", {"settings": {"theme": "dark"}}),
        **consent_samples(has, world),
        "GET /users": ("/users?limit=2&sort=-name&q=a&role=user&state=active", None),
        "POST /users": ("/users", {"name": "new", "password": "four very quiet words"}),
        "GET /users/{id}": (f"/users/{world.user}", None),
        "PATCH /users/{id}": (f"/users/{world.user}", {"display_name": "Ben"}),
        "GET /numbers": ("/numbers?sort=owner&q=0030&state=owned", None),
        "POST /numbers": ("/numbers", {"number": "+4930901820109", "carrier": "main"}),
        "GET /numbers/{id}": (f"/numbers/{world.number}", None),
        "PATCH /numbers/{id}": (f"/numbers/{world.number}", {"label": "Desk"}),
        "GET /conversations": ("/conversations?unread=false&q=0151", None),
        "POST /conversations": ("/conversations", {"kind": "sms", "to": "+4915112345679"}),
        "GET /conversations/{id}": (talk, None),
        "PATCH /conversations/{id}": (talk, {"favourite": True}),
        "DELETE /conversations/{id}": (talk, None),
        "PUT /conversations/{id}/read": (f"{talk}/read", {"up_to": has.message}),
        "GET /conversations/{id}/messages": (f"{talk}/messages?limit=10", None),
        "POST /conversations/{id}/messages": (f"{talk}/messages", {"body": "hello"}),
        "GET /messages/{id}": (message, None),
        "PATCH /messages/{id}": (f"/messages/{has.scheduled}", {"send_at": time_text(has.later)}),
        "GET /scheduled": (f"/scheduled?conversation={has.conversation}", None),
        "POST /messages/{id}/retry": (f"{message}/retry", None),
        "POST /messages/{id}/cancel": (f"{message}/cancel", None),
        "GET /contacts": ("/contacts?q=gra", None),
        "POST /contacts": ("/contacts", grace),
        "GET /contacts/lookup": ("/contacts/lookup?number=030123456&from=", None),
        "GET /contacts/{id}": (contact, None),
        "GET /activity": ("/activity?sort=name&unread=false&to=2040-01-01", None),
        "GET /search": ("/search?q=hello&direction=outbound&from=2026-01-01", None),
        "PATCH /contacts/{id}": (contact, grace),
        "DELETE /contacts/{id}": (contact, None),
        **CARRIERS,
        **admin_samples(has),
        "GET /handset/carriers": ("/handset/carriers", None),
        "GET /handset/{carrier}/phones": ("/handset/demo/phones", None),
        "GET /handset/{carrier}/phones/{number}": (phone, None),
        "PATCH /handset/{carrier}/phones/{number}": (phone, {"delay": 1}),
        "GET /handset/{carrier}/phones/{number}/messages": (f"{phone}/messages", None),
        "POST /handset/{carrier}/phones/{number}/messages": (f"{phone}/messages", {"to": OWN, "body": "hi"}),
        "GET /events": ("/events", None),
        "GET /openapi.json": ("/openapi.json", None),
    }


def admin_samples(has: Belongings) -> dict[str, tuple[str, object]]:
    """The same for what only admins look at."""
    way = {"sender": OWN, "to": PHONE, "body": "hello"}
    return {
        "GET /admin/overview": ("/admin/overview", None),
        "GET /admin/messages": ("/admin/messages?status=queued&party=0151&from=2026-01-01&limit=5", None),
        "GET /admin/messages/lookup": (f"/admin/messages/lookup?key={has.message}", None),
        "GET /admin/messages/{id}": (f"/admin/messages/{has.message}", None),
        "POST /admin/messages/{id}/body": (f"/admin/messages/{has.message}/body", None),
        "GET /admin/jobs": ("/admin/jobs", None),
        "POST /admin/jobs/{name}/runs": ("/admin/jobs/sweep/runs", None),
        "GET /admin/sessions": ("/admin/sessions?who=ada&limit=5", None),
        "DELETE /admin/sessions/{id}": ("/admin/sessions/1", None),
        "GET /admin/ways": ("/admin/ways", None),
        "POST /admin/ways": ("/admin/ways", way),
    }


def consent_samples(has: Belongings, world: World) -> dict[str, tuple[str, object]]:
    """The same for opt-outs, blocks, clean-up and holds."""
    return {
        "GET /me/blocks": ("/me/blocks?limit=5", None),
        "POST /me/blocks": ("/me/blocks", {"party": "+4915112345600"}),
        "DELETE /me/blocks/{id}": (f"/me/blocks/{has.block}", None),
        "GET /opt-outs": ("/opt-outs?state=all&party=%2B4915112345601&number=company&limit=5", None),
        "POST /opt-outs": ("/opt-outs", {"party": "+4915112345602", "wording": "by letter"}),
        "POST /opt-outs/import": ("/opt-outs/import", {"rows": [{"party": "+4915112345603", "number": OWN}]}),
        "GET /opt-outs/export": ("/opt-outs/export", None),
        "DELETE /opt-outs/{id}": (f"/opt-outs/{world.opt_out}?why=by+phone", None),
        "POST /conversations/{id}/opt-out": (f"/conversations/{has.conversation}/opt-out", {"decision": "not_meant"}),
        "GET /admin/retention": ("/admin/retention", None),
        "POST /admin/retention": ("/admin/retention", {"dry_run": True}),
        "GET /admin/audit": ("/admin/audit?who=root&what=session&from=2026-01-01&limit=5", None),
        "GET /admin/audit/export": ("/admin/audit/export", None),
        "GET /admin/holds": ("/admin/holds?state=all&limit=5", None),
        "POST /admin/holds": ("/admin/holds", {"party": "+4915112345607", "reason": "a case"}),
        "DELETE /admin/holds/{id}": (f"/admin/holds/{world.hold}", None),
    }


__all__ = ["API", "ELSE", "Belongings", "World", "build", "samples"]
