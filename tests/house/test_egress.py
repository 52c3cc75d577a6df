"""One way out: nothing but `sidetone.egress` opens a connection to another machine."""

import ast
from collections.abc import Iterator

from house.source import Module, imports, production

# Whoever imports one of these could go around the checks of addresses.
WIRES = {
    "aiosmtplib", "ftplib", "http.client", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket", "ssl",
    "telnetlib", "urllib.request", "urllib3", "websockets", "xmlrpc.client",
}  # fmt: skip
MAY = {
    "sidetone.egress.http": {"socket"},
    "sidetone.egress.mail": {"aiosmtplib", "ssl"},  # over a socket of egress.http
    "sidetone.web.listener": {"socket"},  # listens
    "sidetone.web.tls": {"ssl"},  # for those who come in
    "sidetone.systemd.notify": {"socket"},  # a Unix socket of the service manager
    "sidetone.control.client": {"socket"},  # a Unix socket in the data folder
    "sidetone.control.server": {"socket"},
    "sidetone_gsm.station": {"socket"},  # a Unix socket in the data folder
    "sidetone_gsm.wire": {"socket"},  # asks it who is at its other end
    "sidetone.doctor.ways": {"http.client", "socket", "ssl"},  # a command: it knocks at Sidetone's own doors
}
OPENING = {
    "ClientSession", "TCPConnector", "UnixConnector", "create_connection", "create_datagram_endpoint",
    "open_connection", "sock_connect", "urlopen",
}  # fmt: skip
MAY_OPEN = {
    "sidetone.egress.http": {"ClientSession", "TCPConnector", "sock_connect"},
    "sidetone.doctor.ways": {"create_connection"},
}


def checked() -> Iterator[Module]:
    return (module for module in production() if not module.name.startswith("sidetone.testing"))


def test_only_these_import_what_could_open_a_connection() -> None:
    assert [
        f"{module.place}:{line} imports {name}"
        for module in checked()
        for name, line in imports(module)
        if name in WIRES - MAY.get(module.name, set())
    ] == []


def test_only_these_open_one() -> None:
    assert [f"{module.place}:{line} calls {name}" for module in checked() for name, line in openings(module)] == []


def openings(module: Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in OPENING - MAY_OPEN.get(module.name, set()):
                yield name, node.lineno
