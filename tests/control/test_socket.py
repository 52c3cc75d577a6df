"""The control socket: who may ask, and what comes of requests that are none."""

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cli.stage import PASS_PHRASE, PATIENCE
from control.stage import Office
from sidetone.control import client
from sidetone.control.client import NoAnswer, NobodyThere, Refused, call
from sidetone.control.protocol import LARGEST_REQUEST, SOCKET, NotUnderstood
from sidetone.control.services import Services
from sidetone.people.users import Users

NOBODY = 65534


async def test_it_answers_its_own_user(office: Office) -> None:
    made = await office.ask("user.add", {"name": "ada", "password": PASS_PHRASE})
    assert (made["name"], made["role"]) == ("ada", "user")
    assert [user["name"] for user in (await office.ask("user.list"))["items"]] == ["ada"]


async def test_the_socket_is_its_owners_alone_and_goes_with_the_daemon(office: Office) -> None:
    assert office.socket.stat().st_mode & 0o777 == 0o600
    await office.server.stop()
    assert not office.socket.exists()
    with pytest.raises(NobodyThere):
        await office.ask("user.list")


async def test_what_a_killed_daemon_left_is_replaced(tmp_path: Path, services: Services) -> None:
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(tmp_path / "data" / SOCKET))
    left.close()
    async with Office(services, tmp_path / "data") as office:
        assert (await office.ask("user.list"))["items"] == []


async def test_a_data_folder_deeper_than_a_socket_may_lie(tmp_path: Path, services: Services) -> None:
    deep = tmp_path / "/".join(["a-long-name-for-a-folder"] * 8)
    deep.mkdir(parents=True)
    async with Office(services, deep) as office:
        assert (await office.ask("user.list"))["items"] == []


async def test_errors_say_the_same_as_without_a_daemon(office: Office) -> None:
    with pytest.raises(Refused) as caught:
        await office.ask("number.add", {"number": "+49301", "carrier": "main"})
    assert str(caught.value).startswith("number: ")
    await office.ask("user.add", {"name": "ada", "password": PASS_PHRASE})
    with pytest.raises(Refused) as caught:
        await office.ask("user.add", {"name": "ada", "password": PASS_PHRASE})
    assert str(caught.value) == "name: Someone has this name already. Choose another name."


async def test_what_only_a_daemon_can_do_is_refused_without_one(office: Office) -> None:
    with pytest.raises(Refused, match=r"Sidetone is not running\. Start it"):
        await office.ask("status")


@pytest.mark.parametrize(
    "data",
    [
        b"\n",
        b"nonsense\n",
        b"[]\n",
        b"\xff\xfe\n",
        b'{"command": "user.list"}\n',
        b'{"command": 1, "ask": {}}\n',
        b'{"command": "user.drop", "ask": {}}\n',
        b'{"command": "user.list", "ask": {"after": -1}}\n',
        b'{"command": "user.list", "ask": {"surplus": 1}}\n',
        b'{"command": "user.list", "ask": {}, "surplus": 1}\n',
        b'{"command": "' + b"x" * 65 + b'", "ask": {}}\n',
        b"[" * 50_000 + b"\n",
        b"x" * (LARGEST_REQUEST + 1) + b"\n",
    ],
    ids=lambda data: repr(data[:40]),
)
async def test_what_no_command_of_this_version_says_is_refused(data: bytes, office: Office) -> None:
    said = msgspec.json.decode(await office.say(data))
    assert said["refusal"]["code"] == "not-understood"


async def test_half_a_request_is_nobodys(office: Office) -> None:
    assert await office.say(b'{"command": "user.list"') == b""


async def test_who_asks_too_slowly_is_not_waited_for(tmp_path: Path, services: Services) -> None:
    async with Office(services, tmp_path / "data", patience=0.01) as office:
        assert await office.say(b'{"command"', end=False) == b""


async def test_a_mistake_of_ours_is_a_sentence_without_its_words(tmp_path: Path, services: Services) -> None:
    class Broken(Users):
        async def page(self, **_: object) -> Any:  # noqa: ANN401 - it raises
            raise ValueError("hush")

    broken = Broken.__new__(Broken)
    async with Office(replace(services, users=broken), tmp_path / "data") as office:
        with pytest.raises(Refused) as caught:
            await office.ask("user.list")
    assert str(caught.value) == (
        "Sidetone made a mistake of its own (ValueError). Its log says where. Please report it."
    )


async def test_many_at_once_are_all_answered(office: Office) -> None:
    pages = await asyncio.gather(*(office.ask("user.list") for _ in range(40)))
    assert [page["items"] for page in pages] == [[]] * 40


async def test_a_command_under_way_is_finished_when_the_daemon_stops(tmp_path: Path, services: Services) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    class Slow(Users):
        async def page(self, **_: object) -> Any:  # noqa: ANN401 - any answer
            begun.set()
            await go_on.wait()
            return "done"

    async with Office(replace(services, users=Slow.__new__(Slow)), tmp_path / "data") as office:
        asking = asyncio.create_task(office.ask("user.list"))
        await begun.wait()
        stopping = asyncio.create_task(office.server.stop())
        await asyncio.sleep(0)
        go_on.set()
        assert await asking == "done"
        await stopping


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
async def test_a_stranger_is_refused_even_where_the_modes_let_them_in(office: Office) -> None:
    asking = f"""
import contextlib, os, socket
wire = socket.socket(socket.AF_UNIX)
os.chdir({str(office.data_dir)!r})
os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
wire.connect({SOCKET!r})
with contextlib.suppress(BrokenPipeError):
    wire.sendall(b'{{"command": "user.list", "ask": {{}}}}\\n')
print(wire.recv(65536).decode())
"""
    office.socket.chmod(0o666)
    office.data_dir.chmod(0o711)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-S", "-c", asking, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, failed = await process.communicate()
    assert process.returncode == 0, failed.decode()
    assert msgspec.json.decode(said)["refusal"] == {
        "code": "not-allowed",
        "message": "This Sidetone belongs to another user.",
        "hint": "Ask as root.",
        "where": "",
    }


@contextmanager
def answering(folder: Path, answer: bytes) -> Iterator[None]:
    """Something that listens at the control socket, answers one request so, and is not Sidetone."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / SOCKET))
        listener.listen(1)
        listener.settimeout(PATIENCE)

        def serve() -> None:
            wire, _ = listener.accept()
            with wire:
                wire.recv(65536)
                wire.sendall(answer)

        serving = threading.Thread(target=serve)
        serving.start()
        yield
        serving.join(PATIENCE)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"", NoAnswer),
        (b'{"answer": ', NoAnswer),
        (b"nonsense\n", NotUnderstood),
        (b'{"refusal": {}}\n', NotUnderstood),
        (b"\xff\n", NotUnderstood),
    ],
)
def test_answers_that_are_none(answer: bytes, kind: type[Exception], tmp_path: Path) -> None:
    with answering(tmp_path, answer), pytest.raises(kind):
        call(tmp_path, "user.list", {})


def test_without_a_folder_nobody_is_there(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing", tmp_path / ("x" * 200) / "missing"):
        with pytest.raises(NobodyThere):
            call(folder, "user.list", {})


def test_a_daemon_that_hangs_is_given_up(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / SOCKET))
        listener.listen(1)
        with pytest.raises(NoAnswer, match="may be done or not"):
            call(tmp_path, "user.list", {}, patience=0.01)
    assert client.PATIENCE >= 60
