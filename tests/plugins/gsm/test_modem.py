"""A modem's life: it comes back by itself, and says in words what only a person can mend."""

from pathlib import Path
from typing import Any

import pytest

from plugins.gsm.radio import Radio, at_work, calm, later
from sidetone.plugin import Secret
from sidetone.testing.clock import FakeClock
from sidetone_gsm.ladder import Step, rung
from sidetone_gsm.modem import NewProcess
from sidetone_gsm.station import Station
from sidetone_gsm.wire import Send, Standing


def standing(station: Station, clock: FakeClock) -> Standing:
    return station.modem.condition.standing(clock.now())


async def test_a_modem_that_is_well_says_so(clock: FakeClock, tmp_path: Path) -> None:
    radio = Radio()
    radio.replies["AT+COPS?"] = ['+COPS: 0,0,"Net One",7', "OK"]
    async with at_work(radio, tmp_path, clock, listen=False) as station:
        await calm()
        assert standing(station, clock) == Standing(
            state="ok", sentence="Registered with Net One, signal good (-73 dBm)."
        )


async def test_a_device_that_vanishes_is_found_again(clock: FakeClock, tmp_path: Path) -> None:
    radio = Radio()
    async with at_work(radio, tmp_path, clock, listen=False) as station:
        await calm()
        radio.vanish()
        await calm()
        assert standing(station, clock).state == "failed"
        radio.here = True
        await later(clock, 4)
        assert standing(station, clock).state == "ok"
        assert radio.opened == 2


async def test_a_device_that_comes_late_is_found(clock: FakeClock, tmp_path: Path) -> None:
    radio = Radio()
    radio.here = False
    async with at_work(radio, tmp_path, clock, listen=False) as station:
        await later(clock, 3600, step=300)
        assert "No such file" in standing(station, clock).sentence
        radio.here = True
        await later(clock, 4)
        assert standing(station, clock).state == "ok"


async def test_a_modem_that_hangs_is_noticed_and_comes_back(clock: FakeClock, tmp_path: Path) -> None:
    radio = Radio()
    async with at_work(radio, tmp_path, clock, listen=False, give_up_pauses=[10.0]) as station:
        await calm()
        radio.mute = True
        await later(clock, 120)
        assert standing(station, clock).state != "ok"
        assert radio.life
        assert isinstance(radio.life.exception(), NewProcess)
        assert radio.opened == 4, "after opening it anew has not helped"
    radio.mute = False
    async with at_work(radio, tmp_path, clock, listen=False) as station:
        await calm()
        assert standing(station, clock).state == "ok"


def test_the_ladder_has_every_step_and_begins_again_later_and_later() -> None:
    pauses = [60.0, 120.0]
    steps = [rung(failures, pauses, 1.0) for failures in range(1, 16)]
    assert [one.step for one in steps[:5]] == list(Step)
    assert [one.pause for one in steps if one.step is Step.REOPEN] == [0.0, 60.0, 120.0, 120.0]


async def test_another_sim_or_device_is_not_used(clock: FakeClock, tmp_path: Path) -> None:
    radio = Radio()
    async with at_work(radio, tmp_path, clock, listen=False, imsi="262019999999999") as station:
        await calm()
        assert standing(station, clock) == Standing(
            state="failed", sentence="Another SIM is in the modem than `imsi` names."
        )
        result = await station.sending.send(Send(reference="a", to="+491511", body="x", valid_until=0))
        assert result.outcome == "deferred"


@pytest.mark.parametrize(("left", "entered"), [(3, True), (2, False)])
async def test_a_pin_is_entered_once_and_never_with_few_tries_left(
    clock: FakeClock, tmp_path: Path, left: int, entered: bool
) -> None:
    radio = Radio()
    radio.replies |= {
        "AT+CPIN?": ["+CPIN: SIM PIN", "OK"],
        "AT+CPINR": [f"+CPINR: SIM PIN,{left},3", "OK"],
        'AT+CPIN="7315"': ["+CME ERROR: 16"],
    }
    for _ in range(3):  # processes that begin anew
        async with at_work(radio, tmp_path, clock, listen=False, pin=Secret("7315")) as station:
            await later(clock, 120)
            assert standing(station, clock).state == "failed"
            assert "7315" not in standing(station, clock).sentence
    assert radio.asked.count('AT+CPIN="7315"') == int(entered)


