"""The web server of docs/install.md passes on what Sidetone needs."""

import re
from pathlib import Path

from house.source import ROOT
from sidetone.store.connection import Store
from sidetone.testing.clock import FakeClock
from web.site import API, Person, Site
from web.test_headers import EVERYWHERE, check

HOST = "messages.example.com"
# What nginx puts in the place of its variables for a browser's request; those of an upgrade are the browser's own.
SEEN = {
    "$http_host": HOST,
    "$remote_addr": "192.0.2.7",
    "$scheme": "https",
    "$http_upgrade": "",
    "$connection_upgrade": "",
}


def passed_on() -> dict[str, str]:
    guide = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    lines = re.findall(r"^ +proxy_set_header (\S+) (\S+);", guide, re.M)
    assert {value for _, value in lines} == SEEN.keys()
    return {name: SEEN[value] for name, value in lines if SEEN[value]}


async def test_the_client_is_known_and_the_headers_are_sidetones_own(
    tmp_path: Path, store: Store, clock: FakeClock
) -> None:
    async with Site(tmp_path, store, clock, public_url=f"https://{HOST}", trusted_proxies=("127.0.0.1",)) as site:
        await site.add("ada")
        browser = Person(site, {**passed_on(), "Origin": f"https://{HOST}", "Sec-Fetch-Site": "same-origin"})
        reply = await browser.post(f"{API}/session", {"username": "ada", "password": "three quiet words"})
        assert reply.status == 201
        assert "; Secure" in reply.headers["Set-Cookie"]
        check(reply, EVERYWHERE | {"Strict-Transport-Security": "max-age=63072000"})
        addresses = await site.store.read(
            lambda look: [row["address"] for row in look.all("SELECT address FROM audit")]
        )
        assert set(addresses) >= {"192.0.2.7"}
