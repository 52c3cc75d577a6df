"""Call-backs as the server makes them, and as nobody should: the table, and any bytes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sidetone_restcomm
from sidetone.errors import StoreFull
from sidetone.plugin import InboundMessage, Keyword, Receipt, ReceiptStatus, RejectKind, WebhookAnswer, WebhookRequest
from sidetone.testing.carrier_contract import load
from sidetone.testing.context import Workbench
from sidetone.testing.restcomm_calls import judge
from sidetone.testing.restcomm_far_side import ACCOUNT
from sidetone_restcomm.carrier import RestcommCarrier

SECRET = "a-secret-in-the-path"
FORM = "application/x-www-form-urlencoded"
SID = "SM" + "1" * 32
TEXT = {"SmsSid": SID, "AccountSid": ACCOUNT, "From": "+4915112345678", "To": "+493012345678", "Body": "Grüße & +1"}
STATUS = {"From": "+493012345678", "To": "+4915112345678", "AccountSid": ACCOUNT, "Body": "x"}


class Bench:
    """A carrier that is only called back."""

    def __init__(self) -> None:
        self.workbench = Workbench()
        self.way_in = self.workbench.way_in
        table = {"account_sid": ACCOUNT, "auth_token": "t", "hook_secret": SECRET}
        self.carrier = cast(RestcommCarrier, load(sidetone_restcomm, self.workbench.context(table)))

    async def call(
        self,
        what: str,
        fields: Mapping[str, str] | bytes,
        *,
        secret: str = SECRET,
        method: str = "POST",
        content_type: str | None = FORM,
    ) -> WebhookAnswer:
        raw = fields if isinstance(fields, bytes) else urlencode(fields).encode()
        request = WebhookRequest(
            tail=(secret, *what.split("/")),
            method=method,
            query=raw.decode("latin-1") if method == "GET" else "",
            headers={} if content_type is None else {"content-type": content_type},
            body=b"" if method == "GET" else raw,
            remote="192.0.2.1",
            url="http://sidetone.test/hooks/test",
        )
        return await self.carrier.webhook(request)


@pytest.mark.parametrize(
    ("said", "word"),
    [("STOP", Keyword.STOP), ("start", Keyword.START), ("HELP", Keyword.HELP), ("", None), ("PAUSE", None)],
)
async def test_what_the_service_has_acted_on_is_told_to_the_core(
    bench: "Bench", said: str, word: Keyword | None
) -> None:
    assert understood(await bench.call("message", {**TEXT, "OptOutType": said}))
    (message,) = bench.way_in.texts
    assert message.says is word


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        ("undelivered", "21610", RejectKind.OPTED_OUT),
        ("failed", "21610", RejectKind.OPTED_OUT),
        ("delivered", "21610", None),
        ("undelivered", "30005", RejectKind.RECIPIENT),
        ("failed", "30001", None),
        ("failed", "99999", None),
    ],
)
async def test_a_bad_status_says_whose_fault_it_is(
    bench: "Bench", status: str, code: str, kind: RejectKind | None
) -> None:
    fields = {**STATUS, "MessageSid": SID, "MessageStatus": status, "ErrorCode": code}
    assert understood(await bench.call("status", fields))
    (receipt,) = bench.way_in.receipts
    assert receipt.kind is kind


@pytest.fixture
def bench() -> Bench:
    return Bench()


def understood(answer: WebhookAnswer) -> bool:
    return judge(answer.status, answer.content_type, answer.body, rcml=True) is None


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("id_name", ["SmsSid", "MessageSid"])
async def test_a_text_is_stored_then_answered_with_an_empty_response(bench: Bench, method: str, id_name: str) -> None:
    fields = {**TEXT, "SipHeader_X-Trace": "1"}
    fields[id_name] = fields.pop("SmsSid")
    assert understood(await bench.call("message", fields, method=method))
    assert bench.way_in.texts == [
        InboundMessage(carrier_id=SID, sender="+4915112345678", recipient="+493012345678", body="Grüße & +1")
    ]


async def test_the_answer_is_the_only_one_that_no_server_takes_for_a_failure(bench: Bench) -> None:
    answer = await bench.call("message", TEXT)
    assert (answer.status, answer.content_type) == (200, "application/xml")
    assert answer.body.endswith(b"<Response/>")


@pytest.mark.parametrize("sender", ["12345", "SUPPORT", "0151 12345678"])
async def test_senders_that_are_no_phone_are_passed_on_as_they_are(bench: Bench, sender: str) -> None:
    await bench.call("message", {**TEXT, "From": sender})
    assert bench.way_in.texts[0].sender == sender


async def test_an_empty_text_and_one_without_an_id_are_texts(bench: Bench) -> None:
    fields = {**TEXT, "Body": ""}
    del fields["SmsSid"]
    assert understood(await bench.call("message", fields))
    assert (bench.way_in.texts[0].body, bench.way_in.texts[0].carrier_id) == ("", None)


@pytest.mark.parametrize(
    "changes",
    [
        {"From": "null"},
        {"To": "null"},
        {"From": ""},
        {"To": None},
        {"Body": None},
        {"From": "+" + "1" * 100},
        {"SmsSid": "S" * 100},
        {"SmsStatus": "delivered"},
        {"Body": "x" * 40_000},
    ],
)
async def test_what_is_authentic_but_no_text_is_kept_raw(bench: Bench, changes: dict[str, str | None]) -> None:
    fields: dict[str, Any] = {**TEXT, **changes}
    fields = {name: value for name, value in fields.items() if value is not None}
    assert understood(await bench.call("message", fields))
    assert bench.way_in.texts == []
    (odd,) = bench.way_in.odd
    assert odd.raw == urlencode(fields).encode()[: 64 * 1024]
    assert odd.reason.startswith("message: ")


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (b'{"From": "+49"}', "application/json"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"\xff\xfe=1", FORM),
        (b"From=%FF", FORM),
        (b"", FORM),
        (b"&".join(b"a=1" for _ in range(100)), FORM),
        (b"x" * 100_000, FORM),
    ],
)
@pytest.mark.parametrize("what", ["message", "status"])
async def test_bodies_that_are_no_form_are_kept_raw(bench: Bench, what: str, raw: bytes, content_type: str) -> None:
    assert understood(await bench.call(what, raw, content_type=content_type))
    (odd,) = bench.way_in.odd
    assert odd.raw == raw[: 64 * 1024]


async def test_a_form_without_a_content_type_is_read_as_one(bench: Bench) -> None:
    await bench.call("message", TEXT, content_type=None)
    assert len(bench.way_in.texts) == 1


@pytest.mark.parametrize(
    ("fields", "status", "code", "text"),
    [
        ({"MessageSid": SID, "MessageStatus": "sent"}, ReceiptStatus.SENT, "", ""),
        ({"MessageSid": SID, "MessageStatus": "delivered"}, ReceiptStatus.DELIVERED, "", ""),
        ({"SmsSid": SID, "SmsStatus": "Delivered"}, ReceiptStatus.DELIVERED, "", ""),
        ({"MessageSid": SID, "Status": "undelivered"}, ReceiptStatus.UNDELIVERED, "", ""),
        ({"MessageSid": SID, "MessageStatus": "sending"}, ReceiptStatus.OTHER, "", "sending"),
        ({"MessageSid": SID, "MessageStatus": "Teleported"}, ReceiptStatus.OTHER, "", "Teleported"),
        (
            {"MessageSid": SID, "MessageStatus": "failed", "ErrorCode": "UNKNOWN_ERROR"},
            ReceiptStatus.FAILED,
            "30008",
            "The carrier does not know why it failed",
        ),
        (
            {"MessageSid": SID, "MessageStatus": "undelivered", "ErrorCode": "30003"},
            ReceiptStatus.UNDELIVERED,
            "30003",
            "The phone is off or out of reach",
        ),
        ({"MessageSid": SID, "MessageStatus": "failed", "ErrorCode": "E-9"}, ReceiptStatus.FAILED, "E-9", ""),
        ({"MessageSid": SID, "MessageStatus": "failed", "ErrorCode": "null"}, ReceiptStatus.FAILED, "", ""),
    ],
)
async def test_a_status_becomes_a_receipt(
    bench: Bench, fields: dict[str, str], status: ReceiptStatus, code: str, text: str
) -> None:
    raw = urlencode([*STATUS.items(), ("Body", "x"), *fields.items()]).encode()
    assert understood(await bench.call("status", raw))
    (receipt,) = bench.way_in.receipts
    assert replace(receipt, kind=None) == Receipt(carrier_id=SID, status=status, code=code, text=text)


@pytest.mark.parametrize("fields", [{"MessageStatus": "sent"}, {"MessageSid": SID}, TEXT])
async def test_a_status_without_its_message_or_word_is_kept_raw(bench: Bench, fields: dict[str, str]) -> None:
    assert understood(await bench.call("status", fields))
    assert bench.way_in.receipts == []
    assert len(bench.way_in.odd) == 1


@pytest.mark.parametrize("secret", ["", "wrong-secret-in-path", SECRET.upper(), SECRET + "x", "ü", "\ud800"])
@pytest.mark.parametrize("what", ["message", "status", "nothing"])
async def test_a_wrong_secret_is_refused_in_plain_words(bench: Bench, secret: str, what: str) -> None:
    answer = await bench.call(what, TEXT, secret=secret)
    assert (answer.status, answer.content_type) == (403, "text/plain")
    assert b"Compare it with the carrier's settings" in answer.body
    assert (bench.way_in.texts, bench.way_in.odd) == ([], [])


@pytest.mark.parametrize("what", ["message", "status"])
async def test_a_foreign_account_is_refused(bench: Bench, what: str) -> None:
    answer = await bench.call(what, {**TEXT, "MessageStatus": "sent", "AccountSid": "AC" + "6" * 32})
    assert answer.status == 403
    assert (bench.way_in.texts, bench.way_in.receipts, bench.way_in.odd) == ([], [], [])


@pytest.mark.parametrize("account", [None, "", "null"])
async def test_an_account_that_is_not_named_is_not_compared(bench: Bench, account: str | None) -> None:
    fields = {name: value for name, value in TEXT.items() if name != "AccountSid"}
    await bench.call("message", fields if account is None else {**fields, "AccountSid": account})
    assert len(bench.way_in.texts) == 1


@pytest.mark.parametrize("what", ["", "messages", "message/more"])
async def test_other_addresses_are_not_found(bench: Bench, what: str) -> None:
    assert (await bench.call(what, TEXT)).status == 404


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE"])
async def test_other_methods_are_refused(bench: Bench, method: str) -> None:
    answer = await bench.call("message", TEXT, method=method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    ("what", "fields"), [("message", TEXT), ("status", {"MessageSid": SID, "MessageStatus": "sent"}), ("status", {})]
)
async def test_what_the_store_raises_passes_through(bench: Bench, what: str, fields: dict[str, str]) -> None:
    bench.way_in.failure = StoreFull("The disk is full.")
    with pytest.raises(StoreFull):
        await bench.call(what, fields)


NAMES = st.sampled_from([*TEXT, "MessageSid", "MessageStatus", "SmsStatus", "ErrorCode", "X"])
FORMS = st.binary(max_size=200) | st.dictionaries(NAMES, st.text(max_size=80)).map(
    lambda fields: urlencode(fields, errors="replace").encode()
)


@given(raw=FORMS, what=st.sampled_from(["message", "status"]), method=st.sampled_from(["GET", "POST"]))
async def test_any_authentic_call_is_answered_and_either_stored_or_refused(raw: bytes, what: str, method: str) -> None:
    bench = Bench()
    answer = await bench.call(what, raw, method=method)
    stored = len(bench.way_in.texts) + len(bench.way_in.receipts) + len(bench.way_in.odd)
    assert (answer.status, stored) in {(200, 1), (403, 0)}