async def test_a_right_pin_makes_it_ready(clock: FakeClock, tmp_path: Path) -> None:
    radio = Radio()
    radio.replies |= {"AT+CPIN?": ["+CPIN: SIM PIN", "OK"], 'AT+CPIN="7315"': ["OK"]}
    radio.on_asked['AT+CPIN="7315"'] = lambda: radio.replies.update({"AT+CPIN?": ["+CPIN: READY", "OK"]})
    async with at_work(radio, tmp_path, clock, listen=False, pin=Secret("7315")) as station:
        await calm()
        assert standing(station, clock).state == "ok"


async def test_a_sim_that_fills_up_is_told_before_it_is_full(clock: FakeClock, tmp_path: Path) -> None:
    radio = Radio()
    radio.slots |= {slot: (3, "00") for slot in range(1, 17)}  # the user's own drafts: not ours to delete
    async with at_work(radio, tmp_path, clock, listen=False) as station:
        await calm()
        found = standing(station, clock)
        assert found.state == "degraded"
        assert "almost full (16 of 20)" in found.sentence


async def test_the_balance_is_asked_for_once_a_day_and_told_when_it_is_low(clock: FakeClock, tmp_path: Path) -> None:
    radio = Radio()
    code: dict[str, Any] = {"balance_code": "*100#", "balance_low": 5.0, "drain_every": 60.0}
    async with at_work(radio, tmp_path, clock, listen=False, **code) as station:
        await calm()
        assert radio.port
        radio.port.ussd["*100#"] = "Ihr Guthaben: 12,34 EUR, Tel. 0049151"
        await later(clock, 64)
        assert standing(station, clock).sentence == "Registered with Far Net, signal good (-73 dBm). Balance: 12.34."
        await later(clock, 180)
        assert radio.asked.count('AT+CUSD=1,"*100#",15') == 1
        radio.port.say('+CUSD: 1,"4.20 EUR. Reply 1 for more",15')
        await later(clock, 64)
        found = standing(station, clock)
        assert (found.state, "The SIM's balance is low: 4.20." in found.sentence) == ("degraded", True)
        assert "AT+CUSD=2" in radio.asked, "the network holds no session open"
        radio.port.say('+CUSD: 0,"Service not available",15', "+CUSD: nonsense")
        await calm()
        assert standing(station, clock) == found
    async with at_work(radio, tmp_path, clock, listen=False, **code) as station:
        await later(clock, 64)
        assert "4.20" in standing(station, clock).sentence
        assert radio.asked.count('AT+CUSD=1,"*100#",15') == 1, "a new process asks no sooner"


async def test_the_bearer_is_set_where_that_is_wanted(clock: FakeClock, tmp_path: Path) -> None:
    radio = Radio()
    async with at_work(radio, tmp_path, clock, listen=False, bearer=2):
        await calm()
    assert "AT+CGSMS=2" in radio.asked


async def test_a_network_that_refuses_is_told(clock: FakeClock, tmp_path: Path) -> None:
    radio = Radio()
    for name in ("CREG", "CGREG", "CEREG"):
        radio.replies[f"AT+{name}?"] = [f"+{name}: 2,3", "OK"]
    async with at_work(radio, tmp_path, clock, listen=False) as station:
        await calm()
        assert standing(station, clock).state == "failed"
        assert "refuses the SIM" in standing(station, clock).sentence
        assert radio.port
        radio.port.say("+CREG: 1")
        await calm()
        assert standing(station, clock).state == "ok"


async def test_a_new_process_climbs_on_to_the_power(clock: FakeClock, tmp_path: Path) -> None:
    radio = Radio()
    radio.mute = True
    switched: list[int] = []

    async def power() -> None:
        switched.append(clock.now())
        radio.mute = False

    async with at_work(radio, tmp_path, clock, listen=False):
        await later(clock, 40)
        assert radio.life
        assert isinstance(radio.life.exception(), NewProcess)
    async with at_work(radio, tmp_path, clock, listen=False, power=power) as station:
        await later(clock, 40)
        assert len(switched) == 1
        assert standing(station, clock).state == "ok"
