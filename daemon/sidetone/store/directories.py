"""The copies of directories: who they know, by which number."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sidetone.domain.folding import folded
from sidetone.store import directory_search
from sidetone.store.connection import Snapshot, Txn
from sidetone.store.journal import Audience, EventType

MOST_TITLES = 1000  # conversations that one number's new name is told to at once

# Whose name a party's number shows: that of the first directory which the user `p` may see it in.
NAMED = """
    LEFT JOIN directory_number dn ON dn.id = (
        SELECT q.id FROM directory_number q JOIN directory qd ON qd.id = q.directory_id
        WHERE q.value = y.value AND q.shown <> '' AND y.kind = 'e164'
          AND (q.owner = '' OR q.owner = (SELECT pu.name FROM "user" pu WHERE pu.id = p.user_id))
        ORDER BY qd.place, q.contact_id, q.position LIMIT 1)
    LEFT JOIN directory d ON d.id = dn.directory_id
"""
NAMED_COLUMNS = """
    dn.contact_id AS listed_id, dn.shown AS listed_name, dn.others AS listed_others, d.name AS directory,
    d.label AS directory_label
"""

ALL = "SELECT id, name, label, place, setup, token, synced_at FROM directory ORDER BY place, id"
ADD = "INSERT INTO directory (name, label, place) VALUES (:name, :label, :place)"
PLACE = "UPDATE directory SET label = :label, place = :place WHERE id = :directory_id"
DONE = "UPDATE directory SET token = :token, setup = :setup, synced_at = :now WHERE id = :directory_id"
DROP = "DELETE FROM directory WHERE id = :directory_id"
COUNT = "SELECT count(*) AS n FROM directory_contact WHERE directory_id = :directory_id"
STORED = """
    SELECT c.id, c.print, c.modified FROM directory_contact c
    WHERE c.directory_id = :directory_id AND c.external_id = :external_id
"""
IDS = "SELECT c.id FROM directory_contact c WHERE c.directory_id = :directory_id"
SOME = "SELECT c.id FROM directory_contact c WHERE c.directory_id = :directory_id LIMIT :most"
PUT = """
    INSERT INTO directory_contact (directory_id, external_id, print, owner, kind, name, company, department, job, emails,
                                   url, modified, sought)
    VALUES (:directory_id, :external_id, :print, :owner, :kind, :name, :company, :department, :job, :emails, :url,
            :modified, :sought)
    ON CONFLICT (directory_id, external_id) DO UPDATE SET
        print = excluded.print, owner = excluded.owner, kind = excluded.kind, name = excluded.name,
        company = excluded.company, department = excluded.department, job = excluded.job, emails = excluded.emails,
        url = excluded.url, modified = excluded.modified, sought = excluded.sought
    RETURNING id
"""
REMOVE = "DELETE FROM directory_contact WHERE id = :contact_id"
VALUES_OF = "SELECT DISTINCT k.value FROM directory_number k WHERE k.contact_id = :contact_id"
REMOVE_NUMBERS = "DELETE FROM directory_number WHERE contact_id = :contact_id"
ADD_NUMBER = """
    INSERT INTO directory_number (contact_id, directory_id, owner, position, value, extension, type)
    VALUES (:contact_id, :directory_id, :owner, :position, :value, :extension, :type)
"""
HAVING = """
    SELECT k.id, k.contact_id, k.owner, k.extension, k.shown, k.others, c.kind, c.name, c.company
    FROM directory_number k JOIN directory_contact c ON c.id = k.contact_id
    WHERE k.value = :value AND k.directory_id = :directory_id ORDER BY k.contact_id, k.position LIMIT 500
"""
SHOWN = """
    SELECT k.owner, k.shown, k.others FROM directory_number k
    WHERE k.value = :value AND k.directory_id = :directory_id AND k.shown <> '' ORDER BY k.id
"""
SHOW = "UPDATE directory_number SET shown = :shown, others = :others WHERE id = :id"
TITLED = """
    SELECT c.id FROM party y JOIN conversation c ON c.party_id = y.id
    WHERE y.kind = 'e164' AND y.value = :value AND c.activity > 0 LIMIT :most
"""

# What a user may see of the directories.
SEEN = """
    SELECT c.id, c.name, c.company, c.job, d.name AS source, d.label AS source_label
    FROM directory_contact c JOIN directory d ON d.id = c.directory_id
