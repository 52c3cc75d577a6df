"""A stage whose texts are in the index, and what the index itself holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from delivery.stage import PARTY, Stage
from sidetone.directory.search import Query, Search
from sidetone.jobs.indexing import Indexer
from sidetone.people.viewer import Viewer
from sidetone.store.connection import Txn
from sidetone.views import SearchView

INDEX = "CREATE VIRTUAL TABLE temp.seen USING fts5vocab(main, message_terms, 'instance')"
HELD = "SELECT doc, term FROM temp.seen ORDER BY doc"
FORGET_INDEX = "DROP TABLE temp.seen"


async def indexed(stage: Stage) -> Indexer:
    """Everything that is stored is in the index."""
    indexer = Indexer(stage.store, stage.clock, stage.parts, rest=0)
    await indexer.catch_up()
    return indexer


async def search(
    stage: Stage,
    who: Viewer,
    words: str,
    *,
    before: int | None = None,
    limit: int = 20,
    **narrow: Any,  # noqa: ANN401 - fields of Query
) -> SearchView:
    """A page of what someone finds."""
    return await Search(stage.store, seconds=30).find(who, Query(words, **narrow), before=before, limit=limit)


async def found(stage: Stage, who: Viewer, words: str, **narrow: Any) -> list[str]:  # noqa: ANN401 - fields of Query
    """The texts that someone finds."""
    return [item.message.body for item in (await search(stage, who, words, **narrow)).items]


async def held(stage: Stage) -> dict[int, set[str]]:
    """What the index holds, by message."""
    return dict(await stage.store.write(_held))


async def thread(stage: Stage, who: Viewer, *bodies: str, to: str = PARTY) -> str:
    """A conversation with these texts, its id."""
    sent = [await stage.text(who, body, to) for body in bodies]
    return sent[0].conversation_id


def _held(txn: Txn) -> dict[int, set[str]]:
    with _seen(txn):
        terms: dict[int, set[str]] = {}
        for row in txn.all(HELD):
            terms.setdefault(row["doc"], set()).add(row["term"])
        return terms


@contextmanager
def _seen(txn: Txn) -> Iterator[None]:
    txn.run(INDEX, {})
    try:
        yield
    finally:
        txn.run(FORGET_INDEX, {})
