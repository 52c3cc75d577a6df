"""A program that starts Sidetone on a machine without any network, uses it, and reports what it saw as JSON.

It is run in a network namespace of its own, where it wakes nothing but loopback. Argument: a folder to work in.
"""

import fcntl
import json
import re
import socket
import struct
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from cli.stage import CONFIG, FRESH, PASS_PHRASE, Daemon, configured, sidetone

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
PHONE, OWN = "+4915112345678", "+4930901820100"
TEXT = (
    CONFIG
    + f"""
phones = ["{PHONE} Grace"]

[carriers.trunk]
type = "restcomm"
base_url = "https://api.sidetone.invalid/restcomm/2012-04-24"
account_sid = "AC{"0" * 32}"
auth_token = "hush-hush-hush-hush"
hook_secret = "{"hush" * 8}"
"""
)


def main(folder: Path) -> dict[str, Any]:
    wake_loopback()
    began = time.monotonic()
    file = configured(folder, TEXT)
    for command in (
        ("user", "add", "ada", "--right", "handset", "--password-stdin"),
        ("number", "add", OWN, "--owner", "user:ada", "--carrier", "main"),
    ):
        done = sidetone("--config", file, *command, stdin=PASS_PHRASE)
        assert done.exit_code == 0, done.output
    with Daemon("--config", file, "run", before=FRESH) as daemon:
        found = used(daemon.ready().url)
        code, _, _ = daemon.stop()
    return {**found, "code": code, "seconds": time.monotonic() - began, "outside": outside()}


def used(url: str) -> dict[str, Any]:
    """Load the UI, text a phone, answer from it, and look at the parts until the trunk has said how it is."""
    page = ask(url, "/").decode()
    assets = [ask(url, f"/{path.lstrip('/')}") for path in re.findall(r'(?:src|href)="([^"#]+)"', page)]
    body = {"username": "ada", "password": PASS_PHRASE, "token": True}
    token = json.loads(ask(url, "/api/v1/session", body))["token"]

    def api(path: str, what: object = None) -> Any:  # noqa: ANN401 - any JSON
        return json.loads(ask(url, f"/api/v1{path}", what, token))

    talk = api("/conversations", {"kind": "sms", "to": PHONE})["id"]
    sent = api(f"/conversations/{talk}/messages", {"body": "hello"})["id"]
    until(lambda: api(f"/messages/{sent}")["status"] == "delivered")
    api(f"/handset/main/phones/{PHONE}/messages", {"to": OWN, "body": "hi"})
    texts = [item["body"] for item in api(f"/conversations/{talk}/messages")["items"]]

    def trunk() -> Any:  # noqa: ANN401 - a part
        parts = json.loads(ask(url, "/readyz"))["parts"]
        return next(part for part in parts if part["name"] == "carrier trunk")

    until(lambda: trunk()["state"] != "starting")
    return {"assets": len(assets), "texts": texts, "trunk": trunk(), "ready": json.loads(ask(url, "/readyz"))["ready"]}


def ask(url: str, path: str, body: object = None, token: str = "") -> bytes:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return bytes(answer.read())


def until(true: Any) -> None:  # noqa: ANN401 - a function
    ends = time.monotonic() + 20
    while not true():
        assert time.monotonic() < ends, "it never came"
        time.sleep(0.05)


def wake_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        asked = fcntl.ioctl(wire, SIOCGIFFLAGS, struct.pack("16sh14x", b"lo", 0))
        (flags,) = struct.unpack("16xh14x", asked)
        fcntl.ioctl(wire, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))


def outside() -> bool:
    """Whether anything but this machine can be reached."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        return wire.connect_ex(("192.0.2.1", 9)) == 0


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))
