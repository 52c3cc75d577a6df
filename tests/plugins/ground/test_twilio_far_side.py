"""The far sides of Twilio and SignalWire have the habits that they are there for."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from aiohttp import ClientSession, encode_basic_auth
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from sidetone.testing.clock import FakeClock
from sidetone.testing.twilio_calls import BAD_DOCUMENT, BAD_TYPE, BAD_VERB, FETCH_FAILED, Signer, judge
from sidetone.testing.twilio_far_side import ACCOUNT, PROJECT, TOKEN, SignalWireFarSide, TwilioFarSide

FORM = {"From": "+493012345678", "To": "+4915112345678", "Body": "Grüße"}
FIELDS = [("Body", "b"), ("Body", "a"), ("From", "+49"), ("Body", "b")]
URL = "https://example.com/hooks?a=1"


class Bench:
    def __init__(self, far_side: TwilioFarSide, http: ClientSession) -> None:
        self.far_side, self.http = far_side, http
        self.login = encode_basic_auth(far_side.account, far_side.token)

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:  # noqa: ANN401 - aiohttp's
        url = f"{self.far_side.base_url}/Accounts/{self.far_side.account}{path}"
        headers = {"Authorization": self.login, **options.pop("headers", {})}
        async with self.http.request(method, url, headers=headers, **options) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with TwilioFarSide(FakeClock()) as far_side, ClientSession() as http:
        yield Bench(far_side, http)


@pytest.fixture
async def signalwire() -> AsyncIterator[Bench]:
    async with SignalWireFarSide(FakeClock()) as far_side, ClientSession() as http:
        yield Bench(far_side, http)


async def test_a_message_is_made_with_201_and_its_unknowns_are_null(bench: Bench) -> None:
    status, message = await bench.ask("POST", "/Messages.json", data=FORM)
    assert status == 201
    assert (message["status"], message["date_sent"], message["error_code"], message["price"]) == (
        "queued",
        None,
        None,
        None,
    )
    assert (message["num_segments"], message["num_media"], message["sid"][:2]) == ("1", "0", "SM")
    assert message["date_created"] == "Fri, 15 Jan 2027 08:00:00 +0000"


async def test_signalwire_has_other_ids_and_numbers(signalwire: Bench) -> None:
    status, message = await signalwire.ask("POST", "/Messages.json", data=FORM)
    assert status == 201
    assert (message["num_segments"], message["num_media"], len(message["sid"])) == (1, 0, 36)
    signalwire.far_side.messages[0].sent = 0
    _, message = await signalwire.ask("GET", f"/Messages/{message['sid']}.json")
    assert message["price"] == 0.0075
    assert message["account_sid"] == PROJECT


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"To": ""}, 21604),
        ({"From": ""}, 21603),
        ({"Body": ""}, 21602),
        ({"To": "nobody"}, 21211),
        ({"From": "+1"}, 21606),
        ({"Body": "x" * 1601}, 21617),
        ({"To": "+4915199999999"}, 21610),
    ],
)
async def test_errors_are_json_with_a_number(bench: Bench, changes: dict[str, str], code: int) -> None:
    bench.far_side.numbers.add(FORM["From"])
    bench.far_side.opted_out.add("+4915199999999")
    status, problem = await bench.ask("POST", "/Messages.json", data={**FORM, **changes})
    assert (status, problem["code"], problem["status"]) == (400, code, 400)
    assert bench.far_side.messages == []


async def test_wrong_credentials_accounts_and_ids(bench: Bench) -> None:
    status, problem = await bench.ask("GET", ".json", headers={"Authorization": encode_basic_auth(ACCOUNT, "wrong")})
    assert (status, problem["code"]) == (401, 20003)
    assert (await bench.ask("GET", "/Messages/SM0.json"))[1]["code"] == 20404
    bench.far_side.account_status = "suspended"
    assert (await bench.ask("GET", ".json"))[0] == 403


async def test_an_api_key_signs_in_and_may_not_read_the_account(bench: Bench) -> None:
    bench.far_side.api_key = ("SK1", "secret")
    key = {"Authorization": encode_basic_auth("SK1", "secret")}
    assert (await bench.ask("GET", ".json", headers=key))[0] == 401
    assert (await bench.ask("GET", "/Messages.json", headers=key))[0] == 200


async def test_lists_are_newest_first_match_whole_numbers_and_page_by_tokens(bench: Bench) -> None:
    for number in range(5):
        bench.far_side.text("+4915112345678", "+493012345678", f"text {number}")
        await bench.far_side._clock.advance(1)  # type: ignore[attr-defined]
    bench.far_side.text("+4915112345678", "+1493012345678", "another number's")
    _, page = await bench.ask("GET", "/Messages.json", params={"To": "+493012345678", "PageSize": "2"})
    seen = []
    while True:
        seen += [message["body"] for message in page["messages"]]
        if page["next_page_uri"] is None:
            break
        query = page["next_page_uri"].partition("?")[2]
        _, page = await bench.ask("GET", "/Messages.json", params=parse_qsl(query))
    assert seen == [f"text {number}" for number in range(4, -1, -1)]


async def test_dates_filter_by_when_it_was_sent(bench: Bench) -> None:
    bench.far_side.text("+4915112345678", "+493012345678", "in")
    await bench.ask("POST", "/Messages.json", data=FORM)
    for name, day, found in [
        ("DateSent>", "2027-01-15", 1),
        ("DateSent>", "2027-01-16", 0),
        ("DateSent<", "2027-01-15", 1),
        ("DateSent", "2027-01-14", 0),
    ]:
        _, page = await bench.ask("GET", "/Messages.json", params={name: day})
        assert len(page["messages"]) == found, (name, day)
    _, page = await bench.ask("GET", "/Messages.json")
    assert len(page["messages"]) == 2


async def test_a_message_is_emptied_cancelled_and_deleted(bench: Bench) -> None:
    _, message = await bench.ask("POST", "/Messages.json", data=FORM)
    path = f"/Messages/{message['sid']}.json"
    assert (await bench.ask("POST", path, data={"Status": "canceled"}))[1]["code"] == 30409
    bench.far_side.messages[0].status = "scheduled"
    assert (await bench.ask("POST", path, data={"Status": "canceled"}))[1]["status"] == "canceled"
    assert (await bench.ask("POST", path, data={"Body": ""}))[1]["body"] == ""
    assert (await bench.ask("DELETE", path))[0] == 204
    assert (await bench.ask("GET", path))[0] == 404


@pytest.mark.parametrize("shared", ["", "webhooks_sharedkey_1"])
def test_what_it_signs_the_vendor_would_believe(shared: str) -> None:
    url, body, headers = Signer(key=TOKEN, shared_key=shared).call(URL, "POST", FIELDS)
    algorithm = "HMAC_SHA256" if shared else None
    assert body == urlencode(FIELDS).encode()
    assert RequestValidator(TOKEN).validate(url, MultiDict(FIELDS), headers["X-Twilio-Signature"], algorithm)
    assert ("X-Twilio-Webhooks-Signature-Settings" in headers) is bool(shared)


def test_its_calls_by_get_and_in_json_the_vendor_would_believe() -> None:
    url, body, headers = Signer(key=TOKEN).call(URL, "GET", FIELDS)
    assert body is None
    assert RequestValidator(TOKEN).validate(url, {}, headers["X-Twilio-Signature"])
    url, body, headers = Signer(key=TOKEN, as_json=True).call(URL, "POST", FIELDS)
    assert body is not None
    assert RequestValidator(TOKEN).validate(url, body.decode(), headers["X-Twilio-Signature"])


def test_signalwires_json_is_signed_in_hex_over_its_bytes() -> None:
    signer = Signer(key=TOKEN, header="X-SignalWire-Signature", as_json=True, over_raw_body=True)
    url, body, headers = signer.call(URL, "POST", FIELDS)
    assert body is not None
    told = hmac.new(TOKEN.encode(), url.encode() + body, hashlib.sha1).hexdigest()
    assert (url, headers["X-SignalWire-Signature"]) == (URL, told)
    form = Signer(key=TOKEN, header="X-SignalWire-Signature").call(URL, "POST", FIELDS)[2]
    assert base64.b64decode(form["X-SignalWire-Signature"])


@pytest.mark.parametrize(
    ("status", "content_type", "body", "code"),
    [
        (200, "application/xml", b"<Response/>", None),
        (204, "application/xml", b"", None),
        (200, "text/xml", b"<Response><Message>hi</Message></Response>", None),
        (200, "application/xml", b"<Response><Sms/></Response>", BAD_VERB),
        (200, "application/xml", b"<Response>", BAD_DOCUMENT),
        (200, "text/plain", b"this would be sent as a reply", BAD_TYPE),
        (403, "text/plain", b"no", FETCH_FAILED),
        (302, "text/plain", b"", FETCH_FAILED),
    ],
)
def test_answers_are_judged_as_the_service_does(status: int, content_type: str, body: bytes, code: int | None) -> None:
    note = judge(status, content_type, body, wants_verbs=True)
    assert (note.code if note else None) == code
