"""The activity list: with whom, by which number and when last, sorted as its reader wants it (KU-42)."""

from typing import Any

from sidetone.store.connection import Snapshot
from sidetone.store.conversations import CALLED, SEEN_BY

NAME = "coalesce(k.name, dn.shown)"
NAMELESS = "CASE WHEN k.id IS NULL AND dn.id IS NULL THEN 1 ELSE 0 END"

_WANTED = f"""
    {SEEN_BY}
    WHERE p.user_id = :user_id AND p.activity > 0
      AND (:kind = '' OR c.kind = :kind) AND (:unread = 0 OR p.unread > 0)
      AND (:direction = '' OR m.direction = :direction) AND (:number = '' OR n.e164 = :number)
      AND m.created_at >= :since AND m.created_at < :until
      AND (:words = '' OR y.value LIKE :number_like ESCAPE '!'
           OR {CALLED} LIKE :name_1 ESCAPE '!' AND {CALLED} LIKE :name_2 ESCAPE '!'
              AND {CALLED} LIKE :name_3 ESCAPE '!' AND {CALLED} LIKE :name_4 ESCAPE '!')
"""
NEWEST_FIRST = f"{_WANTED} AND p.activity < :place ORDER BY p.activity DESC LIMIT :limit"
OLDEST_FIRST = f"{_WANTED} AND p.activity > :place ORDER BY p.activity LIMIT :limit"
BY_NUMBER = f"{_WANTED} ORDER BY n.e164, p.activity DESC LIMIT :limit OFFSET :place"
BY_NUMBER_DOWN = f"{_WANTED} ORDER BY n.e164 DESC, p.activity DESC LIMIT :limit OFFSET :place"
BY_PARTY = f"{_WANTED} ORDER BY y.value, p.activity DESC LIMIT :limit OFFSET :place"
BY_PARTY_DOWN = f"{_WANTED} ORDER BY y.value DESC, p.activity DESC LIMIT :limit OFFSET :place"
# Who has no name stands behind those who have one, whichever way.
BY_NAME = f"""
    {_WANTED}
    ORDER BY {NAMELESS}, {CALLED}, {NAME}, p.activity DESC
    LIMIT :limit OFFSET :place
"""
BY_NAME_DOWN = f"""
    {_WANTED}
    ORDER BY {NAMELESS}, {CALLED} DESC, {NAME} DESC, p.activity DESC
    LIMIT :limit OFFSET :place
"""
UNREAD = "SELECT coalesce(sum(p.unread), 0) AS n FROM participant p WHERE p.user_id = :user_id AND p.activity > 0"

SORTS = {
    "-time": NEWEST_FIRST,
    "time": OLDEST_FIRST,
    "number": BY_NUMBER,
    "-number": BY_NUMBER_DOWN,
    "party": BY_PARTY,
    "-party": BY_PARTY_DOWN,
    "name": BY_NAME,
    "-name": BY_NAME_DOWN,
}
BY_TIME = ("-time", "time")


def page(look: Snapshot, sort: str, values: dict[str, Any]) -> list[Any]:
    """Rows of `SEEN_BY` in one of the orders of `SORTS`.

    `place` is where they begin: in the orders by time below (or above) that activity, else so many rows on.
    """
    return look.all(SORTS[sort], values)


def unread(look: Snapshot, user_id: int) -> int:
    """How many messages the user has not read, in all that their list shows (KU-45)."""
    return int(look.one(UNREAD, {"user_id": user_id})["n"])
