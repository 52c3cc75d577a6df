"""The far side itself has the habits that it is there for."""

import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, encode_basic_auth

from sidetone.testing.clock import FakeClock
from sidetone.testing.restcomm_calls import BAD_ANSWER, BAD_VERB, judge
from sidetone.testing.restcomm_far_side import ACCOUNT, TOKEN, RestcommFarSide

GOOD = encode_basic_auth(ACCOUNT, TOKEN)
FORM = {"From": "+493012345678", "To": "+4915112345678", "Body": "Grüße <b>"}


class Bench:
    def __init__(self, far_side: RestcommFarSide, http: ClientSession) -> None:
        self.far_side, self.http = far_side, http

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, str, str]:  # noqa: ANN401 - aiohttp's
        url = f"{self.far_side.base_url}/Accounts/{ACCOUNT}{path}"
        headers = {"Authorization": GOOD, **options.pop("headers", {})}
        async with self.http.request(method, url, headers=headers, **options) as answer:
            return answer.status, answer.content_type, await answer.text()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with RestcommFarSide(FakeClock()) as far_side, ClientSession() as http:
        yield Bench(far_side, http)


async def test_xml_is_the_default_and_null_members_are_left_out(bench: Bench) -> None:
    status, content_type, page = await bench.ask("POST", "/SMS/Messages", data=FORM)
    assert (status, content_type) == (200, "application/xml")
    assert "<Status>sending</Status>" in page
    assert "Grüße &lt;b&gt;" in page
    assert "DateSent" not in page


@pytest.mark.parametrize(
    ("path", "headers"), [("/SMS/Messages.json", {}), ("/SMS/Messages", {"Accept": "application/vnd.x+json"})]
)
async def test_json_comes_by_suffix_or_header(bench: Bench, path: str, headers: dict[str, str]) -> None:
    _, content_type, page = await bench.ask("POST", path, data=FORM, headers=headers)
    assert content_type == "application/json"
    assert json.loads(page)["body"] == FORM["Body"]


async def test_one_object_has_two_styles_of_date(bench: Bench) -> None:
    sms = bench.far_side.text("+4915112345678", "+493012345678", "hi")
    sms.sent, sms.error_code = sms.created, 30008
    _, _, page = await bench.ask("GET", f"/SMS/Messages/{sms.sid}.json")
    message = json.loads(page)
    assert message["date_created"] == "Fri, 15 Jan 2027 08:00:00 +0000"
    assert message["date_sent"] == "2027-01-15T08:00:00.000+00:00"
    _, _, page = await bench.ask("GET", f"/SMS/Messages/{sms.sid}")
    assert "<ErrorCode>30008</ErrorCode>" in page


@pytest.mark.parametrize("missing", FORM)
async def test_a_missing_field_is_a_line_of_plain_text(bench: Bench, missing: str) -> None:
    form = {name: value for name, value in FORM.items() if name != missing}
    answer = await bench.ask("POST", "/SMS/Messages.json", data=form)
    assert answer == (400, "text/plain", f"{missing} can not be null.")


async def test_an_encoding_that_is_not_known_is_a_server_error(bench: Bench) -> None:
    status, _, _ = await bench.ask("POST", "/SMS/Messages", data={**FORM, "Encoding": "gsm"})
    assert status == 500


@pytest.mark.parametrize(
    "login",
    [
        encode_basic_auth(ACCOUNT, "wrong"),
        encode_basic_auth("AC" + "0" * 32, TOKEN),
        encode_basic_auth("ü", "ü"),
        GOOD.replace("Basic", "Bearer"),
        "Basic ü",
        "",
    ],
)
async def test_wrong_credentials_are_refused_without_words(bench: Bench, login: str) -> None:
    status, _, page = await bench.ask("GET", ".json", headers={"Authorization": login})
    assert (status, page) == (401, "")


async def test_a_password_is_as_good_as_the_token_that_is_its_hash(bench: Bench) -> None:
    bench.far_side.token = hashlib.md5(b"in the clear").hexdigest()
    status, _, _ = await bench.ask(
        "GET", ".json", headers={"Authorization": encode_basic_auth(ACCOUNT, "in the clear")}
    )
    assert status == 200


async def test_a_suspended_account_says_so_in_plain_text(bench: Bench) -> None:
    bench.far_side.account_status = "suspended"
    assert await bench.ask("GET", ".json") == (403, "text/plain", "Account is suspended")


async def test_numbers_match_by_suffix_and_pages_count_from_zero(bench: Bench) -> None:
    for number in range(5):
        bench.far_side.text(f"+4915112345{number:03}", "+493012345678", f"text {number}")
    _, _, page = await bench.ask("GET", "/SMS/Messages.json", params={"To": "5678", "PageSize": "2", "Page": "2"})
    listed = json.loads(page)
    assert [message["body"] for message in listed["messages"]] == ["text 4"]
    assert (listed["num_pages"], listed["total"], listed["next_page_uri"]) == (2, 5, "null")
    assert (await bench.ask("GET", "/SMS/Messages.json", params={"PageSize": "2", "Page": "3"}))[0] == 400
    _, _, page = await bench.ask(
        "GET", "/SMS/Messages.json", params={"From": "003", "Body": "ext", "Status": "received"}
    )
    assert json.loads(page)["total"] == 1
    _, _, page = await bench.ask("GET", "/SMS/Messages.json", params={"StartTime": "2027-01-16"})
    assert json.loads(page)["total"] == 0


@pytest.mark.parametrize(
    ("status", "content_type", "body", "code"),
    [
        (200, "application/xml", b"<Response/>", None),
        (200, "text/xml", b"<Response><Sms>hi</Sms></Response>", None),
        (200, "text/html", b"<Response/>", None),
        (200, "application/xml", b"<Response><Message/></Response>", BAD_VERB),
        (200, "application/xml", b"", BAD_ANSWER),
        (200, "application/xml", b"<Response>", BAD_ANSWER),
        (200, "text/plain", b"<Response/>", BAD_ANSWER),
        (200, "application/json", b"{}", BAD_ANSWER),
        (204, "application/xml", b"", BAD_ANSWER),
        (201, "application/xml", b"<Response/>", BAD_ANSWER),
    ],
)
def test_answers_are_judged_as_strictly_as_the_server_does(
    status: int, content_type: str, body: bytes, code: int | None
) -> None:
    note = judge(status, content_type, body, rcml=True)
    assert (note.code if note else None) == code


def test_a_status_may_be_answered_with_nothing() -> None:
    assert judge(200, "text/plain", b"", rcml=False) is None
