"""Ten ways to break an installation; each time the command or the daemon itself says what to do."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.stage import CONFIG, Daemon, configured, sidetone
from durability.small_disk import SmallDisk
from plugin_host.stage import Shop
from sidetone.clock import SystemClock
from sidetone.store import migrate
from sidetone.store.lock import DataLock
from sidetone.testing.restcomm_far_side import ACCOUNT, TOKEN, RestcommFarSide
from store.backups import backed_up, filled, run
from web.certificates import HOST, write

SECRET = "hush" * 8


def trunk(base_url: str = "https://api.example.com/restcomm/2012-04-24", token: str = TOKEN) -> str:
    return f"""
[carriers.trunk]
type = "restcomm"
base_url = "{base_url}"
account_sid = "{ACCOUNT}"
auth_token = "{token}"
hook_secret = "{SECRET}"
"""


def failed(*arguments: str | Path) -> str:
    """What a command says that fails."""
    done = sidetone(*arguments)
    assert done.exit_code == 1, done.output
    assert isinstance(done.exception, SystemExit), done.exception
    return done.stderr


async def test_a_wrong_token(tmp_path: Path) -> None:
    async with RestcommFarSide(SystemClock()) as far:
        file = configured(tmp_path, CONFIG + trunk(far.base_url, "a-wrong-token-of-ours"))
        said = await asyncio.to_thread(failed, "--config", file, "check", "--connect")
        assert said.splitlines() == [
            "Carrier main works. 0 virtual phones.",
            "Carrier trunk does not work. Its credentials are refused: The server refuses our credentials. "
            "Correct `account_sid` or `auth_token`. Change them, then run `sidetone reload`.",
        ]
        configured(tmp_path, CONFIG + trunk(far.base_url))
        done = await asyncio.to_thread(sidetone, "--config", file, "check", "--connect")
        assert (done.exit_code, done.stdout.splitlines()[1]) == (0, "Carrier trunk works. No traffic since the start.")
        assert far.messages == []
        assert not (tmp_path / "data").exists(), "nothing was made"


def test_a_wrong_mode_on_a_secret(tmp_path: Path) -> None:
    file = configured(tmp_path, CONFIG + trunk())
    file.chmod(0o644)
    assert f"everyone on this machine can read {file}; run: chmod 640 {file}." in failed("--config", file, "check")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    small = SmallDisk(tmp_path / "disk")
    if not small.mounted():
        pytest.skip("mounting a small disk is not permitted here; it takes root")
    yield small
    small.unmount()


def test_a_full_disk(tmp_path: Path, disk: SmallDisk) -> None:
    file = configured(tmp_path, CONFIG.replace('"data"', f'"{disk.path}/data"'))
    (disk.path / "data").mkdir()
    disk.fill()
    said = failed("--config", file, "db", "upgrade")
    assert "There is no room" in said or "The disk is full" in said
    assert "Free some space" in said
    disk.free()
    assert sidetone("--config", file, "db", "upgrade").exit_code == 0


def test_an_old_backup(tmp_path: Path) -> None:
    file = configured(tmp_path)
    old, _ = backed_up(filled(tmp_path / "then", migrate.migrations()[:1]))
    (tmp_path / "old.zip").write_bytes(old.read())
    done = sidetone("--config", file, "db", "restore", tmp_path / "old.zip")
    assert done.exit_code == 0, done.output
    assert "Messages that were waiting then may have been sent since; not sent again by themselves: 2." in done.stdout
    assert "Everyone has to sign in again. Start Sidetone: systemctl start sidetone." in done.stdout
    assert sidetone("--config", file, "db", "upgrade").stdout.endswith(
        f"needs nothing: schema {migrate.migrations()[-1].version}.\n"
    )


def test_an_expired_certificate(tmp_path: Path) -> None:
    write(tmp_path, HOST, ends=datetime(2020, 1, 1, tzinfo=UTC))
    server = f'[server]\npublic_url = "https://{HOST}"\ntls_cert = "cert.pem"\ntls_key = "key.pem"'
    file = configured(tmp_path, CONFIG.replace("[server]", server))
    said = failed("--config", file, "check")
    assert said == "server.tls_cert has expired on 2020-01-01: nobody accepts it; renew it.\n"


def test_a_clock_that_is_behind(tmp_path: Path) -> None:
    file = configured(tmp_path)
    run(filled(tmp_path / "data"), "INSERT INTO journal VALUES (2, 'message.created', 'user', 1, 1, 9000000000000)")
    done = sidetone("--config", file, "doctor")
    assert done.exit_code == 1
    assert "This machine's clock is behind: the store holds what happened" in done.output
    assert "timedatectl set-ntp true" in done.output


@pytest.mark.slow
def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with Daemon("--config", configured(tmp_path, CONFIG.replace(":0", f":{port}")), "run") as daemon:
            code, _, logged = daemon.end()
    assert code == 1
    assert logged.splitlines()[-1] == (
        f"server.listen: 127.0.0.1:{port} cannot be listened on (Address already in use). "
        "Stop what has it, or set another address."
    )


@pytest.mark.slow
def test_two_daemons(tmp_path: Path) -> None:
    file = configured(tmp_path)
    with DataLock(tmp_path / "data", "a running Sidetone"), Daemon("--config", file, "run") as second:
        code, _, logged = second.end()
    assert code == 1
    assert logged.splitlines()[-1].startswith(f"{tmp_path}/data is in use by a running Sidetone (pid ")
    assert logged.splitlines()[-1].endswith(
        "If it is only starting, wait a moment; else stop it first: systemctl stop sidetone."
    )


def test_a_missing_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "site").mkdir()
    monkeypatch.syspath_prepend(tmp_path / "site")
    Shop(tmp_path / "site").install("line", "import surely_missing")
    file = configured(tmp_path, CONFIG + '[carriers.out]\ntype = "line"\n')
    assert "package surely_missing is missing: install surely_missing." in failed("--config", file, "check")


def test_half_a_migration(tmp_path: Path) -> None:
    file, known = configured(tmp_path), migrate.migrations()
    store = filled(tmp_path / "data", known[:1])
    run(store, "CREATE TABLE audit (id INTEGER)")
    said = failed("--config", file, "db", "upgrade")
    assert "could not be upgraded: step 0006_audit" in said
    assert "It is as it was before that step." in said
    assert "the copy made before the upgrade lies beside the store" in said
    run(store, "DROP TABLE audit")
    done = sidetone("--config", file, "db", "upgrade")
    assert done.exit_code == 0, done.output
    assert f"Its copy from before is {store}.before-0006." in done.stdout
