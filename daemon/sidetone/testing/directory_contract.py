"""What every directory must keep to. A plugin's tests derive a class from `DirectoryContract` and give it a rig.

A rig is the plugin with its source, where people can be put and taken away. The suite knows nothing of the wire.
"""

# A suite is tests: it asserts, and its tests' names say what they hold.
# ruff: noqa: S101, D102

import asyncio
import json
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Mapping, Sequence
from math import inf
from typing import Any, ClassVar

import pytest

from sidetone.domain.fault import SidetoneError
from sidetone.domain.health import Health, State
from sidetone.plugin.context import Context
from sidetone.plugin.directory import MOST_RECORDS, Directory, DirectoryPage, DirectoryRecord, RecordNumber, SyncAnew
from sidetone.plugin.failures import BadConfig, BadCredentials, NotReady
from sidetone.plugin.life import Patience
from sidetone.plugin.version import check_api
from sidetone.testing.carrier_rig import Arrange, exempt
from sidetone.testing.context import Workbench
from sidetone.testing.contract_life import still

LIVES = 20
GRACE = DirectoryRecord(id="1", name="Grace Hopper", numbers=(RecordNumber(raw="+4915112345678", label="mobile"),))
ALAN = DirectoryRecord(id="2", name="Alan Turing", numbers=(RecordNumber(raw="+442079460958", label="work"),))


class DirectoryRig(ABC):
    """The plugin under test with its source, which is empty at first.

    `plugin` is its module; `table` a section that works; `secrets` those of that section.
    """

    plugin: Any
    table: Mapping[str, Any]
    secrets: Sequence[str] = ()

    def __init__(self, workbench: Workbench) -> None:
        self.workbench = workbench

    @abstractmethod
    async def put(self, *people: DirectoryRecord) -> None:
        """Let the source hold these people and nobody else: each with its id, name and numbers."""

    @abstractmethod
    async def go_away(self) -> None:
        """Let nobody be able to read the source."""

    @abstractmethod
    async def come_back(self) -> None:
        """Let all be well again."""

    async def garble(self) -> None:
        """Let the source say something that is no answer."""
        exempt("its source cannot talk nonsense")

    async def hang(self) -> None:
        """Let the source answer nothing any more."""
        exempt("its source cannot hang")

    def bad_setups(self) -> Mapping[type[SidetoneError], Arrange]:
        """By error type how to bring about that `start` fails with it, returning the section."""
        return {}


class LoadedDirectory:
    """A directory on a context of its own."""

    def __init__(self, rig: DirectoryRig, table: Mapping[str, Any] | None = None) -> None:
        self.rig = rig
        self.context: Context = rig.workbench.context(rig.table if table is None else table)
        self.directory: Directory = rig.plugin.sidetone_directory(self.context)

    async def read(self, token: str | None = None) -> tuple[dict[str, DirectoryRecord], str | None]:
        """One sync: the last record of each id, and the token it ends with."""
        found: dict[str, DirectoryRecord] = {}
        pages = self.directory.sync(token)
        assert isinstance(pages, AsyncGenerator), "`sync` is an asynchronous generator: async def with yield"
        async for page in pages:
            assert isinstance(page, DirectoryPage)
            assert len(page.records) <= MOST_RECORDS
            for record in page.records:
                assert isinstance(record, DirectoryRecord)
                found[record.id] = record
            token = token if page.token is None else page.token
        return found, token

    async def after(self, token: str | None) -> tuple[dict[str, DirectoryRecord], bool]:
        """What a sync with a token brings, or all there is where the token is too old; whether it was all."""
        try:
            found, _ = await self.read(token)
        except SyncAnew:
            assert token is not None, "SyncAnew says that a token is too old: without one it means nothing"
            return (await self.read())[0], True
        return found, token is None

    async def unload(self) -> None:
        """As the host unloads it."""
        await self.directory.stop()
        await self.context.close()


async def start_directory(rig: DirectoryRig, table: Mapping[str, Any] | None = None) -> LoadedDirectory:
    """Build and start a directory; it is unloaded when that fails."""
    loaded = LoadedDirectory(rig, table)
    try:
        await loaded.directory.start()
    except BaseException:
        await loaded.unload()
        raise
    return loaded


