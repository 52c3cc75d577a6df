"""What stands around every request: its id, its headers, its log line, and the end of every error."""

import time
import traceback
from collections.abc import Mapping
from random import Random

import structlog
from aiohttp import web
from structlog.contextvars import bind_contextvars

from sidetone.domain.fault import SidetoneError
from sidetone.metrics.meters import NOBODY, Meters
from sidetone.parts import Parts
from sidetone.web.assets import Assets
from sidetone.web.call import Front
from sidetone.web.dispatch import Dispatch, Line
from sidetone.web.headers import NO_STORE, REQUEST_ID
from sidetone.web.health import ALIVE, READY, alive, readiness
from sidetone.web.hooks import START, Hooks
from sidetone.web.metrics import PATH as METRICS
from sidetone.web.metrics import MetricsPage
from sidetone.web.problems import BadRequest, Full, Internal, MethodNotAllowed, TooManyRequests, hook_status, problem
from sidetone.web.routes import PREFIX

log = structlog.get_logger("web")

_AGAIN = 5  # seconds until a carrier tries again what failed here
_ids = Random()  # noqa: S311 - names a request in the log and guards nothing


class Middleware:
    """Answers every request there is; nothing that is raised below passes it."""

    def __init__(
        self,
        *,
        hooks: Hooks,
        dispatch: Dispatch,
        assets: Assets,
        metrics: MetricsPage,
        parts: Parts,
        meters: Meters,
        front: Front,
    ) -> None:
        self._metrics = metrics
        self._meters = meters
        self._hooks = hooks
        self._dispatch = dispatch
        self._assets = assets
        self._parts = parts
        self._front = front

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """The answer to a request, whatever it is."""
        correlation = _new_correlation()
        bind_contextvars(correlation=correlation)
        path, _, query = request.raw_path.partition("?")
        if path.startswith(START):
            return await self._answer_hook(request, correlation, path, query)
        began = time.perf_counter()
        line = Line()
        try:
            response = await self._answer(request, correlation, path, query, line)
        except SidetoneError as error:
            response = problem(error, correlation)
        except Exception as error:  # noqa: BLE001 - the last boundary: the caller learns the request's id alone
            log_mistake(error)
            response = problem(Internal(), correlation)
        if not response.prepared:
            self._finish(response, correlation)
        if line.place:
            took = round((time.perf_counter() - began) * 1000, 1)
            user = {"user": line.user} if line.user else {}
            log.info("request", method=request.method, place=line.place, status=response.status, ms=took, **user)
        return response

    async def _answer(
        self, request: web.BaseRequest, correlation: str, path: str, query: str, line: Line
    ) -> web.StreamResponse:
        if path == ALIVE:
            return alive()  # of any host: a probe rarely knows our name, and learns nothing
        self._front.guard.check_host(request)
        if path == READY:
            return readiness(self._parts)
        if path == METRICS:
            return await self._metrics.answer(request)
        if path == PREFIX or path.startswith(f"{PREFIX}/"):
            line.place = PREFIX
            return await self._dispatch.answer(request, correlation, path, query, line)
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed("GET, HEAD")
        return self._assets.answer(request, path, query)

    async def _answer_hook(self, request: web.BaseRequest, correlation: str, path: str, query: str) -> web.Response:
        try:
            response = await self._hooks.answer(request, path, query)
        except SidetoneError as error:
            status = hook_status(error)
            log.warning("hook refused", status=status, error=error.code)
            self._meters.refused(NOBODY, error.code)
            headers = dict(self._hooks.headers)
            if status >= 500 or isinstance(error, TooManyRequests):
                headers["Retry-After"] = str(getattr(error, "retry_after", _AGAIN))
            response = web.Response(status=status, text=error.code, headers=headers)
        except Exception as error:  # noqa: BLE001 - a carrier that is told 503 comes again
            log_mistake(error)
            response = web.Response(
                status=503, text=Internal.code, headers={**self._hooks.headers, "Retry-After": str(_AGAIN)}
            )
        response.headers[REQUEST_ID] = correlation
        return response

    def _finish(self, response: web.StreamResponse, correlation: str) -> None:
        response.headers.update(self._front.headers)
        response.headers[REQUEST_ID] = correlation
        response.headers.setdefault("Cache-Control", NO_STORE)


def _new_correlation() -> str:
    return f"{_ids.getrandbits(64):016x}"


def log_mistake(error: Exception) -> None:
    """Log where an unexpected error came from, and never its words, which may hold what nobody may read."""
    frames = traceback.extract_tb(error.__traceback__)
    at = [f"{frame.filename.rpartition('/sidetone/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    log.error("mistake", error=type(error).__name__, at=at)


def unreadable(status: int, headers: Mapping[str, str]) -> web.Response:
    """The answer, with these headers, to what is no HTTP request, or to a mistake outside of `Middleware.answer`."""
    correlation = _new_correlation()
    log.warning("unreadable request", status=status, correlation=correlation)
    error = Internal() if status >= 500 else BadRequest("This is no HTTP request.", hint="Send HTTP/1.1.")
    response = problem(error, correlation)
    response.headers.update(headers)
    response.headers[REQUEST_ID] = correlation
    return response


def full(headers: Mapping[str, str]) -> bytes:
    """The answer, with these headers, to a connection for which there is no room; nothing of it was read."""
    error = Full("Sidetone has too many connections.", hint="Try again in a moment.")
    response = problem(error, _new_correlation())
    response.headers.update(headers)
    assert isinstance(response.body, bytes)  # noqa: S101 - a problem's document
    lines = [f"HTTP/1.1 {response.status} Service Unavailable", "Connection: close"]
    lines += [
        f"Content-Length: {len(response.body)}",
        *(f"{name}: {value}" for name, value in response.headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + response.body
