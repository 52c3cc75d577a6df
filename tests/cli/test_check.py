"""`sidetone check` and `sidetone plugins`."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from cli.stage import CONFIG, configured, sidetone
from egress.mail_server import PASSWORD, MailServer
from plugin_host.stage import CARRIER, Shop
from web.certificates import HOST, write


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return Shop(folder)


def test_a_good_configuration(tmp_path: Path) -> None:
    file = configured(tmp_path)
    done = sidetone("--config", file, "check")
    assert (done.exit_code, done.stdout) == (0, f"{file}: all is well. Carriers: main (handset).\n")
    assert sidetone("--config", file, "check", "--json").stdout == "[]\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sidetone.toml"], "nothing was started or made"


def test_faults_of_the_core_and_of_every_plugin_come_together(tmp_path: Path, shop: Shop) -> None:
    shop.install("line", "import surely_missing")
    file = configured(
        tmp_path,
        CONFIG.replace('"DE"', '"UK"')
        + """\
most = 5000
mots = 3
[carriers.other]
type = "handset"
phones = ["nonsense"]
[carriers.third]
type = "line"
[carriers.fourth]
type = "lien"
""",
    )
    done = sidetone("--config", file, "check")
    assert done.exit_code == 1
    at = str(file)
    assert done.stderr.splitlines() == [
        f"{at}:4: server.default_country is no country that has phone numbers; "
        "write its two letters as in ISO 3166, such as DE, GB or US.",
        f"{at}:16: carriers.fourth.type names a plugin that is not installed; perhaps line is meant; "
        "allowed are csv, gsm, handset, line, restcomm.",
        f"{at}:8: carriers.main.most is too large; allowed is from 1 to 1000.",
        f"{at}:9: carriers.main.mots is not a setting; perhaps most is meant; "
        "allowed are create, deadline, most, phones.",
        f"{at}:12: carriers.other.phones cannot be used: phones[0] must be a number in E.164 and a name, "
        'like "+4915112345678 Ada".',
        f"{at}:13: carriers.third cannot be used: package surely_missing is missing: install surely_missing.",
    ]
    found = json.loads(sidetone("--config", file, "check", "--json").stdout)
    assert [(fault["line"], fault["key"]) for fault in found] == [
        (4, "server.default_country"),
        (16, "carriers.fourth.type"),
        (8, "carriers.main.most"),
        (9, "carriers.main.mots"),
        (12, "carriers.other.phones"),
        (13, "carriers.third"),
    ]


async def test_the_mail_server_is_tried_with_the_carriers(tmp_path: Path) -> None:
    async with MailServer(tmp_path) as server:
        mail = f"""
[mail]
host = "127.0.0.1"
port = {server.port}
ca_file = "ca.pem"
username = "sidetone"
password = "{PASSWORD}"
sender = "sidetone@example.com"
to = ["admin@example.com", "night@example.com"]
"""

        async def tried(text: str) -> Result:
            file = configured(tmp_path, CONFIG + text)
            return await asyncio.to_thread(sidetone, "--config", file, "check", "--connect")

        done = await tried(mail)
        assert done.exit_code == 0
        assert done.stdout.splitlines()[1] == "Mail works. 127.0.0.1 takes alerts for all recipients: 2."
        server.answers = {"night@example.com": "550 5.1.1 nobody of that name"}
        done = await tried(mail)
        assert done.exit_code == 0
        assert done.stdout.splitlines()[1] == (
            "Mail works, with trouble. 127.0.0.1 refuses 1 of 2 recipients. Are the addresses in to right?"
        )
        done = await tried(mail.replace(PASSWORD, "wrong"))
        assert done.exit_code == 1
        assert done.stderr.splitlines()[1] == (
            "Mail does not work. The mail server refuses the login (code 535). Are username and password right?"
        )
        assert server.mails == []


def test_a_secret_that_others_can_read_is_a_fault_with_its_remedy(tmp_path: Path) -> None:
    text = f"""{CONFIG}
