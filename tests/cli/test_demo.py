"""`sidetone demo`: made once, found again, completed where it was cut short."""

import asyncio
import json
import urllib.request
from pathlib import Path

import pytest

from cli.stage import Daemon, sidetone
from sidetone.cli.asking import alone
from sidetone.cli.demo_files import MADE_FILE, PEOPLE, USERS_FILE, lay_out, roll
from sidetone.cli.demo_people import new_user, settle
from sidetone.cli.settings import load_settings
from sidetone.config.shapes import Config
from sidetone.directory.contacts import Contacts
from sidetone.people.viewer import Viewer

pytestmark = pytest.mark.slow


def laid_out(folder: Path) -> Config:
    return load_settings(lay_out(folder), listen="127.0.0.1:0")


def users(folder: Path) -> list[tuple[str, str, str, str]]:
    lines = (folder / USERS_FILE).read_text().splitlines()
    return [(name, password, role, number) for name, password, role, number in (line.split("\t") for line in lines)]


def signed_in(url: str, name: str, password: str) -> dict[str, object]:
    body = json.dumps({"username": name, "password": password, "token": True}).encode()
    request = urllib.request.Request(f"{url}/api/v1/session", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        session = json.load(answer)
    headers = {"Authorization": f"Bearer {session['token']}"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/api/v1/me", headers=headers), timeout=10) as answer:
        me: dict[str, object] = json.load(answer)
    return me


def test_the_first_start_makes_everything_and_the_second_finds_it(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with Daemon("demo", "--dir", folder, "--port", "0") as daemon:
        url = daemon.ready().url
        made = users(folder)
        assert [(name, role) for name, _, role, _ in made] == [("admin", "admin"), ("ada", "user"), ("ben", "user")]
        for name, password, role, number in made:
            me = signed_in(url, name, password)
            assert me["user"]["role"] == role  # type: ignore[index]
            assert "handset" in me["rights"]  # type: ignore[operator]
            assert [own["number"] for own in me["numbers"]] == [number]  # type: ignore[attr-defined]
        code, said, logged = daemon.stop()
    assert code == 0
    everything = daemon.said + said + logged
    assert not any(password in everything for _, password, _, _ in made)
    before = {path.name: path.read_bytes() for path in folder.glob("**/*") if path.suffix in (".toml", ".txt")}
    open_to_others = [path for path in (folder, *folder.glob("**/*")) if path.stat().st_mode & 0o077]
    assert open_to_others == []

    with Daemon("demo", "--dir", folder, "--port", "0") as daemon:
        url = daemon.ready().url
        name, password, _, _ = made[1]
        signed_in(url, name, password)
        assert daemon.stop()[0] == 0
    assert {path.name: path.read_bytes() for path in folder.glob("**/*") if path.suffix in (".toml", ".txt")} == before


def test_the_demo_is_a_good_configuration(tmp_path: Path) -> None:
    lay_out(tmp_path)
    done = sidetone("--config", tmp_path / "sidetone.toml", "check")
    assert (done.exit_code, done.output.splitlines()[-1].partition("Carriers: ")[2]) == (0, "demo (handset).")


def test_contacts_are_the_virtual_phones_and_a_business(tmp_path: Path) -> None:
    config = laid_out(tmp_path)
    asyncio.run(settle(config))
    phones = [phone.partition(" ")[0] for phone in config.carriers["demo"].table["phones"]]
    assert asyncio.run(contacts_of(config)) == {person.name: {*phones, "+441632960200"} for person in PEOPLE}


def test_a_demo_that_was_cut_short_is_completed(tmp_path: Path) -> None:
    config = laid_out(tmp_path)
    persons, fresh = roll(tmp_path)
    assert fresh
    asyncio.run(settle(config))  # as a start that was killed just before its last step leaves it
    (tmp_path / MADE_FILE).unlink()
    asyncio.run(settle(config))
    assert roll(tmp_path) == (persons, False)
    assert listed(tmp_path, "user") == ["admin", "ada", "ben"]
    assert listed(tmp_path, "number") == [person.number for person in PEOPLE]
    assert {name: len(numbers) for name, numbers in asyncio.run(contacts_of(config)).items()} == {
        "admin": 4,
        "ada": 4,
        "ben": 4,
    }


def test_a_demo_with_one_user_of_three_is_completed(tmp_path: Path) -> None:
    config = laid_out(tmp_path)

    async def half() -> None:
        persons, fresh = roll(tmp_path)
        async with alone(config) as rooms:
            await rooms.users.add(new_user(persons[0]))
        assert fresh

    asyncio.run(half())
    asyncio.run(settle(config))
    assert listed(tmp_path, "user") == ["admin", "ada", "ben"]
    assert listed(tmp_path, "number") == [person.number for person in PEOPLE]


def test_lost_passwords_are_made_anew_until_the_demo_is_made(tmp_path: Path) -> None:
    config = laid_out(tmp_path)
    asyncio.run(settle(config))
    before = users(tmp_path)
    (tmp_path / MADE_FILE).unlink()
    (tmp_path / USERS_FILE).unlink()
    with Daemon("demo", "--dir", tmp_path, "--port", "0") as daemon:
        url = daemon.ready().url
        after = users(tmp_path)
        assert {name: password for name, password, *_ in after} != {name: password for name, password, *_ in before}
        signed_in(url, after[2][0], after[2][1])
        assert daemon.stop()[0] == 0


def test_what_is_deleted_after_the_demo_was_made_stays_deleted(tmp_path: Path) -> None:
    config = laid_out(tmp_path)
    asyncio.run(settle(config))
    (tmp_path / USERS_FILE).unlink()
    asyncio.run(settle(config))
    assert not (tmp_path / USERS_FILE).exists()


def listed(folder: Path, what: str) -> list[str]:
    done = sidetone("--config", folder / "sidetone.toml", what, "list", "--json")
    key = {"user": "name", "number": "number"}[what]
    return [row[key] for row in json.loads(done.stdout)]


async def contacts_of(config: Config) -> dict[str, set[str]]:
    """The numbers that each user's contacts have."""
    found = {}
    async with alone(config) as rooms:
        for person in PEOPLE:
            user = await rooms.users.find(person.name)
            viewer = Viewer(
                user_id=int(user.id), session_id=0, name=user.name, role=user.role, rights=frozenset(), country="GB"
            )
            page = await Contacts(rooms.store).page(viewer, words="", after=None, limit=100)
            found[person.name] = {number.number for contact in page.items for number in contact.numbers}
    return found
