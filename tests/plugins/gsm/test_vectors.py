"""PDUs from real devices and from other projects' tests, where a file of them lies beside the project.

A line is a JSON object with `pdu` and `expect`; `lenient` marks one that may be refused as well. SIDETONE_PDU_VECTORS
names another place.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from sidetone_gsm.pdu.fates import receipt_status
from sidetone_gsm.pdu.fault import PduError
from sidetone_gsm.pdu.header import Concat, Ports
from sidetone_gsm.pdu.messages import Deliver, Message, StatusReport, Submit
from sidetone_gsm.pdu.reading import read_pdu
from sidetone_gsm.pdu.times import Stamp, ValidityForm

PLACE = Path(
    os.environ.get("SIDETONE_PDU_VECTORS") or Path(__file__).parents[3] / "../shared/data/pdu_vectors.jsonl"
).resolve()
ROWS: list[dict[str, Any]] = (
    [json.loads(line) for line in PLACE.read_text("utf-8").splitlines()] if PLACE.exists() else []
)
STATUSES = {"delivered": "delivered", "trying": "sent", "failed": "undelivered"}


def test_they_are_here() -> None:
    if not ROWS:
        pytest.skip(f"no {PLACE.name} beside the project: its vectors were not tried")
    assert len(ROWS) >= 194


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_vector(row: dict[str, Any]) -> None:
    expected = row["expect"]
    try:
        message = read_pdu(row["pdu"], strict=True)
    except PduError:
        assert expected.get("error") or row.get("lenient")
        assert is_kept_or_refused(row["pdu"])
        return
    told = told_by(message)
    assert not expected.get("error")
    assert {name: told.get(name) for name in expected if name != "number_alt"} == {
        name: value for name, value in expected.items() if name != "number_alt"
    }


def is_kept_or_refused(pdu: str) -> bool:
    """What strict reading refuses is refused in earnest, or its user data is kept and said to be damaged."""
    try:
        message = read_pdu(pdu)
    except PduError:
        return True
    return not isinstance(message, StatusReport) and bool(message.content.damage)


def told_by(message: Message) -> dict[str, Any]:
    """A message in the words of the file."""
    address = message.sender if isinstance(message, Deliver) else message.recipient
    told: dict[str, Any] = {
        "smsc": message.smsc.value if message.smsc else None,
        "number": address.value,
        "number_type": address.kind.value,
    }
    if isinstance(message, Deliver):
        told |= {"timestamp": iso(message.stamp)}
    if isinstance(message, Submit):
        told |= {"mr": message.reference, "srr": message.report_wanted, "vp": validity(message)}
    if isinstance(message, StatusReport):
        told |= {
            "timestamp": iso(message.stamp),
            "discharge": iso(message.discharge),
            "mr": message.reference,
            "st": message.status,
            "st_class": next(name for name, status in STATUSES.items() if receipt_status(message.status) == status),
        }
        return told
    return told | content(message)


def content(message: Deliver | Submit) -> dict[str, Any]:
    body = message.content
    coding, header = body.coding, body.header
    waiting = coding.waiting
    return {
        "pid": message.pid,
        "dcs": coding.octet,
        "encoding": coding.alphabet.value,
        "class": coding.message_class,
        "text": body.text,
        "data": body.data.hex().upper(),
        "concat": concat(header.concat),
        "ports": ports(header.ports),
        "shift": {"locking": header.locking, "single": header.single},
        "mwi": {"store": waiting.store, "active": waiting.active, "kind": waiting.kind} if waiting else None,
    }


def concat(found: Concat | None) -> dict[str, int] | None:
    if found is None:
        return None
    return {"bits": found.bits, "ref": found.reference, "total": found.total, "seq": found.sequence}


def ports(found: Ports | None) -> dict[str, int] | None:
    if found is None:
        return None
    return {"bits": found.bits, "dst": found.destination, "src": found.source}


def validity(message: Submit) -> dict[str, Any] | None:
    period = message.validity
    if period is None:
        return None
    if period.form is ValidityForm.ABSOLUTE and period.until:
        return {"format": "absolute", "time": iso(period.until)}
    return {"format": period.form.name.lower(), "raw": period.raw[0]}


def iso(stamp: Stamp) -> str | None:
    return stamp.moment.isoformat() if stamp.moment else None