"""
VISIBLE = """(c.owner = '' OR c.owner = (SELECT u.name FROM "user" u WHERE u.id = :user_id))"""
PAGE = f"""
    {SEEN}
    WHERE c.id > :after AND (:source = '' OR d.name = :source) AND {VISIBLE} ORDER BY c.id LIMIT :limit
"""
ONE = f"{SEEN} WHERE c.id = :contact_id AND {VISIBLE}"
OF_PARTY = f"""
    SELECT k.contact_id AS id FROM directory_number k
    JOIN directory d ON d.id = k.directory_id JOIN directory_contact c ON c.id = k.contact_id
    WHERE k.value = :value AND k.shown <> '' AND {VISIBLE} ORDER BY d.place, k.contact_id, k.position LIMIT 1
"""  # noqa: S608 - fragments of our own
NUMBERS = """
    SELECT k.contact_id, k.type, k.value, 'e164' AS kind FROM directory_number k
    WHERE k.contact_id = :contact_id AND k.extension = '' ORDER BY k.position
"""


class Listed(NamedTuple):
    """A record of a directory as it is stored. `numbers` are (E.164, extension, type); `modified` is ms or None."""

    external_id: str
    print: str
    owner: str
    kind: str
    name: str
    company: str
    department: str
    job: str
    emails: str
    url: str
    modified: int | None
    numbers: tuple[tuple[str, str, str], ...]


def everything(look: Snapshot) -> list[Any]:
    """Every directory that there is a copy of."""
    return look.all(ALL)


def arrange(txn: Txn, wanted: Sequence[tuple[str, str]]) -> list[int]:
    """Make or move the directories of these names and labels, in this order; the ids of those that are no more."""
    there = {row["name"]: row for row in txn.all(ALL)}
    for place, (name, label) in enumerate(wanted):
        row = there.pop(name, None)
        if row is None:
            txn.run(ADD, {"name": name, "label": label, "place": place})
        elif (row["label"], row["place"]) != (label, place):
            txn.run(PLACE, {"directory_id": row["id"], "label": label, "place": place})
    return [row["id"] for row in there.values()]


def changed(look: Snapshot, directory_id: int, records: Iterable[Listed]) -> tuple[list[Listed], list[int]]:
    """Which of these records are not stored as they are, and the ids of those that are stored in any way."""
    new: list[Listed] = []
    ids: list[int] = []
    for record in records:
        row = look.one(STORED, {"directory_id": directory_id, "external_id": record.external_id})
        if row is not None:
            ids.append(row["id"])
        if row is None or (row["print"] != record.print and not _is_older(record.modified, row["modified"])):
            new.append(record)
    return new, ids


def stored_ids(look: Snapshot, directory_id: int, external_ids: Iterable[str]) -> list[int]:
    """The ids of those that are stored."""
    rows = (look.one(STORED, {"directory_id": directory_id, "external_id": each}) for each in external_ids)
    return [row["id"] for row in rows if row is not None]


def all_ids(look: Snapshot, directory_id: int) -> list[int]:
    """The ids of all contacts of a directory."""
    return [row["id"] for row in look.all(IDS, {"directory_id": directory_id})]


def count(look: Snapshot, directory_id: int) -> int:
    """How many contacts there are of a directory."""
    return int(look.one(COUNT, {"directory_id": directory_id})["n"])


def put(txn: Txn, directory_id: int, records: Sequence[Listed]) -> list[int]:
    """Store these records in place of what they were; their ids. Screens hear of titles that change with them."""
    former = stored_ids(txn, directory_id, (record.external_id for record in records))
    touched = _values(txn, former) | {number[0] for record in records for number in record.numbers}
    before = {value: _shown(txn, directory_id, value) for value in touched}
    ids = [_put(txn, directory_id, record) for record in records]
    _retitle(txn, directory_id, before)
    return ids


def remove(txn: Txn, directory_id: int, ids: Sequence[int]) -> None:
    """Forget these contacts. Screens hear of titles that change with them."""
    before = {value: _shown(txn, directory_id, value) for value in _values(txn, ids)}
    for contact_id in ids:
        directory_search.forget(txn, contact_id)
        txn.run(REMOVE, {"contact_id": contact_id})
    _retitle(txn, directory_id, before)


def remove_some(txn: Txn, directory_id: int, most: int) -> int:
    """Forget so many contacts of a directory that is no more, and the directory with the last; how many there were."""
    ids = [row["id"] for row in txn.all(SOME, {"directory_id": directory_id, "most": most})]
    remove(txn, directory_id, ids)
    if len(ids) < most:
        txn.run(DROP, {"directory_id": directory_id})
    return len(ids)


def done(txn: Txn, directory_id: int, token: str | None, setup: str) -> None:
    """A sync has come to its end."""
    txn.run(DONE, {"directory_id": directory_id, "token": token, "setup": setup, "now": txn.now})


def page(look: Snapshot, values: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Contacts of directories in the order of their ids, and the numbers of all of them; `store.contacts.page` alike."""
    found = directory_search.page(look, values) if values["words"] else look.all(PAGE, values)
    return found, [number for row in found for number in look.all(NUMBERS, {"contact_id": row["id"]})]


