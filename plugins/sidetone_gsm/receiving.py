"""From a PDU in a store to what the daemon is told: in one transaction of the spool, before the SIM may forget it."""

import hashlib
from collections.abc import Callable, Sequence

from sidetone.plugin import Clock
from sidetone_gsm.joining import EXPIRES_AFTER_MS, Piece, PieceSet, join, piece_of
from sidetone_gsm.pdu.content import Content
from sidetone_gsm.pdu.fates import Fate, fate, in_words, receipt_status
from sidetone_gsm.pdu.fault import PduError
from sidetone_gsm.pdu.kinds import Kind, kind_of
from sidetone_gsm.pdu.messages import Deliver, StatusReport
from sidetone_gsm.pdu.push import picture_waiting
from sidetone_gsm.pdu.reading import read_pdu
from sidetone_gsm.sent import whose
from sidetone_gsm.spool import KeptPiece, Spool
from sidetone_gsm.wire import Odd, Report, Text

DAY_MS = 24 * 3600 * 1000
REMEMBERED_MS = 14 * DAY_MS
_LONGEST_RAW = 4096
_NEVER_SHOWN = (Kind.SILENT, Kind.SIM_DATA)
_RAW = (Kind.BINARY, Kind.UNREADABLE)


class Receiving:
    """What comes to one modem. `news` is called after something new for the daemon is safe."""

    def __init__(self, spool: Spool, clock: Clock, news: Callable[[], None], *, missing_after_ms: int) -> None:
        self._spool, self._clock, self._news = spool, clock, news
        self._missing_after = missing_after_ms
        self.numbers_are_rubbish = False

    def keep(self, sim: str, pdu: str, *, listed: bool = True) -> None:
        """Returns when it is safe; the same PDU again is nothing new. `listed`: it lies in a store and may come again.

        What cannot be understood is kept as it came. Raises sqlite3.Error when nothing was kept.
        """
        now = self._clock.now()
        digest = hashlib.sha256(f"{sim} {pdu}".encode()).hexdigest()[:32]
        with self._spool.together():
            try:
                message = read_pdu(pdu)
            except PduError as error:
                message, reason = None, str(error)
            is_report = isinstance(message, StatusReport)
            if (listed or not is_report) and self._spool.see(digest, now):
                return
            if isinstance(message, Deliver):
                self._deliver(message, KeptPiece(digest, sim, pdu, now, ""))
            elif isinstance(message, StatusReport):
                if not self._report(message, sim, now):
                    self._spool.keep_report(sim, pdu, now)
            else:
                self._odd(pdu, reason if message is None else "a message of the SIM's own")
        self._news()

    def match_reports(self) -> None:
        """After a part has left: reports that came before its acceptance find it now."""
        with self._spool.together():
            for number, sim, pdu in self._spool.reports():
                message = read_pdu(pdu)
                if isinstance(message, StatusReport) and self._report(message, sim, self._clock.now()):
                    self._spool.drop_report(number)
        self._news()

    def look_after(self) -> None:
        """Tell of messages whose missing parts are waited for in vain, and forget what is old."""
        now = self._clock.now()
        with self._spool.together():
            for found, kept in self._sets(self._spool.pieces()):
                if found.missing and now - found.arrived >= self._missing_after and not any(p.told for p in kept):
                    self._tell(found, kept, "gaps")
            self._spool.forget(now - REMEMBERED_MS, now - EXPIRES_AFTER_MS)
        self._news()

    def _deliver(self, message: Deliver, kept: KeptPiece) -> None:
        kind = kind_of(message)
        if kind in _NEVER_SHOWN:
            return
        piece = piece_of(message, kept.sim, kept.arrived)
        if piece is None:
            self._show(message, kind, [message.content], message.content.text, kept.digest, message.stamp.milliseconds)
            return
        self._spool.keep_piece(kept)
        for found, members in self._sets(self._spool.pieces()):
            if not found.missing and all(member.told != "whole" for member in members):
                self._tell(found, members, "whole")

    def _sets(self, kept: Sequence[KeptPiece]) -> list[tuple[PieceSet, list[KeptPiece]]]:
        by_piece: dict[int, KeptPiece] = {}
        pieces: list[Piece] = []
        for one in kept:
            message = read_pdu(one.pdu)
            piece = piece_of(message, one.sim, one.arrived) if isinstance(message, Deliver) else None
            if piece is not None:
                pieces.append(piece)
                by_piece[id(piece)] = one
        return [(found, [by_piece[id(piece)] for piece in found.pieces]) for found in join(pieces)]

    def _tell(self, found: PieceSet, kept: Sequence[KeptPiece], told: str) -> None:
        message = read_pdu(kept[0].pdu)
        if isinstance(message, Deliver):
            digest = hashlib.sha256(" ".join(one.digest for one in kept).encode()).hexdigest()[:32]
            contents = [piece.content for piece in found.pieces]
            stamp = found.pieces[0].stamp_ms
            self._show(message, kind_of(message), contents, found.text, digest, stamp)
        self._spool.mark_pieces([one.digest for one in kept], told)

    def _show(
        self, first: Deliver, kind: Kind, contents: Sequence[Content], text: str | None, digest: str, stamp: int | None
    ) -> None:
        data = b"".join(content.data for content in contents)
        if kind is Kind.PUSH and (picture := picture_waiting(data, first.content.header.ports)):
            size = f" ({-(-picture.size // 1024)} kB)" if picture.size else ""
            text = f"[A picture message is waiting at the carrier{size}.]"
        elif kind in (*_RAW, Kind.PUSH) or text is None:
            self._odd(data.hex(), f"no text: {kind.value}")
            return
        elif kind is Kind.WAITING and not text:
            return
        sender = "".join(char for char in first.sender.value if char.isprintable()).strip()[:64]
        self._spool.put(Text(id=f"in-{digest}", sender=sender or "unknown", body=text, time=stamp))

    def _odd(self, raw: str, reason: str) -> None:
        self._spool.put(Odd(raw=raw[:_LONGEST_RAW], reason=reason[:300]))

    def _report(self, report: StatusReport, sim: str, now: int) -> bool:
        parts = self._spool.sent_parts(sim, report.reference)
        part = whose(report, sim, now, parts, numbers_are_rubbish=self.numbers_are_rubbish)
        if part is None:
            return False
        told = fate(report.status)
        self._spool.reported(part.id, final=told not in (Fate.TRYING, Fate.UNKNOWN))
        self._spool.put(
            Report(
                id=part.id,
                status=receipt_status(report.status).value,
                code=f"{report.status:02X}",
                words=in_words(report.status),
                time=report.discharge.milliseconds,
            )
        )
        return True
