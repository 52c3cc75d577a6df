"""Whatever a service, or something in front of it, answers: JSON, XML, plain text, nothing or nonsense."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from sidetone_restcomm.markup import leaves

LARGEST_ANSWER = 64 * 1024
LONGEST_REMARK = 300
LONGEST_WAIT = 24 * 60 * 60.0
_SECRET_FIELDS = ("auth_token",)  # an account's answer holds the token
_NUMBER = re.compile(r"\+?\d(?:[ ().-]?\d){6,}")  # these words are logged, and services like to quote whom we texted


class Form(StrEnum):
    """What an answer turned out to be, whatever its content type claims."""

    FIELDS = "fields"
    TEXT = "text"
    PAGE = "page"
    NOTHING = "nothing"
    NONSENSE = "nonsense"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer.

    `fields` by their JSON names, each of them optional. `remark` is a plain-text answer in one line. `retry_after`
    is in seconds, None if nothing usable was said.
    """

    status: int
    form: Form = Form.NOTHING
    fields: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
    retry_after: float | None = None

    def get(self, name: str) -> str:
        """A field without the space around it, or the empty string."""
        return self.fields.get(name, "").strip()

    @property
    def words(self) -> str:
        """What the far side says about it, for a person, with no full stop and no phone number; may be empty."""
        words = self.get("message") or self.get("error_message") or self.get("error") or self.remark
        return _NUMBER.sub("…", words[:LONGEST_REMARK]).rstrip(".")

    @property
    def code(self) -> str:
        """The far side's own number or name of an error; may be empty."""
        return self.get("error_code") or self.get("code") or self.get("error")


def read_answer(status: int, raw: bytes, *, retry_after: float | None = None) -> Answer:
    """Read any bytes; never raises. More than `LARGEST_ANSWER` is nonsense, like what breaks off."""
    start = raw[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if len(raw) > LARGEST_ANSWER:
        return Answer(status, Form.NONSENSE, retry_after=retry_after)
    if not start:
        return Answer(status, Form.NOTHING, retry_after=retry_after)
    if start.startswith((b"<!doctype html", b"<html")):
        return Answer(status, Form.PAGE, retry_after=retry_after)
    if start[:1] not in b"{[<":
        return Answer(status, Form.TEXT, remark=_one_line(raw), retry_after=retry_after)
    fields = leaves(raw.strip()) if start[:1] == b"<" else json_fields(raw)
    if fields is None:
        return Answer(status, Form.NONSENSE, retry_after=retry_after)
    for secret in _SECRET_FIELDS:
        fields.pop(secret, None)
    return Answer(status, Form.FIELDS, fields=fields, retry_after=retry_after)


def seconds_to_wait(header: str | None, now: int) -> float | None:
    """A Retry-After header (RFC 9110, 10.2.3: seconds or a date) in seconds, within a day; `now` in ms, UTC."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
        at = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
    return min(max(at - now / 1000, 0.0), LONGEST_WAIT)


def json_fields(raw: bytes) -> dict[str, str] | None:
    """The scalar members of a JSON object, as text; None for anything else. A null is an absent member."""
    value = read_json(raw)
    return scalars(value) if isinstance(value, dict) else None


def read_json(raw: bytes) -> Any:  # noqa: ANN401 - any JSON
    """The document; None for what is none, which is no document that we ever want."""
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def scalars(members: Mapping[str, Any]) -> dict[str, str]:
    """Texts, numbers and truths as text: the same field is a number with one service and a text with another."""
    return {name: _scalar(member) for name, member in members.items() if isinstance(member, str | int | float)}


def _scalar(value: str | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def _one_line(raw: bytes) -> str:
    text = raw[: LONGEST_REMARK * 4].decode("utf-8", "replace")
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:LONGEST_REMARK]
