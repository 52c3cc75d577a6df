"""What monitoring asks."""

import pytest

from sidetone.domain.health import State
from web.site import Site


async def test_alive_says_nothing(site: Site) -> None:
    reply = await site.anyone.having(Host="any.example").get("/healthz")
    assert (reply.status, reply.body, reply.headers["Content-Type"]) == (200, b"ok\n", "text/plain")


async def test_every_part_has_its_state_and_a_sentence(site: Site) -> None:
    site.parts.set("carrier demo", State.OK, "1 virtual phones.")
    site.parts.set("job sweep", State.FAILED, "It fell over.")
    reply = await site.anyone.get("/readyz")
    assert reply.status == 200
    assert reply.json["ready"] is True
    parts = {part["name"]: part for part in reply.json["parts"]}
    assert parts["job sweep"] == {"name": "job sweep", "state": "failed", "sentence": "It fell over."}
    assert parts["listener"]["state"] == "ok"
    assert list(parts) == sorted(parts)


@pytest.mark.parametrize(
    ("part", "state", "status"),
    [
        ("store", State.FAILED, 503),
        ("store", State.DEGRADED, 200),
        ("outbox", State.STARTING, 503),
        ("outbox", State.OFF, 503),
        ("listener", State.FAILED, 503),
        ("carrier demo", State.FAILED, 200),
        ("job sweep", State.FAILED, 200),
    ],
)
async def test_only_vital_parts_make_it_unready(site: Site, part: str, state: State, status: int) -> None:
    site.parts.set(part, state)
    reply = await site.anyone.get("/readyz")
    assert (reply.status, reply.json["ready"]) == (status, status == 200)
