"""A bounded reader of the small XML documents that Restcomm answers with."""

import re
from xml.parsers import expat

_DEEPEST = 16
_MOST_ELEMENTS = 512
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class _Refused(Exception):
    """The document has what we never read: a document type, entities, or more than the bounds."""


def leaves(raw: bytes) -> dict[str, str] | None:
    """The text of each element without children, by its name as the JSON form spells it (`ErrorCode`: error_code).

    Of a name that comes more than once the first counts. None for what is not a whole, plain, small document; a
    document type is refused, so that no entity is ever expanded.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, LookupError, _Refused):
        return None
    return reader.found


class _Reader:
    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._elements = 0
        self._open: list[tuple[str, list[str]]] = []
        self._is_leaf = False

    def start(self, name: str, _attributes: object) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS or len(self._open) >= _DEEPEST:
            raise _Refused
        self._open.append((name, []))
        self._is_leaf = True

    def end(self, _name: str) -> None:
        name, pieces = self._open.pop()
        if self._is_leaf:
            self.found.setdefault(_WORD.sub("_", name).lower(), "".join(pieces))
        self._is_leaf = False

    def text(self, piece: str) -> None:
        if self._open:
            self._open[-1][1].append(piece)

    def refuse(self, *_what: object) -> None:
        raise _Refused
