"""Every fault of the configuration as the admin reads it: place, key, what is wrong, what to do."""

from pathlib import Path

import pytest

from sidetone.config.fault import ConfigError
from sidetone.config.load import SECTIONS, load

GOOD = '[server]\ndefault_country = "DE"\n'
TYPES = ("handset", "restcomm")
ALLOWED = ", ".join(sorted(SECTIONS))

# What the files hold → what is said. `~` is the folder of the main file.
CASES: dict[str, tuple[dict[str, str], list[str]]] = {
    "no file": (
        {},
        ["~/sidetone.toml: does not exist; name yours with --config, or copy the commented etc/sidetone.toml there."],
    ),
    "no TOML": (
        {"sidetone.toml": GOOD + "listen = = 3\n"},
        [
            "~/sidetone.toml:3: is not TOML (invalid value); text stands in quotation marks, "
            "and a key stands once: see https://toml.io."
        ],
    ),
    "ends too early": (
        {"sidetone.toml": GOOD + 'listen = """one\n'},
        [
            "~/sidetone.toml:4: is not TOML (unterminated string); text stands in quotation marks, "
            "and a key stands once: see https://toml.io."
        ],
    ),
    "brackets without end": (
        {"sidetone.toml": GOOD + "listen = " + "[" * 5000},
        ["~/sidetone.toml: holds a value that is out of all bounds; mend it."],
    ),
    "too many digits": (
        {"sidetone.toml": GOOD + "listen = " + "9" * 5000},
        ["~/sidetone.toml: holds a value that is out of all bounds; mend it."],
    ),
    "too large": (
        {"sidetone.toml": GOOD + "#" * 1024 * 1024},
        ["~/sidetone.toml: is larger than 1048576 bytes; split it."],
    ),
    "a file in conf.d that is no TOML hides no fault of its own making": (
        {"sidetone.toml": "", "conf.d/a.toml": "[server\n"},
        [
            "~/conf.d/a.toml:1: is not TOML (expected ']' at the end of a table declaration); "
            "text stands in quotation marks, and a key stands once: see https://toml.io."
        ],
    ),
    "nothing": (
        {"sidetone.toml": ""},
        [
            "~/sidetone.toml: server.default_country is missing; give the country of numbers that are written "
            "without a country code, two capital letters."
        ],
    ),
    "everything at once": (
        {
            "sidetone.toml": """
x = 3
[server]
listen = "8080"
public_url = "http://messages.example.com"
data_dir = 3
default_country = "UK"
lisen = "127.0.0.1:8080"
trusted_proxies = ["127.0.0.1", "proxy"]
[messaging]
longest_text = "670"
validity_hours = 0
receipt_wait_hours = 1000.5
unknown_wait_hours = true
[log]
level = "loud"
format = 1
[logs]
[carriers.Main]
type = "restcom"
[carriers.other]
[carriers]
third = 3
""",
        },
        [
            f"~/sidetone.toml:2: x stands in no section; allowed are {ALLOWED}.",
            f"~/sidetone.toml:18: logs is not a section; perhaps log is meant; allowed are {ALLOWED}.",
            "~/sidetone.toml:6: server.data_dir is a whole number; write text in quotation marks.",
            "~/sidetone.toml:8: server.lisen is not a setting; perhaps listen is meant; "
            "allowed are allow_private, api_rate, data_dir, default_country, listen, public_url, screens_per_user, tls_cert, tls_cert_credential, tls_key, tls_key_credential, trusted_proxies.",
            "~/sidetone.toml:7: server.default_country is no country that has phone numbers; "
            "write its two letters as in ISO 3166, such as DE, GB or US.",
            "~/sidetone.toml:4: server.listen is no address; write host:port, such as 127.0.0.1:8080.",
            "~/sidetone.toml:5: server.public_url cannot be used; "
            "write https:// (a browser keeps no sign-in over http, except to this machine itself).",
            "~/sidetone.toml:9: server.trusted_proxies names what is no IP address; "
            'write addresses, like ["127.0.0.1"].',
            "~/sidetone.toml:11: messaging.longest_text is text; write a whole number without quotation marks.",
            "~/sidetone.toml:12: messaging.validity_hours is too small; allowed is from 0.01 to 168.",
            "~/sidetone.toml:13: messaging.receipt_wait_hours is too large; allowed is from 0.01 to 168.",
            "~/sidetone.toml:14: messaging.unknown_wait_hours is true or false; "
            "write a number without quotation marks.",
            "~/sidetone.toml:16: log.level has a value that is not known; allowed are debug, info, warning, error.",
            "~/sidetone.toml:17: log.format has a value that is not known; allowed are auto, json, console.",
            "~/sidetone.toml:19: carriers.Main has a name that cannot be; "
            "it stands in URLs: use at most 32 small letters, digits, - and _.",
            "~/sidetone.toml:20: carriers.Main.type names a plugin that is not installed; "
            "perhaps restcomm is meant; allowed are handset, restcomm.",
            "~/sidetone.toml:21: carriers.other.type is missing or no text; allowed are handset, restcomm.",
            "~/sidetone.toml:23: carriers.third is no section; write [carriers.third] on a line of its own.",
        ],
    ),
    "a section that is a value": (
        {"sidetone.toml": "server = 3\n"},
        [
            "~/sidetone.toml:1: server is no section; write [server] on a line of its own.",
            "~/sidetone.toml:1: server.default_country is missing; give the country of numbers that are written "
            "without a country code, two capital letters.",
        ],
    ),
    "a key in two files": (
        {
            "sidetone.toml": GOOD + '[carriers.main]\ntype = "handset"\n',
            "conf.d/10.toml": '[carriers.main]\n\ntype = "restcomm"\n',
        },
        ["~/conf.d/10.toml:3: carriers.main.type is already set at ~/sidetone.toml:4; keep one of the two."],
    ),
    "a value where another file has a section": (
        {"sidetone.toml": GOOD + '[carriers.main]\ntype = "handset"\n', "conf.d/10.toml": "carriers.main = 3\n"},
        ["~/conf.d/10.toml:1: carriers.main is already set at ~/sidetone.toml:3; keep one of the two."],
    ),
    "reachable from outside without a URL": (
        {"sidetone.toml": GOOD + 'listen = "0.0.0.0:8080"\n'},
        [
            "~/sidetone.toml:1: server.public_url is missing, and listen is not this machine alone; "
            "give the URL that users open and carriers call, such as https://messages.example.com."
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_faults(case: str, tmp_path: Path) -> None:
    files, expected = CASES[case]
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "sidetone.toml", types=TYPES)
    assert str(caught.value).replace(str(tmp_path), "~").splitlines() == expected


@pytest.mark.parametrize(
    "url",
    [
        "messages.example.com",
        "ftp://messages.example.com",
        "https://",
        "https://messages.example.com/sms",
        "https://user:word@messages.example.com",
        "https://messages.example.com?x=1",
        "https://messages.example.com#x",
        "https://messages.example.com:port",
        "https://[::1",
        "https://münchen.example",
        "http://192.168.1.5:8080",
    ],
)
def test_public_urls_that_are_refused(url: str, tmp_path: Path) -> None:
    (tmp_path / "sidetone.toml").write_text(f'{GOOD}public_url = "{url}"\n')
    with pytest.raises(ConfigError, match="public_url cannot be used"):
        load(tmp_path / "sidetone.toml")


@pytest.mark.parametrize("listen", ["", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", ":80", "a b:80", "[x]:1"])
def test_addresses_that_are_refused(listen: str, tmp_path: Path) -> None:
    (tmp_path / "sidetone.toml").write_text(f'{GOOD}listen = "{listen}"\n')
    with pytest.raises(ConfigError, match="listen is no address"):
        load(tmp_path / "sidetone.toml")


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "sidetone.toml").write_bytes(b"[server]\n# caf\xe9\n")
    with pytest.raises(ConfigError, match=r"sidetone\.toml:2: is not UTF-8; save the file as UTF-8\."):
        load(tmp_path / "sidetone.toml")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is no file"):
        load(tmp_path)


def test_a_fault_can_be_told_to_a_program(tmp_path: Path) -> None:
    (tmp_path / "sidetone.toml").write_text(GOOD + "nonsense = 1\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "sidetone.toml")
    assert [fault.view() for fault in caught.value.faults] == [
        {
            "file": str(tmp_path / "sidetone.toml"),
            "line": 3,
            "key": "server.nonsense",
            "what": "is not a setting",
            "remedy": "allowed are allow_private, api_rate, data_dir, default_country, listen, public_url, screens_per_user, tls_cert, tls_cert_credential, tls_key, tls_key_credential, trusted_proxies",
        }
    ]
    assert caught.value.faults[0].unknown
