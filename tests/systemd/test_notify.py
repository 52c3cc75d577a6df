"""sd_notify: what goes over the wire, and that nothing ever waits or fails for it."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidetone.domain.health import State
from sidetone.parts import Parts
from sidetone.systemd.link import summary
from sidetone.systemd.notify import Notifier, notifier, watchdog_period
from systemd.listener import Listener


@pytest.fixture(params=["", f"sidetone-test-{os.getpid()}"], ids=["path", "abstract"])
def listener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Listener]:
    with Listener(tmp_path, abstract=request.param) as made:
        yield made


def test_each_thing_is_a_datagram(listener: Listener) -> None:
    telling = notifier({"NOTIFY_SOCKET": listener.address})
    telling.ready()
    telling.status("All\nis   well.")
    telling.alive()
    telling.more_time(1.5)
    telling.stopping()
    assert [listener.hear() for _ in range(5)] == [
        ["READY=1"],
        ["STATUS=All is well."],
        ["WATCHDOG=1"],
        ["EXTEND_TIMEOUT_USEC=1500000"],
        ["STOPPING=1", "STATUS=Stopping."],
    ]


def test_a_reload_has_a_beginning_and_an_end(listener: Listener) -> None:
    telling = notifier({"NOTIFY_SOCKET": listener.address})
    before = time.monotonic_ns() // 1000
    with telling.reloading():
        begun, at = listener.hear()
    assert begun == "RELOADING=1"
    assert before <= int(at.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000
    assert listener.hear() == ["READY=1"]


@pytest.mark.parametrize("address", ["", "/nowhere/notify", "@sidetone-nobody-listens", "x" * 200, "/dev/null"])
def test_without_anyone_who_listens_nothing_happens(address: str) -> None:
    telling = notifier({"NOTIFY_SOCKET": address})
    telling.ready()
    telling.status("hush")


def test_a_listener_that_is_full_is_not_waited_for(tmp_path: Path) -> None:
    with Listener(tmp_path) as listener:
        telling = Notifier(listener.address)
        for _ in range(5000):
            telling.alive()
        assert 0 < len(listener.rest()) < 5000


@pytest.mark.parametrize(
    ("environment", "period"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "90000000"}, 90.0),
        ({"WATCHDOG_USEC": "90000000", "WATCHDOG_PID": str(os.getpid())}, 90.0),
        ({"WATCHDOG_USEC": "90000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "-1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_how_long_the_watchdog_waits(environment: dict[str, str], period: float | None) -> None:
    assert watchdog_period(environment) == period


def test_the_status_names_what_is_ill_without_its_words() -> None:
    parts = Parts()
    parts.set("store", State.OK, "Well.")
    assert summary("http://127.0.0.1:1", parts) == "Ready at http://127.0.0.1:1"
    parts.set("carrier main", State.FAILED, "hush")
    parts.set("queue main", State.DEGRADED, "hush")
    assert summary("http://127.0.0.1:1", parts) == (
        "Ready at http://127.0.0.1:1; carrier main failed, queue main degraded"
    )
