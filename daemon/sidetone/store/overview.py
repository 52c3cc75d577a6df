"""What the admin's first page counts."""

from typing import Any

from sidetone.store.connection import Snapshot

HOUR = 60 * 60 * 1000

PEOPLE = """
    SELECT (SELECT count(*) FROM "user" u WHERE u.disabled_at IS NULL) AS users,
           (SELECT count(*) FROM "user" u WHERE u.disabled_at IS NULL AND u.role = 'admin') AS admins,
           (SELECT count(*) FROM number n) AS numbers,
           (SELECT count(*) FROM number n WHERE n.owner_kind = 'none') AS unowned
"""
# The newest ones of the time; a day of more than `most` messages is counted in part.
TRAFFIC = """
    SELECT (q.created_at - :since) / :hour AS hour, count(*) AS count,
           sum(CASE q.direction WHEN 'inbound' THEN 1 ELSE 0 END) AS inbound,
           sum(CASE WHEN q.status IN ('failed', 'undelivered', 'expired') THEN 1 ELSE 0 END) AS failed
    FROM (SELECT m.created_at, m.direction, m.status FROM message m
          WHERE m.created_at >= :since AND m.created_at < :until AND m.hidden <> 2
          ORDER BY m.created_at DESC LIMIT :most) q
    GROUP BY (q.created_at - :since) / :hour
"""


def people(look: Snapshot) -> Any:  # noqa: ANN401 - a row
    """`users` and `admins` who may sign in, `numbers`, and those `unowned`."""
    return look.one(PEOPLE)


def traffic(look: Snapshot, since: int, until: int, most: int) -> list[Any]:
    """By hour from `since` (ms): `hour`, `count`, `inbound`, `failed`, of no more than `most` messages."""
    return look.all(TRAFFIC, {"since": since, "until": until, "hour": HOUR, "most": most})
