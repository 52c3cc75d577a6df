"""Who may do what: every endpoint for every role, with objects of one's own and of others."""

import msgspec
import pytest
from yarl import URL

from sidetone.people.viewer import GRANTABLE, ROLE_RIGHTS
from sidetone.web.api import endpoints
from sidetone.web.reference import may
from sidetone.web.routes import OPEN, Endpoint
from web.site import API, Person, Reply, Site
from web.world import ELSE, build, samples

NAME_OF = {"nobody": "nobody", "user": "ada", "supervisor": "sue", "admin": "root"}
REFUSED = {401: "not-signed-in", 403: "forbidden"}


def key(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def in_order() -> list[Endpoint]:
    """What takes something away goes last."""
    return sorted(endpoints(), key=lambda endpoint: (endpoint.method == "DELETE", endpoint.path == "/session"))


async def ask(person: Person, endpoint: Endpoint, sample: tuple[str, object]) -> Reply:
    path, body = sample
    return await person.ask(endpoint.method, API + path, body)


async def test_every_endpoint_has_a_sample(site: Site) -> None:
    world = await build(site)
    assert samples(world.adas, world).keys() == {key(endpoint) for endpoint in endpoints()}


@pytest.mark.parametrize("role", ["nobody", *ROLE_RIGHTS])
async def test_each_role_may_do_what_the_matrix_says(site: Site, role: str) -> None:
    world = await build(site)
    person = world.people[NAME_OF[role]]
    has = world.adas
    wrong = []
    for endpoint in in_order():
        reply = await ask(person, endpoint, samples(has, world)[key(endpoint)])
        owns = role == "user" or "{id}" not in endpoint.path or endpoint.right == "admin"
        expected = expectation(endpoint, role, owns=owns)
        if reply.status not in expected:
            wrong.append(f"{key(endpoint)} for {role}: {reply.status} instead of {expected} {reply.body[:200]!r}")
        elif reply.status < 400 and endpoint.answer and not endpoint.raw:
            msgspec.json.decode(reply.body, type=endpoint.answer)
    assert wrong == []


def expectation(endpoint: Endpoint, role: str, *, owns: bool) -> set[int]:
    if not may(endpoint, role):
        return {401 if role == "nobody" else 403}
    if not owns:
        return {404}
    if key(endpoint) in ELSE:
        return {ELSE[key(endpoint)]}
    if key(endpoint) == "POST /conversations" and role != "user":
        return {422}  # they have no number
    return {endpoint.status, endpoint.also or endpoint.status}


async def test_what_is_anothers_is_not_there(site: Site) -> None:
    world = await build(site)
    wrong = []
    for name in ("ada", "sue", "root"):
        for endpoint in in_order():
            if "{id}" not in endpoint.path or endpoint.right in ("admin", *GRANTABLE):
                continue
            reply = await ask(world.people[name], endpoint, samples(world.bens, world)[key(endpoint)])
            if (reply.status, reply.code) != (404, "not-found"):
                wrong.append(f"{key(endpoint)} of Ben for {name}: {reply.status} {reply.body[:200]!r}")
    assert wrong == []
    own = await world.people["ben"].get(f"{API}/conversations/{world.bens.conversation}")
    assert own.status == 200


async def test_what_is_anothers_and_what_is_nowhere_sound_the_same(site: Site) -> None:
    world = await build(site)
    ada = world.people["ada"]
    has = world.bens
    for path, own in (
        ("/conversations/{}", has.conversation),
        ("/messages/{}", has.message),
        ("/contacts/{}", has.contact),
        ("/conversations/{}/messages", has.conversation),
    ):
        heard = []
        for number in (own, "999999", str(2**63 - 1)):
            problem = (await ada.get(API + path.format(number))).json
            heard.append({**problem, "request": ""})
        assert heard[0] == heard[1] == heard[2]


NO_IDS = ["0", "-1", "01", "x", "9223372036854775808", "1e3", "%31", "1%00", "%ff", "+1", "1.0"]


async def test_an_id_that_is_none_is_not_there(site: Site) -> None:
    root = await site.someone("root", "admin")
    for number in NO_IDS:
        for path in ("/conversations/{}", "/messages/{}", "/contacts/{}", "/users/{}", "/numbers/{}"):
            async with site.http.get(
                URL(site.url + API + path.format(number), encoded=True), headers=root.headers
            ) as it:
                found = number == "%31" and path == "/users/{}"  # the digit 1 by its code
                assert (it.status == 200) == found, (path, number)
                assert found or it.status == 404


async def test_a_right_beyond_the_role_opens_what_needs_it(site: Site) -> None:
    zoe = await site.someone("zoe", "user", ("handset",))
    assert (await zoe.get(f"{API}/handset/demo/phones")).status == 200
    assert (await zoe.get(f"{API}/users")).status == 403


async def test_only_these_are_open() -> None:
    assert {key(endpoint) for endpoint in endpoints() if endpoint.right == OPEN} == {
        "POST /session",
        "POST /setup",
        "GET /openapi.json",
    }
