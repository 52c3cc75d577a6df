"""Rows of people and numbers to what the API shows, and times to text."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast

import msgspec

from sidetone.domain.phone import country_of, display
from sidetone.people.viewer import ROLE_RIGHTS, Viewer
from sidetone.views import NumberView, OpenSession, Owner, OwnNumber, Person, Role, Settings, UserView


def time_text(ms: int) -> str:
    """RFC 3339 in UTC with milliseconds."""
    seconds, rest = divmod(ms, 1000)
    return f"{_second_text(seconds)}.{rest:03d}Z"


@lru_cache(maxsize=256)
def _second_text(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]


def user_view(row: Any, default_country: str) -> UserView:  # noqa: ANN401 - a row of store.users.COLUMNS
    """A person as admins and they themselves see it; `rights` is what the role does not give by itself."""
    return UserView(
        id=str(row["id"]),
        name=row["name"],
        display_name=row["display_name"],
        role=row["role"],
        rights=sorted(row["rights"].split()),
        extension=row["extension"],
        country=row["country"] or default_country,
        disabled=row["disabled_at"] is not None,
        created_at=time_text(row["created_at"]),
    )


def settings_of(row: Any) -> Settings:  # noqa: ANN401 - a row with `settings`
    """What the user chose, defaults for the rest."""
    return msgspec.json.decode(row["settings"], type=Settings)


def viewer_of(row: Any, session_id: int, default_country: str) -> Viewer:  # noqa: ANN401 - a row of a user
    """The user of a session, with every right they have."""
    role = cast(Role, row["role"])
    return Viewer(
        user_id=row["id"],
        session_id=session_id,
        name=row["name"],
        role=role,
        rights=ROLE_RIGHTS[role] | frozenset(row["rights"].split()),
        country=row["country"] or default_country,
        drop_trunk_zero=settings_of(row).drop_trunk_zero,
    )


def own_number(row: Any, country: str) -> OwnNumber:  # noqa: ANN401 - a row with `id`, `e164` and `label`
    """A number that its owner may send from, as someone in `country` writes it."""
    e164 = row["e164"]
    return OwnNumber(
        id=str(row["id"]),
        number=e164,
        display=display(e164, country),
        label=row["label"],
        country=country_of(e164) or country,
    )


def number_view(row: Any, country: str) -> NumberView:  # noqa: ANN401 - a row of store.numbers.SHOWN
    """A number as admins see it."""
    owner = None
    if row["owner_kind"] != "none":
        owner = Owner(kind=row["owner_kind"], id=str(row["owner_id"]), name=row["owner_name"] or "")
    return NumberView(
        id=str(row["id"]),
        number=row["e164"],
        display=display(row["e164"], country),
        label=row["label"],
        owner=owner,
        carrier=row["carrier"],
        waiting=row["waiting"],
        created_at=time_text(row["created_at"]),
    )


def open_session(row: Any, own: int) -> OpenSession:  # noqa: ANN401 - a row of store.sessions.OPEN_ONES
    """A session as admins see it; `own` is the id of theirs."""
    return OpenSession(
        id=str(row["id"]),
        user=Person(id=str(row["user_id"]), name=row["name"]),
        kind=row["kind"],
        created_at=time_text(row["created_at"]),
        seen_at=time_text(row["seen_at"]),
        ends_at=time_text(row["ends_at"]),
        own=row["id"] == own,
    )
