"""Handing a message over: whole, or piece by piece for a service that does not join what it is given."""

from sidetone.plugin import Accepted, Context, Deferred, Outcome, Outgoing, Rejected, RejectKind, Unknown
from sidetone_restcomm.client import Client, LostSight, NeverLeft
from sidetone_restcomm.faults import FaultTable
from sidetone_restcomm.outcomes import UNREACHABLE, outcome_of
from sidetone_restcomm.pieces import form_of, pieces_of, reference_of, utf16_units
from sidetone_restcomm.profiles import Profile
from sidetone_restcomm.seen import Seen

TRIES = 4  # for a piece whose forerunners have left
LONGEST_PAUSE = 30.0  # seconds between them


class Sending:
    """Sends through one account. `longest` is in UTF-16 units, None for no limit; `rate` in pieces a second."""

    def __init__(
        self,
        client: Client,
        context: Context,
        profile: Profile,
        faults: FaultTable,
        seen: Seen,
        *,
        status_url: str,
        splits: str,
        longest: int | None,
        rate: float,
    ) -> None:
        self._client = client
        self._clock = context.clock
        self._profile = profile
        self._faults = faults
        self._seen = seen
        self._status_url = status_url
        self._splits = splits
        self._longest = longest
        self._gap = 1 / rate if rate else 0.0

    async def send(self, message: Outgoing) -> Outcome:
        """Hand one message over."""
        if not message.recipient.answerable:
            return Rejected(RejectKind.RECIPIENT, "not-answerable", "A sender's name cannot be texted")
        pieces = pieces_of(message, self._splits)
        units = max(map(utf16_units, pieces))
        if self._longest is not None and units > self._longest:  # better refused than cut by the server
            words = f"The text has {units} characters; this carrier takes {self._longest}"
            return Rejected(RejectKind.MESSAGE, "too-long", words)
        ids: list[str | None] = []
        notes: list[str] = []
        for place, piece in enumerate(pieces):
            outcome = await self._post_until(message, piece, place)
            if not isinstance(outcome, Accepted):
                return _cut_short(outcome, len(ids), len(pieces))
            ids += outcome.parts
            notes += [outcome.note] if outcome.note and outcome.note not in notes else []
        return Accepted(tuple(ids), note=". ".join(notes))

    async def _post_until(self, message: Outgoing, piece: str, place: int) -> Outcome:
        """Post a piece. Once one has left, the next ones are tried again here: the message cannot go back."""
        outcome = await self._post_after(self._gap if place else 0.0, message, piece, place)
        for tried in range(1, TRIES if place else 1):
            if not isinstance(outcome, Deferred):
                break
            pause = min(max(outcome.after or 0.0, 2.0**tried), LONGEST_PAUSE)
            outcome = await self._post_after(pause, message, piece, place)
        return outcome

    async def _post_after(self, pause: float, message: Outgoing, piece: str, place: int) -> Outcome:
        if pause:
            await self._clock.sleep(pause)
        reference = reference_of(message, place)
        form = form_of(message, piece, f"{self._status_url}/{reference}", self._profile, self._clock.now())
        try:
            answer = await self._client.post_message(form)
        except NeverLeft as error:
            return Deferred(str(error), code=UNREACHABLE, whole_carrier=True)
        except LostSight as error:
            return Unknown(str(error), code="no-answer")
        outcome = outcome_of(answer, piece, self._profile, self._faults)
        if isinstance(outcome, Accepted):
            self._seen.sent(reference, outcome.parts[0] or "")
        return outcome


def _cut_short(outcome: Outcome, left: int, whole: int) -> Outcome:
    """What came of a message of which some pieces left: they cannot be called back, so nothing may send them again."""
    if not left:
        return outcome
    so_far = f"{left} of its {whole} pieces left; then"
    match outcome:
        case Rejected(kind=kind, code=code, text=text):
            return Rejected(kind, code, f"{so_far}: {text}")
        case Deferred(reason=reason, code=code) | Unknown(reason=reason, code=code):
            return Unknown(f"{so_far}: {reason}", code)
    return outcome
