"""Rows to views: the one place where a message or a conversation becomes what the API shows."""

from functools import lru_cache
from typing import Any, NamedTuple

from sidetone.conversation.history import history
from sidetone.domain.phone import display
from sidetone.domain.status import CANCELLABLE, RETRYABLE, Status
from sidetone.domain.words import status_words
from sidetone.people.render import own_number, time_text
from sidetone.views import (
    AttemptView,
    BlockView,
    ContactNumber,
    ContactView,
    ConversationView,
    HoldView,
    ListedName,
    MessageDetail,
    MessageView,
    OptOutView,
    PartView,
    PartyView,
    Person,
    Problem,
    ReceiptView,
    WaitView,
)


def maybe_time(ms: int | None) -> str | None:
    """As `time_text`, None for None."""
    return None if ms is None else time_text(ms)


def message_view(row: Any) -> MessageView:  # noqa: ANN401 - a row of store.messages.COLUMNS
    """A message as its participants see it."""
    return MessageView(**_message_fields(row))


def message_detail(whole: tuple[Any, list[Any], list[Any], list[Any]], waits: WaitView | None = None) -> MessageDetail:
    """A message with its whole history (its row, attempts, parts and receipts), and what it waits for."""
    row, attempts, parts, receipts = whole
    parts_of: dict[int, list[PartView]] = {}
    for part in parts:
        view = PartView(position=part["position"], carrier_id=part["carrier_id"], status=part["status"])
        parts_of.setdefault(part["attempt_id"], []).append(view)
    return MessageDetail(
        **_message_fields(row),
        carrier_id=row["carrier_id"],
        attempts=[_attempt_view(attempt, parts_of.get(attempt["id"], [])) for attempt in attempts],
        receipts=[_receipt_view(receipt) for receipt in receipts],
        history=history(row, attempts, receipts, waits),
        waits=waits,
    )


def conversation_view(row: Any, country: str) -> ConversationView:  # noqa: ANN401 - a row of SEEN_BY
    """A conversation as one participant sees it; `country` is theirs."""
    party = party_view(row["party_kind"], row["party_value"], country)
    contact = None
    if row["contact_id"] is not None:
        contact = Person(id=str(row["contact_id"]), name=row["contact_name"])
    listed = None
    if row["listed_id"] is not None:
        listed = ListedName(
            contact_id=str(row["listed_id"]),
            name=row["listed_name"],
            directory=row["directory"],
            label=row["directory_label"],
            others=row["listed_others"],
        )
    return ConversationView(
        id=str(row["id"]),
        kind=row["kind"],
        title=contact.name if contact else listed.name if listed else party.display,
        number=own_number({"id": row["number_id"], "e164": row["e164"], "label": row["label"]}, country),
        party=party,
        contact=contact,
        listed=listed,
        unread=row["unread"],
        read_up_to=str(row["read_up_to"]) if row["read_up_to"] else None,
        favourite=bool(row["favourite"]),
        muted=bool(row["muted"]),
        read_only=bool(row["read_only"]),
        opted_out=bool(row["opted_out"]),
        maybe_opt_out=row["maybe_opt_out"] is not None,
        blocked=bool(row["blocked"]),
        created_at=time_text(row["created_at"]),
        last_message=message_view(row) if row["message_id"] is not None else None,
    )


def contact_views(found: list[Any], numbers: list[Any], country: str) -> list[ContactView]:
    """Contacts with their numbers, from the rows of store.contacts or store.directories."""
    of: dict[int, list[ContactNumber]] = {}
    for row in numbers:
        shown = display(row["value"], country) if row["kind"] == "e164" else row["value"]
        number = ContactNumber(number=row["value"], display=shown, type=row["type"])
        of.setdefault(row["contact_id"], []).append(number)
    return [
        ContactView(
            id=str(row["id"]),
            name=row["name"],
            source=row["source"],
            source_label=row["source_label"],
            company=row["company"],
            job=row["job"],
            numbers=of.get(row["id"], []),
        )
        for row in found
    ]


def opt_out_view(row: Any, country: str) -> OptOutView:  # noqa: ANN401 - a row of store.opt_outs.SHOWN
    """An opt-out as admins see it."""
    number = None
    if row["number_id"] is not None:
        number = own_number({"id": row["number_id"], "e164": row["e164"], "label": row["label"]}, country)
    return OptOutView(
        id=str(row["id"]),
        party=party_view(row["party_kind"], row["party_value"], country),
        number=number,
        source=row["source"],
        wording=row["wording"],
        carrier=row["carrier"],
        message_id=None if row["message_id"] is None else str(row["message_id"]),
        made_by=maybe_person(row["made_by_id"], row["made_by_name"]),
        created_at=time_text(row["created_at"]),
        lifted_at=maybe_time(row["lifted_at"]),
        lifted_by=maybe_person(row["lifted_by_id"], row["lifted_by_name"]),
        lift_wording=row["lift_wording"],
    )


