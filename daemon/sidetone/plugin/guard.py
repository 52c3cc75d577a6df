"""What a plugin does, held against what it promised: a raise, a hang or a lie becomes its own error and nothing else."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from math import inf
from typing import Any, ClassVar, TypeVar

from sidetone.domain.fault import SidetoneError
from sidetone.plugin.attempt import Overran, Tried, attempt
from sidetone.plugin.carrier import WebhookAnswer
from sidetone.plugin.phones import HasPhones, Phone, PhoneText

T = TypeVar("T")

MOST_BYTES = 1024 * 1024  # of an answer to a call-back
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}")  # RFC 9110, 5.6.2
_VALUE = re.compile(r"[ -~]{0,1024}")


class PluginFailed(SidetoneError):
    """A plugin raised, hung, or gave what it must not; the message says which."""

    code: ClassVar[str] = "plugin-failed"
    status: ClassVar[int] = 502


def usable_answer(answer: object) -> WebhookAnswer:
    """A plugin's answer to a call-back, as HTTP can carry it; raises PluginFailed."""
    if not isinstance(answer, WebhookAnswer):
        raise PluginFailed("no answer")
    fine = (
        isinstance(answer.status, int)
        and 200 <= answer.status <= 599
        and isinstance(answer.body, bytes)
        and len(answer.body) <= MOST_BYTES
        and _is_value(answer.content_type)
        and isinstance(answer.headers, Mapping)
        and all(_is_token(name) and _is_value(value) for name, value in answer.headers.items())
    )
    if not fine:
        raise PluginFailed("an answer that HTTP cannot carry")
    return answer


def wrongly_said(carrier: Any) -> str:  # noqa: ANN401 - whatever a plugin has built
    """What the attributes of a carrier say that they must not, in a few words; nothing when all is well."""
    if getattr(carrier, "splits", None) not in ("core", "carrier"):
        return "splits is neither core nor carrier"
    if getattr(carrier, "opt_out_reply", "us") not in ("us", "carrier"):
        return "opt_out_reply is neither us nor carrier"
    if hasattr(carrier, "poll"):
        seconds = getattr(carrier, "poll_every", None)
        if not isinstance(seconds, int | float) or not 0 <= seconds < inf:
            return "poll without poll_every, a number of seconds"
    return ""


class GuardedPhones:
    """Implements `HasPhones` around a carrier's own: each call ends in time, and what fails is told by `note`.

    Errors of ours (UnknownPhone, BadBehaviour, StoreError) pass; everything else becomes PluginFailed. `note` is given
    a sentence, or nothing when all is well.
    """

    def __init__(self, own: HasPhones, seconds: float, grace: float, note: Callable[[str], None]) -> None:
        self._own = own
        self._seconds = seconds
        self._grace = grace
        self._note = note

    async def phones(self) -> Sequence[Phone]:
        """All of them, in the order they were made."""
        return await self._call(self._own.phones, self._seconds, _all_phones)

    async def phone(self, number: str) -> Phone:
        """One of them; raises UnknownPhone."""
        return await self._call(partial(self._own.phone, number), self._seconds, _one(Phone))

    async def text_from(self, number: str, to: str, body: str) -> PhoneText:
        """Let the phone text a number of ours; raises UnknownPhone."""
        return await self._call(partial(self._own.text_from, number, to, body), self._seconds, _one(PhoneText))

    async def behave(self, number: str, changes: Mapping[str, object]) -> Phone:
        """Change how a phone behaves; raises UnknownPhone or BadBehaviour."""
        return await self._call(partial(self._own.behave, number, changes), self._seconds, _one(Phone))

    async def changed(self, since: int, timeout: float) -> int:  # noqa: ASYNC109 - a long poll, not a deadline
        """Wait until something differs from version `since`, at most `timeout` seconds; the version now."""
        return await self._call(partial(self._own.changed, since, timeout), timeout + self._seconds, _one(int))

    async def _call(self, call: Callable[[], Awaitable[object]], seconds: float, read: Callable[[object], T]) -> T:
        tried = await attempt(call, seconds, grace=self._grace)
        if isinstance(tried.error, SidetoneError):
            raise tried.error
        try:
            value = _value(tried, read)
        except PluginFailed as error:
            self._note(f"Its virtual phones fail ({error.message}).")
            raise PluginFailed(
                f"The carrier's plugin failed ({error.message}).", hint="Its author has to mend it."
            ) from tried.error
        self._note("")
        return value


def words(error: BaseException) -> str:
    """What went wrong in a plugin, by its kind: never in the plugin's own words, which may hold anything."""
    return "no end in time" if isinstance(error, Overran | TimeoutError) else type(error).__name__


def _value(tried: Tried[object], read: Callable[[object], T]) -> T:
    if tried.error is not None:
        raise PluginFailed(words(tried.error))
    return read(tried.value)


def _one(kind: type[T]) -> Callable[[object], T]:
    def read(value: object) -> T:
        if isinstance(value, kind):
            return value
        raise PluginFailed("nothing that can be used")

    return read


def _all_phones(value: object) -> Sequence[Phone]:
    if isinstance(value, Sequence) and all(isinstance(each, Phone) for each in value):
        return value
    raise PluginFailed("nothing that can be used")


def _is_token(text: Any) -> bool:  # noqa: ANN401 - whatever a plugin gives
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None


def _is_value(text: Any) -> bool:  # noqa: ANN401 - whatever a plugin gives
    return isinstance(text, str) and _VALUE.fullmatch(text) is not None
