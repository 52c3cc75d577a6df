"""What a plugin says of itself and gives back, where it is not true or cannot be."""

from dataclasses import replace
from typing import Any

import pytest

from plugin_host.stage import CARRIER, House, Shop
from sidetone.domain.health import State
from sidetone.plugin import BadBehaviour, BadConfig, Limits, Phone, PhoneText, UnknownPhone, WebhookAnswer
from sidetone.plugin.guard import MOST_BYTES, GuardedPhones, PluginFailed, usable_answer

FINE = WebhookAnswer(status=204, content_type="application/xml; charset=utf-8", body=b"x", headers={"X-A": "b"})
PHONE = Phone(number="+4915112345678", name="Ada", behaviour={}, texts=())
TEXT = PhoneText(id="1", direction="out", number="+493012345678", body="hi", at=1)


@pytest.mark.parametrize("answer", [WebhookAnswer(), FINE, replace(FINE, body=b"x" * MOST_BYTES, status=599)])
def test_an_answer_is_given_as_it_is(answer: WebhookAnswer) -> None:
    assert usable_answer(answer) is answer


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": 199},
        {"status": 600},
        {"status": "200"},
        {"status": None},
        {"content_type": "text/plain\r\nSet-Cookie: a=b"},
        {"content_type": None},
        {"body": "text"},
        {"body": b"x" * (MOST_BYTES + 1)},
        {"headers": None},
        {"headers": {"X": "a\r\nb"}},
        {"headers": {"X Y": "a"}},
        {"headers": {"X": 1}},
        {"headers": {"": "a"}},
        {"headers": {"X": "\udcff"}},
    ],
)
def test_an_answer_that_http_cannot_carry_is_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(PluginFailed, match="an answer that HTTP cannot carry"):
        usable_answer(replace(FINE, **wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": 0},
        {"rate": -1.0},
        {"rate": float("nan")},
        {"rate": float("inf")},
        {"concurrency": 0},
        {"concurrency": 1001},
        {"deadline": 0},
        {"deadline": float("inf")},
        {"deadline": float("nan")},
        {"longest_text": 0},
    ],
)
def test_limits_that_are_none_are_a_wrong_configuration(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadConfig):
        Limits(**wrong)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('splits = "carrier"', 'splits = "moon"', "splits is neither core nor carrier"),
        ('splits = "carrier"', "", "splits is neither core nor carrier"),
        ("BUILT = {}", "Line.poll = Line.send\nBUILT = {}", "poll without poll_every, a number of seconds"),
        (
            "BUILT = {}",
            "Line.poll, Line.poll_every = Line.send, 'often'\nBUILT = {}",
            "poll without poll_every, a number of seconds",
        ),
    ],
)
def test_attributes_that_lie_are_found_before_it_starts(
    old: str, new: str, sentence: str, shop: Shop, house: House
) -> None:
    shop.install("line", CARRIER.replace(old, new, 1))
    house.host({"main": "line"}).load()
    assert house.sentence() == f"failed: Plugin line builds no carrier ({sentence})."


@pytest.mark.parametrize("health", ["Health('moon', 'Well.')", "Health(State.OK, 7)", "Health(None)"])
async def test_health_that_is_none_is_told(health: str, shop: Shop, house: House) -> None:
    shop.install("line", CARRIER.replace("return self.state", f"return {health}"))
    host = house.host({"main": "line"})
    await host.start()
    await house.until(State.DEGRADED)
    assert house.sentence() == "degraded: Its health check says nothing that can be used."


async def test_words_that_cannot_be_written_are_made_so(shop: Shop, house: House) -> None:
    shop.install("line", CARRIER.replace('"Well."', 'chr(0xD800) + "x" * 999'))
    host = house.host({"main": "line"})
    await host.start()
    await house.until(State.OK)
    assert len(host.carriers["main"].health.sentence.encode()) == 300


async def test_an_error_that_cannot_even_say_what_it_is_is_told(shop: Shop, house: House) -> None:
    evil = "class Evil(NotReady):\n    def __str__(self):\n        raise ValueError\n\nBUILT = {}"
    source = CARRIER.replace("BUILT = {}", evil, 1).replace('self.calls.append("start")', "raise Evil('hush')")
    shop.install("line", source)
    host = house.host({"main": "line"})
    await host.start()
    await house.until(State.FAILED)
    assert house.sentence() == "failed: It cannot be watched any more (ValueError): restart Sidetone."


async def test_what_hears_of_it_and_fails_is_told(shop: Shop, house: House) -> None:
    def hear(name: str) -> None:
        raise ValueError(name)

    shop.install("line")
    host = house.host({"main": "line"})
    host.on_ready(hear)
    await host.start()
    await house.until(State.FAILED)
    assert house.sentence() == "failed: It cannot be watched any more (ValueError): restart Sidetone."


class Phones:
    """Virtual phones that answer, or raise, the same whatever is asked."""

    def __init__(self, answer: Any) -> None:  # noqa: ANN401 - that is the point
        self.answer = answer

    async def phones(self) -> Any:  # noqa: ANN401
        return self._say()

    async def phone(self, number: str) -> Any:  # noqa: ANN401
        return self._say()

    async def text_from(self, number: str, to: str, body: str) -> Any:  # noqa: ANN401
        return self._say()

    async def behave(self, number: str, changes: object) -> Any:  # noqa: ANN401
        return self._say()

    async def changed(self, since: int, timeout: float) -> Any:  # noqa: ANN401, ASYNC109
        return self._say()

    def _say(self) -> Any:  # noqa: ANN401
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def guarded(answer: object, said: list[str]) -> GuardedPhones:
    return GuardedPhones(Phones(answer), 1.0, 0.01, said.append)


async def test_phones_that_answer_pass_as_they_are() -> None:
    said: list[str] = []
    assert await guarded([PHONE], said).phones() == [PHONE]
    assert await guarded(PHONE, said).phone("+1") == PHONE
    assert await guarded(PHONE, said).behave("+1", {}) == PHONE
    assert await guarded(TEXT, said).text_from("+1", "+2", "hi") == TEXT
    assert await guarded(7, said).changed(1, 0) == 7
    assert said == [""] * 5


@pytest.mark.parametrize("kind", [UnknownPhone, BadBehaviour])
async def test_what_they_refuse_in_words_passes(kind: type[Exception]) -> None:
    said: list[str] = []
    with pytest.raises(kind):
        await guarded(kind("No."), said).phone("+1")
    assert said == []


@pytest.mark.parametrize("answer", [None, 7, "ok", [None], [PHONE, 7]])
async def test_phones_that_lie_are_told(answer: object) -> None:
    said: list[str] = []
    with pytest.raises(PluginFailed, match="nothing that can be used"):
        await guarded(answer, said).phones()
    assert said == ["Its virtual phones fail (nothing that can be used)."]


async def test_phones_that_raise_are_told_by_their_kind() -> None:
    said: list[str] = []
    with pytest.raises(PluginFailed) as caught:
        await guarded(ValueError("+4915112345678"), said).phone("+1")
    assert str(caught.value) == "The carrier's plugin failed (ValueError). Its author has to mend it."
    assert said == ["Its virtual phones fail (ValueError)."]
