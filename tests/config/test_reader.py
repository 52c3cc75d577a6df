"""A plugin's settings read into its dataclass."""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidetone.config.fault import Fault
from sidetone.config.reader import read_settings
from sidetone.config.secret import Secret
from sidetone.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    text: str = setting("", help="a text", pattern="[a-z]*")
    choice: str = setting("a", help="a choice", choices=("a", "b"))
    literal: Literal["x", 1] = setting("x", help="a literal")
    whole: int = setting(1, help="a whole number", minimum=0, maximum=9)
    number: float = setting(1.0, help="a number", minimum=0.5)
    below: float = setting(1.0, help="a number", maximum=2)
    switch: bool = setting(False, help="a switch")
    path: Path = setting(Path("x"), help="a path")
    many: tuple[str, ...] = setting((), help="texts", pattern="[a-z]+")
    listed: list[str] = setting([], help="texts")
    maybe: str | None = setting(None, help="perhaps a text")
    secret: Secret | None = setting(None, help="a secret", pattern="[a-z]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    name: str = setting(help="a name")
    token: Secret = setting(help="the token")


def read(table: dict[str, Any], shape: type[Any] = Shape) -> tuple[Any, list[str]]:
    value, faults = read_settings(shape, table, where="carriers.main", base=Path("/base"))
    return value, [str(fault) for fault in faults]


def test_what_is_absent_has_its_default() -> None:
    assert read({}) == (Shape(), [])


def test_each_type() -> None:
    table = {
        "text": "abc",
        "choice": "b",
        "literal": 1,
        "whole": 9,
        "number": 2,
        "switch": True,
        "path": "y/z",
        "many": ["a", "b"],
        "listed": ["A b"],
        "maybe": "m",
        "secret": "hush",
    }
    value, faults = read(table)
    assert faults == []
    assert value == Shape(
        text="abc",
        choice="b",
        literal=1,
        whole=9,
        number=2.0,
        switch=True,
        path=Path("/base/y/z"),
        many=("a", "b"),
        listed=["A b"],
        maybe="m",
        secret=Secret("hush"),
    )
    assert isinstance(value.number, float)


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ({"text": 1}, "text is a whole number; write text in quotation marks."),
        ({"text": "A"}, "text has another form than it must; it is a text, and must match [a-z]*."),
        ({"text": "a\nb"}, "text holds a control character or is too long; write one line of at most 4096 characters."),
        ({"text": "a" * 5000}, "text holds a control character or is too long; write one line of at most 4096 charac"),
        ({"choice": "c"}, "choice has a value that is not known; allowed are a, b."),
        ({"literal": True}, "literal has a value that is not known; allowed are x, 1."),
        ({"whole": True}, "whole is true or false; write a whole number without quotation marks."),
        ({"whole": 1.0}, "whole is a decimal number; write a whole number without quotation marks."),
        ({"whole": 10}, "whole is too large; allowed is from 0 to 9."),
        ({"whole": -1}, "whole is too small; allowed is from 0 to 9."),
        ({"number": 0.4}, "number is too small; allowed is 0.5 or more."),
        ({"below": 3}, "below is too large; allowed is 2 or less."),
        ({"number": float("nan")}, "number is no number that can be meant; write a number without quotation marks."),
        ({"number": 10**400}, "number is no number that can be meant; write a number without quotation marks."),
        ({"switch": 1}, "switch is a whole number; write true or false without quotation marks."),
        ({"path": []}, "path is a list; write text in quotation marks."),
        ({"many": "a"}, 'many is text; write a list of texts, like ["one", "two"].'),
        ({"many": ["a", 1]}, "many is a whole number; write text in quotation marks."),
        ({"many": ["a", "B"]}, "many has another form than it must; it is texts, and must match [a-z]+."),
        ({"maybe": {}}, "maybe is a table; write text in quotation marks."),
        ({"maybe": datetime.date(2025, 1, 1)}, "maybe is a date or time; write text in quotation marks."),
        ({"wohle": 1}, "wohle is not a setting; perhaps whole is meant; allowed are below, choice, "),
        ({"secret": 1}, "secret is empty or no text; write text in quotation marks."),
        ({"secret": "X"}, "secret has another form than it must; it is a secret, and must match [a-z]*."),
        ({"secret": "a", "secret_file": "b"}, "secret is given 2 times, as secret and secret_file; keep one of them."),
    ],
)
def test_each_fault(table: dict[str, Any], fault: str) -> None:
    value, faults = read(table)
    assert value is None
    assert len(faults) == 1
    assert faults[0].startswith(f"carriers.main.{fault}")


def test_all_faults_at_once() -> None:
    value, faults = read({"tokn": "x"}, Needs)
    assert value is None
    assert faults == [
        "carriers.main.name is missing; give a name.",
        "carriers.main.token is missing; give the token, best as token_file = a path or token_credential = a name.",
        "carriers.main.tokn is not a setting; perhaps token is meant; "
        "allowed are name, token, token_credential, token_file.",
    ]


def test_only_an_unknown_key_is_marked_as_unknown() -> None:
    _, faults = read_settings(Shape, {"x": 1, "text": 1}, where="w", base=Path())
    assert [(fault.key, fault.unknown) for fault in faults] == [("w.text", False), ("w.x", True)]


def test_a_type_that_no_setting_can_have_is_the_authors_fault() -> None:
    @dataclass(frozen=True)
    class Odd:
        value: bytes = setting(b"", help="bytes")

    with pytest.raises(TypeError):
        read({"value": "x"}, Odd)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)
KEYS = st.sampled_from(["text", "choice", "literal", "whole", "number", "switch", "many", "maybe", "secret"])


@settings(max_examples=40)
@given(st.dictionaries(KEYS | st.text(max_size=3), VALUES, max_size=4))
def test_whatever_is_given_there_is_a_value_or_a_fault(table: dict[str, Any]) -> None:
    value, faults = read_settings(Shape, table, where="w", base=Path("/"))
    assert (value is None) == bool(faults)
    assert all(isinstance(fault, Fault) and str(fault).endswith(".") for fault in faults)
