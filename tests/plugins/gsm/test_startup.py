"""From a port to a modem that is ready, and its stores emptied: whatever the modem cannot do, and never by losing one."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from plugins.gsm.far_port import FarModem
from sidetone.testing.clock import FakeClock
from sidetone_gsm.draining import Drained, Forgot, Stored, drain
from sidetone_gsm.engine import Engine
from sidetone_gsm.startup import Identity, NotReady, Ready, SimWants, Startup

PDU = "07912143658709F1040B918100551512F20000111010214365000AE8329BFD4697D9EC37"


@pytest.fixture
async def modem() -> FarModem:
    return FarModem()


@pytest.fixture
async def engine(modem: FarModem, clock: FakeClock) -> AsyncIterator[Engine]:
    engine = Engine(modem, clock, lambda event: None)
    running = asyncio.create_task(engine.run())
    yield engine
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_modem_that_follows_the_standards(modem: FarModem, engine: Engine) -> None:
    ready = await Startup(engine).run()
    assert ready == Ready(
        identity=Identity(
            manufacturer="Far Side",
            model="One",
            imei="861234567890123",
            imsi="262011234567890",
            iccid="8949020000012345678",
        ),
        quirks=engine.quirks,
        service_centre="+491710760000",
        stores=("SM", "ME"),
        receive_store="ME",
        indications="AT+CNMI=2,1,0,1,0",
        without=(),
    )
    assert not {"ATZ", "AT&F", "AT+CMGF=1"} & set(modem.asked)
    assert not [command for command in modem.asked if command.startswith(("AT+CSMP", "AT+CMGD"))]


async def test_the_fall_backs_are_tried_in_order(modem: FarModem, engine: Engine) -> None:
    modem.replies |= {
        "AT+CGMI": ["Quectel", "OK"],
        "AT+CGMM": ["EC25", "OK"],
        "AT+QCCID": ["+QCCID: 89490200000123456789", "OK"],
        "AT+CMEE=1": ["ERROR"],
        'AT+CPMS="ME","ME","ME"': ["+CMS ERROR: 302"],
        'AT+CPMS="ME","ME"': ["OK"],
        "AT+CNMI=2,1,0,1,0": ["+CMS ERROR: 303"],
        "AT+CEREG=2": ["COMMAND NOT SUPPORT"],
        "AT+CEREG=1": ["ERROR"],
    }
    ready = await Startup(engine).run()
    assert (ready.quirks.make, ready.indications, ready.receive_store) == ("Quectel", "AT+CNMI=2,1,0,2,0", "ME")
    assert ready.without == ("AT+CMEE=1", "AT+CEREG=2", "AT+CEREG=1")
    assert "AT+CMEE=2" in modem.asked


async def test_a_modem_that_tells_of_nothing_is_ready_all_the_same(modem: FarModem, engine: Engine) -> None:
    modem.replies |= {command: ["ERROR"] for command in ("AT+CPMS=?", "AT+CNMI=?", "AT+CSCA?", "AT+CFUN?")}
    modem.replies |= {f"AT+CNMI=2,1,0,{reports},0": ["ERROR"] for reports in range(3)}
    ready = await Startup(engine).run()
    assert (ready.indications, ready.service_centre, ready.stores) == ("", None, ("ME", "SM"))


async def test_a_configured_centre_is_set(modem: FarModem, engine: Engine) -> None:
    assert (await Startup(engine, service_centre="+491722270000").run()).service_centre == "+491722270000"
    assert 'AT+CSCA="+491722270000",145' in modem.asked


@pytest.mark.parametrize(("told", "turned_on"), [("+CFUN: 4", True), ("+CFUN: (0-1,4-7),(0-1)", False)])
async def test_the_radio_is_turned_on_where_it_is_off(
    modem: FarModem, engine: Engine, told: str, turned_on: bool
) -> None:
    modem.replies["AT+CFUN?"] = [told, "OK"]
    await Startup(engine).run()
    assert ("AT+CFUN=1" in modem.asked) is turned_on


async def test_a_sim_that_wants_its_pin_is_given_none(modem: FarModem, engine: Engine) -> None:
    modem.replies["AT+CPIN?"] = ["+CPIN: SIM PIN", "OK"]
    with pytest.raises(SimWants) as caught:
        await Startup(engine).run()
    assert caught.value.state == "SIM PIN"
    assert not [command for command in modem.asked if command.startswith("AT+CPIN=")]


@pytest.mark.parametrize("step", ["ATV1", "AT+CPIN?", "AT+CMGF=0"])
async def test_what_it_cannot_do_without_ends_the_start(modem: FarModem, engine: Engine, step: str) -> None:
    modem.replies[step] = ["ERROR"]
    with pytest.raises(NotReady) as caught:
        await Startup(engine).run()
    assert caught.value.step == step


async def test_a_port_that_does_not_answer(modem: FarModem, engine: Engine, clock: FakeClock) -> None:
    modem.silent_to.add("AT")
    starting = asyncio.create_task(Startup(engine).run())
    await clock.advance(3)
    with pytest.raises(NotReady, match="another port"):
        await starting


async def drained(engine: Engine, modem: FarModem) -> tuple[Drained, list[Stored]]:
    kept: list[Stored] = []

    async def keep(stored: Stored) -> None:
        assert stored.index in modem.slots, "deleted before it was safe"
        kept.append(stored)

    return await drain(engine, "SM", keep), kept


async def test_what_was_received_is_kept_and_then_deleted_one_by_one(modem: FarModem, engine: Engine) -> None:
    modem.slots = {0: (0, PDU), 3: (1, PDU), 4: (2, PDU), 5: (3, PDU)}
    found, kept = await drained(engine, modem)
    assert [(stored.index, stored.pdu, stored.length) for stored in kept] == [(0, PDU, 28), (3, PDU, 28)]
    assert sorted(modem.slots) == [4, 5], "the user's own stay"
    assert (found.kept, found.undeleted, found.filling and found.filling.total) == (2, (), 20)
    assert [command for command in modem.asked if "CMGD" in command] == ["AT+CMGD=0", "AT+CMGD=3"]


async def test_what_cannot_be_kept_is_not_deleted(modem: FarModem, engine: Engine) -> None:
    modem.slots = {1: (0, PDU), 2: (0, PDU)}

    async def refuse(stored: Stored) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        await drain(engine, "SM", refuse)
    assert sorted(modem.slots) == [1, 2]


async def test_where_listing_hangs_each_slot_is_read(modem: FarModem, engine: Engine, clock: FakeClock) -> None:
    modem.slots = {2: (0, PDU), 9: (1, PDU)}
    modem.silent_to.add("AT+CMGL=4")
    draining = asyncio.create_task(drained(engine, modem))
    await clock.advance(25)
    found, kept = await draining
    assert [stored.index for stored in kept] == [2, 9]
    assert (found.kept, modem.slots) == (2, {})
    assert "AT+CMGR=10" not in modem.asked, "as many as were counted are found"


async def test_a_pdu_that_nobody_can_read_does_not_stay_in_the_store(modem: FarModem, engine: Engine) -> None:
    modem.replies["AT+CMGL=4"] = ["+CMGL: 7,1,,35", "0BD04259303784=96p331p71160016D02B5AEC", "OK"]
    modem.slots = {7: (1, PDU)}
    _, kept = await drained(engine, modem)
    assert [(stored.index, stored.pdu) for stored in kept] == [(7, "0BD04259303784=96p331p71160016D02B5AEC")]
    assert modem.slots == {}


async def test_a_slot_that_cannot_be_deleted_is_told(modem: FarModem, engine: Engine) -> None:
    modem.slots = {1: (0, PDU), 2: (0, PDU)}
    modem.replies |= {"AT+CMGD=1": ["+CMS ERROR: 320"], "AT+CMGD=2": ["+CMS ERROR: 321"]}
    found, _ = await drained(engine, modem)
    assert found.undeleted == (1,)


async def test_a_modem_that_forgot_its_mode_is_not_read(modem: FarModem, engine: Engine) -> None:
    modem.replies["AT+CMGL=4"] = ['+CMGL: 1,"REC UNREAD","+1555",,"26/01/01"', "hello", "OK"]
    with pytest.raises(Forgot):
        await drained(engine, modem)


async def test_a_store_that_is_not_there_is_empty(modem: FarModem, engine: Engine) -> None:
    modem.replies['AT+CPMS="SM"'] = ["+CMS ERROR: 302"]
    assert await drained(engine, modem) == (Drained(0), [])
