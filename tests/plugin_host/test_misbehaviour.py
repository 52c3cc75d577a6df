"""The whole daemon with plugins that raise, leave, hang, cling and lie in every method there is, all at once.

It serves, other carriers work, each plugin is shown as what it is, and it stops in bounded time.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

import sidetone.plugin as plugin_api
from cli.stage import CONFIG, PASS_PHRASE, configured
from plugin_host import careless
from plugin_host.stage import Shop
from sidetone.app import App, Outside
from sidetone.cli.settings import load_settings
from sidetone.control.client import call
from sidetone.delivery import engine
from sidetone.plugin import context
from sidetone.plugin.life import Patience
from sidetone.testing.clock import FakeClock

pytestmark = pytest.mark.slow

FAULTS = ("raises", "leaves", "hangs", "clings", "lies")
NOT_ASYNC = {"hook_urls"}
PATIENCE = Patience(start=0.1, stop=0.1, health=0.1, webhook=0.1, list=0.1, grace=0.05)
LONGEST_STOP = 20.0  # seconds; some sixty carriers that will not end, side by side
API = "/api/v1"
STEPS = 60

# What is shown, by method and fault: the part, its state and its sentence. Where nothing is wrong to see, the carrier is ok.
WELL = ("carrier", "ok", "Well.")
SHOWN: dict[str, dict[str, tuple[str, str, str]]] = {
    "start": {
        "raises": ("carrier", "failed", r"Tries again in \d+ s: It failed to start \(ValueError\)\."),
        "leaves": ("carrier", "failed", r"Tries again in \d+ s: It failed to start \(RuntimeError\)\."),
        "hangs": ("carrier", "failed", r"Tries again in \d+ s: It takes too long to start\."),
        "clings": ("carrier", "failed", r"It takes too long to start\. It hangs: restart Sidetone\."),
        "lies": WELL,
    },
    "stop": dict.fromkeys(FAULTS, WELL),
    "health": {
        "raises": ("carrier", "degraded", r"Its health check failed \(ValueError\)\."),
        "leaves": ("carrier", "degraded", r"Its health check failed \(RuntimeError\)\."),
        "hangs": ("carrier", "degraded", r"Its health check takes longer than 0\.1 s\."),
        "clings": ("carrier", "failed", r"Its health check hangs: restart Sidetone\."),
        "lies": ("carrier", "degraded", r"Its health check says nothing that can be used\."),
    },
    "send": {
        "raises": ("queue", "degraded", r"Messages wait: its plugin failed \(ValueError\)\. Sidetone keeps trying\."),
        "leaves": ("queue", "degraded", r"Messages wait: its plugin failed \(SystemExit\)\. Sidetone keeps trying\."),
        "hangs": ("queue", "degraded", r"Messages wait: no answer in time\. Sidetone keeps trying\."),
        "clings": ("queue", "degraded", r"Sends that do not end although their time is over: 3\. .*restart Sidetone\."),
        "lies": ("queue", "degraded", r"Messages wait: its plugin gave no answer that can be used\. .*"),
    },
    "webhook": {
        "raises": ("carrier", "degraded", r"It fails when the carrier calls back \(ValueError\)\."),
        "leaves": ("carrier", "degraded", r"It fails when the carrier calls back \(SystemExit\)\."),
        "hangs": ("carrier", "degraded", r"It fails when the carrier calls back \(TimeoutError\)\."),
        "clings": ("carrier", "degraded", r"It hangs when the carrier calls back: restart Sidetone if that stays\."),
        "lies": ("carrier", "degraded", r"It fails when the carrier calls back \(no answer\)\."),
    },
    "hook_urls": {
        "raises": ("carrier", "failed", r"Plugin careless cannot be used \(ValueError\)\."),
        "leaves": ("carrier", "failed", r"Plugin careless cannot be used \(SystemExit\)\."),
        "lies": ("carrier", "failed", r"its hook_urls gives what is no list of addresses"),
    },
}
ASKED = {
    "raises": r"What the carrier did not tell cannot be asked for: Its plugin failed \(ValueError\)\. .*",
    "leaves": r"What the carrier did not tell cannot be asked for: Its plugin failed \(RuntimeError\)\. .*",
    "hangs": r"What the carrier did not tell cannot be asked for: It takes too long\. .*",
    "clings": r"The carrier's plugin hangs when it is asked for what it did not tell: restart Sidetone\.",
    "lies": r"What the carrier did not tell cannot be asked for: Its plugin gave no answer that can be used\. .*",
}
PHONES = {
    "raises": r"Its virtual phones fail \(ValueError\)\.",
    "leaves": r"Its virtual phones fail \(RuntimeError\)\.",
    "hangs": r"Its virtual phones fail \(no end in time\)\.",
    "clings": r"Its virtual phones fail \(no end in time\)\.",
    "lies": r"Its virtual phones fail \(nothing that can be used\)\.",
}
for asked in ("find", "status", "poll"):
    SHOWN[asked] = {
        fault: ("reconcile", "failed" if fault == "clings" else "degraded", words) for fault, words in ASKED.items()
    }
SHOWN["poll"]["lies"] = ("reconcile", "ok", ".*")  # what it returns is nothing that anybody looks at
for held in ("phones", "phone", "text_from", "behave", "changed"):
    SHOWN[held] = {fault: ("carrier", "degraded", words) for fault, words in PHONES.items()}
CASES = [(method, fault) for method, faults in SHOWN.items() for fault in faults]


def carrier_of(method: str, fault: str) -> str:
    return f"{method.replace('_', '-')}-{fault}"


class Office:
    """The running daemon, and who looks at it from outside."""

    def __init__(self, app: App, clock: FakeClock, data_dir: Path, http: aiohttp.ClientSession) -> None:
        self.app = app
        self.clock = clock
        self.data_dir = data_dir
        self.http = http
        self.token = ""
        self.numbers: dict[str, str] = {}
        self.parties = 0

    async def command(self, command: str, ask: object) -> Any:  # noqa: ANN401 - any answer
        """What a command beside the daemon asks it, and what it is told."""
        return json.loads(await asyncio.to_thread(call, self.data_dir, command, ask))

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        timeout = aiohttp.ClientTimeout(total=10)
        async with self.http.request(
            method, f"{self.app.url}{API}{path}", json=body, headers=headers, timeout=timeout
        ) as answer:
            return answer.status, await answer.json(content_type=None)

    async def ready(self) -> dict[str, dict[str, str]]:
        """What /readyz says of each part."""
        async with self.http.get(f"{self.app.url}/readyz") as answer:
            assert answer.status == 200
            return {part["name"]: part for part in (await answer.json())["parts"]}

    async def settle_in(self, carriers: list[str]) -> None:
        """An admin with a number for each carrier."""
        await self.command("user.add", {"name": "ada", "role": "admin", "password": PASS_PHRASE})
        ask = {"username": "ada", "password": PASS_PHRASE, "token": True}
        self.token = (await self.ask("POST", "/session", ask))[1]["token"]
        for place, carrier in enumerate(carriers):
            number = f"+4930901820{place:03}"
            status, said = await self.ask(
                "POST", "/numbers", {"number": number, "owner": "user:ada", "carrier": carrier}
            )
            assert status == 201, said
            self.numbers[carrier] = number

    async def text(self, carrier: str) -> str:
        """Text somebody by a carrier; the message's id."""
        self.parties += 1
        talk = {"kind": "sms", "to": f"+4915112{self.parties:06}", "from": self.numbers[carrier]}
        _, conversation = await self.ask("POST", "/conversations", talk)
        status, message = await self.ask("POST", f"/conversations/{conversation['id']}/messages", {"body": "hello"})
        assert status == 202, message
        return str(message["id"])

    async def until(self, fits: Callable[[dict[str, dict[str, str]]], bool]) -> None:
        """Let time pass until what /readyz says fits."""
        for _ in range(STEPS):
            parts = await self.ready()
            if fits(parts):
                return
            await self.clock.advance(15)
        raise AssertionError(json.dumps(parts, indent=1))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder, shop = tmp_path_factory.mktemp("office"), tmp_path_factory.mktemp("shop")
    text = CONFIG.replace("[carriers.main]", "[carriers.good]")
    for method, fault in CASES:
        text += f'\n[carriers.{carrier_of(method, fault)}]\ntype = "careless"\n'
        text += f'method = "{method}"\nfault = "{fault}"\n'
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(shop)
        patch.setattr(engine, "GRACE_AT_STOP", 0.1)
        patch.setattr(context, "UNLOAD_STEP", 0.1)
        Shop(shop).install("careless", f"from {careless.__name__} import api, sidetone_carrier\n")
        yield configured(folder, text)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(file: Path) -> AsyncIterator[Office]:
    careless.Careless.over = asyncio.Event()
    config, clock = load_settings(file), FakeClock()
    outside = Outside(reread=lambda: config, relog=lambda _: None)
    async with aiohttp.ClientSession() as http:
        app = App(config, outside, clock, PATIENCE)
        await app.__aenter__()
        try:
            office = Office(app, clock, config.server.data_dir, http)
            await office.settle_in(["good", *(carrier_of(*case) for case in CASES)])
            for method, fault in CASES:
                if method in ("find", "status"):  # asked for when a text of theirs has come of age
                    await office.text(carrier_of(method, fault))
            yield office
        finally:
            async with asyncio.timeout(LONGEST_STOP):
                await app.__aexit__(None, None, None)
            careless.Careless.over.set()
            await asyncio.sleep(0.05)  # what clung lets go


