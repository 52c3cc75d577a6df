"""The optional ability of a carrier that holds virtual phones (the handset page)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol, runtime_checkable

from sidetone.domain.fault import SidetoneError


class UnknownPhone(SidetoneError):
    """No virtual phone has this number."""

    code: ClassVar[str] = "unknown-phone"
    status: ClassVar[int] = 404


class BadBehaviour(SidetoneError):
    """A change to a virtual phone's behaviour that means nothing; `where` names its key, `hint` what is allowed."""

    code: ClassVar[str] = "bad-behaviour"
    status: ClassVar[int] = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneText:
    """One text on a virtual phone. `direction` is the phone's own view: `in` came to the phone."""

    id: str
    direction: Literal["in", "out"]
    number: str
    body: str
    at: int
    segments: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A virtual phone: its E.164 number, its name, how it behaves and what it holds, oldest text first."""

    number: str
    name: str
    behaviour: Mapping[str, object]
    texts: Sequence[PhoneText]


@runtime_checkable
class HasPhones(Protocol):
    """A carrier whose far side is virtual phones that people can hold in the browser."""

    async def phones(self) -> Sequence[Phone]:
        """All of them, in the order they were made."""
        ...

    async def phone(self, number: str) -> Phone:
        """One of them; raises UnknownPhone."""
        ...

    async def text_from(self, number: str, to: str, body: str) -> PhoneText:
        """Let the phone text `to` (a number of ours); returns when Sidetone has stored it. Raises UnknownPhone."""
        ...

    async def behave(self, number: str, changes: Mapping[str, object]) -> Phone:
        """Change how a phone behaves; raises UnknownPhone or BadBehaviour, which says what is allowed."""
        ...

    async def changed(self, since: int, timeout: float) -> int:  # noqa: ASYNC109 - a long poll, not a deadline
        """Wait until something differs from version `since`, at most `timeout` seconds; the version now."""
        ...
