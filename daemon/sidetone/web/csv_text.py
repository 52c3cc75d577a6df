"""CSV as RFC 4180 has it, safe to open in a spreadsheet."""

from collections.abc import Iterable

MEDIA = "text/csv"
CONTENT_TYPE = f"{MEDIA}; charset=utf-8"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_line(cells: Iterable[str | None]) -> str:
    """One line. What a spreadsheet would take for a formula gets an apostrophe in front; phone numbers are none."""
    return ",".join(_cell(cell or "") for cell in cells) + "\r\n"


def _cell(text: str) -> str:
    if text.startswith(_FORMULA) and not (text[0] == "+" and text[1:].isdigit()):
        text = f"'{text}"
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(char in text for char in '",\r\n') else text
