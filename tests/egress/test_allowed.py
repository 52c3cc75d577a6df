"""Which addresses may be spoken to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidetone.egress.allowed import AddressRefused, Allowed, is_network

PUBLIC = (
    "8.8.8.8",
    "193.99.144.80",
    "2606:4700::1111",
    "2a02:2e0::1",
    "64:ff9b::808:808",
    "::ffff:8.8.8.8",
    "172.32.0.1",
)
PRIVATE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.1.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
]
METADATA = ("169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")
EVERYTHING = ("0.0.0.0/0", "::/0")


@pytest.mark.parametrize("address", PUBLIC)
def test_public_ones_may(address: str) -> None:
    Allowed().check(address, 443)


@pytest.mark.parametrize("address", [*PRIVATE, *METADATA])
def test_no_other_may_and_the_words_say_how_to_allow_it(address: str) -> None:
    with pytest.raises(AddressRefused, match=r'to allow it: \[server\] allow_private = \["') as refused:
        Allowed().check(address, 443)
    assert refused.value.errno is None
    named = str(refused.value).partition('["')[2].partition('"')[0]
    Allowed([named]).check(address, 443)


@pytest.mark.parametrize("address", PRIVATE)
def test_networks_that_the_admin_allows_may(address: str) -> None:
    Allowed(EVERYTHING).check(address, 443)


@pytest.mark.parametrize("address", METADATA)
def test_where_clouds_keep_secrets_only_the_very_address_counts(address: str) -> None:
    url = {"base_url": f"http://[{address}]/" if ":" in address else f"http://{address}/"}
    with pytest.raises(AddressRefused, match="where clouds keep secrets"):
        Allowed(EVERYTHING).also(url).check(address, 80)
    Allowed([address]).check(address, 80)


@pytest.mark.parametrize(
    ("url", "address", "port"),
    [
        ("http://127.0.0.1:8080/2012-04-24", "127.0.0.1", 8080),
        ("https://10.0.0.5", "10.0.0.5", 443),
        ("https://10.0.0.5", "::ffff:10.0.0.5", 443),
        ("http://[fd00::5]/x", "fd00::5", 80),
        ("http://localhost:9/", "127.0.0.1", 9),
        ("http://localhost:9/", "::1", 9),
    ],
)
def test_what_stands_literally_in_a_section_may_at_its_port(url: str, address: str, port: int) -> None:
    allowed = Allowed().also({"base_url": url, "rate": 1})
    allowed.check(address, port)
    with pytest.raises(AddressRefused):
        allowed.check(address, port + 1)
    with pytest.raises(AddressRefused):
        allowed.check("10.0.0.6", port)
    with pytest.raises(AddressRefused):
        Allowed().check(address, port)


@settings(max_examples=30)
@given(st.text())
def test_any_text_can_stand_in_a_section(text: str) -> None:
    Allowed().also({"a": text, "b": f"http://{text}", "c": f"https://[{text}]:1/", "d": [text]})


def test_networks_are_known() -> None:
    assert all(is_network(text) for text in ("10.0.0.0/8", "10.1.2.3", "fd00::/8", "::1"))
    assert not any(is_network(text) for text in ("10.0.0.1/8", "localhost", "", "10.0.0.0/40"))
