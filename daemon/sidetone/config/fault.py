"""What is wrong with the configuration, each fault with its place and its remedy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from sidetone.domain.fault import SidetoneError

if TYPE_CHECKING:
    from sidetone.config.shapes import CarrierSection, DirectorySection


class Place(NamedTuple):
    """Where something stands; a line is counted from 1, None where it could not be found."""

    file: Path
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else str(self.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong. It never holds the value, which may be a secret.

    `key` is dotted (`server.listen`), empty when a whole file is meant; `what` goes on after it. `remedy` says what
    is allowed or what to do. `unknown`: nothing of this name exists, which refuses the start wherever it stands.
    `note`: it works as yet, and will not for ever.
    """

    key: str = ""
    what: str
    remedy: str = ""
    place: Place | None = None
    unknown: bool = False
    note: bool = False

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        subject = f"{self.key} " if self.key else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{place}{subject}{self.what}{remedy}."

    def view(self) -> dict[str, object]:
        """The fault as an object for JSON."""
        view: dict[str, object] = {
            "file": str(self.place.file) if self.place else None,
            "line": self.place.line if self.place else None,
            "key": self.key,
            "what": self.what,
            "remedy": self.remedy,
        }
        return view | ({"note": True} if self.note else {})


class ConfigError(SidetoneError):
    """The configuration is wrong; `faults` are all that was found, `carriers` and `directories` the sections that can be read."""

    code: ClassVar[str] = "bad-config"

    def __init__(
        self,
        faults: Sequence[Fault],
        carriers: "Mapping[str, CarrierSection] | None" = None,
        directories: "Mapping[str, DirectorySection] | None" = None,
    ) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)
        self.carriers = carriers or {}
        self.directories = directories or {}
