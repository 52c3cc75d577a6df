"""What clean-up keeps about itself: the periods in force, the last time that was sure, and what each run did."""

from collections.abc import Mapping
from typing import Any

import msgspec

from sidetone.domain.retention import Period, from_plain, to_plain
from sidetone.store.connection import Snapshot, Txn
from sidetone.store.meta import VALUE

PERIODS, SURE, STOPPED = "retention_periods", "retention_sure", "retention_stopped"
RUNS_KEPT = 200

SET = """
    INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
UNSET = "DELETE FROM meta WHERE key = :key"
# The newest times that were written down before anybody watched the clock.
LAST_TIMES = """
    SELECT (SELECT j.at FROM journal j WHERE j.seq = (SELECT max(i.seq) FROM journal i)) AS journal,
           (SELECT m.created_at FROM message m WHERE m.id = (SELECT max(i.id) FROM message i)) AS message,
           (SELECT max(b.ran_at) FROM job b WHERE b.name <> 'retention') AS job
"""
ADD_RUN = """
    INSERT INTO retention_run (started_at, ended_at, dry, outcome, report, asked_by)
    VALUES (:started_at, :now, :dry, :outcome, :report, :asked_by) RETURNING id
"""
TRIM_RUNS = "DELETE FROM retention_run WHERE id <= :upto"
RUNS = """
    SELECT r.id, r.started_at, r.ended_at, r.dry, r.outcome, r.report, u.id AS asked_by_id,
           u.display_name AS asked_by_name
    FROM retention_run r LEFT JOIN "user" u ON u.id = r.asked_by ORDER BY r.id DESC LIMIT :most
"""


def periods(look: Snapshot) -> dict[str, Period]:
    """The periods in force by their names; empty before the first run."""
    text = _value(look, PERIODS)
    return {} if text is None else from_plain(msgspec.json.decode(text))


def set_periods(txn: Txn, found: Mapping[str, Period]) -> None:
    """Keep them."""
    _set(txn, PERIODS, msgspec.json.encode(to_plain(found)).decode())


def sure(look: Snapshot) -> int | None:
    """The last time (ms) at which the clock was sure; at first the newest that anything was written down at."""
    text = _value(look, SURE)
    if text is not None:
        return int(text)
    row = look.one(LAST_TIMES)
    return max((at for at in (row["journal"], row["message"], row["job"]) if at is not None), default=None)


def noted_sure(look: Snapshot) -> int | None:
    """The last time (ms) that was noted as sure; None before the first."""
    text = _value(look, SURE)
    return None if text is None else int(text)


def set_sure(txn: Txn) -> None:
    """The clock is right now."""
    _set(txn, SURE, str(txn.now))


def note_stop(txn: Txn) -> None:
    """The daemon ends in order."""
    _set(txn, STOPPED, str(txn.now))


def take_stop(txn: Txn) -> int | None:
    """When the daemon ended in order, if it did; asked once in its next life."""
    text = _value(txn, STOPPED)
    txn.run(UNSET, {"key": STOPPED})
    return None if text is None else int(text)


def add_run(txn: Txn, run: Mapping[str, Any], asked_by: int | None) -> None:
    """Keep what a run did; only the newest are kept. `run`: `started_at`, `dry`, `outcome`, `report` (JSON)."""
    values = {**run, "dry": int(run["dry"]), "report": bytes(run["report"]).decode(), "asked_by": asked_by}
    row = txn.one(ADD_RUN, {**values, "now": txn.now})
    txn.run(TRIM_RUNS, {"upto": row["id"] - RUNS_KEPT})


def runs(look: Snapshot, most: int) -> list[Any]:
    """The last runs, newest first."""
    return look.all(RUNS, {"most": most})


def _value(look: Snapshot, key: str) -> str | None:
    row = look.one(VALUE, {"key": key})
    return None if row is None else str(row["value"])


def _set(txn: Txn, key: str, value: str) -> None:
    txn.run(SET, {"key": key, "value": value})
