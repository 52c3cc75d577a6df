"""A daemon with its own TLS, as an admin meets it: renewed, broken, looked over."""

import json
import ssl
import urllib.request
from pathlib import Path
from typing import Any

from cli.stage import CONFIG, Daemon, configured, sidetone
from web.certificates import authority, put, trusting, write


def ready(url: str) -> Any:  # noqa: ANN401 - any JSON
    with urllib.request.urlopen(f"{url}/readyz", context=trusting(), timeout=10) as answer:
        return json.load(answer)


def shown(url: str) -> str:
    host, _, port = url.removeprefix("https://").rpartition(":")
    return ssl.get_server_certificate((host, int(port)))


def test_a_certificate_is_renewed_and_a_broken_one_refused_while_the_daemon_runs(tmp_path: Path) -> None:
    write(tmp_path, "127.0.0.1")
    tls = '[server]\ntls_cert = "cert.pem"\ntls_key = "key.pem"'
    file = configured(tmp_path, CONFIG.replace("[server]", tls))
    with Daemon("--config", file, "run") as daemon:
        daemon.ready()
        assert daemon.url.startswith("https://127.0.0.1:")
        parts = {part["name"]: part["state"] for part in ready(daemon.url)["parts"]}
        assert parts["certificate"] == "ok"
        first = shown(daemon.url)

        write(tmp_path, "127.0.0.1")
        done = sidetone("--config", file, "reload")
        assert (done.exit_code, done.stdout) == (0, "The certificate is new and lasts until 3000-01-01.\n")
        second = shown(daemon.url)
        assert first != second

        put(tmp_path / "key.pem", authority().issue_cert("127.0.0.1").private_key_pem.bytes())
        done = sidetone("--config", file, "reload")
        assert done.exit_code == 1
        assert "server.tls_key does not belong to the certificate in" in done.stderr
        assert shown(daemon.url) == second
        told = {part["name"]: part for part in ready(daemon.url)["parts"]}["certificate"]
        assert told["state"] == "degraded"
        assert "The former certificate goes on" in told["sentence"]

        found = json.loads(sidetone("--config", file, "doctor", "--json").stdout)
        said = {(each["topic"], each["verdict"]): each["sentence"] for each in found}
        assert "server.tls_key does not belong" in said["configuration", "fault"]
        assert said["port", "ok"].startswith("Sidetone answers at")
        assert ("certificate", "warning") in said


def test_a_key_of_another_certificate_keeps_it_from_starting(tmp_path: Path) -> None:
    write(tmp_path, "127.0.0.1")
    put(tmp_path / "key.pem", authority().issue_cert("127.0.0.1").private_key_pem.bytes())
    tls = '[server]\ntls_cert = "cert.pem"\ntls_key = "key.pem"'
    file = configured(tmp_path, CONFIG.replace("[server]", tls))
    with Daemon("--config", file, "run") as daemon:
        code, said, logged = daemon.end()
    assert (code, said) == (1, "")
    assert "server.tls_key does not belong to the certificate in" in logged.splitlines()[-1]