def one(look: Snapshot, user_id: int, contact_id: int) -> tuple[list[Any], list[Any]]:
    """As `page`, for one contact or none."""
    row = look.one(ONE, {"user_id": user_id, "contact_id": contact_id})
    return ([], []) if row is None else ([row], look.all(NUMBERS, {"contact_id": contact_id}))


def of_number(look: Snapshot, user_id: int, value: str) -> tuple[list[Any], list[Any]]:
    """As `page`, for the contact that names this number."""
    row = look.one(OF_PARTY, {"user_id": user_id, "value": value})
    return ([], []) if row is None else one(look, user_id, row["id"])


def _is_older(modified: int | None, stored: int | None) -> bool:
    return modified is not None and stored is not None and modified < stored


def _put(txn: Txn, directory_id: int, record: Listed) -> int:
    sought = folded(f"{record.name} {record.company}".strip())
    values = {**record._asdict(), "directory_id": directory_id, "sought": sought}
    del values["numbers"]
    contact_id = int(txn.one(PUT, values)["id"])
    txn.run(REMOVE_NUMBERS, {"contact_id": contact_id})
    for position, (value, extension, type_) in enumerate(record.numbers):
        number = {"contact_id": contact_id, "directory_id": directory_id, "owner": record.owner, "position": position}
        txn.run(ADD_NUMBER, {**number, "value": value, "extension": extension, "type": type_})
    directory_search.learn(txn, contact_id, sought, [number[0] for number in record.numbers])
    return contact_id


def _values(look: Snapshot, ids: Iterable[int]) -> set[str]:
    return {row["value"] for contact_id in ids for row in look.all(VALUES_OF, {"contact_id": contact_id})}


def _shown(look: Snapshot, directory_id: int, value: str) -> list[tuple[str, ...]]:
    return [tuple(row) for row in look.all(SHOWN, {"directory_id": directory_id, "value": value})]


def _retitle(txn: Txn, directory_id: int, before: dict[str, list[tuple[str, ...]]]) -> None:
    """Settle whose name each of these numbers shows; conversations hear of it where that is not what it was."""
    for value, shown_before in sorted(before.items()):
        rows = txn.all(HAVING, {"value": value, "directory_id": directory_id})
        for owner in {row["owner"] for row in rows}:
            for row, (shown, others) in _names([row for row in rows if row["owner"] == owner]):
                if (row["shown"], row["others"]) != (shown, others):
                    txn.run(SHOW, {"id": row["id"], "shown": shown, "others": others})
        if _shown(txn, directory_id, value) != shown_before:
            for row in txn.all(TITLED, {"value": value, "most": MOST_TITLES}):
                txn.emit(EventType.CONVERSATION_UPDATED, Audience.CONVERSATION, row["id"], row["id"])


def _names(rows: list[Any]) -> list[tuple[Any, tuple[str, int]]]:
    """For each row of one number what it shows: a name for the first that has the number itself, else nothing.

    Who share a number are shown as their company if they have one in common. An extension is somebody's own desk: of
    the number before it only the company is known.
    """
    direct = [row for row in rows if not row["extension"]]
    people = {row["contact_id"]: row for row in (direct or rows)}
    first = next((row for row in people.values() if row["kind"] == "company"), next(iter(people.values())))
    companies = {row["company"] or (row["name"] if row["kind"] == "company" else "") for row in people.values()}
    common = companies.pop() if len(companies) == 1 else ""
    shown = first["name"] if direct and (len(people) == 1 or not common) else common
    others = len(people) - 1 if direct and not common else 0
    return [(row, (shown, others) if row["id"] == first["id"] else ("", 0)) for row in rows]
