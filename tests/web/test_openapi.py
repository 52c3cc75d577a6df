"""The description of the API is valid OpenAPI 3.1 and leaves nothing out."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from sidetone.web.api import endpoints
from sidetone.web.openapi import description
from sidetone.web.typings import typings
from web.site import API, Site

SHAPES = Path(__file__).parents[2] / "daemon/sidetone/web/static/js/shapes.d.ts"

Document = dict[str, Any]
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
TYPES = {"object", "array", "string", "integer", "number", "boolean", "null"}


@pytest.fixture(scope="module")
def document() -> Document:
    found: Document = json.loads(description(endpoints()))
    return found


def operations(document: Document) -> Iterator[tuple[str, str, Any]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def nodes(value: object) -> Iterator[Any]:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from nodes(inner)


async def test_it_is_served_to_everyone(site: Site, document: Document) -> None:
    reply = await site.anyone.get(f"{API}/openapi.json")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    assert reply.json == document


def test_it_has_exactly_what_there_is(document: Document) -> None:
    listed = {(method.upper(), path) for path, method, _ in operations(document)}
    assert listed == {(endpoint.method, API + endpoint.path) for endpoint in endpoints()}


def test_a_reader_of_others_finds_no_fault(document: Document) -> None:
    assert [str(fault) for fault in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_its_frame_is_openapi(document: Document) -> None:
    assert document["openapi"].startswith("3.1.")
    assert set(document) <= {"openapi", "info", "servers", "paths", "components", "tags"}
    assert {"title", "version"} <= set(document["info"])
    assert all(path.startswith("/") for path in document["paths"])
    assert all(set(item) <= METHODS for item in document["paths"].values())


def test_each_operation_is_whole(document: Document) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for path, method, operation in operations(document):
        assert operation["summary"].endswith("."), operation["operationId"]
        inside = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert inside == set(re.findall(r"{(\w+)}", path))
        assert all(each["required"] for each in operation["parameters"] if each["in"] == "path")
        keys = [(each["in"], each["name"]) for each in operation["parameters"]]
        assert len(keys) == len(set(keys))
        assert all(re.fullmatch(r"[1-5]\d\d", status) for status in operation["responses"])
        assert any(status[0] in "12" for status in operation["responses"])
        assert all(answer["description"] for answer in operation["responses"].values())
        assert not (method == "get" and "requestBody" in operation)


def test_each_reference_leads_somewhere(document: Document) -> None:
    schemas = document["components"]["schemas"]
    used = {node["$ref"] for node in nodes(document) if isinstance(node, dict) and "$ref" in node}
    headers = document["components"]["headers"]
    assert used == {f"#/components/schemas/{name}" for name in schemas} | {
        f"#/components/headers/{name}" for name in headers
    }
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in schemas)


def test_each_schema_is_json_schema(document: Document) -> None:
    for node in nodes(document["components"]["schemas"]):
        if not isinstance(node, dict):
            continue
        kind = node.get("type")
        if isinstance(kind, str) and ("properties" in node or kind not in TYPES):
            assert kind == "object"
        for name in node.get("required", []) if kind == "object" else []:
            assert name in node["properties"]
        if "pattern" in node and isinstance(node["pattern"], str):
            re.compile(node["pattern"])


def test_secrets_are_asked_for_and_never_told(document: Document) -> None:
    told = {name for name, schema in document["components"]["schemas"].items() if "password" in str(schema).lower()}
    assert told == {"SignIn", "SetUp", "NewUser", "UserChange", "PasswordChange"}


def test_who_needs_what_is_said(document: Document) -> None:
    for path, _, operation in operations(document):
        is_open = path.endswith(("/session", "/setup", "/openapi.json")) and operation["operationId"] != "sign_out"
        assert (operation["security"] == []) == is_open
        assert ("401" in operation["responses"]) == (not is_open or operation["operationId"] == "sign_in")


def test_the_uis_types_are_what_the_code_says() -> None:
    assert SHAPES.read_text(encoding="utf-8") == typings(endpoints()), f"run: python -m sidetone.web.typings {SHAPES}"
