"""The first admin, by a link that works once."""

import asyncio
import stat
from pathlib import Path

import pytest

from people.town import PASSWORD, Town
from sidetone.errors import Invalid
from sidetone.people.passwords import WeakPassword
from sidetone.people.setup import FILE, FirstAdmin, SetUpBefore, WrongSetupLink
from sidetone.views import SetUp

URL = "https://messages.example.com"


def first_admin(town: Town, folder: Path) -> FirstAdmin:
    return FirstAdmin(town.store, town.passwords, town.sessions, data_dir=folder, public_url=URL)


def ask(link: str | None, username: str = "root", password: str = PASSWORD) -> SetUp:
    assert link is not None
    return SetUp(secret=link.partition("#")[2], username=username, password=password)


async def test_the_link_stands_in_a_file_for_its_owner_alone(town: Town, tmp_path: Path) -> None:
    link = await first_admin(town, tmp_path).prepare()
    assert link is not None
    assert link.startswith(f"{URL}/setup#")
    assert len(link.partition("#")[2]) == 43
    file = tmp_path / FILE
    assert file.read_text() == f"{link}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_it_makes_an_admin_once(town: Town, tmp_path: Path) -> None:
    setup = first_admin(town, tmp_path)
    link = await setup.prepare()
    opened = await setup.use(ask(link))
    assert opened.viewer.role == "admin"
    assert (await town.sessions.viewer(opened.token)).name == "root"
    assert not (tmp_path / FILE).exists()
    assert setup.link is None
    with pytest.raises(SetUpBefore):
        await setup.use(ask(link, "other"))


async def test_of_two_at_once_one_wins(town: Town, tmp_path: Path) -> None:
    setup = first_admin(town, tmp_path)
    link = await setup.prepare()
    results = await asyncio.gather(*(setup.use(ask(link, f"root{turn}")) for turn in range(8)), return_exceptions=True)
    assert [type(result) for result in results].count(SetUpBefore) == 7
    assert len((await town.users.page(after=0, limit=50)).items) == 1


async def test_a_wrong_secret_makes_nothing(town: Town, tmp_path: Path) -> None:
    setup = first_admin(town, tmp_path)
    link = await setup.prepare()
    for secret in ("x" * 43, "\u00fc" * 16, str(link)):
        with pytest.raises(WrongSetupLink):
            await setup.use(SetUp(secret=secret[:128], username="root", password=PASSWORD))
    assert setup.link == link


async def test_a_refused_name_or_password_leaves_the_link_good(town: Town, tmp_path: Path) -> None:
    setup = first_admin(town, tmp_path)
    link = await setup.prepare()
    with pytest.raises(WeakPassword):
        await setup.use(ask(link, password="password123"))
    with pytest.raises(Invalid):
        await setup.use(ask(link, username="no spaces"))
    await setup.use(ask(link))


async def test_a_user_from_the_command_line_ends_the_link(town: Town, tmp_path: Path) -> None:
    setup = first_admin(town, tmp_path)
    link = await setup.prepare()
    await town.add("ada", "admin")
    with pytest.raises(SetUpBefore):
        await setup.use(ask(link))
    assert await first_admin(town, tmp_path).prepare() is None
    assert not (tmp_path / FILE).exists()


async def test_a_later_start_makes_a_new_link(town: Town, tmp_path: Path) -> None:
    old = await first_admin(town, tmp_path).prepare()
    setup = first_admin(town, tmp_path)
    assert await setup.prepare() != old
    with pytest.raises(WrongSetupLink):
        await setup.use(ask(old))
