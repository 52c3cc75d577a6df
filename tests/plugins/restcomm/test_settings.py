"""What a section may say, and that what it says wrongly is told all at once and without the secrets."""

from typing import Any

import pytest

import sidetone_restcomm
from sidetone.plugin import BadConfig, Limits
from sidetone.testing.carrier_contract import load
from sidetone.testing.context import Workbench

GOOD: dict[str, Any] = {"account_sid": "AC" + "a" * 32, "auth_token": "token", "hook_secret": "0123456789abcdef"}


def limits(**changes: object) -> Limits:
    return load(sidetone_restcomm, Workbench().context({**GOOD, **changes})).limits


def complaint(table: dict[str, Any]) -> str:
    with pytest.raises(BadConfig) as caught:
        load(sidetone_restcomm, Workbench().context(table))
    return str(caught.value)


def test_three_settings_are_enough() -> None:
    assert limits() == Limits(rate=10.0, concurrency=8, deadline=35.0, longest_text=None)


def test_limits_are_what_the_settings_say() -> None:
    asked = limits(rate=0, concurrency=2, deadline=5, connect_timeout=1, longest_text=160)
    assert asked == Limits(rate=None, concurrency=2, deadline=10.0, longest_text=160)


@pytest.mark.parametrize(
    "url",
    [
        "https://cloud.restcomm.com/restcomm/2012-04-24/",
        "https://pbx.example.com:8443/restcomm/2012-04-24",
        "http://127.0.0.1:8080/restcomm/2012-04-24",
        "http://localhost/restcomm/2012-04-24",
        "http://[::1]:8080/restcomm/2012-04-24",
        "http://192.168.1.5/restcomm/2012-04-24",
        "http://[fd00::1]/restcomm/2012-04-24",
    ],
)
def test_addresses_that_are_fine(url: str) -> None:
    limits(base_url=url)


@pytest.mark.parametrize(
    "url",
    [
        "http://cloud.restcomm.com/restcomm/2012-04-24",
        "http://8.8.8.8/restcomm/2012-04-24",
        "http://[::ffff:8.8.8.8]/restcomm/2012-04-24",
        "http://localhost.example.com/",
        "http://127.0.0.1.example.com/",
    ],
)
def test_the_token_crosses_no_foreign_network_in_the_clear(url: str) -> None:
    assert "unencrypted" in complaint({**GOOD, "base_url": url})
    limits(base_url=url, allow_http=True)


@pytest.mark.parametrize(
    "url",
    [
        "cloud.restcomm.com",
        "ftp://host/",
        "https://",
        "https://user:pw@host/x",
        "https://host/x?y=1",
        "https://[::1",
    ],
)
def test_addresses_that_cannot_be(url: str) -> None:
    assert "base_url" in complaint({**GOOD, "base_url": url})


@pytest.mark.parametrize("secret", ["", "short", "0123456789abcde", "0123456789 abcdef", "0123456789/abcdef", "ä" * 16])
def test_without_a_good_secret_it_does_not_start(secret: str) -> None:
    said = complaint({**GOOD, "hook_secret": secret})
    assert "hook_secret" in said
    assert not secret or secret not in said


@pytest.mark.parametrize("missing", GOOD)
def test_each_of_the_three_is_needed(missing: str) -> None:
    assert missing in complaint({key: value for key, value in GOOD.items() if key != missing})


@pytest.mark.parametrize(
    "changes",
    [
        {"account_sid": "SM" + "a" * 32},
        {"profile": "vonage"},
        {"concurrency": 0},
        {"deadline": 1000},
        {"auth_token": ""},
        {"unknown_key": 1},
        {"deadline": 5, "connect_timeout": 5},
    ],
)
def test_what_cannot_be_is_named(changes: dict[str, Any]) -> None:
    assert list(changes)[-1] in complaint({**GOOD, **changes})


def test_all_faults_are_told_at_once() -> None:
    said = complaint({**GOOD, "hook_secret": "short", "base_url": "http://example.com", "deadline": 5})
    assert all(key in said for key in ("hook_secret", "base_url", "connect_timeout"))
