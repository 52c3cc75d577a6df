"""The national language shift tables of 3GPP TS 23.038 (release 18), annexes A.2 and A.3.

A locking table stands in for the default alphabet, a single table for its extension. Their numbers are the National
Language Identifiers of 6.2.1.2.4: 1 Turkish, 2 Spanish, 3 Portuguese, 4 Bengali and Assamese, 5 Gujarati, 6 Hindi,
7 Kannada, 8 Malayalam, 9 Oriya, 10 Punjabi, 11 Tamil, 12 Telugu, 13 Urdu.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# The scripts that descend from ISCII lie in Unicode as in their locking table: one order, each with gaps of its own.
# A number is an offset into the script's block, a string stands for itself.
_INDIC_ORDER: tuple[int | str, ...] = (
    *range(0x01, 0x04),
    *range(0x05, 0x0C),
    "\n",
    *range(0x0C, 0x0E),
    "\r",
    *range(0x0E, 0x1B),
    "\x1b",
    *range(0x1B, 0x1F),
    *" !",
    *range(0x1F, 0x25),
    *")(",
    *range(0x25, 0x27),
    ",",
    0x27,
    ".",
    0x28,
    *"0123456789:;",
    *range(0x29, 0x2C),
    "?",
    *range(0x2C, 0x3A),
    *range(0x3C, 0x4E),
)
_LATIN_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DANDAS = "\u0964\u0965"


@dataclass(frozen=True, slots=True)
class _Script:
    """One script's two tables. `gaps` are offsets that it has no letter for.

    `sign` is code 60 and `rest` codes 7B to 7F of the locking table; `marks` are codes 19 and 1A, `digits` begin at
    1C, `after` fills 26, 27, 2A to 2E and 30 on in the single table.
    """

    block: int
    gaps: frozenset[int]
    sign: str
    rest: str
    digits: str
    after: str
    marks: str = _DANDAS


def _script(block: int, gaps: str, sign: str, rest: str, after: str, marks: str = _DANDAS) -> _Script:
    digits = "".join(chr(block + offset) for offset in range(0x66, 0x70))
    return _Script(block, frozenset(bytes.fromhex(gaps)), sign, rest, digits, after, marks)


_INDIC: dict[int, _Script] = {
    4: _Script(
        0x980,
        frozenset(bytes.fromhex("0d0e11122931333435454649 4a")),
        "\u09ce",
        "\u09d7\u09dc\u09dd\u09f0\u09f1",
        # Bengali has no dandas here: its digits begin where the others have them.
        "\u09e8\u09e9\u09ea\u09eb\u09ec\u09ed\u09ee\u09ef\u09df\u09e0",
        "\u09e1\u09e2\u09e3\u09f2\u09f3\u09f4\u09f5\u09f6\u09f7\u09f8\u09f9\u09fa",
        marks="\u09e6\u09e7",
    ),
    5: _script(0xA80, "0e12293134464a", "\u0ad0", "\u0ae0\u0ae1\u0ae2\u0ae3\u0af1", ""),
    6: _script(
        0x900,
        "",
        "\u0950",
        "\u0972\u097b\u097c\u097e\u097f",
        "\u0951\u0952\u0953\u0954\u0958\u0959\u095a\u095b\u095c\u095d\u095e\u095f\u0960\u0961\u0962\u0963\u0970\u0971",
    ),
    7: _script(0xC80, "010d1129344549", "\u0cd5", "\u0cd6\u0ce0\u0ce1\u0ce2\u0ce3", "\u0cde\u0cf1\u0cf2"),
    8: _script(
        0xD00,
        "010d11293c4549",
        "\u0d57",
        "\u0d60\u0d61\u0d62\u0d63\u0d79",
        "\u0d70\u0d71\u0d72\u0d73\u0d74\u0d75\u0d7a\u0d7b\u0d7c\u0d7d\u0d7e\u0d7f",
    ),
    9: _script(
        0xB00,
        "0d0e11122931344546494a",
        "\u0b56",
        "\u0b57\u0b60\u0b61\u0b62\u0b63",
        "\u0b5c\u0b5d\u0b5f\u0b70\u0b71",
    ),
    10: _script(
        0xA00,
        "0b0c0d0e11122931 34373d43444546494a",
        "\u0a51",
        "\u0a70\u0a71\u0a72\u0a73\u0a74",
        "\u0a59\u0a5a\u0a5b\u0a5c\u0a5e\u0a75",
    ),
    11: _script(
        0xB80,
        "010b0c0d111617181b1d2021222526272b2c2d3c3d43444549",
        "\u0bd0",
        "\u0bd7\u0bf0\u0bf1\u0bf2\u0bf9",
        "\u0bf3\u0bf4\u0bf5\u0bf6\u0bf7\u0bf8\u0bfa",
    ),
    12: _script(
        0xC00,
        "0d1129343c4549",
        "\u0c55",
        "\u0c56\u0c60\u0c61\u0c62\u0c63",
        "\u0c58\u0c59\u0c78\u0c79\u0c7a\u0c7b\u0c7c\u0c7d\u0c7e\u0c7f",
        marks="",
    ),
}

_URDU = (
    "\u0627\u0622\u0628\u067b\u0680\u067e\u06a6\u062a\u06c2\u067f\n\u0679\u067d\r\u067a\u067c"
    "\u062b\u062c\u0681\u0684\u0683\u0685\u0686\u0687\u062d\u062e\u062f\x1b\u068c\u0688\u0689\u068a"
    " !\u068f\u068d\u0630\u0631\u0691\u0693)(\u0699\u0632,\u0696.\u0698"
    "0123456789:;\u069a\u0633\u0634?"
    "\u0635\u0636\u0637\u0638\u0639\u0641\u0642\u06a9\u06aa\u06ab\u06af\u06b3\u06b1\u0644\u0645\u0646"
    "\u06ba\u06bb\u06bc\u0648\u06c4\u06d5\u06c1\u06be\u0621\u06cc\u06d0\u06d2\u064d\u0650\u064f\u0657"
    "\u0654abcdefghijklmno"
    "pqrstuvwxyz\u0655\u0651\u0653\u0656\u0670"
)
_URDU_MARKS = "\u0600\u0601"
_URDU_DIGITS = "\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9"
_URDU_AFTER = (
    "\u060c\u060d\u060e\u060f\u0610\u0611\u0612\u0613\u0614\u061b\u061f\u0640\u0652\u0658\u066b\u066c\u0672\u0673\u06cd"
)

# The Latin tables differ from the default ones in these codes.
_TURKISH = {0x04: "€", 0x07: "\u0131", 0x0B: "Ğğ", 0x1C: "Şş", 0x40: "İ", 0x60: "ç"}
_PORTUGUESE = {
    0x04: "ê",
    0x06: "úíóç",
    0x0B: "Ôô",
    0x0E: "Áá",
    0x12: "ªÇÀ∞^\\€Ó|",
    0x1C: "ÂâÊ",
    0x24: "º",
    0x40: "Í",
    0x5B: "ÃÕÚ",
    0x60: "~",
    0x7B: "ãõ`",
}
_TURKISH_SINGLE = {0x47: "Ğ", 0x49: "İ", 0x53: "Ş", 0x63: "ç", 0x67: "ğ", 0x69: "\u0131", 0x73: "ş"}
_SPANISH_SINGLE = {
    0x09: "ç",
    0x41: "Á",
    0x49: "Í",
    0x4F: "Ó",
    0x55: "Ú",
    0x61: "á",
    0x69: "í",
    0x6F: "ó",
    0x75: "ú",
}
_PORTUGUESE_SINGLE = {
    **_SPANISH_SINGLE,
    0x05: "ê",
    0x0B: "Ôô",
    0x0E: "Áá",
    0x12: "ΦΓ^ΩΠΨΣΘ",
    0x1F: "Ê",
    0x41: "À",
    0x5B: "ÃÕ",
    0x61: "Â",
    0x7B: "ãõ",
    0x7F: "â",
}
_INDIC_SINGLE = {
    0x00: "@£$¥¿\"¤%&'\f*+",
    0x0E: "-/<=>¡^¡_#*",
    0x41: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
}
# Where `after` goes: braces and the backslash lie between.
_AFTER_CODES = (0x26, 0x27, *range(0x2A, 0x2F), *range(0x30, 0x3C))


def locking(default: str) -> dict[int, str]:
    """The locking tables by identifier, 128 characters each; a code without a character shows a space.

    `default` is the table that the Latin ones change.
    """
    tables = {1: _changed(default, _TURKISH), 3: _changed(default, _PORTUGUESE), 13: _URDU}
    return tables | {number: "".join(_indic_locking(script)) for number, script in _INDIC.items()}


def single(extension: Mapping[int, str]) -> dict[int, dict[int, str]]:
    """The single shift tables by identifier: the characters by code, each with all of `extension`."""
    tables = {
        1: _spread(_TURKISH_SINGLE),
        2: _spread(_SPANISH_SINGLE),
        3: _spread(_PORTUGUESE_SINGLE),
        13: _indic_single(_URDU_MARKS, _URDU_DIGITS, _URDU_AFTER) | {0x3F: "\u06d4"},
    }
    tables |= {number: _indic_single(script.marks, script.digits, script.after) for number, script in _INDIC.items()}
    return {number: {**extension, **table} for number, table in tables.items()}


def _indic_locking(script: _Script) -> Iterator[str]:
    for place in _INDIC_ORDER:
        if isinstance(place, str):
            yield place
        else:
            yield " " if place in script.gaps else chr(script.block + place)
    yield from script.sign + _LATIN_LETTERS + script.rest


def _indic_single(marks: str, digits: str, after: str) -> dict[int, str]:
    table = _spread({**_INDIC_SINGLE, 0x19: marks, 0x1C: digits})
    return table | dict(zip(_AFTER_CODES, after, strict=False))


def _changed(table: str, changes: Mapping[int, str]) -> str:
    spread = _spread(changes)
    return "".join(spread.get(code, char) for code, char in enumerate(table))


def _spread(runs: Mapping[int, str]) -> dict[int, str]:
    """The characters by code of runs that begin at a code."""
    return {first + index: char for first, run in runs.items() for index, char in enumerate(run)}
