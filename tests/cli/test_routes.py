"""`sidetone routes explain` asks the running daemon, and routes count from a reload on."""

import json
from pathlib import Path

import pytest

from cli.stage import CONFIG, PASS_PHRASE, Daemon, configured, sidetone

pytestmark = pytest.mark.slow

MORE = '\n[carriers.spare]\ntype = "handset"\n'
ROUTES = """
[routes.france]
carriers = ["spare"]
to = ["FR"]

[routes.rest]
carriers = ["home", "spare"]
"""


def test_the_way_of_a_text_is_explained(tmp_path: Path) -> None:
    file = configured(tmp_path, CONFIG + MORE)
    ask = ("--config", file, "routes", "explain", "030 901820100", "0151 12345678", "hello")
    alone = sidetone(*ask)
    assert (alone.exit_code, alone.stderr) == (1, "Sidetone is not running. Start it: systemctl start sidetone.\n")
    with Daemon("--config", file, "run") as daemon:
        daemon.ready()
        assert "is not a number of ours" in sidetone(*ask).stderr
        sidetone("--config", file, "user", "add", "ada", "--password-stdin", stdin=PASS_PHRASE)
        sidetone("--config", file, "number", "add", "+4930901820100", "--owner", "user:ada", "--carrier", "main")
        assert "By no route, so by its number's own carrier:\n→ main: it works.\n" in sidetone(*ask).stdout
        configured(tmp_path, CONFIG + MORE + ROUTES)
        assert "[routes] counts from now on." in sidetone("--config", file, "reload").stdout
        assert sidetone(*ask).stdout == (
            "From +4930901820100 to +4915112345678, segments: 1.\n"
            "Not by the route france: it is for recipients in FR.\n"
            "By the route rest:\n→ main: it works.\n  spare: it works and stands further back.\n"
        )
        told = json.loads(sidetone(*ask, "--json").stdout)
        assert (told["route"], [each["taken"] for each in told["carriers"]]) == ("rest", [True, False])
