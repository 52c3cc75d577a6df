"""People, sessions and numbers."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from sidetone.views.base import Ask, Role, Time, View


class SignIn(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /session."""

    username: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=256)]
    token: bool = False


class PasswordChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PUT /me/password; `token` asks for a Bearer token with the new session."""

    old: Annotated[str, Meta(min_length=1, max_length=256)]
    new: Annotated[str, Meta(min_length=1, max_length=256)]
    token: bool = False


class SetUp(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /setup: the first admin, by the one-time link."""

    secret: Annotated[str, Meta(min_length=16, max_length=128)]
    username: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=8, max_length=256)]


class UserView(View, frozen=True, kw_only=True):
    """A person with a login."""

    id: str
    name: str
    display_name: str
    role: Role
    rights: list[str]
    extension: str | None
    country: str
    disabled: bool
    created_at: Time


class SessionView(View, frozen=True, kw_only=True):
    """A signed-in screen or API client; `token` only when it was asked for."""

    user: UserView
    expires_at: Time
    token: str | UnsetType = UNSET


class NewUser(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /users."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=8, max_length=256)]
    display_name: Annotated[str, Meta(max_length=128)] = ""
    role: Role = "user"
    rights: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=32)] = msgspec.field(
        default_factory=list
    )
    extension: Annotated[str, Meta(max_length=32)] | None = None
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | None = None


class UserChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PATCH /users/{id}: what is absent stays."""

    display_name: Annotated[str, Meta(max_length=128)] | UnsetType = UNSET
    password: Annotated[str, Meta(min_length=8, max_length=256)] | UnsetType = UNSET
    role: Role | UnsetType = UNSET
    rights: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=32)] | UnsetType = UNSET
    extension: Annotated[str, Meta(max_length=32)] | UnsetType | None = UNSET
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET


class Owner(View, frozen=True, kw_only=True):
    """Who a number belongs to."""

    kind: Literal["user", "service"]
    id: str
    name: str


class NumberView(View, frozen=True, kw_only=True):
    """A number of the company. `waiting`: texts that came before anyone owned it."""

    id: str
    number: str
    display: str
    label: str
    owner: Owner | None
    carrier: str
    waiting: int
    created_at: Time


class NewNumber(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """POST /numbers."""

    number: Annotated[str, Meta(min_length=1, max_length=64)]
    carrier: Annotated[str, Meta(min_length=1, max_length=64)]
    label: Annotated[str, Meta(max_length=64)] = ""
    owner: Annotated[str, Meta(pattern="^(user|service):.{1,64}$")] | None = None


class NumberChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PATCH /numbers/{id}; `owner` null takes it away."""

    carrier: Annotated[str, Meta(min_length=1, max_length=64)] | UnsetType = UNSET
    label: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET
    owner: Annotated[str, Meta(pattern="^(user|service):.{1,64}$")] | UnsetType | None = UNSET


class OwnNumber(View, frozen=True, kw_only=True):
    """A number that the signed-in user may send from."""

    id: str
    number: str
    display: str
    label: str
    country: str


class Settings(View, frozen=True, kw_only=True):
    """What a user chose for the UI."""

    theme: Literal["system", "light", "dark"] = "system"
    language: str = ""
    drop_trunk_zero: bool = True


class SettingsChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PATCH /me: what is absent stays."""

    theme: Literal["system", "light", "dark"] | UnsetType = UNSET
    language: Annotated[str, Meta(max_length=16)] | UnsetType = UNSET
    drop_trunk_zero: bool | UnsetType = UNSET


class MeChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """PATCH /me."""

    settings: SettingsChange


class Me(View, frozen=True, kw_only=True):
    """GET /me. `longest_text`: how many characters (code points) a text may have."""

    user: UserView
    rights: list[str]
    licences: list[str]
    numbers: list[OwnNumber]
    settings: Settings
    longest_text: int = 4096
