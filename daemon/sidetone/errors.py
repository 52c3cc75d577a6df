"""The errors that more than one room raises; each room's own stand beside their cause."""

from typing import ClassVar

from sidetone.domain.fault import SidetoneError


class NotFound(SidetoneError):
    """There is no such thing, or it is not this caller's to see: both sound the same."""

    code = "not-found"
    status = 404


class Forbidden(SidetoneError):
    """The caller is known and lacks the right."""

    code = "forbidden"
    status = 403


class Conflict(SidetoneError):
    """It cannot be done as things stand now."""

    code = "conflict"
    status = 409


class Invalid(SidetoneError):
    """What was asked makes no sense; `where` names the field."""

    code = "invalid"
    status = 422


class StoreError(SidetoneError):
    """Nothing was stored. A carrier that hears of it is told to try again."""

    code = "store-unavailable"
    status = 503
    retry_after: ClassVar[int] = 5


class StoreFull(StoreError):
    """The disk has no room; service returns by itself when it has."""

    code = "store-full"
    status = 507


class StoreDamaged(StoreError):
    """The store's file is not what it should be; it is kept as it is and the daemon stops."""

    code = "store-damaged"


class IndexBroken(StoreError):
    """The index for searching is not what it should be; it is made anew from the texts."""

    code = "index-broken"


class SearchBusy(SidetoneError):
    """Too much is being searched, or this would take too long; nothing else waits for it."""

    code = "search-busy"
    status = 503
    retry_after: ClassVar[int] = 2


class StoreNewer(StoreError):
    """The store was written by a newer Sidetone."""

    code = "store-newer"
