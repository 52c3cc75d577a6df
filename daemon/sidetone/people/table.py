"""How a table of people or numbers is asked for, and answered."""

from dataclasses import dataclass

from sidetone.domain.folding import holding


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A page: `sort` is a column, with a dash in front from the end; `words` stand somewhere in a row; `skip` rows went before.

    `role` (or carrier) and `state` narrow it down; empty lets everything through.
    """

    sort: str = ""
    words: str = ""
    only: str = ""
    state: str = ""
    skip: int = 0
    limit: int = 50

    @property
    def down(self) -> bool:
        """Whether it goes from the end."""
        return self.sort.startswith("-")

    @property
    def column(self) -> str:
        """What it is sorted by, empty for the order of adding."""
        return self.sort.removeprefix("-")

    @property
    def pattern(self) -> str:
        """The words for LIKE, or empty."""
        words = self.words.strip().lower()
        return holding(words) if words else ""

    def next(self, total: int) -> str | None:
        """Where the page after this one begins, None at the end."""
        return str(self.skip + self.limit) if self.skip + self.limit < total else None
