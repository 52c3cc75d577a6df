"""Signatures, held against the validator of the service that made the scheme up."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from sidetone.plugin import WebhookRequest
from sidetone_restcomm.profiles import PROFILES, Signing
from sidetone_restcomm.signature import FORM, MOST_FIELDS, NotAuthentic, Verifier, spellings

KEY, SHARED = "12345", "the secret of a shared key"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
SETTINGS = "x-twilio-webhooks-signature-settings"
FIELDS = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
]
PRINTED = "RSOYDt4T1cUTdK1PDd93/VVr8B8="  # the example of the service's own pages

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FORMS = st.lists(st.tuples(st.sampled_from(["Body", "From", "body", "Ä"]) | NAMES, VALUES), max_size=8)
URLS = st.builds(
    "{}://{}{}/{}{}".format,
    st.sampled_from(["https", "http"]),
    st.sampled_from(["example.com", "10.0.0.1", "EXAMPLE.com"]),
    st.sampled_from(["", ":443", ":80", ":8443"]),
    st.sampled_from(["", "hooks/main/secret/message", "a%20b/~x"]),
    st.sampled_from(["", "?a=1", "?bodySHA256=00&b=%2B"]),
)


def signing(service: str) -> Signing:
    found = PROFILES[service].signing
    assert found is not None
    return found


TWILIO, SIGNALWIRE = signing("twilio"), signing("signalwire")


def call(
    fields: Sequence[tuple[str, str]] | bytes,
    headers: Mapping[str, str],
    *,
    url: str = URL,
    method: str = "POST",
    kind: str = FORM,
) -> WebhookRequest:
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    return WebhookRequest(
        tail=(),
        method=method,
        query=url.partition("?")[2],
        headers={"content-type": kind, **headers},
        body=b"" if method == "GET" else body,
        remote="192.0.2.1",
        url=url,
    )


def proven(request: WebhookRequest, how: Signing = TWILIO, key: str = KEY, shared: str = "") -> bool:
    try:
        Verifier(how, key, shared).check(request)
    except NotAuthentic as reason:
        return not str(reason)  # it always says why
    return True


def vendors(url: str, fields: Sequence[tuple[str, str]], key: str = KEY, algorithm: str | None = None) -> str:
    return str(RequestValidator(key).compute_signature(url, MultiDict(fields), algorithm))


def test_the_printed_example() -> None:
    assert proven(call(FIELDS, {"x-twilio-signature": PRINTED}))
    assert not proven(call(FIELDS[:-1], {"x-twilio-signature": PRINTED}))


@given(fields=FORMS, url=URLS)
def test_what_the_vendor_signs_is_proven(fields: list[tuple[str, str]], url: str) -> None:
    assert proven(call(fields, {"x-twilio-signature": vendors(url, fields)}, url=url))


@given(fields=FORMS, url=URLS)
def test_what_the_vendor_signs_with_a_shared_key_is_proven(fields: list[tuple[str, str]], url: str) -> None:
    headers = {
        "x-twilio-signature": vendors(url, fields, SHARED, "HMAC_SHA256"),
        SETTINGS: "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256",
    }
    assert proven(call(fields, headers, url=url), shared=SHARED)
    assert not proven(call(fields, headers, url=url), shared="another secret")
    assert not proven(call(fields, headers, url=url))


@given(signed=FORMS, sent=FORMS, url=URLS, called=URLS)
def test_our_verdict_is_the_vendors(
    signed: list[tuple[str, str]], sent: list[tuple[str, str]], url: str, called: str
) -> None:
    signature = vendors(url, signed)
    theirs = RequestValidator(KEY).validate(called, MultiDict(sent), signature)
    assert proven(call(sent, {"x-twilio-signature": signature}, url=called)) is theirs


@pytest.mark.parametrize("spelling", ["https://messages.example.com/x", "https://messages.example.com:443/x"])
@pytest.mark.parametrize("called", ["https://messages.example.com/x", "https://messages.example.com:443/x"])
def test_a_port_may_be_signed_or_not(spelling: str, called: str) -> None:
    assert proven(call(FIELDS, {"x-twilio-signature": vendors(spelling, FIELDS)}, url=called))


@pytest.mark.parametrize(
    ("url", "both"),
    [
        ("http://[::1]:8080/a", ("http://[::1]/a", "http://[::1]:8080/a")),
        ("http://[::1]/a", ("http://[::1]/a", "http://[::1]:80/a")),
        ("https://h/a?b#c", ("https://h/a?b#c", "https://h:443/a?b#c")),
        ("https://h:99999/", ("https://h:99999/",)),
    ],
)
def test_both_spellings_of_a_url(url: str, both: tuple[str, ...]) -> None:
    assert spellings(url) == both


def test_values_that_are_sent_twice_count_once_and_different_ones_each() -> None:
    fields = [("Body", "b"), ("Body", "a"), ("Body", "b")]
    assert proven(call(fields, {"x-twilio-signature": vendors(URL, fields)}))
    assert not proven(call(fields[:1], {"x-twilio-signature": vendors(URL, fields)}))


def test_by_get_the_url_alone_is_signed() -> None:
    url = f"{URL}&{urlencode(FIELDS)}"
    assert proven(call(b"", {"x-twilio-signature": vendors(url, [])}, url=url, method="GET"))
    assert not proven(call(b"", {"x-twilio-signature": vendors(url, [])}, url=f"{url}1", method="GET"))


@given(body=st.binary(max_size=50), sent=st.binary(max_size=50))
def test_a_json_body_is_proven_by_its_hash_in_the_url(body: bytes, sent: bytes) -> None:
    url = f"{URL}&bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = {"x-twilio-signature": vendors(url, [])}
    assert proven(call(sent, headers, url=url, kind="application/json")) is (body == sent)


def test_a_json_body_as_the_vendor_sees_it() -> None:
    body = json.dumps({"MessageSid": "SM1", "Body": "Grüße"})
    url = f"{URL}&bodySHA256={RequestValidator(KEY).compute_hash(body)}"
    signature = vendors(url, [])
    assert RequestValidator(KEY).validate(url, body, signature)
    assert proven(call(body.encode(), {"x-twilio-signature": signature}, url=url, kind="application/json"))


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", "x"])
def test_a_body_that_the_signature_does_not_cover_proves_nothing(kind: str) -> None:
    assert not proven(call(b"{}", {"x-twilio-signature": vendors(URL, [])}, kind=kind))


@pytest.mark.parametrize(
    "settings",
    ["key=k,algorithm=HMAC_MD5", "algorithm=none", "key=k,algorithm=HMAC_SHA512", "algorithm=RSA, key=k"],
)
def test_an_algorithm_that_is_not_known_is_refused(settings: str) -> None:
    for key in (KEY, SHARED):
        headers = {"x-twilio-signature": vendors(URL, FIELDS, key), SETTINGS: settings}
        assert not proven(call(FIELDS, headers), shared=SHARED)


@pytest.mark.parametrize("settings", ["", ",", "key=", "algorithm=", "nonsense"])
def test_an_empty_settings_header_means_the_accounts_token(settings: str) -> None:
    assert proven(call(FIELDS, {"x-twilio-signature": PRINTED, SETTINGS: settings}), shared=SHARED)


@pytest.mark.parametrize("header", ["", "x", PRINTED[:-1], PRINTED + "=", PRINTED.lower(), "ü", "\ud800", "=" * 9000])
def test_other_signatures_prove_nothing(header: str) -> None:
    assert not proven(call(FIELDS, {"x-twilio-signature": header}))
    assert not proven(call(FIELDS, {"x-signalwire-signature": PRINTED}))
    assert not proven(call(FIELDS, {}))


def test_a_form_beyond_all_bounds_proves_nothing() -> None:
    fields = [(f"f{number}", "") for number in range(MOST_FIELDS + 1)]
    assert not proven(call(fields, {"x-twilio-signature": vendors(URL, fields)}))


@pytest.mark.parametrize("header", ["x-signalwire-signature", "x-twilio-signature"])
def test_signalwire_signs_forms_alike_under_either_name(header: str) -> None:
    assert proven(call(FIELDS, {header: PRINTED}), SIGNALWIRE)
    assert not proven(call(FIELDS[:-1], {header: PRINTED}), SIGNALWIRE)


def test_signalwire_signs_other_bodies_as_they_are() -> None:
    url, key = "https://81f2-2-45-18-191.ngrok-free.app/", "PSK_7TruNcSNTxp4zNrykMj4EPzF"
    body = json.dumps({"MessageSid": "1"}).encode()
    told = hmac.new(key.encode(), url.encode() + body, "sha1").hexdigest()
    headers = {"x-signalwire-signature": told}
    assert proven(call(body, headers, url=url, kind="application/json"), SIGNALWIRE, key)
    assert not proven(call(body + b" ", headers, url=url, kind="application/json"), SIGNALWIRE, key)
    assert not proven(call(body, {"x-twilio-signature": told}, url=url, kind="application/json"), TWILIO, key)


def test_signalwires_shared_key_header_is_none() -> None:
    headers = {"x-signalwire-signature": PRINTED, SETTINGS: "key=k,algorithm=HMAC_SHA256"}
    assert proven(call(FIELDS, headers), SIGNALWIRE)


@given(body=st.binary(max_size=200), header=st.text(max_size=40), kind=st.sampled_from([FORM, "application/json", ""]))
def test_any_request_is_judged(body: bytes, header: str, kind: str) -> None:
    request = call(body, {"x-twilio-signature": header, SETTINGS: header}, kind=kind)
    assert not proven(request, shared=SHARED)


def test_bytes_that_are_no_utf_8_are_signed_as_they_are() -> None:
    digest = hmac.new(KEY.encode(), URL.encode() + b"Body\xff", "sha1").digest()
    assert proven(call(b"Body=%FF", {"x-twilio-signature": base64.b64encode(digest).decode()}))
