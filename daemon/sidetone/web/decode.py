"""Requests as typed values: JSON bodies, query strings, ids and keys, each with bounds."""

import asyncio
import re
from typing import TypeVar
from urllib.parse import parse_qsl, unquote

import msgspec
from aiohttp import web

from sidetone.errors import Invalid, NotFound
from sidetone.web.problems import (
    BadIdempotencyKey,
    BadRequest,
    MalformedJson,
    SlowRequest,
    TooLarge,
    WrongContentType,
)

T = TypeVar("T")

LARGEST_BODY = 64 * 1024
SLOWEST_BODY = 30.0  # seconds
LARGEST_ID = (1 << 63) - 1
_MOST_PARAMETERS = 32
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"  # RFC 9110, 10.1.1: the client holds its body back for it
_ID = re.compile(r"[1-9][0-9]{0,18}")
_KEY = re.compile(r"[!-~](?:[ -~]{0,126}[!-~])?")
_PLACE = re.compile(r" - at `(?:key in )?\$\.?(.*?)`$")


async def read_body(request: web.BaseRequest) -> bytes:
    """The whole body; raises TooLarge, SlowRequest, BadRequest."""
    length = request.content_length
    if length is not None and length > LARGEST_BODY:
        raise _too_large()
    try:
        if request.content.is_eof():  # it came with the head: nothing to wait for
            return await request.read()
        async with asyncio.timeout(SLOWEST_BODY):
            if request.headers.get("Expect", "").lower() == "100-continue":
                await request.writer.write(_CONTINUE)
                request.writer.output_size = 0  # the answer itself has not begun
            return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise _too_large() from None
    except TimeoutError:
        raise SlowRequest("The request's body did not come in time.", hint="Try again.") from None
    except (web.RequestPayloadError, ConnectionError):  # nonsense, or nobody there any more
        raise BadRequest("The request's body broke off.", hint="Try again.") from None


def decode_json(request: web.BaseRequest, body: bytes, shape: type[T]) -> T:
    """The body as `shape`; raises WrongContentType, MalformedJson, Invalid (with the field's path)."""
    if request.content_type != "application/json":
        raise WrongContentType("The body must be JSON.", hint="Send it with Content-Type: application/json.")
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise invalid(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedJson("The body is not JSON.", hint="Send one JSON object in UTF-8.") from None


def decode_query(raw: str, shape: type[T]) -> T:
    """The query string as `shape`; each parameter once. Raises Invalid."""
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS, errors="strict")
    except ValueError:
        raise Invalid("The query cannot be read.", hint="Percent-encode it as UTF-8.") from None
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise Invalid("A query parameter stands twice.", hint="Give each one once.")
    try:
        return msgspec.convert(parameters, shape, strict=False)
    except msgspec.ValidationError as error:
        raise invalid(error) from None


def invalid(error: msgspec.ValidationError) -> Invalid:
    """What msgspec found, as an error that names the field."""
    text = str(error)
    where = ""
    if match := _PLACE.search(text):
        where, text = match[1], text[: match.start()]
    return Invalid(f"{text}.", hint="GET /api/v1/openapi.json says what is allowed.", where=where)


def segment(raw: str) -> str:
    """A segment of a path, decoded; raises NotFound for what is not UTF-8."""
    if "%" not in raw:
        return raw
    try:
        return unquote(raw, errors="strict")
    except UnicodeDecodeError:
        raise not_there() from None


def path_id(text: str) -> int:
    """An id in a path; raises NotFound, since nothing has an id that is none."""
    if not _ID.fullmatch(text) or int(text) > LARGEST_ID:
        raise not_there()
    return int(text)


def field_id(text: str, where: str) -> int:
    """An id in a body or query, already of the right form; raises Invalid beyond 64 bits."""
    if int(text) > LARGEST_ID:
        raise Invalid("This id is too large.", where=where)
    return int(text)


def idempotency_key(request: web.BaseRequest) -> str | None:
    """The Idempotency-Key header; raises BadIdempotencyKey unless it is 1 to 128 printable ASCII characters."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise BadIdempotencyKey("This is no Idempotency-Key.", hint="Send 1 to 128 printable ASCII characters.")
    return key


def not_there() -> NotFound:
    """What one hears of an id that is none."""
    return NotFound("There is no such thing.", hint="Check the id.")


def _too_large() -> TooLarge:
    return TooLarge(f"The request's body is larger than {LARGEST_BODY} bytes.", hint="Send less at once.")
