"""Who must not be texted: since when, by what, and when that was lifted. Nothing here is ever deleted."""

from typing import Any

from sidetone.store.connection import Snapshot, Txn
from sidetone.store.journal import Audience, EventType

MOST_TOLD = 1000  # screens' conversations that are told of one change
LONGEST_WORDING = 200

# The scope of one: the number, and with it every number of the same service; without a number the whole company.
# `x` is the opt-out, `xn` its number, `n` the number of ours in question.
SCOPE = """
    (x.number_id IS NULL OR x.number_id = n.id
     OR (xn.owner_kind = 'service' AND xn.owner_kind = n.owner_kind AND xn.owner_id = n.owner_id))
"""
# Whether one is in force between `n` and the party of `c`.
STANDS = f"""
    EXISTS (SELECT 1 FROM opt_out x LEFT JOIN number xn ON xn.id = x.number_id
            WHERE x.party_id = c.party_id AND x.lifted_at IS NULL AND {SCOPE})
"""  # noqa: S608 - fragments of our own
STANDING = f"""
    SELECT x.id, x.number_id, x.source, x.carrier, x.created_at, u.display_name AS made_by_name
    FROM opt_out x JOIN number n ON n.id = :number_id LEFT JOIN number xn ON xn.id = x.number_id
    LEFT JOIN "user" u ON u.id = x.made_by
    WHERE x.party_id = :party_id AND x.lifted_at IS NULL AND {SCOPE} ORDER BY x.id LIMIT 1
"""  # noqa: S608 - fragments of our own
FIND = """
    SELECT id FROM opt_out
    WHERE party_id = :party_id AND coalesce(number_id, 0) = coalesce(:number_id, 0) AND lifted_at IS NULL
"""
ADD = """
    INSERT INTO opt_out (number_id, party_id, source, wording, carrier, message_id, made_by, created_at)
    VALUES (:number_id, :party_id, :source, :wording, :carrier, :message_id, :made_by, :now) RETURNING id
"""
LIFT = """
    UPDATE opt_out SET lifted_at = :now, lifted_by = :lifted_by, lift_wording = :wording
    WHERE id = :id AND lifted_at IS NULL
"""
# What a party can lift by a word to `n`: what concerns that number, not what concerns the whole company.
LIFTABLE = f"""
    SELECT x.id FROM opt_out x JOIN number n ON n.id = :number_id JOIN number xn ON xn.id = x.number_id
    WHERE x.party_id = :party_id AND x.lifted_at IS NULL AND {SCOPE} ORDER BY x.id
"""  # noqa: S608 - fragments of our own
SUBJECT = "SELECT number_id, party_id FROM opt_out WHERE id = :id"
SHOWN = """
    SELECT x.id, x.number_id, x.source, x.wording, x.carrier, x.message_id, x.created_at, x.lifted_at, x.lift_wording,
           y.kind AS party_kind, y.value AS party_value, n.e164, n.label,
           u.id AS made_by_id, u.display_name AS made_by_name, v.id AS lifted_by_id, v.display_name AS lifted_by_name
    FROM opt_out x JOIN party y ON y.id = x.party_id LEFT JOIN number n ON n.id = x.number_id
    LEFT JOIN "user" u ON u.id = x.made_by LEFT JOIN "user" v ON v.id = x.lifted_by
"""
ONE = f"{SHOWN} WHERE x.id = :id"
# Without a party `:party_id` is 0, without a number so is `:number_id`; -1 asks for those of the whole company.
PAGE = f"""
    {SHOWN}
    WHERE x.id < :before AND (:party_id = 0 OR x.party_id = :party_id)
      AND (:number_id = 0 OR coalesce(x.number_id, -1) = :number_id)
      AND (:state <> 'in_force' OR x.lifted_at IS NULL) AND (:state <> 'lifted' OR x.lifted_at IS NOT NULL)
    ORDER BY x.id DESC LIMIT :limit
"""
# The same for one party, by its own index.
PAGE_OF_PARTY = f"""
    {SHOWN}
    WHERE x.party_id = :party_id AND x.id < :before AND (:number_id = 0 OR coalesce(x.number_id, -1) = :number_id)
      AND (:state <> 'in_force' OR x.lifted_at IS NULL) AND (:state <> 'lifted' OR x.lifted_at IS NOT NULL)
    ORDER BY x.id DESC LIMIT :limit
"""
ADDRESSED = """
    SELECT m.number_id, c.party_id FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.id = :message_id
"""
CONCERNED = """
    SELECT p.user_id, c.id AS conversation_id
    FROM conversation c JOIN participant p ON p.conversation_id = c.id
    JOIN number n ON n.id = c.number_id LEFT JOIN number xn ON xn.id = :number_id
    WHERE c.party_id = :party_id AND p.activity > 0
      AND (:number_id IS NULL OR n.id = :number_id
           OR (xn.owner_kind = 'service' AND xn.owner_kind = n.owner_kind AND xn.owner_id = n.owner_id))
    ORDER BY c.id LIMIT :most
"""


