"""The real daemon as a target: a data folder of its own, one user, one number, one Restcomm carrier."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

from bench.plan import Access
from bench.target import BenchError, Target

USER = "bench"
PASSWORD = "a long pass phrase for the bench"
ACCOUNT_SID = "AC" + "5" * 32
HOOK_SECRET = "bench-hook-secret-0123456789abcdef"
NUMBER = "+13105550100"

_CONFIG = """\
[server]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
data_dir = "{data_dir}"
default_country = "US"

[carriers.main]
type = "restcomm"
base_url = "http://127.0.0.1:{far_side}/restcomm/2012-04-24"
account_sid = "{account_sid}"
auth_token = "0123456789abcdef0123456789abcdef"
hook_secret = "{hook_secret}"
"""


class SidetoneTarget(Target):
    """Sidetone as an admin would run it, on loopback."""

    name = "sidetone"

    def __init__(self) -> None:
        super().__init__()
        self._config = self.folder / "sidetone.toml"
        self._far_side = ThreadingHTTPServer(("127.0.0.1", 0), _QuietCarrier)

    def __enter__(self) -> Self:
        threading.Thread(target=self._far_side.serve_forever, name="far side", daemon=True).start()
        try:
            self._configure(port=8080)  # each start writes its own
            self._cli("user", "add", USER, "--role", "user", "--password-stdin", stdin=PASSWORD)
            self._cli("number", "add", NUMBER, "--owner", f"user:{USER}", "--carrier", "main")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._far_side.shutdown()
        self._far_side.server_close()
        super().__exit__()

    def command(self, port: int) -> Sequence[str]:
        self._configure(port)
        return [*self._program(), "run"]

    def access(self, pid: int, port: int) -> Access:
        return Access(
            host="127.0.0.1",
            port=port,
            pid=pid,
            hook_path=f"/hooks/main/{HOOK_SECRET}/message",
            headers={"Authorization": f"Bearer {_sign_in(port)}"},
            account_sid=ACCOUNT_SID,
            own_number=NUMBER,
        )

    def _configure(self, port: int) -> None:
        text = _CONFIG.format(
            port=port,
            data_dir=self.folder / "data",
            far_side=self._far_side.server_address[1],
            account_sid=ACCOUNT_SID,
            hook_secret=HOOK_SECRET,
        )
        self._config.touch(mode=0o600)
        self._config.write_text(text)

    def _program(self) -> list[str]:
        return [str(Path(sys.executable).parent / "sidetone"), "--config", str(self._config)]

    def _cli(self, *arguments: str, stdin: str = "") -> None:
        try:
            done = subprocess.run(
                [*self._program(), *arguments],
                input=f"{stdin}\n",
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        except FileNotFoundError as fault:
            raise BenchError("the sidetone command is not installed beside this interpreter") from fault
        if done.returncode:
            raise BenchError(f"sidetone {arguments[0]} {arguments[1]}: {(done.stderr or done.stdout).strip()[-2000:]}")


def _sign_in(port: int) -> str:
    """A Bearer token for the one user."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        body = json.dumps({"username": USER, "password": PASSWORD, "token": True})
        connection.request("POST", "/api/v1/session", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    if answer.status not in (200, 201):
        raise BenchError(f"sign-in was answered {answer.status}: {text[:500].decode(errors='replace')}")
    return str(json.loads(text)["token"])


class _QuietCarrier(BaseHTTPRequestHandler):
    """The far side of the carrier, where nothing ever happened: an active account with an empty message list."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        listing = "/SMS/Messages" in self.path
        page = {"page": 0, "num_pages": 0, "page_size": 50, "total": 0, "next_page_uri": "null", "messages": []}
        body = json.dumps(page if listing else {"sid": ACCOUNT_SID, "status": "active"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
