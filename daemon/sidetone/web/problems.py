"""Errors as RFC 9457 problem documents, and the errors of the web itself."""

from http import HTTPStatus
from typing import ClassVar

import msgspec
from aiohttp import web

from sidetone.domain.fault import SidetoneError
from sidetone.errors import StoreError
from sidetone.views import ProblemDocument

CONTENT_TYPE = "application/problem+json"
_FIELD_STATUSES = (HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)


class BadRequest(SidetoneError):
    """The request is no HTTP that Sidetone understands."""

    code: ClassVar[str] = "bad-request"
    status: ClassVar[int] = 400


class MalformedJson(SidetoneError):
    """The body is not JSON."""

    code: ClassVar[str] = "malformed-json"
    status: ClassVar[int] = 400


class NoSuchPlace(SidetoneError):
    """Nothing answers at this path."""

    code: ClassVar[str] = "no-such-place"
    status: ClassVar[int] = 404


class MethodNotAllowed(SidetoneError):
    """The path is right and the method is not."""

    code: ClassVar[str] = "method-not-allowed"
    status: ClassVar[int] = 405

    def __init__(self, allowed: str) -> None:
        super().__init__("This cannot be done here.", hint=f"Allowed are {allowed}.")
        self.allowed = allowed


class SlowRequest(SidetoneError):
    """The body did not come in time."""

    code: ClassVar[str] = "slow-request"
    status: ClassVar[int] = 408


class TooLarge(SidetoneError):
    """The body is larger than any request needs."""

    code: ClassVar[str] = "too-large"
    status: ClassVar[int] = 413


class WrongContentType(SidetoneError):
    """The body is of another kind than the endpoint takes."""

    code: ClassVar[str] = "wrong-content-type"
    status: ClassVar[int] = 415


class WrongHost(SidetoneError):
    """The request names a host that is not this Sidetone's."""

    code: ClassVar[str] = "wrong-host"
    status: ClassVar[int] = 421


class CrossSite(SidetoneError):
    """A page of another site had the browser ask."""

    code: ClassVar[str] = "cross-site"
    status: ClassVar[int] = 403


class BadIdempotencyKey(SidetoneError):
    """The Idempotency-Key header is no key."""

    code: ClassVar[str] = "bad-idempotency-key"
    status: ClassVar[int] = 422


class IdempotencyRunning(SidetoneError):
    """The first request with this Idempotency-Key is still under way."""

    code: ClassVar[str] = "idempotency-running"
    status: ClassVar[int] = 409
    retry_after: ClassVar[int] = 1


class UpgradeNeeded(SidetoneError):
    """This path speaks WebSocket only."""

    code: ClassVar[str] = "upgrade-needed"
    status: ClassVar[int] = 426


class TooManyRequests(SidetoneError):
    """There were more requests than one user or address may send; `retry_after` says how many seconds to wait."""

    code: ClassVar[str] = "too-many-requests"
    status: ClassVar[int] = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__("There were too many requests in a short time.", hint=f"Go on in {retry_after} s.")
        self.retry_after = retry_after


class TooManyScreens(SidetoneError):
    """The user has as many live connections as one may have."""

    code: ClassVar[str] = "too-many-screens"
    status: ClassVar[int] = 429
    retry_after: ClassVar[int] = 60


class Full(SidetoneError):
    """The server has as many connections as it can have."""

    code: ClassVar[str] = "full"
    status: ClassVar[int] = 503
    retry_after: ClassVar[int] = 10


class Internal(SidetoneError):
    """A mistake of Sidetone's own; nobody outside learns more than the request's id."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500

    def __init__(self) -> None:
        super().__init__("Something went wrong inside Sidetone.", hint="An admin finds it in the log by the request.")


def problem(error: SidetoneError, correlation: str) -> web.Response:
    """The answer that tells of an error."""
    status = HTTPStatus(error.status)
    document = ProblemDocument(
        type="about:blank",
        title=status.phrase,
        status=status,
        code=error.code,
        detail=error.message,
        hint=error.hint,
        request=correlation,
        field=error.where if status in _FIELD_STATUSES else "",
    )
    headers = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"}
    retry_after = getattr(error, "retry_after", None)
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = error.allowed
    elif retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    elif status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="Sidetone"'
    elif status == HTTPStatus.UPGRADE_REQUIRED:
        headers["Upgrade"] = "websocket"
    return web.Response(status=status, body=msgspec.json.encode(document), headers=headers)


def hook_status(error: SidetoneError) -> int:
    """What a carrier is told: that nothing was stored is always 503, so that it tries again."""
    return 503 if isinstance(error, StoreError) or error.status >= HTTPStatus.INTERNAL_SERVER_ERROR else error.status
