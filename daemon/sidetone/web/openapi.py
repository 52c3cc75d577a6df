"""The OpenAPI 3.1 document, made from the registry."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec

from sidetone import __version__
from sidetone.domain.fault import SidetoneError
from sidetone.views import ProblemDocument
from sidetone.web.headers import REQUEST_ID
from sidetone.web.problems import CONTENT_TYPE
from sidetone.web.routes import JSON, OPEN, PREFIX, SIGNED_IN, Endpoint, errors_of

_REFERENCE = "#/components/schemas/{name}"
_REQUEST_ID = {"description": "What the log calls this request.", "required": True, "schema": {"type": "string"}}
_RETRY_AFTER = {"description": "Seconds until it makes sense to try again.", "schema": {"type": "integer"}}
_HEADERS = {REQUEST_ID: _REQUEST_ID, "Retry-After": _RETRY_AFTER}
_COOKIE = "Set by `POST /api/v1/session`, for browsers. On a loopback listener without TLS its name is `sidetone`."
_LATER = (
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.INSUFFICIENT_STORAGE,
)
_TITLES = {OPEN: "Open to everyone.", SIGNED_IN: "For everyone who is signed in."}


def description(endpoints: Iterable[Endpoint]) -> bytes:
    """The document as JSON."""
    listed = list(endpoints)
    shapes = _Shapes(listed)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in listed:
        paths.setdefault(PREFIX + endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, shapes)
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Sidetone",
            "version": __version__,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": shapes.components,
            "headers": _HEADERS,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-sidetone", "description": _COOKIE},
            },
        },
    }
    return msgspec.json.encode(document)


class _Shapes:
    """The JSON Schema of each type that a request or an answer has."""

    def __init__(self, endpoints: list[Endpoint]) -> None:
        kinds = [ProblemDocument]
        for endpoint in endpoints:
            kinds += [
                kind for kind in (endpoint.ask, endpoint.query, endpoint.answer) if kind and not _is_raw(endpoint, kind)
            ]
        schemas, self.components = msgspec.json.schema_components(kinds, schema_hook=_anything, ref_template=_REFERENCE)
        self._schemas = list(zip(kinds, schemas, strict=True))
        queries = {endpoint.query for endpoint in endpoints if endpoint.query}
        self._parameters = {query: self.components.pop(query.__name__) for query in queries}

    def of(self, kind: Any) -> dict[str, Any]:  # noqa: ANN401 - any type
        """The schema, mostly a reference."""
        return next(schema for each, schema in self._schemas if each == kind)

    def parameters(self, query: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a Query
        """The parameters of a query string."""
        if query is None:
            return []
        shape = self._parameters[query]
        required = shape.get("required", [])
        return [
            {"name": name, "in": "query", "required": name in required, "schema": schema}
            for name, schema in shape["properties"].items()
        ]


def _anything(kind: type) -> dict[str, Any]:
    if kind is object:
        return {"description": "Any JSON value."}
    raise NotImplementedError


def _is_raw(endpoint: Endpoint, kind: Any) -> bool:  # noqa: ANN401 - a type
    return endpoint.raw and kind is endpoint.answer


def _operation(endpoint: Endpoint, shapes: _Shapes) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.handler.__name__,
        "summary": endpoint.summary,
        "description": _TITLES.get(endpoint.right, f"Needs the right `{endpoint.right}`."),
        "tags": [endpoint.path.split("/")[1].removesuffix(".json")],
        "parameters": _path_parameters(endpoint) + shapes.parameters(endpoint.query) + _header_parameters(endpoint),
        "responses": _responses(endpoint, shapes),
        "security": [] if endpoint.right == OPEN else [{"cookie": []}, {"bearer": []}],
    }
    if endpoint.ask is not None:
        content = {JSON: {"schema": shapes.of(endpoint.ask)}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _path_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in endpoint.parameters
    ]


def _header_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    if not endpoint.creates:
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": 128}
    return [{"name": "Idempotency-Key", "in": "header", "required": False, "schema": schema}]


def _responses(endpoint: Endpoint, shapes: _Shapes) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    if endpoint.path == "/events":
        responses["101"] = {"description": "The WebSocket is open."}
    else:
        for status in filter(None, (endpoint.status, endpoint.also)):
            responses[str(status)] = _success(endpoint, shapes, status)
    by_status: dict[int, list[type[SidetoneError]]] = {}
    for error in errors_of(endpoint):
        by_status.setdefault(error.status, []).append(error)
    for status, errors in sorted(by_status.items()):
        responses[str(status)] = {
            "description": "; ".join(f"`{code}`" for code in sorted({error.code for error in errors})),
            "headers": _headers(REQUEST_ID, *(["Retry-After"] if status in _LATER else [])),
            "content": {CONTENT_TYPE: {"schema": shapes.of(ProblemDocument)}},
        }
    return responses


def _success(endpoint: Endpoint, shapes: _Shapes, status: int) -> dict[str, Any]:
    success: dict[str, Any] = {"description": HTTPStatus(status).phrase, "headers": _headers(REQUEST_ID)}
    if endpoint.raw:
        success["content"] = {endpoint.media: {"schema": {"type": "object" if endpoint.media == JSON else "string"}}}
    elif endpoint.answer is not None:
        success["content"] = {JSON: {"schema": shapes.of(endpoint.answer)}}
    return success


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