def test_every_method_of_every_protocol_is_misbehaved_in() -> None:
    protocols = [
        getattr(plugin_api, name)
        for name in plugin_api.__all__
        if getattr(getattr(plugin_api, name), "_is_protocol", False)
    ]
    given = {plugin_api.Clock, plugin_api.KeyValue}  # what a plugin gets, not what it provides
    elsewhere = {plugin_api.Directory}  # tests/directory/test_lying_directories.py
    methods = {
        name
        for protocol in protocols
        if protocol not in given | elsewhere
        for name, member in vars(protocol).items()
        if callable(member) and not name.startswith("_")
    }
    assert methods == SHOWN.keys()
    assert {method for method, faults in SHOWN.items() if faults.keys() != set(FAULTS)} == NOT_ASYNC


async def provoke(office: Office, method: str, name: str) -> None:
    """Make the daemon call the method."""
    handset = f"/handset/{name}/phones"
    match method:
        case "send":
            for _ in range(3):
                await office.text(name)
        case "webhook":
            timeout = aiohttp.ClientTimeout(total=2)
            try:
                async with office.http.post(f"{office.app.url}/hooks/{name}/message", timeout=timeout) as answer:
                    assert answer.status == 503
            except TimeoutError:
                assert name == "webhook-clings"  # nobody can answer for a plugin that does not even end
        case "phones" | "changed":
            assert (await office.ask("GET", handset))[1]["code"] == "plugin-failed"
        case "phone":
            assert (await office.ask("GET", f"{handset}/{careless.PHONE.number}"))[1]["code"] == "plugin-failed"
        case "behave":
            said = await office.ask("PATCH", f"{handset}/{careless.PHONE.number}", {"silent": True})
            assert said[1]["code"] == "plugin-failed"
        case "text_from":
            text = {"to": office.numbers["good"], "body": "hi"}
            said = await office.ask("POST", f"{handset}/{careless.PHONE.number}/messages", text)
            assert (said[0], said[1]["code"]) == (502, "plugin-failed")


