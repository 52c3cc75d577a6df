"""From nothing to a running service in a clean Debian, by the commands of docs/install.md and nothing else.

`make test-install` runs it. The daemon sees no network but its own loopback.
"""

import json
from pathlib import Path

import pytest

from cli.stage import PASS_PHRASE
from house.needs import missing
from install.debian import Debian, Service, owner, possible
from install.page import CARRIER, FIRST_ADMIN, INSTALL, NGINX, UPGRADE, blocks

pytestmark = pytest.mark.slow

READYZ = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8080/readyz', timeout=10).read().decode())"
TOKEN = "0123456789abcdef" * 2
PROXY = """
import json, ssl, sys, urllib.request
context = ssl.create_default_context(cafile="/etc/ssl/sidetone.pem")
body = json.dumps({"username": "anna", "password": sys.argv[1]}).encode()
request = urllib.request.Request("https://messages.example.com/api/v1/session", body, {"Content-Type": "application/json"})
with urllib.request.urlopen(request, context=context, timeout=10) as answer:
    print(answer.headers["Set-Cookie"].partition("=")[0])
"""


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Debian:
    if reason := possible():
        missing(reason)
    made = Debian.clean(tmp_path_factory.mktemp("install") / "root")
    made.run("apt-get -qq update")
    made.bring_wheels()
    for command in INSTALL:
        made.run(command.replace(" --now", ""))  # no systemd runs there: starting it is what `Service` does
    return made


def test_the_user_the_folders_and_the_command_are_there(debian: Debian) -> None:
    user, group = owner(debian.root)
    data, etc = debian.root / "var/lib/sidetone", debian.root / "etc/sidetone"
    assert (data.stat().st_uid, data.stat().st_gid, data.stat().st_mode & 0o777) == (user, group, 0o700)
    assert (etc.stat().st_uid, etc.stat().st_gid, etc.stat().st_mode & 0o777) == (0, group, 0o750)
    assert sorted(path.name for path in (etc / "conf.d").iterdir()) == [
        "csv.toml",
        "gsm.toml",
        "handset.toml",
        "restcomm.toml",
    ]
    assert (etc / "credentials").stat().st_mode & 0o777 == 0o700
    assert debian.run("sidetone --version").startswith("sidetone, version ")
    assert "all is well" in debian.run("sidetone check")
    enabled = debian.root / "etc/systemd/system/multi-user.target.wants/sidetone.service"
    assert enabled.is_symlink()


def test_the_unit_is_understood_by_the_systemd_that_will_run_it(debian: Debian) -> None:
    path = "/opt/sidetone/lib/systemd/system/sidetone.service"
    said = debian.run(f"systemd-analyze verify --man=no {path} 2>&1 || true")
    assert [line for line in said.splitlines() if "sidetone.service" in line] == []
    said = debian.run(f"systemd-analyze security --offline=true {path}")
    assert float(said.rpartition("sidetone.service: ")[2].split()[0]) <= 1.2


def test_it_starts_tells_systemd_and_serves(debian: Debian) -> None:
    with Service(debian) as service:
        service.ready()
        service.listener.until("STATUS=Ready at http://127.0.0.1:8080")
        service.listener.until("WATCHDOG=1")
        readiness = json.loads(debian.run(f'/opt/sidetone/bin/python -c "{READYZ}"', beside=service))
        assert readiness["ready"]
        assert debian.run("cat /var/lib/sidetone/setup-link").startswith("http://127.0.0.1:8080/")
        add, doctor = FIRST_ADMIN
        assert "can sign in now" in debian.run(add, stdin=PASS_PHRASE, beside=service)
        findings = debian.run(f"{doctor} --json", beside=service)
        assert [each for each in json.loads(findings) if each["verdict"] == "fault"] == []
        assert debian.run("sidetone reload", beside=service) == "Nothing has changed.\n"
        log = service.stop()
        assert "STOPPING=1" in service.listener.rest()
    assert '"error"' not in log
    assert_owned(debian)


