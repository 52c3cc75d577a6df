"""`[directories.NAME]` with `type = "csv"`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sidetone.plugin import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`[directories.NAME]`. `etc/conf.d/csv.toml` is the manual."""

    file: Path = setting(help="the file")
    encoding: Literal["auto", "utf-8", "utf-16", "windows-1252"] = setting("auto", help="how its letters are written")
    separator: Literal["auto", "comma", "semicolon", "tab", "pipe"] = setting(
        "auto", help="what stands between two columns"
    )
    columns: tuple[str, ...] = setting(
        (), pattern=r" *[a-z]+ *= *\S.*", help='what columns hold, each like "mobile = Handynummer"'
    )
    look_every: float = setting(
        5.0, minimum=1, maximum=3600, help="seconds between two looks at whether it has changed"
    )
