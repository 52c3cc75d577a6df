"""The API's types in the words of the UI's type checker.

`python -m sidetone.web.typings daemon/sidetone/web/static/js/shapes.d.ts` writes them anew.
"""

import inspect
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from msgspec import Struct, UnsetType
from msgspec.structs import FieldInfo, fields

from sidetone.views import Ask, ProblemDocument
from sidetone.web.api import endpoints
from sidetone.web.routes import Endpoint

HEAD = "// Generated from sidetone/views: python -m sidetone.web.typings daemon/sidetone/web/static/js/shapes.d.ts\n"
_SCALARS: dict[Any, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    datetime: "string",
    object: "unknown",
    NoneType: "null",
}


def typings(listed: Iterable[Endpoint]) -> str:
    """Every type that a request's body or an answer is made of, as TypeScript, in the order of their names."""
    found: dict[str, type[Struct]] = {}
    _collect(ProblemDocument, found)
    for endpoint in listed:
        for kind in (endpoint.ask, None if endpoint.raw else endpoint.answer):
            _collect(kind, found)
    return HEAD + "".join(_interface(found[name]) for name in sorted(found))


def _collect(kind: Any, found: dict[str, type[Struct]]) -> None:  # noqa: ANN401 - any type
    """Add the structs within a type, and those that they are made of."""
    for inner in get_args(kind):
        _collect(inner, found)
    struct = get_origin(kind) or kind
    if inspect.isclass(struct) and issubclass(struct, Struct) and struct.__name__ not in found:
        found[struct.__name__] = struct
        for each in fields(struct):
            _collect(each.type, found)


def _interface(struct: type[Struct]) -> str:
    parameters = [parameter.__name__ for parameter in getattr(struct, "__parameters__", ())]
    name = struct.__name__ + (f"<{', '.join(parameters)}>" if parameters else "")
    base = struct.__bases__[0]
    inherited = {each.name for each in fields(base)} if issubclass(base, Struct) else set()
    extends = f" extends {base.__name__}" if inherited else ""
    lines = [_field(struct, each) for each in fields(struct) if each.name not in inherited]
    words = " ".join((inspect.getdoc(struct) or "").split())
    return "\n".join(("", f"/** {words} */", f"export interface {name}{extends} {{", *lines, "}", ""))


def _field(struct: type[Struct], each: FieldInfo) -> str:
    """An answer has its fields even where they have a default; what is asked may leave those out."""
    options = get_args(each.type) if get_origin(each.type) in (Union, UnionType) else ()
    may_miss = UnsetType in options or (issubclass(struct, Ask) and not each.required)
    return f"    {each.encode_name}{'?' if may_miss else ''}: {_words(each.type)};"


def _words(kind: Any) -> str:  # noqa: ANN401 - any type
    """A type as TypeScript writes it; raises TypeError for one that no view has had so far."""
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, TypeVar):
        return kind.__name__
    if origin is Annotated:
        return _words(inner[0])
    if origin is Literal:
        return " | ".join(json.dumps(value) for value in inner)
    if origin in (Union, UnionType):
        return " | ".join(_words(option) for option in inner if option is not UnsetType)
    if origin is list:
        return f"{_several(inner[0])}[]"
    if origin is dict:
        return f"Record<string, {_words(inner[1])}>"
    if inspect.isclass(kind) and issubclass(kind, Enum):
        return " | ".join(json.dumps(each.value) for each in kind)
    if kind in _SCALARS:
        return _SCALARS[kind]
    struct = origin or kind
    if not (inspect.isclass(struct) and issubclass(struct, Struct)):
        raise TypeError(f"no word for {kind!r}")
    return struct.__name__ + (f"<{', '.join(_words(each) for each in inner)}>" if inner else "")


def _several(kind: Any) -> str:  # noqa: ANN401 - any type
    words = _words(kind)
    return f"({words})" if " | " in words else words


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(typings(endpoints()), encoding="utf-8")
