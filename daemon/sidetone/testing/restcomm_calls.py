"""How a Restcomm server calls back, and how it judges the answers: one attempt, no signature, strict about XML."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.parsers import expat

from aiohttp import ClientError, ClientSession, ClientTimeout

from sidetone.testing.restcomm_pages import Sms

FETCH_FAILED = 11206
BAD_ANSWER = 12300
BAD_VERB = 14110
_XML_TYPES = ("text/xml", "application/xml", "text/html")
_VERBS = ("Sms", "Redirect", "Email")
_FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


@dataclass(frozen=True, slots=True)
class Notification:
    """An entry of the account's list of notifications: what was wrong with an answer of ours."""

    code: int
    words: str


@dataclass(frozen=True, slots=True)
class Called:
    """What came of one call-back: the HTTP status (0 without a connection) and what the server holds against it."""

    status: int
    notification: Notification | None = None


def status_fields(sms: Sms, status: str, error: str, *, old_names: bool) -> list[tuple[str, str]]:
    """The fields of a status call-back; Body is there twice, ErrorCode is a name and only there on an error."""
    sid, word = ("SmsSid", "SmsStatus") if old_names else ("MessageSid", "MessageStatus")
    fields = [
        ("From", sms.sender),
        ("To", sms.recipient),
        ("Body", sms.body),
        ("AccountSid", sms.account_sid),
        ("Body", sms.body),
        (sid, sms.sid),
        (word, status),
    ]
    return [*fields, ("ErrorCode", error)] if error else fields


def message_fields(sms: Sms) -> list[tuple[str, str]]:
    """The fields of an inbound webhook."""
    return [
        ("SmsSid", sms.sid),
        ("AccountSid", sms.account_sid),
        ("From", sms.sender),
        ("To", sms.recipient),
        ("Body", sms.body),
        ("SipHeader_X-Trace", "abc"),
    ]


async def call(http: ClientSession, url: str, method: str, fields: Sequence[tuple[str, str]], *, rcml: bool) -> Called:
    """Call back once. `rcml`: the answer must be a document of verbs, as for a message; else an empty one will do."""
    form = urlencode(fields)
    if method == "GET":  # the server rebuilds the URL from its path: a query of our own is lost
        url = f"{url.partition('?')[0]}?{form}"
    try:
        async with http.request(
            method,
            url,
            data=form if method == "POST" else None,
            headers=_FORM if method == "POST" else None,
            timeout=ClientTimeout(total=5),
        ) as answer:
            body = await answer.read()
            fault = judge(answer.status, answer.content_type, body, rcml=rcml)
            return Called(answer.status, fault)
    except (TimeoutError, ClientError, OSError) as error:
        return Called(0, Notification(FETCH_FAILED, type(error).__name__))


def judge(status: int, content_type: str, body: bytes, *, rcml: bool) -> Notification | None:
    """What Restcomm holds against an answer, None for a good one."""
    if not rcml and status == 200 and not body:
        return None
    if status != 200:
        return Notification(BAD_ANSWER, f"status {status}")
    if content_type not in _XML_TYPES:
        return Notification(BAD_ANSWER, f"content type {content_type}")
    verbs = _verbs(body)
    if verbs is None:
        return Notification(BAD_ANSWER, "not well-formed")
    wrong = [verb for verb in verbs if verb not in _VERBS]
    return Notification(BAD_VERB, wrong[0]) if wrong else None


def _verbs(body: bytes) -> list[str] | None:
    """The elements directly below the root, None for what is not well-formed."""
    path: list[str] = []
    verbs: list[str] = []

    def start(name: str, _attributes: object) -> None:
        if len(path) == 1:
            verbs.append(name)
        path.append(name)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: path.pop()
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        return None
    return verbs
