"""What an answer to a send means for the message. Pure, so that a table can test it.

The rule behind the table: Deferred only when the service certainly did not take the message. Restcomm's own code
decides the doubtful ones: it creates a session, stores the record, hands it to the session and only then answers,
so that a 500 may come before or after the message left.
"""

import re

from sidetone.plugin import Accepted, Deferred, Outcome, Rejected, RejectKind, Unknown
from sidetone_restcomm.answers import Answer, Form
from sidetone_restcomm.faults import REJECTS, FaultKind, FaultTable, MessageFault
from sidetone_restcomm.profiles import Profile

LIMIT = "SMS_LIMIT_EXCEEDED"
UNREACHABLE = "unreachable"
REDIRECTED = "redirected"
FAILED_AT_ONCE = ("failed", "undelivered", "canceled")
# Outcome codes that no waiting will mend, beside those of the error table.
NEEDS_A_PERSON = frozenset(
    {"400", "401", "402", "403", "404", "405", "406", "407", "410", "415", "421", "501", REDIRECTED}
)

_NOT_MOVED_ON = (301, 302, 307, 308)  # 303 says that the request was worked on (RFC 9110, 15.4.4)
_LATER = (408, 425, 429, 503)
_EVERY_MESSAGE = (429, 503)  # the others are about this one request
# Restcomm waits ten seconds for a session before it stores anything: this remark means that it got none.
_NOTHING_TAKEN = re.compile(r"Futures timed out")
_ABOUT_SENDER = re.compile(r"\bFrom\b")
_ABOUT_RECIPIENT = re.compile(r"\bTo\b|phone number|country (?:code|calling)|not a number|too (?:short|long)")
_ABOUT_OUR_CALL = re.compile(r"StatusCallback|ApiVersion|\b[Aa]ccount\b")


def outcome_of(answer: Answer, body: str, profile: Profile, faults: FaultTable) -> Outcome:
    """The outcome of a send whose text was `body`."""
    status = answer.status
    if status in profile.success:
        return _taken(answer, body, profile, faults)
    fault = faults.find(answer.code)
    if fault and 400 <= status < 500:
        return of_fault(fault, answer.retry_after)
    if 300 <= status < 400:
        return _redirected(status)
    if status == 403:
        return _forbidden(answer)
    if status in (400, 413, 422):
        return _bad_request(answer)
    if status in _LATER:
        return _later(answer)
    if str(status) in NEEDS_A_PERSON:
        return Deferred(_refused_words(status), code=str(status), whole_carrier=True)
    if 400 <= status < 500:
        return Rejected(RejectKind.MESSAGE, str(status), answer.words or f"The carrier refused it ({status})")
    return _server_error(answer)


def of_fault(fault: MessageFault, retry_after: float | None = None) -> Outcome:
    """The outcome of a message that certainly was not sent, for the reason that the table gives."""
    if fault.kind in REJECTS:
        return Rejected(REJECTS[fault.kind], fault.number, fault.words)
    whole = fault.kind is not FaultKind.LATER
    return Deferred(fault.words, retry_after, code=fault.number, whole_carrier=whole)


def rejection(code: str, words: str, faults: FaultTable) -> Rejected:
    """What the service's books say of a message that failed, whatever its kind: it is not tried again by itself."""
    fault = faults.find(code)
    if fault is None:
        return Rejected(RejectKind.MESSAGE, code, words or "The carrier's books say that it failed")
    return Rejected(REJECTS.get(fault.kind, RejectKind.MESSAGE), fault.number, fault.words)


def echo_note(echo: str | None, body: str) -> str:
    """What to tell a person when the carrier's copy of the text is not ours; empty when it is, or when there is none."""
    if echo is None:
        return ""
    theirs, ours = plain(echo), plain(body)
    if theirs == ours:
        return ""
    if ours.startswith(theirs):
        return f"The carrier cut the text to {len(theirs)} of {len(ours)} characters; set its `longest_text`"
    if theirs.endswith(ours):
        return f"The carrier put {len(theirs) - len(ours)} characters of its own before the text"
    return "The carrier's copy of the text differs from what was sent; ask it about the encoding"


def plain(text: str) -> str:
    """A text with one spelling of its line ends, and without the space around it that some services drop."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _taken(answer: Answer, body: str, profile: Profile, faults: FaultTable) -> Outcome:
    sid = answer.get("sid")
    if not profile.message_id.fullmatch(sid):
        return Unknown("The carrier said yes, but its answer cannot be read", code=str(answer.status))
    if answer.get("status").lower() in FAILED_AT_ONCE:
        code = answer.get("error_code")
        fault = faults.find(code)
        words = answer.words or "The carrier says that it failed at once"
        return of_fault(fault) if fault else Rejected(RejectKind.MESSAGE, code, words)
    return Accepted((sid,), note=echo_note(answer.fields.get("body"), body))


def _redirected(status: int) -> Outcome:
    if status in _NOT_MOVED_ON:
        words = f"The server redirects elsewhere ({status}); the token is not sent there; correct `base_url`"
        return Deferred(words, code=REDIRECTED, whole_carrier=True)
    return Unknown(f"The server answered {status}, which says nothing about the message", code=str(status))


def _forbidden(answer: Answer) -> Outcome:
    if LIMIT in (answer.get("error"), answer.remark):
        return Deferred(
            "The account has reached its limit of messages", answer.retry_after, code=LIMIT, whole_carrier=True
        )
    said = f": {answer.words}" if answer.words else "; the account may lack the permission to send"
    return Deferred(f"The carrier forbids it{said}", answer.retry_after, code="403", whole_carrier=True)


def _bad_request(answer: Answer) -> Outcome:
    """A 400 names the field at fault, if anything, in Restcomm's line of plain text or in the others' message."""
    words = answer.words or "The carrier refused the message without a reason"
    code = answer.code or str(answer.status)
    if answer.status == 400 and _ABOUT_OUR_CALL.search(words):
        return Deferred(f"The carrier refuses how it is called: {words}", code="400", whole_carrier=True)
    if answer.status == 400 and _ABOUT_SENDER.search(words):
        return Rejected(RejectKind.SENDER, code, words)
    if answer.status == 400 and _ABOUT_RECIPIENT.search(words):
        return Rejected(RejectKind.RECIPIENT, code, words)
    return Rejected(RejectKind.MESSAGE, code, words)


def _later(answer: Answer) -> Outcome:
    words = {429: "The carrier asks to slow down", 503: "The carrier is out of service for a while"}
    reason = words.get(answer.status, "The carrier did not get to it")
    whole = answer.status in _EVERY_MESSAGE
    return Deferred(reason, answer.retry_after, code=str(answer.status), whole_carrier=whole)


def _refused_words(status: int) -> str:
    if status == 401:
        return "The carrier refuses our credentials; correct `account_sid` or `auth_token`"
    if status == 404:
        return "The carrier does not know the account; correct `account_sid` or `base_url`"
    return f"The carrier does not work like this ({status}); correct `base_url`"


def _server_error(answer: Answer) -> Outcome:
    if answer.status == 500 and answer.form is Form.TEXT and _NOTHING_TAKEN.search(answer.remark):
        return Deferred("The carrier was too busy to take it", answer.retry_after, code="500", whole_carrier=True)
    return Unknown(f"The carrier's answer ({answer.status}) does not say whether it took it", code=str(answer.status))
