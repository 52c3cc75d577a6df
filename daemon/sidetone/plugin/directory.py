"""What a directory plugin provides, and the values that pass between it and the core."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sidetone.domain.fault import SidetoneError
from sidetone.domain.health import Health

MOST_RECORDS = 1000  # of one page
MOST_CONTACTS = 200_000  # of one directory
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 86_400.0  # seconds between two syncs


class SyncAnew(SidetoneError):
    """From `Directory.sync`: what its token stands for is no more there; the core asks at once for everything."""

    code = "sync-anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNumber:
    """A phone number as the source has it: `raw` in any spelling, one field as it stands, and the source's `label` for it.

    The core reads `raw` (several numbers, extensions) and knows the usual labels: mobile, work, home, fax and the like.
    """

    raw: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryRecord:
    """A person or company as a source knows them.

    `id` is the source's own and never changes; the same id is the same contact. `kind` is `person`, `company`, or the
    source's own word. `title` is the person's in the company, `url` where the source shows the record. `owner` is the
    user of Sidetone who alone may see it, None for everybody. `modified` is ms, UTC: of two with one id the later counts.
    `deleted`: it is there no more; only `id` is looked at then.
    """

    id: str
    name: str = ""
    kind: str = "person"
    company: str = ""
    department: str = ""
    title: str = ""
    numbers: Sequence[RecordNumber] = ()
    emails: Sequence[str] = ()
    url: str = ""
    owner: str | None = None
    modified: int | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryPage:
    """Some records, at most 1000. `token`: where the next sync may go on; the last one of a sync counts.

    A token is at most 16384 characters of the plugin's own; None for a source that cannot tell what has changed.
    """

    records: Sequence[DirectoryRecord] = ()
    token: str | None = None


class Directory(Protocol):
    """A source of contacts. One object serves one `[directories.NAME]` section.

    The core keeps a copy of what it knows, and finds names, numbers and words there: nobody who looks for a name ever
    waits for the source. `sync_every` is how many seconds pass from one sync's end to the next, 1 to 86400, looked at
    anew each time. All methods run on the daemon's one event loop: none may block it.
    """

    sync_every: float

    async def start(self) -> None:
        """Get ready, and find out whether the source can be read. At most 30 s, then it is cancelled.

        Raises NotReady (the host tries again, with growing gaps), BadCredentials or BadConfig (it waits for a person).
        Called again on the same object after a failure. The copy is in use meanwhile.
        """
        ...

    async def stop(self) -> None:
        """Let go of everything; called once, also after a failed start, at most 10 s. A sync is cancelled before."""
        ...

    async def health(self) -> Health:
        """How it is now, cheaply, with a sentence that tells a person what to do; called every half minute, at most 10 s.

        Names, numbers and secrets have no place in it. Whatever it says, the copy stays in use (fail open).
        """
        ...

    def sync(self, token: str | None) -> AsyncIterator[DirectoryPage]:
        """Page by page what there is: an async generator. One at a time, at most 600 s for all pages.

        Without a token: everything; what does not come is forgotten at the end, unless it is so much that the source
        is likelier to be broken. With one: what has changed since, with `deleted` set for what is gone; nothing at all
        when nothing has. Records may come again. Raises SyncAnew where a token is too old, NotReady where the source
        is away, BadCredentials where it refuses us; whatever is raised, the copy stays and the last token counts.
        """
        ...
