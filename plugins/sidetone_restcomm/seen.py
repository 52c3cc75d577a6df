"""What passed through this process: which of our sends has which id, and which texts were handed over already.

A memory of convenience, bounded and lost at a restart; nothing is wrong without it, only slower.
"""

from collections import OrderedDict

MOST = 20_000


class Seen:
    """Remembers the newest `MOST` of each kind."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, str] = OrderedDict()
        self._sent: OrderedDict[str, str] = OrderedDict()
        self._handed: OrderedDict[str, str] = OrderedDict()

    def sent(self, reference: str, sid: str) -> None:
        """A send of ours has this id."""
        _add(self._ids, reference, sid)
        self.claimed(sid)

    def claimed(self, sid: str) -> None:
        """The id belongs to a send, and to no other."""
        _add(self._sent, sid, "")

    def id_of(self, reference: str) -> str:
        """The id of a send, as far as it is known; else empty."""
        return self._ids.get(reference, "")

    def is_sent(self, sid: str) -> bool:
        """Whether the id is known to belong to a send."""
        return sid in self._sent

    def handed_over(self, sid: str) -> None:
        """A text that came in is in the core's hands."""
        _add(self._handed, sid, "")

    def is_handed_over(self, sid: str) -> bool:
        """Whether the core has the text already."""
        return sid in self._handed


def _add(kept: OrderedDict[str, str], key: str, value: str) -> None:
    kept[key] = value
    if len(kept) > MOST:
        kept.popitem(last=False)
