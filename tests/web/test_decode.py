"""Whatever comes, it is a value or a typed error."""

import asyncio
import re
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

import pytest
from aiohttp import StreamReader
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from sidetone.domain.fault import SidetoneError
from sidetone.errors import Invalid
from sidetone.web.api import endpoints
from sidetone.web.api.contacts import LookupQuery
from sidetone.web.api.conversations import ConversationQuery
from sidetone.web.api.handset import PhonesQuery
from sidetone.web.assets import _takes_gzip
from sidetone.web.cookie import SessionCookie, bearer
from sidetone.web.decode import LARGEST_ID, decode_json, decode_query, field_id, path_id, read_body, segment
from sidetone.web.guard import Guard
from sidetone.web.problems import BadRequest
from sidetone.web.routes import Endpoint, Router
from web.site import API, Site

T = TypeVar("T")

ROUTER = Router(endpoints())
HEADER = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=200)


def tried(read: Callable[[], T]) -> tuple[T | None, int]:
    """What came of reading, or the status of its refusal; anything else that is raised fails the test."""
    try:
        return read(), 200
    except SidetoneError as error:
        return None, error.status


@given(st.text(max_size=300), st.sampled_from([ConversationQuery, PhonesQuery, LookupQuery]))
def test_any_query_is_parameters_or_invalid(raw: str, shape: type) -> None:
    found, status = tried(lambda: decode_query(raw, shape))
    assert isinstance(found, shape) if status == 200 else status == 422


@given(
    st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT", "HEAD", "BREW"]), st.text("/{}%az09.+é\0", max_size=60)
)
def test_any_path_is_an_endpoint_or_nowhere(method: str, path: str) -> None:
    found, status = tried(lambda: ROUTER.find(method, path))
    if found is None:
        assert status in (404, 405)
    else:
        assert list(found[1]) == found[0].parameters


@given(st.sampled_from(endpoints()), st.text(st.characters(exclude_characters="/"), min_size=1, max_size=20))
def test_every_endpoint_is_found_by_its_path(endpoint: Endpoint, value: str) -> None:
    try:
        quoted = quote(value)
    except UnicodeEncodeError:
        return
    found, segments = ROUTER.find(endpoint.method, re.sub(r"{\w+}", quoted, endpoint.path))
    if endpoint.parameters and found is not endpoint:
        assert "{" not in found.path.rpartition("/")[2]  # a literal that the value happened to be
    else:
        assert found is endpoint
        assert set(segments.values()) <= {value}


@given(st.text(max_size=40))
def test_any_id_is_a_number_or_not_there(text: str) -> None:
    found, status = tried(lambda: path_id(text))
    assert status == 404 if found is None else 0 < found <= LARGEST_ID


@given(st.text(max_size=40))
def test_any_segment_is_text_or_not_there(text: str) -> None:
    _, status = tried(lambda: segment(text))
    assert status == 200 or (status == 404 and "%" in text)


def test_an_id_beyond_64_bits_names_its_field() -> None:
    with pytest.raises(Invalid) as refused:
        field_id(str(2**63), "up_to")
    assert refused.value.where == "up_to"


@given(st.binary(max_size=200), st.sampled_from([kind for each in endpoints() if (kind := each.ask)]))
def test_any_body_is_a_value_or_refused(body: bytes, shape: type) -> None:
    request = make_mocked_request("POST", "/", headers={"Content-Type": "application/json"})
    assert tried(lambda: decode_json(request, body, shape))[1] in (200, 400, 422)


@given(HEADER)
def test_any_header_is_read_without_a_fault(value: str) -> None:
    headers = {name: value for name in ("Cookie", "Authorization", "Host", "Origin", "Sec-Fetch-Site")}
    request = make_mocked_request("POST", "/", headers=headers)
    guard = Guard(public_url="https://messages.example.com", listen_host="127.0.0.1")
    SessionCookie(secure=True).read(request)
    bearer(request)
    _takes_gzip(value)
    for check in (guard.check_host, guard.check_site, guard.check_socket):
        assert tried(lambda check=check: check(request))[1] in (200, 403, 421)  # type: ignore[misc]


async def test_a_client_that_asks_first_is_told_to_go_on(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rpartition(":")[2]))
    body = b'{"username": "ada", "password": "x"}'
    head = (
        f"POST {API}/session HTTP/1.1\r\nHost: {site.url[7:]}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    writer.write(head.encode())
    assert await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5) == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(body)
    assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 401")
    writer.close()


async def test_one_that_asks_for_too_much_is_told_no_at_once(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rpartition(":")[2]))
    head = (
        f"POST {API}/session HTTP/1.1\r\nHost: {site.url[7:]}\r\nContent-Type: application/json\r\n"
        "Content-Length: 70000\r\nExpect: 100-continue\r\n\r\n"
    )
    writer.write(head.encode())
    assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 413")
    writer.close()


async def test_a_body_that_never_comes_is_not_waited_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidetone.web.decode.SLOWEST_BODY", 0.02)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rpartition(":")[2]))
    head = f"POST {API}/session HTTP/1.1\r\nHost: {site.url[7:]}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"
    writer.write(head.encode())
    assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 408")
    writer.close()


async def test_a_client_that_is_gone_is_no_mistake_of_ours() -> None:
    loop = asyncio.get_running_loop()
    body = StreamReader(BaseProtocol(loop), limit=100, loop=loop)
    body.set_exception(ConnectionResetError("Connection lost"))
    with pytest.raises(BadRequest):
        await read_body(make_mocked_request("POST", "/", payload=body))
