"""The CSV directory keeps the contract of all directories."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import sidetone_csv
from sidetone.plugin import BadConfig, DirectoryRecord, NotReady, SidetoneError
from sidetone.testing.carrier_rig import Arrange
from sidetone.testing.context import Workbench
from sidetone.testing.directory_contract import DirectoryContract, DirectoryRig


class CsvRig(DirectoryRig):
    plugin = sidetone_csv

    def __init__(self, workbench: Workbench, folder: Path) -> None:
        super().__init__(workbench)
        self.file = folder / "people.csv"
        self.aside = folder / "aside.csv"
        self.times = 0
        self.table: Mapping[str, Any] = {"file": str(self.file)}

    async def put(self, *people: DirectoryRecord) -> None:
        text = io.StringIO()
        out = csv.writer(text)
        out.writerow(["Id", "Name", "Mobile", "Phone"])
        for person in people:
            out.writerow([person.id, person.name, *[number.raw for number in person.numbers][:2]])
        fresh = self.file.with_suffix(".new")
        fresh.write_text(text.getvalue(), encoding="utf-8")
        fresh.replace(self.file)

    async def go_away(self) -> None:
        self.file.rename(self.aside)

    async def come_back(self) -> None:
        self.aside.rename(self.file)

    async def garble(self) -> None:
        self.file.write_bytes(b"\xff\xfe\x00\xd8\x00")

    def bad_setups(self) -> Mapping[type[SidetoneError], Arrange]:
        async def away() -> Mapping[str, Any]:
            return self.table

        async def no_such_column() -> Mapping[str, Any]:
            await self.put()
            return {**self.table, "columns": ["mobile = Handy"]}

        return {NotReady: away, BadConfig: no_such_column}


class TestCsv(DirectoryContract):
    @pytest.fixture
    async def rig(self, tmp_path: Path) -> CsvRig:
        return CsvRig(Workbench(), tmp_path)
