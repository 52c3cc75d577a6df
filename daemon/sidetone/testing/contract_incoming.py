"""What every carrier must keep to when a text, or a stranger, comes in."""

# A suite is tests: it asserts, and its tests' names say what they hold.
# ruff: noqa: S101, D102

from itertools import product

import pytest

from sidetone.errors import StoreFull
from sidetone.plugin.abilities import PollsInbound, Window
from sidetone.plugin.carrier import TakesWebhooks, WebhookAnswer, WebhookRequest
from sidetone.testing.carrier_rig import OUR_NUMBER, THEIR_NUMBER, Loaded
from sidetone.testing.contract_sending import BODIES

FULL = StoreFull("The disk is full.")
HOUR = 3_600_000  # ms
TAILS = ((), ("",), ("message",), ("x" * 5000, "status"), ("\ud800", "message"), ("..", "é\0", ""))
JUNK = (b"", b"{", b"[" * 9000, b"\xff\xfe" * 500, b"From=%2B49&To=%&Body=%FF&&=", b"x" * 65536)
KINDS = ("", "application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=", "é/\0")


class IncomingContract:
    """Nothing is acknowledged that is not stored, nothing is stored that has not proven itself."""

    @pytest.mark.parametrize("kind", BODIES)
    async def test_a_text_comes_in_as_it_was_written(self, loaded: Loaded, kind: str) -> None:
        assert await loaded.rig.text_in(BODIES[kind])
        (text,) = loaded.rig.workbench.way_in.texts
        assert (text.sender, text.recipient, text.body) == (THEIR_NUMBER, OUR_NUMBER, BODIES[kind])

    async def test_texts_that_come_in_have_ids_of_their_own(self, loaded: Loaded) -> None:
        assert [await loaded.rig.text_in("same") for _ in range(3)] == [True] * 3
        ids = [text.carrier_id for text in loaded.rig.workbench.way_in.texts]
        assert len(set(ids)) == 3 or set(ids) == {None}

    async def test_a_text_that_comes_again_is_the_same_and_is_acknowledged_again(self, loaded: Loaded) -> None:
        assert await loaded.rig.text_in("once")
        assert await loaded.rig.text_again()
        first, *more = loaded.rig.workbench.way_in.texts
        assert {(text.carrier_id, text.carrier_time) for text in more} <= {(first.carrier_id, first.carrier_time)}

    async def test_what_is_not_stored_is_not_acknowledged(self, loaded: Loaded) -> None:
        way_in = loaded.rig.workbench.way_in
        way_in.failure = FULL
        assert not await loaded.rig.text_in("lost?")
        way_in.failure = None
        assert await loaded.rig.text_again()
        assert [text.body for text in way_in.texts] == ["lost?"]

    async def test_who_proves_nothing_is_refused(self, loaded: Loaded) -> None:
        if not isinstance(loaded.carrier, TakesWebhooks):
            return  # an ability that not every carrier has
        status = await loaded.rig.forge("canary")
        assert 400 <= status < 500
        self._nothing_came(loaded)

    @pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
    async def test_junk_is_refused_and_nothing_else(self, loaded: Loaded, method: str) -> None:
        carrier: object = loaded.carrier
        if not isinstance(carrier, TakesWebhooks):
            return  # an ability that not every carrier has
        for tail, body, kind in product(TAILS, JUNK, KINDS):
            query = body[:2000].decode("utf-8", "surrogateescape") if method == "GET" else ""
            url = loaded.context.webhook_url(*tail)
            headers = {"content-type": kind} if kind else {}
            answer = await carrier.webhook(
                WebhookRequest(
                    tail=tail, method=method, query=query, headers=headers, body=body, remote="192.0.2.1", url=url
                )
            )
            assert isinstance(answer, WebhookAnswer)
            assert 400 <= answer.status < 500, (tail, body[:20], kind)
            assert not any(secret.encode() in answer.body for secret in loaded.rig.secrets)
        self._nothing_came(loaded)

    async def test_what_is_authentic_and_odd_is_kept_before_it_is_acknowledged(self, loaded: Loaded) -> None:
        if not isinstance(loaded.carrier, TakesWebhooks):
            return  # an ability that not every carrier has
        way_in = loaded.rig.workbench.way_in
        way_in.failure = FULL
        assert not await loaded.rig.call_oddly()
        way_in.failure = None
        assert await loaded.rig.call_oddly()
        assert len(way_in.odd) == 1
        assert way_in.odd[0].reason
        assert (way_in.texts, way_in.receipts) == ([], [])

    async def test_texts_that_nobody_brought_come_with_the_list(self, loaded: Loaded) -> None:
        carrier: object = loaded.carrier
        if not isinstance(carrier, PollsInbound):
            return  # an ability that not every carrier has
        assert carrier.poll_every >= 0
        windows = [Window(number=OUR_NUMBER, since=loaded.rig.workbench.clock.now() - HOUR)]
        assert await loaded.rig.text_in("told")
        for body in BODIES.values():
            await loaded.rig.text_untold(body)
        for _ in range(2):
            await carrier.poll(windows)
        texts = {text.carrier_id: text.body for text in loaded.rig.workbench.way_in.texts}
        assert None not in texts
        assert sorted(texts.values()) == sorted(["told", *BODIES.values()])

    async def test_a_list_that_cannot_be_stored_is_not_done_with(self, loaded: Loaded) -> None:
        carrier: object = loaded.carrier
        if not isinstance(carrier, PollsInbound):
            return  # an ability that not every carrier has
        windows = [Window(number=OUR_NUMBER, since=loaded.rig.workbench.clock.now() - HOUR)]
        await loaded.rig.text_untold("kept")
        loaded.rig.workbench.way_in.failure = FULL
        with pytest.raises(StoreFull):
            await carrier.poll(windows)
        loaded.rig.workbench.way_in.failure = None
        await carrier.poll(windows)
        assert [text.body for text in loaded.rig.workbench.way_in.texts] == ["kept"]

    @staticmethod
    def _nothing_came(loaded: Loaded) -> None:
        way_in = loaded.rig.workbench.way_in
        assert (way_in.texts, way_in.receipts, way_in.odd) == ([], [], [])
