"""What a carrier knows of consent before we do: an opt-out that a receipt tells, a word that it has acted on itself."""

import pytest

from delivery.stage import OWN, PARTY, WatchedStore
from delivery.words import Ears
from sidetone.delivery.opted_out import OptedOut
from sidetone.domain.incoming import Receipt
from sidetone.domain.keywords import Keyword
from sidetone.domain.outcome import Accepted, RejectKind
from sidetone.domain.status import ReceiptStatus
from sidetone.testing.clock import FakeClock

BAD = ReceiptStatus.UNDELIVERED
SAID = {"code": "21610", "text": "asked for no more", "kind": RejectKind.OPTED_OUT}


@pytest.fixture
def ears(store: WatchedStore, clock: FakeClock) -> Ears:
    return Ears(store, clock)


@pytest.mark.parametrize("early", [False, True])
async def test_an_opt_out_that_only_a_receipt_tells_is_ours_from_now_on(ears: Ears, early: bool) -> None:
    ada = await ears.people()
    await ears.engine.start()
    gate = ears.carrier.hold() if early else None
    ears.engine.open(ears.carrier)
    message = await ears.text(ada)
    await ears.store.calm()
    await ears.receipt("id-1-0", BAD, **SAID)
    if gate is not None:
        assert await ears.listed_opt_outs(ada) == []
        gate.set()
    detail = await ears.detail(ada, message)
    assert (detail.status, detail.problem and detail.problem.kind) == ("undelivered", "opted_out")
    (view,) = await ears.listed_opt_outs(ada)
    assert (view.party.value, view.number and view.number.number) == (PARTY, OWN)
    assert (view.source, view.carrier, view.wording) == ("carrier", "main", "asked for no more 21610")
    assert view.message_id == message.id
    with pytest.raises(OptedOut):
        await ears.text(ada)
    await ears.engine.stop()


async def test_the_same_receipt_again_does_not_undo_a_start(ears: Ears) -> None:
    ada = await ears.people()
    await ears.engine.start()
    ears.answers = "carrier"
    ears.carrier.always(Accepted(("one", "two")))
    ears.engine.open(ears.carrier)
    message = await ears.text(ada)
    assert await ears.status(ada, message) == "sent"
    await ears.receipt("one", BAD, **SAID)
    await ears.say("START")
    assert await ears.listed_opt_outs(ada) == []
    await ears.receipt("one", BAD, **SAID)
    await ears.receipt("two", ReceiptStatus.DELIVERED)
    assert await ears.listed_opt_outs(ada) == []
    await ears.engine.stop()


async def test_a_receipt_may_lie_about_its_kind(ears: Ears) -> None:
    ada = await ears.people()
    odd = Receipt(carrier_id="id-1-0", status=BAD, kind="what")  # type: ignore[arg-type]
    await ears.way_in.receipt("main", odd)
    assert await ears.listed_opt_outs(ada) == []


async def test_a_word_that_only_the_carrier_knows_counts_and_is_not_answered_again(ears: Ears) -> None:
    """An account may have words of its own; the carrier has confirmed them, whoever is to answer ours."""
    ada = await ears.people()
    await ears.say("Basta cosi", says=Keyword.STOP)
    (view,) = await ears.listed_opt_outs(ada)
    assert (view.source, view.wording) == ("keyword", "Basta cosi")
    assert [body for _, body, _ in await ears.thread()] == ["Basta cosi"]
    await ears.say("Ricomincia", says=Keyword.START)
    assert await ears.listed_opt_outs(ada) == []
    await ears.say("stop, help!", says=Keyword.HELP)
    assert await ears.listed_opt_outs(ada) == []
    assert len(await ears.thread()) == 3


async def test_a_plugin_may_lie_about_a_word(ears: Ears) -> None:
    ada = await ears.people()
    await ears.say("hello", says="stop")
    assert await ears.listed_opt_outs(ada) == []