class DirectoryContract:
    """Derive `class TestMine(DirectoryContract)` and override the fixture `rig`. Each test has a rig of its own.

    Needs pytest-asyncio with `asyncio_mode = "auto"`. `host` is how patient the daemon is with a plugin, `patience` how
    many seconds a test waits.
    """

    host: ClassVar[Patience] = Patience()
    patience: ClassVar[float] = 5.0

    @pytest.fixture
    async def rig(self) -> Any:  # noqa: ANN401 - a rig, or a generator of one
        """The plugin under test with its source."""
        raise NotImplementedError("Override the fixture `rig`.")

    async def test_it_says_which_api_it_was_written_for(self, rig: DirectoryRig) -> None:
        check_api("this plugin", getattr(rig.plugin, "api", None))
        assert rig.plugin.api >= (1, 1), "directories came with 1.1"

    async def test_it_starts_and_says_that_it_is_well(self, rig: DirectoryRig) -> None:
        await rig.put(GRACE)
        loaded = await start_directory(rig)
        health = await loaded.directory.health()
        await loaded.unload()
        assert isinstance(health, Health)
        assert health.state is State.OK, health.sentence
        assert health.sentence

    async def test_how_often_it_wants_to_be_asked_is_a_number_of_seconds(self, rig: DirectoryRig) -> None:
        assert 0 < LoadedDirectory(rig).directory.sync_every < inf

    @pytest.mark.parametrize("kind", [NotReady, BadCredentials, BadConfig])
    async def test_why_it_cannot_start_is_said_by_the_type_of_the_error(
        self, rig: DirectoryRig, kind: type[SidetoneError]
    ) -> None:
        arrange = rig.bad_setups().get(kind)
        if arrange is None:
            exempt(f"its rig says that there is no {kind.__name__}")
        table = await arrange()
        with pytest.raises(kind) as caught:
            await start_directory(rig, table)
        assert caught.value.message
        assert not any(secret in str(caught.value) for secret in rig.secrets)

    async def test_one_that_was_not_ready_is_started_again(self, rig: DirectoryRig) -> None:
        await rig.put(GRACE)
        await rig.go_away()
        loaded = LoadedDirectory(rig)
        try:
            for _ in range(2):
                with pytest.raises(NotReady):
                    await loaded.directory.start()
            await rig.come_back()
            await loaded.directory.start()
            assert (await loaded.read())[0]
        finally:
            await loaded.unload()

    async def test_everything_comes_as_the_source_has_it(self, rig: DirectoryRig) -> None:
        await rig.put(GRACE, ALAN)
        loaded = await start_directory(rig)
        found, _ = await loaded.read()
        await loaded.unload()
        assert sorted(record.name for record in found.values()) == ["Alan Turing", "Grace Hopper"]
        by_name = {record.name: record for record in found.values()}
        assert [number.raw for number in by_name["Grace Hopper"].numbers] == ["+4915112345678"]
        assert not any(record.deleted for record in found.values())

    async def test_more_than_a_page_comes_whole(self, rig: DirectoryRig) -> None:
        crowd = [DirectoryRecord(id=str(place), name=f"Person {place}", numbers=GRACE.numbers) for place in range(2500)]
        await rig.put(*crowd)
        loaded = await start_directory(rig)
        found, _ = await loaded.read()
        await loaded.unload()
        assert {record.name for record in found.values()} == {record.name for record in crowd}

    async def test_the_same_person_keeps_the_same_id(self, rig: DirectoryRig) -> None:
        await rig.put(GRACE, ALAN)
        loaded = await start_directory(rig)
        before, _ = await loaded.read()
        await rig.put(ALAN, GRACE)
        after, _ = await loaded.read()
        await loaded.unload()
        assert {id_: record.name for id_, record in before.items()} == {
            id_: record.name for id_, record in after.items()
        }

    async def test_where_nothing_has_changed_nothing_need_come(self, rig: DirectoryRig) -> None:
        await rig.put(GRACE, ALAN)
        loaded = await start_directory(rig)
        before, token = await loaded.read()
        found, whole = await loaded.after(token)
        await loaded.unload()
        assert found == before if whole else found.items() <= before.items()

    async def test_what_has_changed_comes(self, rig: DirectoryRig) -> None:
        await rig.put(GRACE, ALAN)
        loaded = await start_directory(rig)
        before, token = await loaded.read()
        moved = DirectoryRecord(id="1", name="Grace Hopper", numbers=(RecordNumber(raw="+4915187654321"),))
        await rig.put(moved, ALAN)
        after = merged(before, *await loaded.after(token))
        await loaded.unload()
        assert sorted(record.name for record in after.values()) == ["Alan Turing", "Grace Hopper"]
        assert [number.raw for record in after.values() for number in record.numbers if record.name[0] == "G"] == [
            "+4915187654321"
        ]

    async def test_who_is_gone_is_gone(self, rig: DirectoryRig) -> None:
        await rig.put(GRACE, ALAN)
        loaded = await start_directory(rig)
        before, token = await loaded.read()
        await rig.put(ALAN)
        after = merged(before, *await loaded.after(token))
        await loaded.unload()
        assert [record.name for record in after.values()] == ["Alan Turing"]

    async def test_a_source_that_is_away_is_not_ready_and_never_empty(self, rig: DirectoryRig) -> None:
        await rig.put(GRACE)
        loaded = await start_directory(rig)
        _, token = await loaded.read()
        await rig.go_away()
        try:
            for asked in {token, None}:
                with pytest.raises(NotReady):
                    await loaded.after(asked)
            await rig.come_back()
            assert (await loaded.read())[0]
        finally:
            await loaded.unload()

    async def test_nonsense_is_not_ready_and_never_empty(self, rig: DirectoryRig) -> None:
        await rig.put(GRACE)
        loaded = await start_directory(rig)
        await rig.garble()
        try:
            with pytest.raises(NotReady):
                await loaded.read()
        finally:
            await loaded.unload()

    async def test_a_source_that_never_answers_holds_nothing_up(self, rig: DirectoryRig) -> None:
        await rig.put(GRACE)
        loaded = await start_directory(rig)
        await rig.hang()
        reading = asyncio.create_task(loaded.read())
        await asyncio.wait({reading}, timeout=0.1)
        reading.cancel()
        await asyncio.wait({reading}, timeout=self.host.grace)
        ended = reading.done()
        await asyncio.wait_for(loaded.unload(), self.host.stop)
        await rig.come_back()
        assert ended, "`sync` does not end when it is cancelled"
        assert reading.cancelled() or isinstance(reading.exception(), NotReady)

    async def test_many_lives_leave_nothing_behind(self, rig: DirectoryRig) -> None:
        await rig.put(GRACE)
        await one_life(rig)
        before = await still()  # the first life paid for what stays for good
        for _ in range(LIVES):
            await one_life(rig)
        async with asyncio.timeout(self.patience):
            await still(*before)

    async def test_it_tells_no_name_number_or_secret(
        self, rig: DirectoryRig, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
    ) -> None:
        odd = DirectoryRecord(id="7", name="Canary Bird", numbers=(RecordNumber(raw="canary"), RecordNumber(raw="12")))
        await rig.put(GRACE, odd)
        with caplog.at_level(logging.DEBUG):
            loaded = await start_directory(rig)
            await loaded.read()
            health = await loaded.directory.health()
            await rig.go_away()
            with pytest.raises(SidetoneError) as caught:
                await loaded.read()
            await rig.come_back()
            await loaded.unload()
        logged = json.dumps(rig.workbench.logged, default=str, ensure_ascii=False)
        own = "".join(record.getMessage() for record in caplog.records if record.name.split(".")[0] != "asyncio")
        for place in (logged, "".join(capsys.readouterr()), own, health.sentence, str(caught.value)):
            for canary in ("canary", "Canary", "Hopper", "4915112345678", *rig.secrets):
                assert canary not in place


def merged(
    before: Mapping[str, DirectoryRecord], found: Mapping[str, DirectoryRecord], whole: bool
) -> dict[str, DirectoryRecord]:
    """What there is after a sync that brought everything (`whole`), or what has changed."""
    after = {**({} if whole else before), **found}
    return {id_: record for id_, record in after.items() if not record.deleted}


async def one_life(rig: DirectoryRig) -> None:
    """Start, read, unload."""
    loaded = await start_directory(rig)
    await loaded.read()
    await loaded.unload()