[carriers.out]
type = "restcomm"
account_sid = "AC{"0" * 32}"
auth_token = "hush-hush-hush-hush"
hook_secret_file = "hook"
"""
    file = configured(tmp_path, text)
    file.chmod(0o644)
    (tmp_path / "hook").write_text("hush-hush-hush-hush\n")
    (tmp_path / "hook").chmod(0o604)
    done = sidetone("--config", file, "check")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        f"{file}:12: carriers.out.auth_token is a secret, and everyone on this machine can read {file}; "
        f"run: chmod 640 {file}.",
        f"{file}:13: carriers.out.hook_secret_file is a secret, and everyone on this machine can read "
        f"{tmp_path}/hook; run: chmod 600 {tmp_path}/hook.",
    ]
    file.chmod(0o600)
    (tmp_path / "hook").chmod(0o600)
    assert sidetone("--config", file, "check").exit_code == 0


def test_plugins_are_listed_with_the_carriers_that_use_them(tmp_path: Path, shop: Shop) -> None:
    module = shop.install("line", CARRIER, package="acme-line")
    shop.install("wrong", "1 / 0", package="acme-wrong")
    file = configured(tmp_path, CONFIG + '[carriers.b]\ntype = "line"\n[carriers.a]\ntype = "wrong"\n')
    done = sidetone("--config", file, "plugins", "--json")
    assert done.exit_code == 0
    rows = {row["type"]: row for row in json.loads(done.stdout)}
    assert rows["line"] == {
        "type": "line",
        "module": module,
        "package": "acme-line",
        "version": "1.0",
        "carriers": ["b"],
        "directories": [],
        "state": "ok",
        "failures": {},
        "troubles": {},
    }
    assert rows["restcomm"]["state"] == "off"
    words = "Plugin wrong cannot be used (ZeroDivisionError)."
    assert (rows["wrong"]["state"], rows["wrong"]["failures"]) == ("failed", {"a": words})
    lines = sidetone("--config", file, "plugins").stdout.splitlines()
    assert lines[0].split() == ["TYPE", "VERSION", "PACKAGE", "CARRIERS", "DIRECTORIES", "STATE"]
    assert "line      1.0      acme-line   b         -            ok" in lines
    assert lines[-1] == f"a: {words}"


def secured(folder: Path, *names: str, ends: datetime | None = None) -> Path:
    """A configuration with TLS."""
    write(folder, *(names or (HOST,)), ends=ends)
    server = f'[server]\npublic_url = "https://{HOST}"\ntls_cert = "cert.pem"\ntls_key = "key.pem"'
    return configured(folder, CONFIG.replace("[server]", server))


def test_a_certificate_that_is_well(tmp_path: Path) -> None:
    done = sidetone("--config", secured(tmp_path), "check")
    assert (done.exit_code, done.stderr) == (0, "")


def test_a_certificate_that_nobody_accepts_is_a_fault(tmp_path: Path) -> None:
    file = secured(tmp_path, "other.example.com", ends=datetime(2020, 1, 1, tzinfo=UTC))
    done = sidetone("--config", file, "check")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        f"server.tls_cert is for other.example.com and not for {HOST}, the host of public_url; get one for that name.",
        "server.tls_cert has expired on 2020-01-01: nobody accepts it; renew it.",
    ]


def test_one_that_ends_soon_is_a_note(tmp_path: Path) -> None:
    file = secured(tmp_path, ends=datetime.now(UTC) + timedelta(days=13))
    done = sidetone("--config", file, "check")
    assert done.exit_code == 0
    assert done.stdout.startswith("Note: server.tls_cert expires on ")
    (told,) = json.loads(sidetone("--config", file, "check", "--json").stdout)
    assert told["note"] is True


def test_an_address_that_may_not_be_spoken_to_is_told_with_the_way_to_allow_it(tmp_path: Path) -> None:
    carrier = """
[carriers.cloud]
type = "restcomm"
base_url = "http://169.254.169.254/restcomm/2012-04-24"
account_sid = "AC55555555555555555555555555555555"
auth_token = "5"
hook_secret = "0123456789abcdef"
"""
    file = configured(tmp_path, CONFIG + carrier)
    file.chmod(0o600)
    done = sidetone("--config", file, "check")
    assert done.stderr.endswith(
        ": carriers.cloud.base_url cannot be reached: 169.254.169.254 is where clouds keep secrets; to allow it: "
        '[server] allow_private = ["169.254.169.254"].\n'
    )
    allowed = CONFIG.replace("[server]", '[server]\nallow_private = ["169.254.169.254"]')
    file = configured(tmp_path, allowed + carrier)
    file.chmod(0o600)
    assert sidetone("--config", file, "check").exit_code == 0
