"""The only place that knows every room: builds them, starts them in order, stops them in reverse."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType

import structlog

from sidetone.clock import SteadyClock, SystemClock
from sidetone.config.changes import reading
from sidetone.config.shapes import Config, DirectorySection, LogSettings, MessagingSettings, ServerSettings
from sidetone.control.desk import Desk
from sidetone.control.reload import Hands, Reloader
from sidetone.control.server import ControlServer
from sidetone.control.services import Running, Services
from sidetone.conversation.activity import Activity
from sidetone.conversation.blocks import Blocks
from sidetone.conversation.conversations import Conversations
from sidetone.conversation.message_log import MessageLog
from sidetone.conversation.messages import Messages
from sidetone.delivery.engine import Engine
from sidetone.delivery.opt_outs import OptOuts
from sidetone.delivery.reconcile import Reconciler
from sidetone.delivery.send import Sending
from sidetone.delivery.way_in import WayIn
from sidetone.delivery.word_replies import WordReplies, answering
from sidetone.directory.contacts import Contacts
from sidetone.directory.search import Search
from sidetone.directory.sync import Sync
from sidetone.domain.health import State
from sidetone.egress.allowed import Allowed
from sidetone.errors import StoreError
from sidetone.jobs.alerts import Alerts
from sidetone.jobs.holds import LegalHolds
from sidetone.jobs.indexing import Indexer
from sidetone.jobs.retention import Retention
from sidetone.jobs.scheduler import Scheduler
from sidetone.jobs.silence import Silence
from sidetone.jobs.standing import standing
from sidetone.live.feed import Feed
from sidetone.metrics.loop import LoopDelay
from sidetone.metrics.meters import Meters
from sidetone.parts import Parts
from sidetone.people.audit import Audit
from sidetone.people.numbers import Numbers
from sidetone.people.passwords import Passwords
from sidetone.people.sessions import Sessions
from sidetone.people.setup import FirstAdmin
from sidetone.people.sign_in import SignInDesk
from sidetone.people.users import Users
from sidetone.plugin.context import Surroundings
from sidetone.plugin.directory_host import DirectoryHost
from sidetone.plugin.host import Host
from sidetone.plugin.life import Patience
from sidetone.store import audit, migrate, restore
from sidetone.store.audit import About, Act
from sidetone.store.connection import Store
from sidetone.store.lock import STORE_FILE, DataLock
from sidetone.store.plugin_values import PluginValues
from sidetone.store.sqlite import damage
from sidetone.systemd.link import link
from sidetone.systemd.watchdog import Signs
from sidetone.web.listener import Listener, bind
from sidetone.web.rooms import Rooms
from sidetone.web.server import Server
from sidetone.web.tls import Tls

log = structlog.get_logger("app")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What the process lends the daemon: `reread` reads the configuration's files anew, `relog` sets the log."""

    reread: Callable[[], Config]
    relog: Callable[[LogSettings], None]