def hold_view(row: Any, country: str) -> HoldView:  # noqa: ANN401 - a row of store.holds.SHOWN
    """A legal hold as admins see it."""
    return HoldView(
        id=str(row["id"]),
        conversation_id=None if row["conversation_id"] is None else str(row["conversation_id"]),
        party=None if row["party_kind"] is None else party_view(row["party_kind"], row["party_value"], country),
        reason=row["reason"],
        made_by=maybe_person(row["made_by_id"], row["made_by_name"]),
        created_at=time_text(row["created_at"]),
        lifted_at=maybe_time(row["lifted_at"]),
        lifted_by=maybe_person(row["lifted_by_id"], row["lifted_by_name"]),
    )


def block_view(row: Any, country: str) -> BlockView:  # noqa: ANN401 - a row of store.blocks.SHOWN
    """A block as the user who made it sees it."""
    return BlockView(
        id=str(row["party_id"]),
        party=party_view(row["party_kind"], row["party_value"], country),
        source=row["source"],
        created_at=time_text(row["created_at"]),
    )


def maybe_person(id_: int | None, name: str) -> Person | None:
    """A user by id and name, None for nobody."""
    return None if id_ is None else Person(id=str(id_), name=name)


def party_view(kind: str, value: str, country: str) -> PartyView:
    """An outside party; only a phone has a spelling of its own."""
    shown = display(value, country) if kind == "e164" else value
    return PartyView(kind=kind, value=value, display=shown, answerable=kind != "alpha")  # type: ignore[arg-type]


def _message_fields(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    fields = dict(zip(row.keys(), row, strict=True))  # a row looks for each name it is asked for from its first on
    stands = _stands(
        fields["status"], fields["direction"], fields["problem_kind"], fields["problem_code"], fields["problem_text"]
    )
    author = None
    if fields["author_id"] is not None:
        author = Person(id=str(fields["author_id"]), name=fields["author_name"])
    return {
        "id": str(fields["message_id"]),
        "conversation_id": str(fields["conversation_id"]),
        "client_id": fields["client_id"],
        "direction": fields["direction"],
        "body": fields["body"],
        "status": fields["status"],
        "status_text": stands.words,
        "created_at": time_text(fields["message_created_at"]),
        "updated_at": time_text(fields["updated_at"]),
        "send_at": time_text(fields["deadline_at"]) if fields["status"] == Status.SCHEDULED else None,
        "scheduled_id": None if fields["scheduled_id"] is None else str(fields["scheduled_id"]),
        "author": author,
        "encoding": fields["encoding"],
        "segments": fields["segments"],
        "from_number": fields["from_number"],
        "carrier": fields["carrier"],
        "round": fields["round"],
        "retryable": stands.retryable,
        "cancellable": stands.cancellable,
        "flags": fields["flags"].split(),
        "problem": stands.problem,
    }


class _Stands(NamedTuple):
    words: str
    retryable: bool
    cancellable: bool
    problem: Problem | None


@lru_cache(maxsize=256)
def _stands(status: str, direction: str, kind: str, code: str, text: str) -> _Stands:
    """What follows from how a message stands, which is the same for most messages of a page."""
    known = Status(status)
    outbound = direction == "outbound"
    return _Stands(
        words=status_words(known, kind, code, text),
        retryable=outbound and known in RETRYABLE,
        cancellable=outbound and known in CANCELLABLE,
        problem=Problem(kind=kind, code=code, text=text) if kind else None,
    )


def _attempt_view(row: Any, parts: list[PartView]) -> AttemptView:  # noqa: ANN401 - a row
    return AttemptView(
        id=str(row["id"]),
        round=row["round"],
        carrier=row["carrier"],
        reference=row["reference"],
        started_at=time_text(row["started_at"]),
        finished_at=maybe_time(row["finished_at"]),
        outcome=row["outcome"],
        kind=row["kind"],
        code=row["code"],
        text=row["text"],
        parts=parts,
    )


def _receipt_view(row: Any) -> ReceiptView:  # noqa: ANN401 - a row
    return ReceiptView(
        carrier=row["carrier"],
        carrier_id=row["carrier_id"],
        status=row["status"],
        code=row["code"],
        text=row["text"],
        received_at=time_text(row["received_at"]),
        carrier_at=maybe_time(row["carrier_at"]),
        times=row["times"],
    )
