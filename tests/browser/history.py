"""A small believable history, played through the real daemon: what screenshots show."""

import asyncio

from browser.daemon import DemoUser
from browser.outside import Outside, Phone

PATIENCE = 15.0
DELIVERY = (
    ("us", "Good morning Ms Adeyemi, your parcel leaves our warehouse today."),
    ("us", "The driver will text you half an hour before he arrives."),
    ("them", "Great, thank you! Could he come after 4 pm?"),
    ("them", "I am at work until then."),
    ("us", "I have told him: between 16:00 and 17:00. You can follow him here: https://example.com/t/4711"),
    ("them", "Perfect. See you then!"),
    ("us", "Have a nice day!"),
)
APPOINTMENT = (
    ("them", "Can we move Thursday's appointment to 10:30?"),
    ("us", "Of course. Thursday, 10:30, same place."),
)
QUESTION = (
    ("them", "Hello, is this still the number for spare parts?"),
    ("them", "It is about order 20817."),
)
STRANGER = "07700 900142"


class History:
    """What happened on a day between one user and a few phones."""

    def __init__(self, outside: Outside, user: DemoUser, token: str) -> None:
        self._outside = outside
        self._user = user
        self._token = token

    async def play(self) -> list[str]:
        """Let it happen; answers the conversations, the longest first and the refused one last."""
        first, second, third = (await self._outside.phones())[:3]
        ids = [await self._talk(first, DELIVERY), await self._talk(second, APPOINTMENT), await self.refused()]
        await self._talk(third, QUESTION)
        return ids

    async def _talk(self, phone: Phone, lines: tuple[tuple[str, str], ...]) -> str:
        id_ = await self._open(phone.number)
        for who, body in lines:
            if who == "us":
                await self._says(id_, body)
                continue
            await phone.texts(self._user.number, body)
            if lines is not QUESTION:
                await self._read(id_)
        return id_

    async def refused(self) -> str:
        """A text to a number that its network does not know."""
        id_ = await self._open(STRANGER)
        stranger = next(phone for phone in await self._phones_after(id_) if phone.number.endswith("900142"))
        await stranger.behaves(reject="recipient")
        await self._says(id_, "Your invoice is ready to be collected.", until="failed")
        return id_

    async def _phones_after(self, id_: str) -> list[Phone]:
        """The phones once that of a new number exists: it does so with its first text."""
        await self._says(id_, "Thank you for your order. We will let you know when it is ready.")
        return await self._outside.phones()

    async def _open(self, number: str) -> str:
        found = await self._outside.ask("POST", "/conversations", {"kind": "sms", "to": number}, token=self._token)
        return str(found["id"])

    async def _read(self, id_: str) -> None:
        newest = await self._outside.ask("GET", f"/conversations/{id_}/messages?limit=1", token=self._token)
        up_to = newest["items"][-1]["id"]
        await self._outside.ask("PUT", f"/conversations/{id_}/read", {"up_to": up_to}, token=self._token)

    async def _says(self, id_: str, body: str, until: str = "delivered") -> None:
        path = f"/conversations/{id_}/messages"
        sent = await self._outside.ask("POST", path, {"body": body}, token=self._token)
        async with asyncio.timeout(PATIENCE):
            while await self._status(sent["id"]) != until:  # noqa: ASYNC110 - it happens in another process
                await asyncio.sleep(0.02)

    async def _status(self, id_: str) -> str:
        found = await self._outside.ask("GET", f"/messages/{id_}", token=self._token)
        return str(found["status"])
