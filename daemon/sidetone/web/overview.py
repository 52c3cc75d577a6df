"""What the admin's first page shows, looked up when it is asked for."""

from typing import Any

from sidetone import __version__
from sidetone.people.render import time_text
from sidetone.store import overview
from sidetone.store.connection import Snapshot
from sidetone.store.figures import Figures, figures
from sidetone.store.overview import HOUR
from sidetone.views import HourOfTraffic, Overview, PartStanding
from sidetone.web.rooms import Rooms

HOURS = 24
MOST_COUNTED = 50_000  # messages of a day that a look reads


async def look(rooms: Rooms) -> Overview:
    """Look; raises StoreError."""
    until = rooms.clock.now() // HOUR * HOUR + HOUR
    since = until - HOURS * HOUR
    people, standing, hours = await rooms.store.read(_read, since, until)
    return Overview(
        version=__version__,
        ready=rooms.parts.ready,
        parts=[
            PartStanding(
                name=name,
                state=health.state.value,
                sentence=health.sentence,
                code=rooms.parts.words(name).code,
                values=rooms.parts.words(name).values,
            )
            for name, health in rooms.parts.all().items()
        ],
        users=people["users"],
        numbers=people["numbers"],
        unowned=people["unowned"],
        admins=people["admins"],
        sessions=standing.sessions,
        screens=rooms.feed.screens,
        waiting=sum(queue.waiting for queue in standing.queues.values()),
        sending=sum(queue.sending for queue in standing.queues.values()),
        traffic=_traffic(hours, since),
        partial=sum(row["count"] for row in hours) >= MOST_COUNTED,
    )


def _read(snapshot: Snapshot, since: int, until: int) -> tuple[Any, Figures, list[Any]]:
    hours = overview.traffic(snapshot, since, until, MOST_COUNTED)
    return overview.people(snapshot), figures(snapshot), hours


def _traffic(rows: list[Any], since: int) -> list[HourOfTraffic]:
    """Every hour, also one in which nothing was said."""
    by_hour = {row["hour"]: row for row in rows}
    found = []
    for hour in range(HOURS):
        row = by_hour.get(hour)
        count, inbound, failed = (row["count"], row["inbound"], row["failed"]) if row else (0, 0, 0)
        at = time_text(since + hour * HOUR)
        found.append(HourOfTraffic(at=at, inbound=inbound, outbound=count - inbound, failed=failed))
    return found
