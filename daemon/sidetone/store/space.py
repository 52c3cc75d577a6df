"""Giving back to the disk what deleted rows took; SQLite's own way, a few pages at a time."""

from sidetone.store.connection import Snapshot, Txn

PAGES = "PRAGMA page_count"
PAGE_SIZE = "PRAGMA page_size"
FREE = "PRAGMA freelist_count"
GIVE_BACK = "PRAGMA incremental_vacuum(1)"  # Python's module takes one step of a statement without columns, so one page


def spare_pages(look: Snapshot) -> int:
    """How many pages of the file hold nothing."""
    return int(look.one(FREE)[0])


def page_size(look: Snapshot) -> int:
    """Bytes of a page."""
    return int(look.one(PAGE_SIZE)[0])


def give_back(txn: Txn, most: int, keep: int) -> int:
    """Take up to `most` empty pages off the file's end, and leave `keep`; how many went.

    The pages that are moved pass through the log, so it needs room for no more than `most` of them.
    """
    count = min(most, spare_pages(txn) - keep)
    for _ in range(count):
        txn.all(GIVE_BACK)
    return max(count, 0)