@pytest.mark.parametrize(("method", "fault"), CASES)
@pytest.mark.asyncio(loop_scope="module")
async def test_it_is_shown_as_what_it_is(office: Office, method: str, fault: str) -> None:
    name = carrier_of(method, fault)
    part, state, words = SHOWN[method][fault]
    await provoke(office, method, name)

    def shown(parts: dict[str, dict[str, str]]) -> bool:
        found = parts.get(f"{part} {name}", {"state": "", "sentence": ""})
        return found["state"] == state and re.fullmatch(words, found["sentence"]) is not None

    await office.until(shown)
    (row,) = [row for row in await office.command("plugins.list", {}) if row["type"] == "careless"]
    told = (row["failures"] | row["troubles"]).get(name, "")
    assert bool(told) is (state != "ok")
    assert re.fullmatch(words, told) or not told
    assert "hush" not in json.dumps(row)


@pytest.mark.asyncio(loop_scope="module")
async def test_others_go_on_meanwhile(office: Office) -> None:
    for method, fault in CASES:
        await provoke_quietly(office, method, carrier_of(method, fault))
    message = await office.text("good")
    for _ in range(STEPS):
        _, detail = await office.ask("GET", f"/messages/{message}")
        if detail["status"] == "delivered":
            break
        await office.clock.advance(1)
    assert detail["status"] == "delivered"
    assert (await office.ready())["carrier good"]["state"] == "ok"
    async with office.http.get(f"{office.app.url}/healthz") as answer:
        assert answer.status == 200


async def provoke_quietly(office: Office, method: str, name: str) -> None:
    if method in ("send", "find", "status"):
        await office.text(name)
