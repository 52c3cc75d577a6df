"""A table of the configuration that knows where it came from."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sidetone.config.fault import Place


class Section(dict[str, Any]):
    """A TOML table, perhaps merged from several files.

    `place` is its header's, `places` are its keys'. `groups` are the ids of the groups that may read a secret: the
    daemon's own.
    """

    def __init__(
        self,
        values: Mapping[str, Any] | None = None,
        *,
        place: Place | None = None,
        places: Mapping[str, Place] | None = None,
        groups: frozenset[int] | None = None,
    ) -> None:
        super().__init__(values or {})
        self.place = place
        self.places = dict(places or {})
        self.groups = own_groups() if groups is None else groups

    def without(self, key: str) -> "Section":
        """The same section and places less one key."""
        rest = {name: value for name, value in self.items() if name != key}
        return Section(rest, place=self.place, places=self.places, groups=self.groups)


def own_groups() -> frozenset[int]:
    """The group of this process."""
    return frozenset({os.getegid()})


def groups_beside(data_dir: Path) -> frozenset[int]:
    """The groups that may read a secret: root looks at the files as the owner of the data folder will."""
    if own_groups() == {0} and data_dir.is_dir():
        return own_groups() | {data_dir.stat().st_gid}
    return own_groups()
