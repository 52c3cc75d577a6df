"""The phones, and the network that brings texts to them and reports on it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal
from uuid import uuid4

from sidetone.plugin import Context, PhoneText, SidetoneError, UnknownPhone
from sidetone_handset.changes import Changes
from sidetone_handset.memory import Held, Memory, VirtualPhone
from sidetone_handset.receipts import FAILED, reports
from sidetone_handset.settings import Settings, named_phones

MOST_TEXTS = 200
RETRY = 5.0  # seconds until a report that the core could not store is made again


class NetworkFull(SidetoneError):
    """An unreachable phone has as many texts waiting as the network holds."""

    code = "network-full"
    status = 503


class Network:
    """All phones of one carrier. Everything it says it has done is already in its durable memory."""

    def __init__(self, settings: Settings, context: Context) -> None:
        self._named = named_phones(settings)
        self._most = settings.most if settings.create else 0
        self._context = context
        self._memory = Memory(context)
        self._phones: dict[str, VirtualPhone] = {}
        self._travelling: set[str] = set()
        self.changes = Changes(context)

    async def start(self) -> None:
        """Find the phones of earlier runs again, make the named ones, and go on where the last run ended."""
        self._phones = await self._memory.load()
        for number, name in self._named.items():
            known = self._phones.get(number)
            if known is None:
                await self._make(number, name)
            elif known.name != name:
                known.name = name
                await self._memory.save_phone(known)
        for phone in self._phones.values():
            self._go_on(phone)

    def all(self) -> list[VirtualPhone]:
        """All phones, in the order they were made."""
        return list(self._phones.values())

    def find(self, number: str) -> VirtualPhone:
        """The phone of this E.164 number; raises UnknownPhone."""
        phone = self._phones.get(number)
        if phone is None:
            raise UnknownPhone("No virtual phone has this number.", hint="List the phones to see which there are.")
        return phone

    async def find_or_make(self, number: str) -> VirtualPhone:
        """The phone of this number, made if settings allow one more; else raises UnknownPhone."""
        if number not in self._phones and len(self._phones) < self._most:
            await self._make(number, number)
        return self.find(number)

    async def change(self, phone: VirtualPhone, changes: Mapping[str, object]) -> None:
        """Change how a phone behaves; raises BadBehaviour. What waits for a reachable phone sets out at once."""
        before, phone.behaviour = phone.behaviour, phone.behaviour.changed(changes)
        try:
            await self._memory.save_phone(phone)
        except SidetoneError:
            phone.behaviour = before
            raise
        self.changes.bump()
        self._go_on(phone)

    async def take(self, phone: VirtualPhone, text: PhoneText, owed: tuple[str, ...]) -> Held:
        """Take a text for a phone, durably; raises NetworkFull. Its parts' receipts are `owed` from now on."""
        if sum(not held.finished for held in phone.held) >= MOST_TEXTS:
            raise NetworkFull("The network holds no more texts for this phone")
        arrived = phone.behaviour.reachable and phone.behaviour.receipts != FAILED
        return await self._hold(phone, text, arrived=arrived, owed=owed)

    async def keep_sent(self, phone: VirtualPhone, text: PhoneText) -> None:
        """Let a phone remember a text that it sent. It is sent all the same where there is no room to remember it."""
        try:
            await self._hold(phone, text, arrived=True, owed=())
        except SidetoneError as error:
            self._context.log.warning("a phone cannot remember what it sent", error=error.code)

    async def report_now(self, phone: VirtualPhone, held: Held) -> None:
        """Make the reports before anything else happens, if the phone is there; what fails is made later."""
        if not phone.behaviour.reachable:
            return
        self._travelling.add(held.text.id)
        try:
            await self._finish(phone, held)
        except SidetoneError as error:
            self._context.log.warning("receipts could not be stored; they come again", error=error.code)
        finally:
            self._travelling.discard(held.text.id)

    def set_out(self, phone: VirtualPhone, held: Held) -> None:
        """Let a text travel on in the background: to its phone, and its receipts back."""
        if not held.finished and held.text.id not in self._travelling:
            self._travelling.add(held.text.id)
            self._context.spawn(self._travel(phone, held), name="text under way")

    def _go_on(self, phone: VirtualPhone) -> None:
        for held in phone.held:
            self.set_out(phone, held)

    async def _make(self, number: str, name: str) -> None:
        made = max((phone.made for phone in self._phones.values()), default=0) + 1
        phone = self._phones[number] = VirtualPhone(number, name, made)
        try:
            await self._memory.save_phone(phone)
        except SidetoneError:
            del self._phones[number]
            raise
        self.changes.bump()

    async def _hold(self, phone: VirtualPhone, text: PhoneText, *, arrived: bool, owed: tuple[str, ...]) -> Held:
        held = Held(phone.next_place, text, arrived, owed)
        phone.next_place += 1
        await self._memory.save_text(phone, held)
        phone.held.append(held)
        phone.held.sort(key=lambda one: one.place)  # two that were saved at once may come back in either order
        self.changes.bump()
        await self._trim(phone)
        return held

    async def _trim(self, phone: VirtualPhone) -> None:
        while len(phone.held) > MOST_TEXTS:
            oldest = next((held for held in phone.held if held.finished), None)
            if oldest is None:
                return
            phone.held.remove(oldest)
            try:
                await self._memory.drop_text(phone, oldest)
            except SidetoneError as error:  # the next start finds one text too many and drops it then
                self._context.log.warning("an old text could not be dropped", error=error.code)

    async def _travel(self, phone: VirtualPhone, held: Held) -> None:
        try:
            while not held.finished and phone.behaviour.reachable:
                await self._context.clock.sleep(phone.behaviour.delay)
                if phone.behaviour.reachable:
                    await self._try_to_finish(phone, held)
        finally:
            self._travelling.discard(held.text.id)

    async def _try_to_finish(self, phone: VirtualPhone, held: Held) -> None:
        try:
            await self._finish(phone, held)
        except SidetoneError as error:
            self._context.log.warning("receipts could not be stored; they come again", error=error.code)
            await self._context.clock.sleep(RETRY)

    async def _finish(self, phone: VirtualPhone, held: Held) -> None:
        now = self._context.clock.now()
        mode = phone.behaviour.receipts
        for batch in reports(mode, held.owed, now):
            if batch:
                await self._context.receipt(*batch)
        if mode == FAILED and not held.arrived:
            await self._memory.drop_text(phone, held)
            phone.held.remove(held)
            held.arrived, held.owed = True, ()
        else:
            text = held.text if held.arrived else replace(held.text, at=now)
            await self._memory.save_text(phone, replace(held, text=text, arrived=True, owed=()))
            held.text, held.arrived, held.owed = text, True, ()
        self.changes.bump()


def new_text(direction: Literal["in", "out"], number: str, body: str, at: int, segments: int) -> PhoneText:
    """A text with an id that no other run has given."""
    return PhoneText(id=uuid4().hex, direction=direction, number=number, body=body, at=at, segments=segments)
