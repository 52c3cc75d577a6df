"""What is posted for a text: the whole, which the service cuts itself, or one message a segment where it cannot."""

from sidetone.plugin import Encoding, Outgoing
from sidetone_restcomm.profiles import Profile

# How much longer a message by itself may be than a segment of a joined one (3GPP TS 23.040, 9.2.3.24): septets, units.
_SPARE = {Encoding.GSM7: 160 - 153, Encoding.UCS2: 70 - 67}
_NAMES = {Encoding.GSM7: "GSM", Encoding.UCS2: "UCS-2"}


def pieces_of(message: Outgoing, splits: str) -> tuple[str, ...]:
    """The texts to post, in order.

    The service joins nothing that is posted piece by piece: the pieces arrive as messages of their own, so that they
    are numbered, `1/3 `, where there is room for it.
    """
    parts = message.segments.parts
    if splits == "carrier" or len(parts) == 1:
        return (message.body,)
    marks = [f"{place}/{len(parts)} " for place in range(1, len(parts) + 1)]
    if len(marks[-1]) > _SPARE[message.segments.encoding]:
        return parts
    return tuple(mark + part for mark, part in zip(marks, parts, strict=True))


def form_of(message: Outgoing, body: str, callback: str, profile: Profile, now: int) -> dict[str, str]:
    """The form that posts one piece; `callback` is where its statuses go, `now` is in ms."""
    form = {"From": message.sender, "To": message.recipient.value, "Body": body, "StatusCallback": callback}
    if profile.names_encoding:  # it does not see by itself that a text needs more than the GSM alphabet
        form["Encoding"] = _NAMES[message.segments.encoding]
    left = max((message.valid_until - now) // 1000, 1)
    if profile.validity_field and left < profile.longest_validity:
        form[profile.validity_field] = str(left)
    return form


def reference_of(message: Outgoing, place: int) -> str:
    """Our name for a piece (the first is 0), as its call-back's address carries it."""
    return f"{message.reference}.{place}" if place else message.reference


def utf16_units(text: str) -> int:
    """How long services count a text: characters beyond the first 65536 count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
