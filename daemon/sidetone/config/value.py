"""One setting's value: from what TOML gives to what the field's type says."""

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

LONGEST = 4096
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Wrong(Exception):
    """A value that cannot be; `key` only where another key than the field's own is to blame."""

    def __init__(self, what: str, remedy: str, *, key: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.key = key


def plain_type(annotation: Any) -> Any:  # noqa: ANN401 - type forms have no common type
    """The type without its `| None`: TOML has no null, so what is given is never None."""
    if get_origin(annotation) in (Union, UnionType):
        rest = [option for option in get_args(annotation) if option is not NoneType]
        if len(rest) == 1:
            return rest[0]
    return annotation


def convert(wanted: Any, value: Any, base: Path) -> Any:  # noqa: ANN401 - from TOML's types to the field's
    """`value` as the type `wanted`; relative paths start at `base`. Raises Wrong; TypeError for an unknown type."""
    origin = get_origin(wanted)
    if origin is Literal:
        return _one_of(value, get_args(wanted))
    if origin in (tuple, list) and get_args(wanted)[0] is str:
        return origin(_texts(value))
    if origin in (tuple, list) and get_args(wanted)[0] is float:
        return origin(_number(each) for each in _list(value, "numbers, like [0.07, 0.05]"))
    if wanted is Path:
        return base / _text(value)
    if wanted in _PLAIN:
        return _PLAIN[wanted](value)
    raise TypeError(f"A setting cannot be a {wanted}.")


def check_rules(value: Any, rules: Mapping[str, Any]) -> None:  # noqa: ANN401 - any setting
    """Hold a value, or each element of a list, to its bounds, choices and pattern. Raises Wrong."""
    for each in value if isinstance(value, list | tuple) else (value,):
        if isinstance(each, int | float) and not isinstance(each, bool):
            _check_bounds(each, rules.get("minimum"), rules.get("maximum"))
        if isinstance(each, str):
            _check_text(each, rules)


def _check_bounds(value: float, minimum: float | None, maximum: float | None) -> None:
    if minimum is not None and value < minimum:
        span = f"from {minimum:g} to {maximum:g}" if maximum is not None else f"{minimum:g} or more"
        raise Wrong("is too small", f"allowed is {span}")
    if maximum is not None and value > maximum:
        span = f"from {minimum:g} to {maximum:g}" if minimum is not None else f"{maximum:g} or less"
        raise Wrong("is too large", f"allowed is {span}")


def _check_text(value: str, rules: Mapping[str, Any]) -> None:
    if (choices := rules.get("choices")) and value not in choices:
        raise Wrong("has a value that is not known", f"allowed are {', '.join(choices)}")
    if (pattern := rules.get("pattern")) and not re.fullmatch(pattern, value):
        raise Wrong("has another form than it must", f"it is {rules.get('help')}, and must match {pattern}")


def _one_of(value: Any, choices: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a literal's own type
    for choice in choices:
        if type(choice) is type(value) and choice == value:
            return choice
    raise Wrong("has a value that is not known", f"allowed are {', '.join(map(str, choices))}")


def _text(value: Any) -> str:  # noqa: ANN401 - from TOML
    if not isinstance(value, str):
        raise Wrong(f"is {_kind(value)}", "write text in quotation marks")
    if len(value) > LONGEST or _CONTROL.search(value):
        raise Wrong("holds a control character or is too long", f"write one line of at most {LONGEST} characters")
    return value


def _texts(value: Any) -> list[str]:  # noqa: ANN401 - from TOML
    return [_text(each) for each in _list(value, 'texts, like ["one", "two"]')]


def _list(value: Any, example: str) -> list[Any]:  # noqa: ANN401 - from TOML
    if not isinstance(value, list):
        raise Wrong(f"is {_kind(value)}", f"write a list of {example}")
    return value


def _whole(value: Any) -> int:  # noqa: ANN401 - from TOML
    if not isinstance(value, int) or isinstance(value, bool):
        raise Wrong(f"is {_kind(value)}", "write a whole number without quotation marks")
    return value


def _number(value: Any) -> float:  # noqa: ANN401 - from TOML
    if not isinstance(value, int | float) or isinstance(value, bool) or not _finite(value):
        raise Wrong(f"is {_kind(value)}", "write a number without quotation marks")
    return float(value)


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond every float
        return False


def _switch(value: Any) -> bool:  # noqa: ANN401 - from TOML
    if not isinstance(value, bool):
        raise Wrong(f"is {_kind(value)}", "write true or false without quotation marks")
    return value


_PLAIN: dict[type, Callable[[Any], Any]] = {str: _text, int: _whole, float: _number, bool: _switch}
_KINDS: dict[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    float: "a decimal number",
    list: "a list",
    dict: "a table",
}


def _kind(value: Any) -> str:  # noqa: ANN401 - from TOML
    if isinstance(value, int | float) and not _finite(value):
        return "no number that can be meant"
    return next((word for kind, word in _KINDS.items() if isinstance(value, kind)), "a date or time")
