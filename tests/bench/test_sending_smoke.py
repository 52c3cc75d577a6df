"""Texts that go out are measured, and none is lost whenever its receipt comes. No times are judged."""

import asyncio
import json
import sqlite3
import subprocess
from collections.abc import Mapping

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bench.carrier_process import EARLY, LATER, CarrierProcess
from bench.effort import Effort
from bench.measures import sending
from bench.senders import SendingFloor, SidetoneSenderEarly
from bench.target import program

BRIEF = Effort(rounds=1, seconds=0.2, warm_up=0.1, settle=0.0)


def test_the_daemon_and_the_floor_send() -> None:
    done = subprocess.run(
        program("run.py", "--quick", "--measure", "send_throughput"), capture_output=True, timeout=90, check=True
    )
    (text,) = done.stdout.splitlines()
    line = json.loads(text)
    assert (line["subject"], line["baseline"]) == ("sidetone", "sending_floor")
    assert line["goal"] == "at least 0.55"
    assert line["ratio"][0] > 0
    assert {"per_second", "server_us", "carrier_cpu"} <= line["targets"]["sidetone"].keys()


def test_no_receipt_that_comes_before_the_carriers_answer_is_lost() -> None:
    with SidetoneSenderEarly() as target:
        sample = sending(BRIEF, target)  # fails when a text is never shown as delivered, and nothing else delivers it
    assert sample["per_second"] > 0


def test_the_floor_stores_three_rows_a_text() -> None:
    with SendingFloor() as target:
        sending(BRIEF, target)
        store = sqlite3.connect(target.folder / "floor.db")
        try:
            rows = store.execute("SELECT count(*), sum(carrier_id = '') FROM event GROUP BY body").fetchall()
        finally:
            store.close()
    assert set(rows) == {(3, 1)}


@pytest.mark.parametrize(("receipts", "order"), [(LATER, ["answer", "receipt"]), (EARLY, ["receipt", "answer"])])
async def test_the_carrier_calls_back_when_it_should(receipts: str, order: list[str]) -> None:
    happened: list[str] = []
    told: asyncio.Future[Mapping[str, object]] = asyncio.get_running_loop().create_future()

    async def hook(request: web.Request) -> web.Response:
        happened.append("receipt")
        told.set_result(await request.post())
        return web.Response()

    app = web.Application()
    app.router.add_post("/status/7", hook)
    with CarrierProcess(receipts) as carrier:
        async with TestServer(app) as server, ClientSession() as http:
            form = {"From": "+13105550100", "To": "+12125550100", "Body": "Grüße"}
            form["StatusCallback"] = str(server.make_url("/status/7"))
            url = f"{carrier.base_url}/Accounts/AC{'5' * 32}/SMS/Messages.json"
            async with http.post(url, data=form) as answer:
                taken = await answer.json()
            happened.append("answer")
            receipt = await told
    assert happened == order
    assert (taken["body"], taken["status"]) == ("Grüße", "sending")
    assert (receipt["MessageSid"], receipt["MessageStatus"]) == (taken["sid"], "delivered")
