"""One sync of one directory: from what its plugin says to the copy in the store.

What a source says of a contact is stored as it comes, a page at a time. What it says no more of is forgotten at the end
of the whole, and not if that is suddenly much: then the source is likelier to be broken.
"""

import asyncio
import inspect
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from sidetone.directory.listed import NoRecord, external_id, listed, with_numbers
from sidetone.plugin.directory import MOST_CONTACTS, MOST_RECORDS, Directory, DirectoryPage, DirectoryRecord
from sidetone.plugin.guard import PluginFailed
from sidetone.store import directories as rows
from sidetone.store.connection import Store
from sidetone.store.directories import Listed

LONGEST_TOKEN = 16_384  # characters
STEP = 200  # contacts stored or forgotten in one transaction
FEW = 5  # contacts that may always vanish


@dataclass(slots=True)
class Pass:
    """What one reading of the source has brought: ids of ours that it knows, and of those that it knows no more."""

    token: str | None
    seen: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    passed_over: int = 0
    changed: bool = False


class Copy:
    """The copy of one directory.

    `held`: so much is missing at the source that it is not believed. `passed_over`: records without a name or an id.
    `setup`: what the section stands for; a token of another setup is worth nothing.
    """

    def __init__(self, store: Store, directory_id: int, *, country: str, most_gone: int, setup: str) -> None:
        self.held = False
        self.token: str | None = None
        self.missing = 0
        self.passed_over = 0
        self.count = 0
        self._store = store
        self._id = directory_id
        self._country = country
        self._most_gone = most_gone
        self._setup = setup

    async def recall(self) -> None:
        """Go on from where an earlier life has left off. Raises StoreError."""
        row = next(row for row in await self._store.read(rows.everything) if row["id"] == self._id)
        self.token = row["token"] if row["setup"] == self._setup else None
        self.count = await self._store.read(rows.count, self._id)

    async def sync(self, directory: Directory) -> None:
        """Bring what has changed, or everything without a token. Raises what the plugin does, PluginFailed, StoreError."""
        whole = self.token is None
        taken = Pass(self.token)
        async with aclosing(_pages(directory, self.token)) as pages:
            async for page in pages:
                await self._take(page, taken)
        before = await self._store.read(rows.count, self._id)
        if whole:
            taken.gone = set(await self._store.read(rows.all_ids, self._id)) - taken.seen
            self.passed_over = taken.passed_over
        if self._is_too_much(taken, before, whole=whole):
            await self._hold(taken)
        else:
            await self._settle(taken, whole=whole)
        self.count = await self._store.read(rows.count, self._id)

    async def _take(self, page: object, taken: Pass) -> None:
        if not isinstance(page, DirectoryPage) or not isinstance(page.records, list | tuple):
            raise PluginFailed("no page of records")
        if len(page.records) > MOST_RECORDS:
            raise PluginFailed(f"more than {MOST_RECORDS} records on one page")
        if page.token is not None:
            if not isinstance(page.token, str) or len(page.token) > LONGEST_TOKEN:
                raise PluginFailed("a token that is none")
            taken.token = page.token
        said, deleted, passed_over = await asyncio.to_thread(_sorted, page.records, self._country)
        taken.passed_over += passed_over
        new, there = await self._store.read(rows.changed, self._id, [known for known, _ in said.values()])
        if new:
            new = await asyncio.to_thread(_whole, new, said, self._country)
        for start in range(0, len(new), STEP):
            there += await self._store.write(rows.put, self._id, new[start : start + STEP])
        gone = await self._store.read(rows.stored_ids, self._id, deleted) if deleted else []
        taken.seen = (taken.seen | set(there)) - set(gone)
        taken.gone = (taken.gone - set(there)) | set(gone)
        taken.changed = taken.changed or bool(new)
        if len(taken.seen) > MOST_CONTACTS:
            raise PluginFailed(f"more than {MOST_CONTACTS} contacts")

    def _is_too_much(self, taken: Pass, before: int, *, whole: bool) -> bool:
        gone = len(taken.gone)
        if self._most_gone == 100 or not gone:
            return False
        empty = whole and not taken.seen
        return empty or (gone > FEW and gone * 100 > before * self._most_gone)

    async def _hold(self, taken: Pass) -> None:
        """Keep what is missing, and ask for everything until it is there again or somebody says that it may go."""
        self.held, self.missing = True, len(taken.gone)
        self.token = None
        await self._store.write(rows.done, self._id, None, "")

    async def _settle(self, taken: Pass, *, whole: bool) -> None:
        gone = sorted(taken.gone)
        for start in range(0, len(gone), STEP):
            await self._store.write(rows.remove, self._id, gone[start : start + STEP])
        self.held = False
        news = whole or taken.changed or bool(gone) or taken.token != self.token
        self.token = taken.token
        if news:
            await self._store.write(rows.done, self._id, taken.token, self._setup)


def _pages(directory: Directory, token: str | None) -> AsyncGenerator[object, None]:
    """What a plugin says; raises PluginFailed for what are no pages."""
    pages: object = directory.sync(token)
    if not isinstance(pages, AsyncGenerator):
        if inspect.iscoroutine(pages):
            pages.close()
        raise PluginFailed("no asynchronous generator of pages")
    return pages


Said = dict[str, tuple[Listed, DirectoryRecord]]


def _whole(new: list[Listed], said: Said, country: str) -> list[Listed]:
    return [with_numbers(known, said[known.external_id][1], country) for known in new]


def _sorted(records: Sequence[object], country: str) -> tuple[Said, list[str], int]:
    """What is to be stored, the source's ids of what is to be forgotten, and how many are neither; the last word counts.

    Of what is to be stored the numbers are not read yet: for most of it that will not be needed.
    """
    known: dict[str, tuple[Listed, DirectoryRecord] | None] = {}
    passed_over = 0
    for record in records:
        try:
            if isinstance(record, DirectoryRecord) and record.deleted is True:
                known[external_id(record)] = None
            else:
                read = listed(record, country)
                former = known.get(read.external_id)
                if isinstance(record, DirectoryRecord) and (
                    former is None or (read.modified or 0) >= (former[0].modified or 0)
                ):
                    known[read.external_id] = (read, record)
        except NoRecord:
            passed_over += 1
    kept = {id_: said for id_, said in known.items() if said is not None}
    return kept, [id_ for id_, said in known.items() if said is None], passed_over
