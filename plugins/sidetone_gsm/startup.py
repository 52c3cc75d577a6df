"""From an open port to a modem that is ready: all of it again after every reset, for modems keep none of it.

A step that must succeed ends the start; what a modem cannot do otherwise is gone without, and said in `Ready`.
"""

import re
from dataclasses import dataclass

from sidetone_gsm.at import answers
from sidetone_gsm.at.commands import Command, ask, tell
from sidetone_gsm.at.quirks import Quirks, quirks_of
from sidetone_gsm.engine import Answer, Engine

_READY = "READY"
_STORES = ("ME", "SM", "MT")


class NotReady(Exception):
    """The modem cannot be used as it is; `step` is the command that failed, the message says why in words."""

    def __init__(self, step: str, why: str) -> None:
        super().__init__(f"{step}: {why}")
        self.step = step
        self.why = why


class SimWants(NotReady):
    """The SIM wants something before it works; `state` is what `+CPIN` said: SIM PIN, SIM PUK or another."""

    def __init__(self, state: str) -> None:
        super().__init__("AT+CPIN?", f"the SIM says {state}")
        self.state = state


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who is there: a port may have become another device's, and a device may have got another SIM."""

    manufacturer: str = ""
    model: str = ""
    revision: str = ""
    imei: str = ""
    imsi: str = ""
    iccid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A modem that takes texts and tells of new ones.

    `stores` are those to drain; the last entry of each `+CMTI` names its own. `receive_store` is where new ones go.
    `indications` is the `AT+CNMI` that was accepted, empty if none was: then only draining finds what comes.
    `without`: the commands that it refused and can do without.
    """

    identity: Identity
    quirks: Quirks
    service_centre: str | None
    stores: tuple[str, ...]
    receive_store: str
    indications: str
    without: tuple[str, ...]


class Startup:
    """One start of one modem."""

    def __init__(self, engine: Engine, *, service_centre: str | None = None, bearer: int = -1) -> None:
        self._engine = engine
        self._bearer = bearer
        self._wanted_centre = service_centre
        self._without: list[str] = []

    async def run(self) -> Ready:
        """Every step in order. Raises NotReady, or what `Engine.ask` raises.

        A PIN is not entered here: who catches `SimWants` knows how often it was tried.
        """
        if not await self._engine.revive():
            raise NotReady("AT", "the port does not answer; another port of the device may")
        await self._optional(tell("ATE0"))
        await self._required(tell("ATV1"))
        await self._optional(tell("ATQ0"))
        if not await self._optional(tell("AT+CMEE=1")):
            await self._optional(tell("AT+CMEE=2"))
        manufacturer, model = await self._text("AT+CGMI"), await self._text("AT+CGMM")
        quirks = self._engine.quirks = quirks_of(manufacturer, model)
        revision, imei = await self._text("AT+CGMR"), _number(await self._text("AT+CGSN"), 14, 16)
        for command in (*quirks.quiet, *quirks.prepare):
            await self._optional(tell(command))
        await self._radio_on()
        await self._sim(quirks)
        identity = Identity(
            manufacturer=manufacturer,
            model=model,
            revision=revision,
            imei=imei,
            imsi=_number(await self._text("AT+CIMI"), 6, 15),
            iccid=_number(await self._text(quirks.iccid), 18, 20),
        )
        await self._required(tell("AT+CMGF=0"))
        await self._optional(tell('AT+CSCS="GSM"'))
        if self._bearer >= 0:
            await self._optional(tell(f"AT+CGSMS={self._bearer}"))
        centre = await self._centre()
        stores, receive_store = await self._stores(quirks)
        indications = await self._indications()
        for name in ("+CREG", "+CGREG", "+CEREG"):
            if not await self._optional(tell(f"AT{name}=2")):
                await self._optional(tell(f"AT{name}=1"))
        return Ready(
            identity=identity,
            quirks=quirks,
            service_centre=centre,
            stores=stores,
            receive_store=receive_store,
            indications=indications,
            without=tuple(self._without),
        )

    async def _optional(self, command: Command) -> bool:
        answer = await self._engine.ask(command)
        if answer.cause:
            self._without.append(command.shown)
        return answer.cause is None

    async def _required(self, command: Command) -> Answer:
        answer = await self._engine.ask(command)
        if answer.cause:
            raise NotReady(command.shown, answer.cause.words)
        return answer

    async def _text(self, text: str) -> str:
        answer = await self._engine.ask(Command(text, free_text=True))
        if answer.cause:
            self._without.append(text)
        return " ".join(line.line for line in answer.lines)[:200]

    async def _radio_on(self) -> None:
        """Only where it says in plain words that it is off: some answer the question with the test form."""
        answer = await self._engine.ask(ask("+CFUN"))
        if [line.line.replace(" ", "") for line in answer.lines] in (["+CFUN:0"], ["+CFUN:4"]):
            await self._required(tell("AT+CFUN=1"))

    async def _sim(self, quirks: Quirks) -> None:
        answer = await self._required(
            Command("AT+CPIN?", info=("+CPIN:",), ends_with_info=quirks.cpin_without_ok),
        )
        states = [answers.sim_state(line.line) for line in answer.lines]
        if states and states[-1] != _READY:
            raise SimWants(states[-1])

    async def _centre(self) -> str | None:
        answer = await self._engine.ask(ask("+CSCA"))
        found = next((centre for line in answer.lines if (centre := answers.service_centre(line.line))), None)
        wanted = self._wanted_centre
        if wanted is None or wanted == found:
            return found
        kind = 145 if wanted.startswith("+") else 129
        return wanted if await self._optional(Command(f'AT+CSCA="{wanted}",{kind}')) else found

    async def _stores(self, quirks: Quirks) -> tuple[tuple[str, ...], str]:
        """Choose where new messages go, the largest of the makes' own choice first; all that exist are drained."""
        answer = await self._engine.ask(ask("+CPMS", suffix="=?"))
        offered = answers.stores(answer.lines[0].line) if answer.lines else ()
        readable = [store for store in (offered[0] if offered else _STORES) if store in _STORES]
        for store in sorted(readable or _STORES, key=lambda name: _rank(name, quirks.stores)):
            for count in (3, 2, 1):
                chosen = ",".join([f'"{store}"'] * count)
                found = await self._engine.ask(Command(f"AT+CPMS={chosen}", info=("+CPMS:",)))
                if found.cause is None:
                    return tuple(name for name in readable if name != "MT") or (store,), store
        raise NotReady("AT+CPMS", "no store can be chosen")

    async def _indications(self) -> str:
        answer = await self._engine.ask(ask("+CNMI", suffix="=?"))
        offer = answers.offered(answer.lines[0].line) if answer.lines else ()
        for command in answers.indications(offer):
            if (await self._engine.ask(tell(command))).cause is None:
                return command
        self._without.append("AT+CNMI")
        return ""


def _number(told: str, shortest: int, longest: int) -> str:
    """The first run of so many digits: behind a prefix, in quotes, with a filler, between what nobody asked for."""
    found = re.search(rf"(?<!\d)\d{{{shortest},{longest}}}(?!\d)", told, re.ASCII)
    return found[0] if found else ""


def _rank(store: str, preferred: tuple[str, ...]) -> int:
    return preferred.index(store) if store in preferred else len(preferred)
