"""What outlives a restart: the phones, their texts, and what the network still owes."""

import json
from dataclasses import dataclass, field
from typing import Any

from sidetone.plugin import BadBehaviour, Context, PhoneText
from sidetone_handset.behaviour import Behaviour


@dataclass(slots=True)
class Held:
    """A text in a phone or, before it has arrived, in the network.

    `place` orders the texts of one phone. `owed` are the ids of the parts whose receipts are still to come.
    """

    place: int
    text: PhoneText
    arrived: bool = True
    owed: tuple[str, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.arrived and not self.owed


@dataclass(slots=True)
class VirtualPhone:
    """A phone as the network knows it; `made` orders the phones, `held` is in the order of its texts' places."""

    number: str
    name: str
    made: int
    behaviour: Behaviour = field(default_factory=Behaviour)
    held: list[Held] = field(default_factory=list)
    next_place: int = 1


class Memory:
    """The phones in the plugin's durable key-value store: one value a phone, one a text."""

    def __init__(self, context: Context) -> None:
        self._keep = context.keep
        self._log = context.log

    async def load(self) -> dict[str, VirtualPhone]:
        """All phones by number, in the order they were made. What cannot be read is left out and logged."""
        phones = [await self._load_phone(key) for key in await self._keep.keys("phone/")]
        ordered = sorted((phone for phone in phones if phone), key=lambda phone: phone.made)
        for phone in ordered:
            for key in await self._keep.keys(f"text/{phone.number}/"):
                held = await self._load_held(key)
                if held:
                    phone.held.append(held)
            phone.next_place = phone.held[-1].place + 1 if phone.held else 1
        return {phone.number: phone for phone in ordered}

    async def save_phone(self, phone: VirtualPhone) -> None:
        """Keep a phone's name and behaviour; its texts are kept one by one."""
        value = {"name": phone.name, "made": phone.made, "behaviour": phone.behaviour.as_object()}
        await self._keep.put(f"phone/{phone.number}", _encode(value))

    async def save_text(self, phone: VirtualPhone, held: Held) -> None:
        """Keep a text as it is now."""
        text = held.text
        value = {
            "id": text.id,
            "direction": text.direction,
            "number": text.number,
            "body": text.body,
            "at": text.at,
            "segments": text.segments,
            "arrived": held.arrived,
            "owed": held.owed,
        }
        await self._keep.put(_text_key(phone, held), _encode(value))

    async def drop_text(self, phone: VirtualPhone, held: Held) -> None:
        """Forget a text."""
        await self._keep.delete(_text_key(phone, held))

    async def _load_phone(self, key: str) -> VirtualPhone | None:
        value = await self._load(key)
        try:
            behaviour = Behaviour().changed(value["behaviour"])
            return VirtualPhone(key.partition("/")[2], str(value["name"]), int(value["made"]), behaviour)
        except (KeyError, TypeError, ValueError, AttributeError, BadBehaviour):
            self._log.warning("a phone that was kept cannot be read")
            return None

    async def _load_held(self, key: str) -> Held | None:
        value = await self._load(key)
        try:
            place = int(key.rpartition("/")[2])
            arrived, owed = bool(value.pop("arrived")), tuple(str(part) for part in value.pop("owed"))
            return Held(place, PhoneText(**value), arrived, owed)
        except (KeyError, TypeError, ValueError):
            self._log.warning("a text that was kept cannot be read")
            return None

    async def _load(self, key: str) -> dict[str, Any]:
        try:
            value = json.loads(await self._keep.get(key) or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


def _text_key(phone: VirtualPhone, held: Held) -> str:
    return f"text/{phone.number}/{held.place:012d}"


def _encode(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