def test_a_carrier_with_its_secrets_as_credentials(debian: Debian) -> None:
    """Root's own `sidetone check` sees what the service will see, and nobody else can read the token."""
    etc = debian.root / "etc/sidetone"
    for name in ("main-token", "main-hook"):
        (etc / "credentials" / name).touch(mode=0o600)
        (etc / "credentials" / name).write_text(f"{TOKEN}\n")
    carrier = blocks("toml")[0].replace('type = "restcomm"', 'type = "restcomm"\nbase_url = "http://127.0.0.1:9"')
    (etc / "conf.d/main.toml").write_text(carrier)
    check, _, number, listing = CARRIER
    assert "Carriers: main (restcomm)" in debian.run(check)
    with Service(debian) as service:
        service.ready()
        debian.run(number, beside=service)
        assert "main" in debian.run(listing, beside=service)
        debian.run("sidetone support-bundle bundle.zip", beside=service)
        service.stop()
    assert TOKEN.encode() not in (debian.root / "root/bundle.zip").read_bytes()
    assert "main-token" not in debian.run(
        "setpriv --reuid=sidetone --clear-groups ls /etc/sidetone/credentials 2>&1 || true"
    )


def test_behind_nginx(debian: Debian) -> None:
    debian.run("apt-get install -y --no-install-recommends nginx-light openssl")
    names = "-subj /CN=messages.example.com -addext subjectAltName=DNS:messages.example.com"
    files = "-keyout /etc/ssl/sidetone.key -out /etc/ssl/sidetone.pem"
    debian.run(f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 {names} {files} 2>/dev/null")
    site = NGINX.replace("/etc/letsencrypt/live/messages.example.com/fullchain.pem", "/etc/ssl/sidetone.pem")
    site = site.replace("/etc/letsencrypt/live/messages.example.com/privkey.pem", "/etc/ssl/sidetone.key")
    (debian.root / "etc/nginx/sites-enabled/sidetone").write_text(site)
    (debian.root / "etc/hosts").write_text("127.0.0.1 localhost messages.example.com\n")
    (debian.root / "etc/sidetone/sidetone.toml").write_text(blocks("toml")[1])
    with Service(debian) as service:
        service.ready()
        debian.run("nginx", beside=service)
        (debian.root / "root/proxy.py").write_text(PROXY)
        assert debian.run(f"python3 proxy.py '{PASS_PHRASE}'", beside=service) == "__Host-sidetone\n"
        found = debian.run("SSL_CERT_FILE=/etc/ssl/sidetone.pem sidetone doctor --json || true", beside=service)
        topics = {each["topic"]: each for each in json.loads(found)}
        assert topics["public URL"]["sentence"] == "https://messages.example.com leads to Sidetone, seen from here."
        assert topics["certificate"]["verdict"] == "warning", "it lasts two days"
        debian.run("nginx -s stop", beside=service)
        service.stop()


def test_root_backs_up_upgrades_and_restores(debian: Debian) -> None:
    """Into a folder that is root's alone; what lies in the data folder stays its owner's."""
    debian.run("mkdir -m 700 /root/mine")
    assert "holds the whole store" in debian.run("sidetone db backup /root/mine/backup.zip")
    debian.run("sidetone user add late --password-stdin", stdin=PASS_PHRASE)
    upgrade, _, _ = UPGRADE
    debian.run(upgrade.replace("--upgrade", "--upgrade --force-reinstall --no-deps"))
    assert "Restored the store" in debian.run("sidetone db restore /root/mine/backup.zip")
    assert_owned(debian)
    with Service(debian) as service:
        service.ready()
        assert "late" not in debian.run("sidetone user list", beside=service)
        service.stop()


def test_a_damaged_store_is_not_restarted(debian: Debian) -> None:
    store = debian.root / "var/lib/sidetone/sidetone.db"
    store.write_bytes(b"no store" * 1000)
    with Service(debian) as service:
        code, log = service.end()
        prevented = service.unit["RestartPreventExitStatus"][0].split()
    assert str(code) in prevented
    assert "is not an SQLite file. It is kept as it is; restore a backup" in log


def assert_owned(debian: Debian) -> None:
    user, _ = owner(debian.root)
    data = debian.root / "var/lib/sidetone"
    assert {str(path) for path in Path(data).rglob("*") if path.lstat().st_uid != user} == set()
