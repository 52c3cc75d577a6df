"""What a load asks for, and how it recognises what the screen is told of it."""

import os
from abc import ABC, abstractmethod
from urllib.parse import quote, urlencode

from bench.plan import Access

OUTSIDE = [f"+1{area}55501{last:02}" for area in (212, 415) for last in range(100)]
"""The numbers that texts come from and go to."""

_SENDERS = [quote(number) for number in OUTSIDE]
_DIGITS = 8


class Texts(ABC):
    """Texts of one load, each with a mark in its body."""

    asked: str
    """What one request is, for a sentence."""
    status: int
    """What a request is answered with."""
    told_once: bool
    """Whether the event that ends a text may come once only."""

    def __init__(self) -> None:
        self.run = os.urandom(8).hex()
        self.mark = f"parcel-{self.run[:6]}-"
        self._mark = self.mark.encode()

    @abstractmethod
    def request(self, sequence: int) -> bytes:
        """The whole HTTP request."""

    @abstractmethod
    def ends(self, frame: bytes) -> bool:
        """Whether an event is the one that a text of ours ends with."""

    def sequence(self, frame: bytes) -> int | None:
        """Which of our texts an event ends; None for any other event."""
        at = frame.find(self._mark)
        if at < 0 or not self.ends(frame):
            return None
        at += len(self._mark)
        return int(frame[at : at + _DIGITS])


class TextsIn(Texts):
    """Texts as a Restcomm server posts them, each with its own SmsSid, until the screen shows them."""

    asked = "a webhook"
    status = 200
    told_once = True

    def __init__(self, access: Access) -> None:
        super().__init__()
        self._head = _head(access, access.hook_path, "application/x-www-form-urlencoded")
        rest = urlencode({"AccountSid": access.account_sid, "To": access.own_number})
        self._start = f"{rest}&SmsSid=SM{self.run}"
        self._text = f"Body=Back+in+ten+minutes%2C+{self.mark}"

    def request(self, sequence: int) -> bytes:
        sender = _SENDERS[sequence % len(_SENDERS)]
        form = f"{self._start}{sequence:016x}&From={sender}&{self._text}{sequence:0{_DIGITS}}".encode()
        return self._head % len(form) + form

    def ends(self, frame: bytes) -> bool:
        return b"message.created" in frame


class TextsOut(Texts):
    """Texts as a person sends them, one conversation after the other, until the screen shows them as delivered.

    An update may be repeated: what came last says how the text stands.
    """

    asked = "a text"
    status = 202
    told_once = False

    def __init__(self, access: Access) -> None:
        super().__init__()
        self._heads = [
            _head(access, f"/api/v1/conversations/{id}/messages", "application/json", access.headers)
            for id in access.conversations
        ]
        self._text = f'{{"body":"Back in ten minutes, {self.mark}%0{_DIGITS}d"}}'

    def request(self, sequence: int) -> bytes:
        text = (self._text % sequence).encode()
        return self._heads[sequence % len(self._heads)] % len(text) + text

    def ends(self, frame: bytes) -> bool:
        return b"message.updated" in frame and b'"status":"delivered"' in frame


def _head(access: Access, path: str, content_type: str, headers: dict[str, str] | None = None) -> bytes:
    """Everything before the body, with a place for its length."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {access.host}:{access.port}", "Accept: */*", "User-Agent: bench"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    lines += [f"Content-Type: {content_type}", "Content-Length: %d", "", ""]
    return "\r\n".join(lines).encode()
