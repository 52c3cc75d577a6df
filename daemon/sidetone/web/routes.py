"""The registry of the API: one declaration an endpoint, from which routing, decoding, OpenAPI and the matrix come."""

import inspect
import types
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from aiohttp import web

from sidetone.domain.fault import SidetoneError
from sidetone.errors import Forbidden, Invalid, NotFound, StoreError, StoreFull
from sidetone.people.sessions import NotSignedIn
from sidetone.store.idempotency import KeyReused
from sidetone.web.call import Answer
from sidetone.web.decode import segment
from sidetone.web.problems import (
    BadIdempotencyKey,
    BadRequest,
    CrossSite,
    IdempotencyRunning,
    Internal,
    MalformedJson,
    MethodNotAllowed,
    NoSuchPlace,
    SlowRequest,
    TooLarge,
    TooManyRequests,
    WrongContentType,
    WrongHost,
)

PREFIX = "/api/v1"
OPEN = "open"
SIGNED_IN = "signed-in"
JSON = "application/json"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Handler = Callable[..., Awaitable[Any]]
F = TypeVar("F", bound=Handler)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A method on a path. `right` is `open`, `signed-in` or a right; `ask`, `query`, `answer` are the types.

    `raw`: the handler answers with a response of its own, as a WebSocket does, whose body is of the kind `media`.
    `creates`: an Idempotency-Key is honoured. `also`: another status of success.
    """

    method: str
    path: str
    right: str
    handler: Handler
    summary: str
    status: int
    also: int
    creates: bool
    errors: tuple[type[SidetoneError], ...]
    ask: Any
    query: Any
    answer: Any
    raw: bool
    media: str

    @property
    def parameters(self) -> list[str]:
        """The names in the path."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]


def errors_of(endpoint: Endpoint) -> list[type[SidetoneError]]:
    """Every error that the endpoint can answer, its own and those of the web."""
    found: list[type[SidetoneError]] = [*endpoint.errors, WrongHost, TooManyRequests, Internal, StoreError]
    if endpoint.right != OPEN:
        found.append(NotSignedIn)
    if endpoint.right not in (OPEN, SIGNED_IN):
        found.append(Forbidden)
    if endpoint.method not in SAFE:
        found += [CrossSite, StoreFull]
    if endpoint.ask is not None:
        found += [BadRequest, MalformedJson, SlowRequest, TooLarge, WrongContentType]
    if endpoint.ask is not None or endpoint.query is not None:
        found.append(Invalid)
    if endpoint.creates:
        found += [BadIdempotencyKey, IdempotencyRunning, KeyReused]
    if endpoint.parameters:
        found.append(NotFound)
    return sorted(set(found), key=lambda error: (error.status, error.code))


class Routes:
    """Collects endpoints; a handler's own annotations are its request, query and answer types.

    Parameters of a handler: the `Call` first, then `ask` for a body, `query` for query parameters, if it has them.
    """

    def __init__(self) -> None:
        self.endpoints: list[Endpoint] = []

    def add(
        self,
        method: str,
        path: str,
        *,
        right: str = SIGNED_IN,
        status: int = 200,
        also: int = 0,
        creates: bool = False,
        media: str = JSON,
        errors: Iterable[type[SidetoneError]] = (),
    ) -> Callable[[F], F]:
        """Declare the decorated function as an endpoint; the first line of its docstring is the summary."""

        def declare(handler: F) -> F:
            hints = get_type_hints(handler, include_extras=True)
            answer = hints["return"]
            if get_origin(answer) is Answer:
                answer = get_args(answer)[0]
            if answer is types.NoneType:
                answer = None
            self.endpoints.append(
                Endpoint(
                    method=method,
                    path=path,
                    right=right,
                    handler=handler,
                    summary=(inspect.getdoc(handler) or "").partition("\n")[0],
                    status=204 if answer is None else status,
                    also=also,
                    creates=creates,
                    errors=tuple(errors),
                    ask=hints.get("ask"),
                    query=hints.get("query"),
                    answer=answer,
                    raw=inspect.isclass(answer) and issubclass(answer, web.StreamResponse),
                    media=media,
                )
            )
            return handler

        return declare


class Router:
    """Finds the endpoint of a path; literal segments go before parameters."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self._by_length: dict[int, list[tuple[list[str], dict[str, Endpoint]]]] = {}
        paths: dict[str, dict[str, Endpoint]] = {}
        for endpoint in endpoints:
            methods = paths.setdefault(endpoint.path, {})
            if endpoint.method in methods:
                raise ValueError(f"{endpoint.method} {endpoint.path} is declared twice")
            methods[endpoint.method] = endpoint
        for path in sorted(paths, key=lambda path: path.count("{")):
            parts = path.split("/")[1:]
            self._by_length.setdefault(len(parts), []).append((parts, paths[path]))

    def find(self, method: str, path: str) -> tuple[Endpoint, dict[str, str]]:
        """The endpoint and the path's parameters; `path` is raw and below the prefix.

        Raises NoSuchPlace, MethodNotAllowed, NotFound.
        """
        given = path.split("/")[1:]
        for parts, methods in self._by_length.get(len(given), ()):
            pairs = list(zip(parts, given, strict=True))
            if all(part == piece or (part.startswith("{") and piece) for part, piece in pairs):
                endpoint = methods.get("GET" if method == "HEAD" else method)
                if endpoint is None:
                    raise MethodNotAllowed(", ".join(sorted(methods)))
                return endpoint, {part[1:-1]: segment(piece) for part, piece in pairs if part.startswith("{")}
        raise NoSuchPlace("Nothing answers here.", hint="GET /api/v1/openapi.json lists what does.")
