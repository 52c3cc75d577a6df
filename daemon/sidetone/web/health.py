"""`/healthz` and `/readyz`."""

import msgspec
from aiohttp import web

from sidetone.parts import Parts
from sidetone.views import View
from sidetone.web.headers import NO_STORE

ALIVE = "/healthz"
READY = "/readyz"


class PartHealth(View, frozen=True):
    """One part and how it is."""

    name: str
    state: str
    sentence: str


class Readiness(View, frozen=True):
    """GET /readyz."""

    ready: bool
    parts: list[PartHealth]


def alive() -> web.Response:
    """The process works."""
    return web.Response(body=b"ok\n", headers={"Content-Type": "text/plain", "Cache-Control": NO_STORE})


def readiness(parts: Parts) -> web.Response:
    """Every part with its state; 503 only while a vital one does not work."""
    shown = [
        PartHealth(name=name, state=health.state.value, sentence=health.sentence)
        for name, health in parts.all().items()
    ]
    return web.Response(
        status=200 if parts.ready else 503,
        body=msgspec.json.encode(Readiness(ready=parts.ready, parts=shown)),
        headers={"Content-Type": "application/json", "Cache-Control": NO_STORE},
    )
