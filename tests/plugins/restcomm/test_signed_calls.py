"""Call-backs of services that sign: forged, replayed or with a wrong key they change nothing and are told in words."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession
from hypothesis import given
from hypothesis import strategies as st

import sidetone_restcomm
from plugins.restcomm.rig import SECRET, RestcommRig, loaded_rig, section
from sidetone.plugin import State, TakesWebhooks, WebhookRequest
from sidetone.testing.carrier_contract import OUR_NUMBER, THEIR_NUMBER, Loaded, load
from sidetone.testing.context import Workbench
from sidetone.testing.twilio_calls import FORM, Signer, status_fields, text_fields
from sidetone.testing.twilio_far_side import SIGNING_KEY, TOKEN

SERVICES = ["twilio", "signalwire"]
each_service = pytest.mark.parametrize("service", SERVICES)
SHARED = "the secret of a shared key"


class Forger:
    """Knows the address and how texts are signed, and may lack the key."""

    def __init__(self, rig: RestcommRig, http: ClientSession) -> None:
        self.rig, self.http = rig, http
        self.signer: Signer = rig.far_side.signer
        self.url = self.signed_url = rig.sms_url
        self.kind = FORM
        self.meddle: Callable[[bytes], bytes] = lambda body: body

    async def call(self, *, headers: dict[str, str] | None = None) -> int:
        """Bring a text; the status that is answered."""
        sms = self.rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "pay here")
        _, body, own = self.signer.call(self.signed_url, "POST", text_fields(sms))
        sent = {**own, "Content-Type": self.kind} if headers is None else headers
        async with self.http.post(self.url, data=self.meddle(body or b""), headers=sent) as answer:
            return answer.status


@asynccontextmanager
async def forging(service: str, **changes: object) -> AsyncIterator[tuple[Forger, Loaded]]:
    async with loaded_rig(service, **changes) as (rig, loaded), ClientSession() as http:
        yield Forger(rig, http), loaded


def stored(rig: RestcommRig) -> int:
    way_in = rig.workbench.way_in
    return len(way_in.texts) + len(way_in.receipts) + len(way_in.odd)


def no_signature(forger: Forger) -> dict[str, str]:
    return {"Content-Type": FORM}


def wrong_key(forger: Forger) -> None:
    forger.signer = replace(forger.signer, key="0" * 32)


def another_url(forger: Forger) -> None:
    forger.signed_url = f"{forger.url}?other=1"


def changed_text(forger: Forger) -> None:
    forger.meddle = lambda body: body.replace(b"pay", b"PAY")


def more_fields(forger: Forger) -> None:
    forger.meddle = lambda body: body + b"&Body=more"


def fewer_fields(forger: Forger) -> None:
    forger.meddle = lambda body: body.rpartition(b"&")[0]


def other_kind(forger: Forger) -> None:
    forger.kind = "text/plain"


def unknown_algorithm(forger: Forger) -> None:
    if forger.rig.table["profile"] == "twilio":
        forger.signer = replace(forger.signer, shared_key="key,algorithm=HMAC_MD5")
    else:
        forger.signer = replace(forger.signer, key="")


FORGERIES = [
    no_signature,
    wrong_key,
    another_url,
    changed_text,
    more_fields,
    fewer_fields,
    other_kind,
    unknown_algorithm,
]


@each_service
@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_forged_call_changes_nothing_and_is_told(service: str, forgery: Callable[[Forger], Any]) -> None:
    async with forging(service) as (forger, loaded):
        assert await forger.call(headers=forgery(forger)) == 403
        assert stored(forger.rig) == 0
        health = await loaded.carrier.health()
        assert health.state is State.DEGRADED
        assert "A call-back was refused: " in health.sentence
        events = [entry for entry in forger.rig.workbench.logged if entry["event"] == "call-back refused"]
        assert len(events) == 1
        assert events[0]["reason"]


@each_service
async def test_a_good_call_after_a_forged_one_is_taken_and_mends_the_state(service: str) -> None:
    async with forging(service) as (forger, loaded):
        await forger.call(headers={})
        assert await forger.call() == 200
        assert len(forger.rig.workbench.way_in.texts) == 1
        assert (await loaded.carrier.health()).state is State.OK


@each_service
async def test_a_replayed_call_is_the_same_message(service: str) -> None:
    async with loaded_rig(service) as (rig, _):
        sms = rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "once")
        for _again in range(3):
            assert (await rig.far_side.deliver(sms, rig.sms_url)).notification is None
        assert {text.carrier_id for text in rig.workbench.way_in.texts} == {sms.sid}


@each_service
async def test_many_forgeries_are_one_line_of_log_an_hour(service: str) -> None:
    async with forging(service) as (forger, _):
        for _again in range(20):
            await forger.call(headers={})
        await forger.rig.clock.advance(3600)
        await forger.call(headers={})
        assert [entry["event"] for entry in forger.rig.workbench.logged].count("call-back refused") == 2


@each_service
async def test_whoever_does_not_know_the_address_cannot_even_trouble_the_state(service: str) -> None:
    async with forging(service) as (forger, loaded):
        forger.url = forger.url.replace(SECRET, "a-guess-of-the-secret")
        assert await forger.call() == 403
        assert stored(forger.rig) == 0
        health = await loaded.carrier.health()
        assert (health.state, "call with a wrong secret" in health.sentence) == (State.OK, True)


@each_service
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_calls_by_get_are_proven_too(service: str, method: str) -> None:
    async with loaded_rig(service) as (rig, _):
        sms = rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "Grüße & 1+1=2 👍")
        for url in (rig.sms_url, f"{rig.sms_url}?site=1"):
            assert (await rig.far_side.deliver(sms, url, method=method)).notification is None
        assert [text.body for text in rig.workbench.way_in.texts] == ["Grüße & 1+1=2 👍"] * 2


@each_service
async def test_json_calls_are_proven_over_their_bytes(service: str) -> None:
    async with loaded_rig(service) as (rig, _):
        rig.far_side.signer = replace(rig.far_side.signer, as_json=True)
        sms = rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "Grüße 👍")
        assert (await rig.far_side.deliver(sms, rig.sms_url)).notification is None
        assert rig.workbench.way_in.texts[0].body == "Grüße 👍"
        rig.far_side.signer = replace(rig.far_side.signer, key="wrong")
        assert (await rig.far_side.deliver(sms, rig.sms_url)).status == 403


@each_service
async def test_json_that_is_authentic_and_unknown_is_kept_raw(service: str) -> None:
    async with forging(service) as (forger, loaded):
        signer = replace(forger.signer, as_json=True)
        url, body, headers = signer.call(forger.url, "POST", [("event", "new-shape"), ("payload", "1")])
        async with forger.http.post(url, data=body, headers=headers) as answer:
            assert answer.status == 200
        (odd,) = forger.rig.workbench.way_in.odd
        assert json.loads(odd.raw) == {"event": "new-shape", "payload": "1"}
        assert (await loaded.carrier.health()).state is State.OK


async def test_a_shared_key_signs_with_sha_256() -> None:
    async with loaded_rig("twilio", shared_key=SHARED) as (rig, _):
        rig.far_side.signer = Signer(key=SHARED, shared_key="webhooks_sharedkey_1")
        assert await rig.text_in("signed with the shared key")
        rig.far_side.signer = Signer(key=TOKEN)
        assert await rig.text_in("signed with the account's token")
        rig.far_side.signer = Signer(key=TOKEN, shared_key="webhooks_sharedkey_1")
        assert not await rig.text_in("the token is no shared key")
        assert len(rig.workbench.way_in.texts) == 2


async def test_a_shared_key_that_is_not_set_is_said() -> None:
    async with loaded_rig("twilio") as (rig, loaded):
        rig.far_side.signer = Signer(key=SHARED, shared_key="webhooks_sharedkey_1")
        assert not await rig.text_in("hello")
        assert "`shared_key` is not set" in (await loaded.carrier.health()).sentence


async def test_with_an_api_key_the_accounts_own_token_signs() -> None:
    api_key, secret = "SK" + "1" * 32, "the secret of the api key"
    async with loaded_rig("twilio") as (rig, _):
        rig.far_side.api_key = (api_key, secret)
        context = rig.workbench.context({**rig.table, "api_key": api_key, "auth_token": secret, "signing_key": TOKEN})
        carrier = rig.plugin.sidetone_carrier(context)
        await carrier.start()
        rig.hooks.carrier = carrier
        assert await rig.text_in("signed by the account")
        rig.far_side.signer = Signer(key=secret)
        assert not await rig.text_in("signed by nobody")
        await context.close()


@each_service
async def test_statuses_are_proven_as_well(service: str) -> None:
    async with forging(service) as (forger, _):
        sms = forger.rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "x")
        url = forger.url.replace("/message", "/status/r1")
        fields = status_fields(sms, "delivered", "")
        async with forger.http.post(url, data=urlencode(fields), headers={"Content-Type": FORM}) as answer:
            assert answer.status == 403
        assert stored(forger.rig) == 0
        signed_url, body, headers = forger.signer.call(url, "POST", fields)
        async with forger.http.post(signed_url, data=body, headers=headers) as answer:
            assert answer.status == 200
        assert len(forger.rig.workbench.way_in.receipts) == 1


@each_service
@pytest.mark.parametrize("spelling", ["", ":443"])
async def test_behind_a_proxy_the_public_address_is_what_was_signed(service: str, spelling: str) -> None:
    async with forging(service) as (forger, _):
        behind, public = forger.rig.hooks.url, "https://messages.example.com"
        forger.rig.hooks.url = public
        sms = forger.rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "through a proxy")
        told = f"{public}{spelling}/hooks/test/{SECRET}/message?site=1"
        url, body, headers = forger.signer.call(told, "POST", text_fields(sms))
        through = url.replace(f"{public}{spelling}", behind)
        headers = {**headers, "Host": "10.0.0.5", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
        async with forger.http.post(through, data=body, headers=headers) as answer:
            assert answer.status == 200
        url, body, headers = forger.signer.call(through, "POST", text_fields(sms))
        async with forger.http.post(through, data=body, headers=headers) as answer:
            assert answer.status == 403


@each_service
async def test_another_accounts_call_is_refused_though_it_is_signed(service: str) -> None:
    async with loaded_rig(service) as (rig, loaded):
        sms = replace(rig.far_side.text(THEIR_NUMBER, OUR_NUMBER, "x"), account_sid="AC" + "0" * 32)
        assert (await rig.far_side.deliver(sms, rig.sms_url)).status == 403
        assert stored(rig) == 0
        assert "another account's" in (await loaded.carrier.health()).sentence


async def test_signalwires_token_signs_nothing() -> None:
    async with loaded_rig("signalwire") as (rig, _):
        assert rig.far_side.signer.key == SIGNING_KEY
        rig.far_side.signer = replace(rig.far_side.signer, key=TOKEN)
        assert not await rig.text_in("signed with the token")


NAMES = st.sampled_from(["MessageSid", "SmsSid", "From", "To", "Body", "AccountSid", "MessageStatus", "NumMedia", "X"])
FIELDS = st.lists(st.tuples(NAMES, st.text(st.characters(exclude_categories=["Cs"]), max_size=40)), max_size=8)


@given(fields=FIELDS, what=st.sampled_from(["message", "status", "status/r1"]), as_json=st.booleans())
async def test_any_signed_call_is_answered_and_either_stored_or_refused(
    fields: list[tuple[str, str]], what: str, as_json: bool
) -> None:
    workbench = Workbench()
    table = section("twilio", "http://127.0.0.1:9/2010-04-01")
    carrier = load(sidetone_restcomm, workbench.context(table))
    assert isinstance(carrier, TakesWebhooks)
    signer = Signer(key=TOKEN, as_json=as_json)
    url, body, headers = signer.call(f"http://sidetone.test/hooks/test/{SECRET}/{what}", "POST", fields)
    request = WebhookRequest(
        tail=(SECRET, *what.split("/")),
        method="POST",
        query=url.partition("?")[2],
        headers={name.lower(): value for name, value in headers.items()},
        body=body or b"",
        remote="192.0.2.1",
        url=url,
    )
    answer = await carrier.webhook(request)
    way_in = workbench.way_in
    assert (answer.status, len(way_in.texts) + len(way_in.receipts) + len(way_in.odd)) in {(200, 1), (403, 0)}
