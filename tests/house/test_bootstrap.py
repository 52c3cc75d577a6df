"""pip's wheel is found and checked as pip itself would, for a system whose Python came without ensurepip."""

import base64
import hashlib
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pip_wheel import Page, WheelError, from_index, pip_settings, shown

CONTENT = b"not really a wheel"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PAGE = """<!DOCTYPE html><body>
<a href="../../files/pip-23.0-py3-none-any.whl#sha256={sha256}">older</a>
<a href="../../files/pip-24.1-py3-none-any.whl#sha256={sha256}" data-requires-python="&gt;=3.8">newest that fits</a>
<a href="../../files/pip-24.2-py3-none-any.whl#sha256={sha256}" data-yanked="broken">taken back</a>
<a href="../../files/pip-25.0b1-py3-none-any.whl#sha256={sha256}">not final</a>
<a href="../../files/pip-99.0-py3-none-any.whl#sha256={sha256}" data-requires-python="&gt;=99.0">too new</a>
<a href="../../files/pip-24.3.tar.gz#sha256={sha256}">no wheel</a>
</body>"""


class Index(ThreadingHTTPServer):
    """A package index on loopback that offers what `page` says."""

    page = PAGE.format(sha256=SHA256)
    asked: list[tuple[str, str | None]]


class Answer(BaseHTTPRequestHandler):
    """Serves the page of pip, and the same bytes for every wheel."""

    server: Index

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Authorization")))
        body = self.server.page.encode() if self.path == "/simple/pip/" else CONTENT
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def index() -> Iterator[Index]:
    with Index(("127.0.0.1", 0), Answer) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which pip has no settings."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return monkeypatch


def test_the_newest_wheel_that_fits_is_fetched(index: Index, only: pytest.MonkeyPatch, tmp_path: Path) -> None:
    only.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{index.server_port}/simple")
    wheel = from_index(tmp_path)
    assert wheel.name == "pip-24.1-py3-none-any.whl"
    assert wheel.read_bytes() == CONTENT
    assert [path for path, _ in index.asked] == ["/simple/pip/", "/files/pip-24.1-py3-none-any.whl"]


def test_a_password_goes_into_a_header_and_nowhere_else(index: Index, only: pytest.MonkeyPatch, tmp_path: Path) -> None:
    only.setenv("PIP_INDEX_URL", f"http://anna:s%40lt@127.0.0.1:{index.server_port}/simple/")
    from_index(tmp_path)
    assert {given for _, given in index.asked} == {"Basic " + base64.b64encode(b"anna:s@lt").decode()}
    assert shown("https://anna:salt@example.com/simple") == "https://example.com/simple"


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (PAGE.format(sha256="0" * 64), "does not have the sha256"),
        (PAGE.replace("#sha256={sha256}", ""), "comes without a sha256"),
        ("<html>", "offers a wheel of pip"),
    ],
)
def test_a_wheel_that_cannot_be_trusted_is_refused(
    index: Index, only: pytest.MonkeyPatch, tmp_path: Path, page: str, why: str
) -> None:
    index.page = page
    only.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{index.server_port}/simple")
    with pytest.raises(WheelError, match=why):
        from_index(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_serves_too(only: pytest.MonkeyPatch, tmp_path: Path) -> None:
    offer, scratch = tmp_path / "offer", tmp_path / "scratch"
    offer.mkdir()
    scratch.mkdir()
    for version in ("9.0", "23.0.1"):
        (offer / f"pip-{version}-py3-none-any.whl").write_bytes(CONTENT)
    only.setenv("PIP_FIND_LINKS", str(offer))
    assert from_index(scratch).name == "pip-23.0.1-py3-none-any.whl"


def test_without_settings_there_is_no_index(only: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(WheelError, match="name no package index"):
        from_index(tmp_path)


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    conf = tmp_path / "pip.conf"
    conf.write_text(
        "[global]\nindex-url = https://a.example\ncert = /a.pem\n[install]\nindex-url = https://b.example\n"
    )
    environment = {"PIP_CONFIG_FILE": str(conf)}
    assert pip_settings(environment)["index-url"] == "https://b.example"
    environment["PIP_INDEX_URL"] = "https://c.example"
    settings = pip_settings(environment)
    assert (settings["index-url"], settings["cert"]) == ("https://c.example", "/a.pem")


def test_a_page_may_move_its_base() -> None:
    page = Page("https://a.example/simple/pip/")
    page.feed('<base href="https://b.example/"><a href="pip-1.0-py3-none-any.whl">')
    assert [link.url for link in page.links] == ["https://b.example/pip-1.0-py3-none-any.whl"]