def standing(look: Snapshot, number_id: int, party_id: int) -> Any:  # noqa: ANN401 - a row
    """What forbids texts from a number of ours to a party: a row of `STANDING`, or None."""
    return look.one(STANDING, {"number_id": number_id, "party_id": party_id})


def add(
    txn: Txn,
    number_id: int | None,
    party_id: int,
    source: str,
    *,
    wording: str = "",
    carrier: str = "",
    message_id: int | None = None,
    made_by: int | None = None,
) -> tuple[int, bool]:
    """Forbid texts to a party, from one number or (None) from all; its id, and whether that is new."""
    key = {"number_id": number_id, "party_id": party_id}
    there = txn.one(FIND, key)
    if there is not None:
        return int(there["id"]), False
    values = {"source": source, "wording": wording[:LONGEST_WORDING], "carrier": carrier, "message_id": message_id}
    row = txn.one(ADD, {**key, **values, "made_by": made_by, "now": txn.now})
    announce(txn, number_id, party_id)
    return int(row["id"]), True


def note_carrier(txn: Txn, message_id: int, carrier: str, wording: str) -> None:
    """The carrier says of a message of ours that its party has opted out: that is ours to heed from now on."""
    row = txn.one(ADDRESSED, {"message_id": message_id})
    if row is not None:
        key = (row["number_id"], row["party_id"], "carrier")
        add(txn, *key, wording=wording.strip(), carrier=carrier, message_id=message_id)


def liftable(look: Snapshot, number_id: int, party_id: int) -> list[int]:
    """The ids of what a party may lift by a word to a number of ours."""
    return [row["id"] for row in look.all(LIFTABLE, {"number_id": number_id, "party_id": party_id})]


def lift(txn: Txn, id_: int, *, wording: str, lifted_by: int | None = None) -> bool:
    """Allow texts again; False when that has been done before. `lifted_by` None is the party itself."""
    values = {"id": id_, "wording": wording[:LONGEST_WORDING], "lifted_by": lifted_by, "now": txn.now}
    if not txn.run(LIFT, values):
        return False
    row = txn.one(SUBJECT, {"id": id_})
    announce(txn, row["number_id"], row["party_id"])
    return True


def one(look: Snapshot, id_: int) -> Any:  # noqa: ANN401 - a row
    """A row of `SHOWN`, or None."""
    return look.one(ONE, {"id": id_})


def page(look: Snapshot, values: dict[str, Any]) -> list[Any]:
    """Rows of `SHOWN`, newest first; `values` are those of `PAGE`."""
    return look.all(PAGE_OF_PARTY if values["party_id"] else PAGE, values)


def announce(txn: Txn, number_id: int | None, party_id: int) -> None:
    """Tell the screens that show a conversation which this concerns."""
    values = {"number_id": number_id, "party_id": party_id, "most": MOST_TOLD}
    for row in txn.all(CONCERNED, values):
        txn.emit(EventType.CONVERSATION_UPDATED, Audience.USER, row["user_id"], row["conversation_id"])
