"""What a phone can be told, what a section can say, and that nothing else is taken."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sidetone_handset
from plugins.handset.bench import ADA, BOB, Bench
from sidetone.plugin import (
    BadBehaviour,
    BadConfig,
)
from sidetone.testing.carrier_contract import load
from sidetone.testing.context import Workbench
from sidetone_handset.behaviour import LONGEST_DELAY, RECEIPTS, Behaviour


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": "red"},
        {"reachable": 1},
        {"reachable": None},
        {"delay": -1},
        {"delay": LONGEST_DELAY + 1},
        {"delay": float("nan")},
        {"delay": True},
        {"delay": "5"},
        {"reject": "everything"},
        {"receipts": ["normal"]},
        {"receipts": {}},
        {"defer": "yes"},
    ],
)
async def test_what_no_phone_can_do_is_refused_with_what_it_can(bench: Bench, changes: dict[str, object]) -> None:
    with pytest.raises(BadBehaviour) as caught:
        await bench.carrier.behave(ADA, {"delay": 3, **changes})
    assert (caught.value.status, caught.value.where) == (422, next(iter(changes)))
    assert caught.value.hint
    assert (await bench.carrier.phone(ADA)).behaviour == Behaviour().as_object()


@given(changes=st.dictionaries(st.text() | st.sampled_from([*Behaviour().as_object()]), st.from_type(object)))
def test_any_change_is_taken_or_refused(changes: dict[str, object]) -> None:
    try:
        changed = Behaviour().changed(changes)
    except BadBehaviour:
        return
    assert Behaviour().changed(changed.as_object()) == changed
    assert changed.receipts in RECEIPTS


@pytest.mark.parametrize(
    "table",
    [
        {"phones": ["0151 12345 Ada"]},
        {"phones": ["Ada"]},
        {"phones": [ADA, f"{ADA} again"]},
        {"phones": [ADA, BOB], "most": 1},
        {"phones": ADA},
        {"most": 0},
        {"colour": "red"},
    ],
)
def test_settings_that_cannot_be(table: dict[str, Any]) -> None:
    with pytest.raises(BadConfig):
        load(sidetone_handset, Workbench().context(table))
