"""How the parts of a long message find each other again: rules over what has been kept so far, without a store.

Parts come in any order, come twice when an acknowledgement was lost, and references wrap, so that the same key may come
again next week.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sidetone_gsm.pdu.coding import Alphabet
from sidetone_gsm.pdu.content import Content, joined_text
from sidetone_gsm.pdu.messages import Deliver

SHOWN_INCOMPLETE_AFTER_MS = 2 * 60 * 1000
EXPIRES_AFTER_MS = 24 * 3600 * 1000
_SAME_SENDING_MS = 15 * 60 * 1000  # between one part's stamp and the nearest: carriers drop what takes longer


@dataclass(frozen=True, slots=True, order=True)
class JoinKey:
    """What the parts of one message have in common: received by one SIM (`sim`, its identity), from one sender."""

    sim: str
    sender: str
    alphabet: Alphabet
    reference: int
    bits: int
    total: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A part that was kept. `arrived` (ms, UTC) is when we read it; `stamp` the octets of the centre's time stamp."""

    key: JoinKey
    sequence: int
    content: Content
    stamp: bytes
    stamp_ms: int | None
    arrived: int


@dataclass(frozen=True, slots=True)
class PieceSet:
    """The pieces of one message, in their order; `repeats` are those that came again and add nothing."""

    key: JoinKey
    pieces: tuple[Piece, ...]
    repeats: tuple[Piece, ...] = ()

    @property
    def arrived(self) -> int:
        """When the first of them came."""
        return min(piece.arrived for piece in self.pieces)

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers of the parts that have not come; empty for a whole message."""
        here = {piece.sequence for piece in self.pieces}
        return tuple(number for number in range(1, self.key.total + 1) if number not in here)

    @property
    def text(self) -> str | None:
        """The text, with a gap mark for each run of missing parts; None if it is no text."""
        runs = groupby(range(1, self.key.total + 1), key=frozenset(self.missing).__contains__)
        texts: list[str] = []
        for is_gap, numbers in runs:
            if is_gap:
                texts.append(GAP)
                continue
            wanted = set(numbers)
            text = joined_text([piece.content for piece in self.pieces if piece.sequence in wanted])
            if text is None:
                return None
            texts.append(text)
        return "".join(texts)

    @property
    def data(self) -> bytes:
        """The octets of the parts that are there, put together."""
        return b"".join(piece.content.data for piece in self.pieces)

    def is_shown_incomplete(self, now: int) -> bool:
        """Whether it is time to say which parts are missing."""
        return bool(self.missing) and now - self.arrived >= SHOWN_INCOMPLETE_AFTER_MS

    def is_expired(self, now: int) -> bool:
        """Whether the missing parts are no longer waited for: it is filed as it is."""
        return bool(self.missing) and now - self.arrived >= EXPIRES_AFTER_MS


GAP = "[…]"


def piece_of(message: Deliver, sim: str, arrived: int) -> Piece | None:
    """The part that a message is, or None for one that is whole by itself."""
    concat = message.content.header.concat
    if concat is None or concat.total == 1:
        return None
    key = JoinKey(
        sim, message.sender.value, message.content.coding.alphabet, concat.reference, concat.bits, concat.total
    )
    stamp = message.stamp
    return Piece(key, concat.sequence, message.content, stamp.raw, stamp.milliseconds, arrived)


def join(pieces: Iterable[Piece]) -> list[PieceSet]:
    """The messages that these pieces make, whole ones and others, in the order of their first arrival.

    A function of the pieces alone: pieces of a whole message that are kept for `EXPIRES_AFTER_MS` keep a late repeat
    from beginning another.
    """
    in_order = sorted(pieces, key=lambda piece: (piece.key, piece.arrived))
    found: list[PieceSet] = []
    for _, same_key in groupby(in_order, key=lambda piece: piece.key):
        found += _sets(list(same_key))
    return sorted(found, key=lambda whole: whole.arrived)


def _sets(pieces: Sequence[Piece]) -> list[PieceSet]:
    sets: list[list[Piece]] = []
    repeats: dict[int, list[Piece]] = {}
    for piece in pieces:
        near = [index for index, held in enumerate(sets) if _belongs(piece, held)]
        told = next((index for index in near if any(_is_repeat(piece, held) for held in sets[index])), None)
        if told is not None:
            repeats.setdefault(told, []).append(piece)
            continue
        free = [index for index in near if all(piece.sequence != held.sequence for held in sets[index])]
        if free:
            sets[max(free, key=lambda index: _nearness(piece, sets[index]))].append(piece)
        else:
            sets.append([piece])
    return [
        PieceSet(held[0].key, tuple(sorted(held, key=lambda piece: piece.sequence)), tuple(repeats.get(index, ())))
        for index, held in enumerate(sets)
    ]


def _belongs(piece: Piece, held: Sequence[Piece]) -> bool:
    return piece.arrived - held[0].arrived < EXPIRES_AFTER_MS and _apart(piece, held) < _SAME_SENDING_MS


def _is_repeat(piece: Piece, held: Piece) -> bool:
    return (piece.sequence, piece.stamp, piece.content) == (held.sequence, held.stamp, held.content)


def _nearness(piece: Piece, held: Sequence[Piece]) -> tuple[int, int]:
    return -_apart(piece, held), held[0].arrived


def _apart(piece: Piece, held: Sequence[Piece]) -> int:
    """How far the piece's stamp is from the nearest of the set; none if either has no date."""
    stamp = piece.stamp_ms
    if stamp is None:
        return 0
    return min((abs(stamp - other.stamp_ms) for other in held if other.stamp_ms is not None), default=0)