class App:
    """The whole daemon. `async with App(config, outside) as app: await app.wait()`. `patience` is for its plugins."""

    def __init__(
        self, config: Config, outside: Outside, clock: SteadyClock | None = None, patience: Patience | None = None
    ) -> None:
        self._patience = patience or Patience()
        self._config = config
        self._outside = outside
        self._clock = clock or SystemClock()
        self._stack = AsyncExitStack()
        self._ended = asyncio.Event()
        self.parts = Parts()
        self._meters = Meters(self._clock)
        self.url = ""
        self.setup_link: str | None = None
        self._link = link(self._clock, self.parts)
        self._fatal: StoreError | None = None
        self._reloader: Reloader | None = None
        self._tls: Tls | None = None

    async def __aenter__(self) -> "App":
        """Start everything; raises StoreError, ConfigError or OSError in words when something vital cannot."""
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything, in reverse."""
        await self._link.down()
        await self._stack.aclose()

    async def wait(self) -> None:
        """Return when someone calls `end`; raises StoreDamaged when the store turns out to be."""
        await self._ended.wait()
        if self._fatal is not None:
            raise self._fatal

    def end(self) -> None:
        """Ask the daemon to stop."""
        self._ended.set()

    def reload(self) -> None:
        """Begin to read the configuration again, if it is up; what comes of it is in the log."""
        if self._reloader is not None:
            self._reloader.begin()

    async def _start(self) -> None:
        settings = self._config.server
        lock = DataLock(settings.data_dir)
        await asyncio.to_thread(lock.acquire)
        self._stack.callback(lock.release)
        await asyncio.to_thread(restore.sweep, settings.data_dir / STORE_FILE)
        if settings.tls:
            self._tls = await asyncio.to_thread(Tls, settings, self._config.folder, self._clock, self.parts)
        listener = await asyncio.to_thread(bind, settings)
        self._stack.callback(listener.socket.close)
        store = await self._open_store(settings.data_dir / STORE_FILE)
        await self._furnish(store, listener)

    async def _open_store(self, path: Path) -> Store:
        self.parts.set("store", State.STARTING, "Being opened.", code="store.opening")
        taken = await self._link.upgrading(lambda progress: migrate.prepare(path, progress=progress))
        if taken:
            log.info("store upgraded", steps=len(taken))
        store = Store(path, self._clock, self._meters)
        self._stack.push_async_callback(store.close)
        await store.open()
        self._watch(store)
        return store

    def _watch(self, store: Store) -> None:
        """Say how the store is, now and at every change: a full disk is told, and so is its end; damage ends us."""

        def tell() -> None:
            if store.damaged:
                self._fatal = damage()
                self.parts.set("store", State.FAILED, str(self._fatal))
                self.end()
            elif store.full:
                words = "The disk is full: nothing new is stored until there is space."
                self.parts.set("store", State.DEGRADED, words, code="store.full")
            else:
                self.parts.set("store", State.OK, "What is acknowledged is on the disk.", code="store.ok")

        store.on_change(tell)
        tell()

    async def _furnish(self, store: Store, listener: Listener) -> None:
        """Build the rooms and start them: the carriers last but one, the listener last."""
        config, server = self._config, listener.settings
        self.url = server.public_url
        country = server.default_country
        passwords = Passwords()
        self._stack.callback(passwords.close)
        sessions = Sessions(store, self._clock, country)
        self._stack.push_async_callback(sessions.close)
        engine = Engine(store, self._clock, self.parts, config.messaging, meters=self._meters, rules=config.routes)
        sending = Sending(store, config.messaging, engine.ring, self._meters)
        words = WordReplies(
            config.messaging, lambda name: answering(reloader.config.carriers.get(name), host.carriers.get(name))
        )
        way_in = WayIn(store, self.parts, country, words=words, wake=engine.ring, meters=self._meters)
        around = self._around(server, way_in)
        host = self._host(store, around)
        sync = self._sync(store, around)
        reconciler = Reconciler(store, self._clock, self.parts, way_in, config.messaging, patience=self._patience)
        reloader = await self._new_reloader(store, host, engine, reconciler, (sending.adopt, words.adopt), sync.adopt)
        retention = self._retention(store, reloader)
        first_admin = FirstAdmin(store, passwords, sessions, data_dir=server.data_dir, public_url=server.public_url)
        indexer = Indexer(store, self._clock, self.parts)
        jobs = Scheduler(store, self._clock, self.parts)
        rooms = Rooms(
            clock=self._clock,
            default_country=country,
            store=store,
            parts=self.parts,
            users=Users(store, passwords, sessions, country),
            sessions=sessions,
            sign_in=SignInDesk(store, passwords, sessions, self._clock),
            first_admin=first_admin,
            numbers=Numbers(store, lambda: reloader.config.carriers, country),
            conversations=Conversations(store, self._meters),
            messages=Messages(store, self.parts),
            sending=sending,
            opt_outs=OptOuts(store),
            blocks=Blocks(store),
            retention=retention,
            holds=LegalHolds(store),
            audit=Audit(store),
            contacts=Contacts(store),
            search=Search(store, indexer.distrust),
            activity=Activity(store),
            feed=Feed(store, country, self._meters),
            host=host,
            log=MessageLog(store, self.parts, lambda: reloader.config.carriers),
            jobs=jobs,
            ways=engine.ways,
            trusted_proxies=frozenset(server.trusted_proxies),
            meters=self._meters,
            metrics_token=lambda: reloader.config.metrics.token,
        )
        await self._start_carriers(host, engine, reconciler, sync)
        await self._start_jobs(rooms, indexer)
        await self._start_watching(store, reloader)
        self.setup_link = await first_admin.prepare()
        await self._open_desk(rooms, reloader, engine)
        await self._open_doors(rooms, listener, engine)

    async def _open_doors(self, rooms: Rooms, listener: Listener, engine: Engine) -> None:
        if self._tls is not None:
            self._stack.push_async_callback(self._tls.stop)
            await self._tls.start()
        web = Server(rooms, listener.settings, listener=listener, tls=self._tls)
        await web.start()
        self._stack.push_async_callback(web.stop)
        self._link.up(self.url, Signs(writer=rooms.store.probe, beats=lambda: engine.beats))

    async def _start_carriers(self, host: Host, engine: Engine, reconciler: Reconciler, sync: Sync) -> None:
        host.on_ready(lambda name: engine.open(host.carriers[name]))
        self._stack.push_async_callback(host.stop)
        host.on_ready(lambda name: reconciler.open(host.carriers[name]))
        self._stack.push_async_callback(engine.stop)  # before the carriers, which it may still be using
        self._stack.push_async_callback(reconciler.stop)
        self._stack.push_async_callback(sync.stop)
        await engine.start()
        await host.start()
        await sync.start(self._config.directories)

    def _sync(self, store: Store, around: Surroundings) -> Sync:
        config = self._config
        keep = partial(PluginValues, store)
        host = DirectoryHost(config.directories, around=around, parts=self.parts, keep=keep, patience=self._patience)
        return Sync(store, self._clock, host, config.folder, around.default_country)

    async def _new_reloader(
        self,
        store: Store,
        host: Host,
        engine: Engine,
        reconciler: Reconciler,
        others: Sequence[Callable[[MessagingSettings], None]],
        directories: Callable[[Mapping[str, DirectorySection], list[str]], Awaitable[None]],
    ) -> Reloader:
        def adopt(terms: MessagingSettings) -> None:
            for hold_to in (engine.adopt, reconciler.adopt, *others):
                hold_to(terms)

        async def shut(name: str) -> None:
            await reconciler.shut(name)
            await engine.shut(name)

        async def renew() -> str:
            return "" if self._tls is None else await self._tls.look()

        outside = self._outside
        hands = Hands(
            reread=outside.reread,
            telling=self._link.notifier.reloading,
            host=host,
            shut=shut,
            messaging=adopt,
            routes=engine.reroute,
            log=outside.relog,
            note=partial(store.write, audit.note, Act.CONFIG_RELOADED, About("config")),
            renew=renew,
            directories=directories,
        )
        return Reloader(await asyncio.to_thread(reading, self._config), hands)

    async def _open_desk(self, rooms: Rooms, reloader: Reloader, engine: Engine) -> None:
        running = Running(
            host=rooms.host,
            parts=self.parts,
            reloader=reloader,
            sending=rooms.sending,
            ways=engine.ways,
            url=self.url,
            started_at=self._clock.now(),
        )
        services = Services(
            config=lambda: reloader.config,
            store=rooms.store,
            users=rooms.users,
            numbers=rooms.numbers,
            conversations=rooms.conversations,
            sending=rooms.sending,
            retention=rooms.retention,
            holds=rooms.holds,
            running=running,
        )
        control = ControlServer(Desk(services), self._config.server.data_dir)
        await control.start()
        self._stack.push_async_callback(control.stop)
        self._stack.push_async_callback(reloader.end)
        self._reloader = reloader

    def _around(self, server: ServerSettings, way_in: WayIn) -> Surroundings:
        return Surroundings(
            clock=self._clock,
            public_url=server.public_url,
            default_country=server.default_country,
            config_dir=self._config.folder,
            data_dir=server.data_dir,
            way_in=way_in,
            allowed=Allowed(server.allow_private),
        )

    def _host(self, store: Store, around: Surroundings) -> Host:
        return Host(
            self._config.carriers,
            around=around,
            parts=self.parts,
            keep=partial(PluginValues, store),
            patience=self._patience,
            meters=self._meters,
        )

    def _retention(self, store: Store, reloader: Reloader) -> Retention:
        folder = self._config.server.data_dir
        terms, room = lambda: reloader.config.retention, lambda: shutil.disk_usage(folder).free
        return Retention(store, self._clock, self.parts, terms, room)

    async def _start_watching(self, store: Store, reloader: Reloader) -> None:
        private = self._config.server.allow_private
        mail = lambda: reloader.config.mail  # noqa: E731 - what is in force then
        alerts = Alerts(store, self._clock, self.parts, mail, url=self.url, private=private)
        self._stack.push_async_callback(alerts.stop)
        await alerts.start()
        silence = Silence(store, self._clock, self.parts, self._meters.last_in, lambda: reloader.config.carriers)
        self._stack.push_async_callback(silence.stop)
        silence.start()
        delay = LoopDelay(self._meters, asyncio.get_running_loop())
        self._stack.callback(delay.end)

    async def _start_jobs(self, rooms: Rooms, indexer: Indexer) -> None:
        self._stack.push_async_callback(indexer.stop)
        indexer.start()
        self._stack.push_async_callback(rooms.retention.stop)
        await rooms.retention.start()
        self._stack.push_async_callback(rooms.jobs.stop)
        for job in standing(self._config, rooms.store, self._clock, rooms.sessions, rooms.retention):
            rooms.jobs.add(job)
