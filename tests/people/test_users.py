"""Adding and changing users."""

import pytest

from people.town import PASSWORD, Town
from sidetone.errors import Invalid, NotFound
from sidetone.people.passwords import WeakPassword
from sidetone.people.users import LastAdmin, NameTaken
from sidetone.store.connection import Snapshot
from sidetone.store.idempotency import KeyReused, Once
from sidetone.views import NewUser, SettingsChange, UserChange


async def test_a_new_user_can_sign_in(town: Town) -> None:
    view = await town.users.add(
        NewUser(name=" Ada.Lovelace ", password=PASSWORD, display_name="Ada\n Lovelace", rights=["handset"])
    )
    assert (view.name, view.display_name, view.role, view.rights) == (
        "ada.lovelace",
        "Ada Lovelace",
        "user",
        ["handset"],
    )
    assert (view.country, view.disabled, view.created_at) == ("DE", False, "2027-01-15T08:00:00.000Z")
    assert (await town.sign_in("ada.lovelace")).viewer.rights == {"send", "handset"}
    assert await town.users.find("ADA.lovelace") == await town.users.get(int(view.id)) == view


@pytest.mark.parametrize(
    "name", ["two words", "-dash", "ümlaut", "a:b", "\u0430da", "x" * 65, "a/b", ".", "a\n"[:1] + "\0"]
)
async def test_a_name_is_plain(town: Town, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        await town.users.add(NewUser(name=name, password=PASSWORD))
    assert refused.value.where == "name"


async def test_names_are_taken_once(town: Town) -> None:
    await town.add("ada")
    with pytest.raises(NameTaken):
        await town.add("ADA")


async def test_only_what_can_be_given_is_given(town: Town) -> None:
    with pytest.raises(Invalid) as refused:
        await town.users.add(NewUser(name="ada", password=PASSWORD, rights=["admin"]))
    assert "handset" in refused.value.hint
    ada = await town.add("ada")
    with pytest.raises(Invalid):
        await town.users.change(int(ada.id), UserChange(rights=["send", "everything"]))


async def test_what_is_absent_stays(town: Town) -> None:
    ada = await town.users.add(NewUser(name="ada", password=PASSWORD, extension="12", country="AT", rights=["handset"]))
    changed = await town.users.change(int(ada.id), UserChange(display_name="Ada"))
    assert (changed.display_name, changed.extension, changed.country, changed.rights) == (
        "Ada",
        "12",
        "AT",
        ["handset"],
    )
    changed = await town.users.change(int(ada.id), UserChange(extension=None, display_name="  "))
    assert (changed.extension, changed.display_name) == (None, "ada")
    await town.sign_in("ada")


async def test_a_new_password_replaces_the_old(town: Town) -> None:
    ada = await town.add("ada")
    with pytest.raises(WeakPassword):
        await town.users.change(int(ada.id), UserChange(password="adaadaada"[:8]))
    await town.users.change(int(ada.id), UserChange(password="four even quieter words"))
    await town.sign_in("ada", "four even quieter words")


@pytest.mark.parametrize("change", [UserChange(role="user"), UserChange(disabled=True)])
async def test_the_last_admin_stays(town: Town, change: UserChange) -> None:
    ada = await town.add("ada", "admin")
    ben = await town.add("ben", "admin")
    await town.users.change(int(ben.id), change)
    with pytest.raises(LastAdmin):
        await town.users.change(int(ada.id), change)
    with pytest.raises(LastAdmin):
        await town.users.change(int(ada.id), UserChange(role="supervisor", disabled=True))
    await town.users.change(int(ada.id), UserChange(display_name="Ada", disabled=False))


async def test_a_disabled_user_can_be_enabled_again(town: Town) -> None:
    ada = await town.add("ada")
    assert (await town.users.change(int(ada.id), UserChange(disabled=True))).disabled
    assert not (await town.users.change(int(ada.id), UserChange(disabled=False))).disabled
    await town.sign_in("ada")


async def test_who_is_not_there_is_not_found(town: Town) -> None:
    for asked in (
        town.users.get(7),
        town.users.find("nobody"),
        town.users.change(7, UserChange(password="x" * 9 + "yz")),
    ):
        with pytest.raises(NotFound):
            await asked


async def test_a_list_goes_on_where_it_ended(town: Town) -> None:
    for name in ("ada", "ben", "cleo"):
        await town.add(name)
    first = await town.users.page(after=0, limit=2)
    assert [user.name for user in first.items] == ["ada", "ben"]
    assert first.next is not None
    second = await town.users.page(after=int(first.next), limit=2)
    assert ([user.name for user in second.items], second.next) == (["cleo"], None)
    assert first.seq == f"{town.store.epoch}:0"


async def test_the_same_key_adds_once(town: Town) -> None:
    admin = await town.add("ada", "admin")
    once, new = Once(int(admin.id), "key", "print"), NewUser(name="ben", password=PASSWORD)
    assert await town.users.add(new, once=once) == await town.users.add(new, once=once)
    with pytest.raises(KeyReused):
        await town.users.add(new, once=Once(int(admin.id), "key", "another"))


async def test_everyone_has_settings_of_their_own(town: Town) -> None:
    await town.add("ada")
    viewer = (await town.sign_in("ada")).viewer
    me = await town.users.me(viewer)
    assert (me.settings.theme, me.settings.drop_trunk_zero, me.rights) == ("system", True, ["send"])
    me = await town.users.change_settings(viewer, SettingsChange(theme="dark"))
    me = await town.users.change_settings(viewer, SettingsChange(language="de"))
    assert (me.settings.theme, me.settings.language) == ("dark", "de")


async def test_no_answer_holds_a_hash(town: Town) -> None:
    await town.add("ada")

    def hashes(look: Snapshot) -> str:
        return str(look.one('SELECT password_hash FROM "user"')["password_hash"])

    stored = await town.store.read(hashes)
    shown = str(await town.users.page(after=0, limit=9)) + str(await town.users.me((await town.sign_in("ada")).viewer))
    assert stored not in shown
    assert "password" not in shown
