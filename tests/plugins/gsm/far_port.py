"""The other end of a port, in a test's hand."""

import asyncio


class FarPort:
    """A port whose other end is the test's hand; `answers` says what comes by itself for what is written."""

    def __init__(self) -> None:
        self.written = b""
        self.answers: dict[bytes, bytes] = {}
        self.closed = False
        self._said: asyncio.Queue[bytes | OSError] = asyncio.Queue()

    def say(self, *lines: str) -> None:
        self._said.put_nowait(b"".join(b"\r\n" + line.encode() + b"\r\n" for line in lines))

    def prompt(self) -> None:
        self._said.put_nowait(b"\r\n> ")

    def vanish(self, how: bytes | OSError = b"") -> None:
        self._said.put_nowait(how)

    async def read(self) -> bytes:
        said = await self._said.get()
        if isinstance(said, OSError):
            raise said
        return said

    async def write(self, data: bytes) -> None:
        self.written += data
        if answer := self.answers.get(data):
            self._said.put_nowait(answer)

    def close(self) -> None:
        self.closed = True


class FarModem(FarPort):
    """A port with a modem that has a store of messages; `replies` says what it answers, `OK` alone to all else."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.slots: dict[int, tuple[int, str]] = {}
        self.silent_to: set[str] = set()
        self.replies: dict[str, list[str]] = {
            "AT+CGMI": ["Far Side", "OK"],
            "AT+CGMM": ["One", "OK"],
            "AT+CGSN": ["861234567890123", "OK"],
            "AT+CIMI": ["262011234567890", "OK"],
            "AT+CCID": ['+CCID: "8949020000012345678F"', "OK"],
            "AT+CFUN?": ["+CFUN: 1", "OK"],
            "AT+CPIN?": ["+CPIN: READY", "OK"],
            "AT+CSCA?": ['+CSCA: "+491710760000",145', "OK"],
            "AT+CPMS=?": ['+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")', "OK"],
            "AT+CNMI=?": ["+CNMI: (0-2),(0-1),(0,2),(0-2),(0)", "OK"],
        }

    async def write(self, data: bytes) -> None:
        self.written += data
        command = data.decode().strip("\r\x1b")
        if command:
            self.asked.append(command)
            if command not in self.silent_to:
                self.say(*self._reply(command))

    def _reply(self, command: str) -> list[str]:
        if command in self.replies:
            return self.replies[command]
        name, _, number = command.partition("=")
        if name == "AT+CPMS":
            return [f"+CPMS: {len(self.slots)},20", "OK"]
        if name == "AT+CMGL":
            return [line for slot in sorted(self.slots) for line in self._entry(f"+CMGL: {slot},", slot)] + ["OK"]
        if name == "AT+CMGR":
            return [*self._entry("+CMGR: ", int(number)), "OK"] if int(number) in self.slots else ["+CMS ERROR: 321"]
        if name == "AT+CMGD":
            self.slots.pop(int(number), None)
        return ["OK"]

    def _entry(self, head: str, slot: int) -> list[str]:
        stat, pdu = self.slots[slot]
        return [f"{head}{stat},,{len(pdu) // 2 - 1 - int(pdu[:2], 16)}", pdu]
