"""The company's side: clients that send and read, and screens that want every event once."""

import asyncio
import json
from itertools import count
from random import Random
from typing import Any

from aiohttp import ClientError, ClientSession, WSMsgType

from chaos.axe import Axe
from chaos.carrier_side import SIGNS
from chaos.ledger import Event, Ledger, Text
from durability.api import API, Gone, Reply, Site

PENDING = ("queued", "sending")


class Client:
    """Sends for one user through one life, and knows from the ledger what it asked for in earlier ones."""

    _keys = count(1)

    def __init__(
        self, me: int, site: Site, threads: tuple[list[str], ...], ledger: Ledger, chance: Random, axe: Axe
    ) -> None:
        self._me = me
        self._user = me % len(site.users)
        self._api = site.users[self._user]
        self._threads = threads[self._user]
        self._ledger = ledger
        self._chance = chance
        self._axe = axe

    async def live(self) -> None:
        """Until the daemon is gone."""
        try:
            await self.catch_up()
            while not self._axe.fallen:
                await self._chance.choices(
                    (self._send, self._ask_again, self._look, self._read, self._repeat), (10, 2, 3, 2, 2)
                )[0]()
                await asyncio.sleep(self._chance.expovariate(250))
        except Gone as gone:
            if not self._axe.fallen:
                self._ledger.fault(f"a client's connection ended while the daemon lived ({gone})")

    async def catch_up(self) -> None:
        """Ask anew, with the same keys, for everything that was not answered."""
        for text in list(self._ledger.pending(self._me)):
            await self._post(text)
        for text in [text for text in self._mine() if text.repeats_acknowledged < len(text.repeats)]:
            await self._post_repeat(text)

    async def _send(self) -> None:
        number = next(self._keys)
        body = f"outbound-{number}.{self._chance.choice(SIGNS)}"
        text = Text(f"key-{number}", self._me, self._user, self._chance.choice(self._threads), body)
        self._ledger.texts[text.key] = text
        self._axe.note("asked")
        await self._post(text)
        self._axe.note("acknowledged")

    async def _ask_again(self) -> None:
        """A client that has lost its memory asks with a key that was answered long ago."""
        if mine := self._mine():
            await self._post(self._chance.choice(mine))

    async def _post(self, text: Text) -> None:
        reply = await self._api.ask("POST", f"/conversations/{text.thread}/messages", {"body": text.body}, key=text.key)
        if not self._expect(reply, 202, text.key):
            return
        if text.message_id not in ("", reply.json["id"]) or reply.json["client_id"] != text.key:
            self._ledger.fault(f"{text.key} is message {text.message_id}, and another time {reply.json['id']}")
        text.message_id = reply.json["id"]

    async def _look(self) -> None:
        """What was acknowledged can be read at once."""
        if mine := self._mine():
            text = self._chance.choice(mine)
            reply = await self._api.ask("GET", f"/messages/{text.message_id}")
            if self._expect(reply, 200, text.key) and reply.json["body"] != text.body:
                self._ledger.fault(f"{text.key} reads otherwise than it was written")

    async def _read(self) -> None:
        """Open a thread and mark it as read."""
        thread = self._chance.choice(self._threads)
        page = await self._api.ask("GET", f"/conversations/{thread}/messages?limit=20")
        if self._expect(page, 200, "a page") and page.json["items"]:
            newest = {"up_to": page.json["items"][-1]["id"]}
            self._expect(await self._api.ask("PUT", f"/conversations/{thread}/read", newest), 200, "a read mark")

    async def _repeat(self) -> None:
        """Someone decides to send a message once more whose fate is not known."""
        unknown = [text for text in self._mine() if text.message_id in self._ledger.stranded and not text.repeats]
        if unknown:
            text = self._chance.choice(unknown)
            text.repeats.append(f"{text.key}-again")
            await self._post_repeat(text)

    async def _post_repeat(self, text: Text) -> None:
        reply = await self._api.ask("POST", f"/messages/{text.message_id}/retry", key=text.repeats[-1])
        if reply.status == 409 and reply.json["code"] == "not-retryable":
            text.repeats.pop()  # it was found with the carrier meanwhile
        elif self._expect(reply, 202, text.repeats[-1]):
            text.repeats_acknowledged = len(text.repeats)

    def _mine(self) -> list[Text]:
        return [text for text in self._ledger.acknowledged() if text.client == self._me]

    def _expect(self, reply: Reply, status: int, what: str) -> bool:
        """Whether it was so answered; any other answer is a fault, or Gone once the axe has fallen."""
        if reply.status == status:
            return True
        if self._axe.fallen:
            raise Gone(str(reply.status))
        self._ledger.fault(f"{what} was answered {reply.status}: {reply.json}")
        return False


async def watch(http: ClientSession, site: Site, user: int, ledger: Ledger, axe: Axe) -> None:
    """A user's screen through one life: it joins where it was cut off."""
    screen = ledger.screens[user]
    since = f"?since={screen.last}" if screen.last else ""
    try:
        async with http.ws_connect(f"{site.daemon.url}{API}/events{since}", headers=site.users[user].headers) as socket:
            hello = await socket.receive_json()
            _greet(ledger, user, hello)
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    _note(ledger, user, json.loads(frame.data))
                    axe.note("event")
            if not axe.fallen:
                ledger.fault(f"a screen was closed while the daemon lived ({socket.close_code})")
    except (ClientError, OSError, TypeError) as error:  # TypeError: closed before it said hello
        if not axe.fallen:
            ledger.fault(f"a screen was cut off while the daemon lived ({type(error).__name__})")


def _greet(ledger: Ledger, user: int, hello: Any) -> None:  # noqa: ANN401 - JSON
    screen = ledger.screens[user]
    if hello["type"] != "hello" or (screen.last and hello["seq"] != screen.last):
        ledger.fault(f"a screen at {screen.last} was greeted with {hello}")
    if screen.start < 0:
        screen.last, screen.start = hello["seq"], _place(hello["seq"])


def _note(ledger: Ledger, user: int, frame: Any) -> None:  # noqa: ANN401 - JSON
    screen = ledger.screens[user]
    if frame["seq"] is None:
        ledger.fault(f"a screen at {screen.last} was told {frame['type']}")
        return
    if _place(frame["seq"]) <= _place(screen.last):
        ledger.fault(f"a screen at {screen.last} was told {frame['seq']}")
    data = frame["data"]
    subject = data["conversation_id"] if frame["type"] == "read.updated" else data["id"]
    screen.events.append(Event(_place(frame["seq"]), frame["type"], subject))
    screen.last = frame["seq"]


def _place(seq: str) -> int:
    return int(seq.partition(":")[2])
