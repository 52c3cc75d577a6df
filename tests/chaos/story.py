"""One folder and the many lives of the daemon on it: start, audit, load, axe, autopsy."""

import asyncio
import time
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from random import Random
from typing import Any

from aiohttp import ClientSession

from chaos import autopsy
from chaos.audit import audit
from chaos.axe import Aim, Axe, random_aim
from chaos.carrier_side import STRANGERS, CarrierSide, bring_texts, report_receipts
from chaos.ledger import Ledger
from chaos.people import PENDING, Client, watch
from durability.api import Api, Site, furnish
from durability.daemon import Daemon
from durability.stored import Stored, beside, copied

CLIENTS = 4
NETWORKS = 2
LAST_LIFE = 60.0  # seconds, at most, to finish everything
CLEAN_STOP = 4.0  # seconds
LAST = Aim(seconds=LAST_LIFE, clean=True)


class Story:
    """`tell` plays rounds; what the daemon did wrong is in `ledger.faults`."""

    def __init__(self, folder: Path, seed: int, *, program: Path | None = None) -> None:
        self.ledger = Ledger()
        self._program = program
        self._folder = folder
        self._chance = Random(seed)
        self._threads: tuple[list[str], ...] = ()
        self._ids: list[int] = []
        self._stranded: list[str] = []
        self.rounds: list[str] = []

    def __str__(self) -> str:
        book = self.ledger
        return (
            f"{len(self.rounds)} rounds, {len(book.texts)} texts out, {len(book.arrivals)} in, "
            f"{len(book.receipts)} receipts, {sum(len(screen.events) for screen in book.screens)} events, "
            f"{len(book.stranded)} unknown, {len(book.faults)} faults {book.faults[:3] or ''}"
        )

    async def tell(self, rounds: int) -> None:
        """Play so many rounds and one life more, in which everything comes to its end; stops at the first fault."""
        async with AsyncExitStack() as stack:
            side = await stack.enter_async_context(CarrierSide(self.ledger, self._chance))
            daemon = Daemon(self._folder, side.base_url, program=self._program)
            stack.callback(daemon.close)
            await daemon.starts()
            async with ClientSession() as http:
                site = await furnish(daemon, http)
                await self._prepare(site)
            tokens = [api.headers for api in site.users]
            daemon.kill()
            await self._bury(daemon)
            for number in range(rounds):
                if number % 6 == 5:
                    await self._die_young(daemon)
                else:
                    await self._live(daemon, side, tokens, random_aim(self._chance, clean=number % 4 == 3))
                if self.ledger.faults:
                    return
            await self._finish(daemon, side, tokens)

    async def _prepare(self, site: Site) -> None:
        """Each user's threads, and their ids."""
        self._ids = [int((await api.must("GET", "/me"))["user"]["id"]) for api in site.users]
        self._threads = tuple([[await site.conversation(user, party) for party in STRANGERS[:4]] for user in (0, 1)])

    async def _live(self, daemon: Daemon, side: CarrierSide, tokens: list[dict[str, str]], aim: Aim) -> None:
        """A life under load, to its end."""
        self.rounds.append(str(aim))
        async with ClientSession() as http:
            site = await self._begin(daemon, http, tokens)
            axe = side.axe = Axe(daemon, aim)
            load = [asyncio.ensure_future(work) for work in self._load(site, side, http, axe)]
            await axe.wait()
            await self._bury(daemon, aim)
            done, late = await asyncio.wait(load, timeout=20)
            side.axe = None
        for task in late:
            task.cancel()
            self.ledger.fault("someone still waits for an answer after the daemon's end")
        for task in done:
            task.result()

    async def _die_young(self, daemon: Daemon) -> None:
        """A life that is over before it is ready."""
        seconds = self._chance.uniform(0, 0.2)
        self.rounds.append(f"kill -9 at {seconds:.3f} s of the start")
        daemon.start()
        await asyncio.sleep(seconds)
        daemon.kill()
        await self._bury(daemon)

    async def _begin(self, daemon: Daemon, http: ClientSession, tokens: list[dict[str, str]]) -> Site:
        """A new life, whose memory is looked at before anything new happens."""
        await daemon.starts()
        users = [Api(http, daemon.url) for _ in tokens]
        for api, headers in zip(users, tokens, strict=True):
            api.headers = headers
        site = Site(daemon, users[0], tuple(users))
        await audit(site, self.ledger, self._stranded)
        return site

    def _load(self, site: Site, side: CarrierSide, http: ClientSession, axe: Axe) -> list[Coroutine[Any, Any, None]]:
        return [
            *(client.live() for client in self._clients(site, axe)),
            *(watch(http, site, user, self.ledger, axe) for user in range(len(site.users))),
            *(bring_texts(side, site, self.ledger, self._chance, axe) for _ in range(NETWORKS)),
            report_receipts(side, self.ledger, self._chance, axe),
        ]

    def _clients(self, site: Site, axe: Axe) -> list[Client]:
        return [Client(me, site, self._threads, self.ledger, self._chance, axe) for me in range(CLIENTS)]

    async def _bury(self, daemon: Daemon, aim: Aim | None = None) -> None:
        """Wait for the end of a process, and look at what it left."""
        began = time.monotonic()
        code = await daemon.ended()
        with copied(daemon.file) as stored:
            self._stranded = autopsy.claimed(stored)
            if aim is not None and aim.clean:
                self._judge_clean_stop(code, time.monotonic() - began)
            self.ledger.stranded.update(self._stranded)
            autopsy.examine(stored, self.ledger)

    def _judge_clean_stop(self, code: int, seconds: float) -> None:
        if code or seconds > CLEAN_STOP:
            self.ledger.fault(f"SIGTERM ended with code {code} after {seconds:.1f} s")
        if self._stranded:
            self.ledger.fault(f"SIGTERM left {len(self._stranded)} messages in the carrier's hands")

    async def _finish(self, daemon: Daemon, side: CarrierSide, tokens: list[dict[str, str]]) -> None:
        """A life without an axe: everything that is owed is done, then everything is looked at."""
        async with ClientSession() as http, asyncio.timeout(LAST_LIFE):
            site = await self._begin(daemon, http, tokens)
            axe = side.axe = Axe(daemon, LAST)
            screens = [asyncio.ensure_future(watch(http, site, user, self.ledger, axe)) for user in (0, 1)]
            for client in self._clients(site, axe):
                await client.catch_up()
            for arrival in self.ledger.arrivals.values():
                if not arrival.acknowledged:
                    await side.bring(arrival, site.message_hook)
            await self._settle(site, side)
            await audit(site, self.ledger, [])
            with beside(daemon.file) as stored:
                await self._screens_are_told(stored)
            side.axe = None
            axe.fall()
            await asyncio.wait(screens)
        await self._bury(daemon, LAST)
        with copied(daemon.file) as stored:
            autopsy.examine_whole(stored, self.ledger)
        self._read_the_log(daemon)

    async def _settle(self, site: Site, side: CarrierSide) -> None:
        """Until every text has its outcome and every receipt has been told."""
        waiting = list(self.ledger.texts.values())
        while waiting or any(not receipt.acknowledged for receipt in self.ledger.receipts.values()):
            for receipt in list(self.ledger.receipts.values()):
                if not receipt.acknowledged:
                    await side.say(receipt)
            still = []
            for text in waiting:
                message = await site.users[text.user].must("GET", f"/messages/{text.message_id}")
                if message["status"] in PENDING:
                    still.append(text)
            waiting = still
            await asyncio.sleep(0.05)

    async def _screens_are_told(self, stored: Stored) -> None:
        """Each screen has been told everything that it may see, once and in order."""
        for user, screen in enumerate(self.ledger.screens):
            expected = autopsy.events_of(stored, self.ledger, user, self._ids[user])
            for _ in range(1000):
                if len(screen.events) >= len(expected):
                    break
                await asyncio.sleep(0.01)
            if screen.events != expected:
                missing = [event for event in expected if event not in set(screen.events)]
                self.ledger.fault(
                    f"a screen was told {len(screen.events)} of {len(expected)} events; missing: {missing[:5]}"
                )

    def _read_the_log(self, daemon: Daemon) -> None:
        words = daemon.words()
        for word in ("Traceback", '"level":"error"', "mistake of its own", "outbound-", "inbound-", *STRANGERS):
            if word in words:
                self.ledger.fault(f"the log holds {word!r}")
