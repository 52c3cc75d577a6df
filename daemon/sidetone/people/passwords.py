"""Passwords: Argon2id (RFC 9106), away from the loop, and what is accepted as one (NIST SP 800-63B, 5.1.1.2)."""

import asyncio
import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, TypeVar

from sidetone.domain.fault import SidetoneError

T = TypeVar("T")

SHORTEST = 8
LONGEST = 256
AT_ONCE = 2
MOST_WAITING = 32
PASSES = 2
MEMORY = 64 * 1024 * 1024  # bytes; with two passes libsodium's "interactive" strength

# What every list of stolen passwords begins with, of those that are long enough; any case.
_WORST = frozenset(
    """
    password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword pa$$word passwort passwort1
    passwort123 kennwort 12345678 123456789 1234567890 87654321 987654321 0123456789 11111111 00000000 88888888
    12341234 11223344 12344321 123123123 123454321 11112222 66666666 99999999 1q2w3e4r 1q2w3e4r5t 1qaz2wsx
    qwertyui qwertyuiop qwerty12 qwerty123 qwertz123 qwertzui azertyui asdfghjk asdfghjkl zxcvbnm1 abcd1234 abc12345
    a1b2c3d4 aa123456 iloveyou iloveyou1 sunshine sunshine1 princess princess1 football football1 baseball
    superman superman1 batman123 trustno1 letmein1 letmein123 welcome1 welcome123 willkommen hello123 hallo123
    admin123 admin1234 administrator changeme changeme1 changeme123 secret123 geheim123 computer internet
    michelle jennifer jordan23 whatever starwars dragon123 monkey123 master123 test1234 testtest test12345
    sidetone sidetone1 sidetone123
    """.split()  # noqa: SIM905 - a list of a hundred lines
)


class WeakPassword(SidetoneError):
    """A password that is not accepted; the message says why."""

    code: ClassVar[str] = "weak-password"
    status: ClassVar[int] = 422


class SignInBusy(SidetoneError):
    """More passwords are waiting to be checked than can be in a reasonable time."""

    code: ClassVar[str] = "sign-in-busy"
    status: ClassVar[int] = 503
    retry_after: ClassVar[int] = 2


class Passwords:
    """Hashes and checks passwords, a few at a time; whoever comes when too many wait is sent away at once."""

    def __init__(self, *, passes: int = PASSES, memory: int = MEMORY) -> None:
        self._passes = passes
        self._memory = memory
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="password")
        self._waiting = 0

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def hash(self, password: str, *, name: str = "") -> str:
        """The hash of a new password of user `name`; raises WeakPassword, SignInBusy."""
        text = normalised(password)
        if fault := _fault(text, name):
            raise WeakPassword(fault, hint="Take a few words that only you put together.", where="password")
        return await self._away_from_the_loop(lambda: _hash(text.encode(), self._passes, self._memory))

    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether it is the password; without a hash the answer is no and takes just as long. Raises SignInBusy."""
        text = normalised(password)[:LONGEST].encode(errors="replace")
        return await self._away_from_the_loop(lambda: _verify(text, stored, self._passes, self._memory))

    async def _away_from_the_loop(self, work: Callable[[], T]) -> T:
        if self._waiting >= AT_ONCE + MOST_WAITING:
            raise SignInBusy("Too many people are signing in at this moment.", hint="Try again in a few seconds.")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def normalised(password: str) -> str:
    """The one form of what different keyboards send for the same characters (NFC)."""
    return unicodedata.normalize("NFC", password)


def _fault(text: str, name: str) -> str:
    if len(text) < SHORTEST:
        return f"A password has at least {SHORTEST} characters."
    if len(text) > LONGEST:
        return f"A password has at most {LONGEST} characters."
    if any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        return "This password holds something that is not a character."
    if text.casefold() in _WORST or len(set(text)) < 3:
        return "This password is among the first that anyone would try."
    return "A password is not the user's own name." if name and text.casefold() == name.casefold() else ""


def _hash(password: bytes, passes: int, memory: int) -> str:
    from nacl.pwhash import argon2id  # here, because the daemon starts without it

    return argon2id.str(password, opslimit=passes, memlimit=memory).decode("ascii").rstrip("\0")


def _verify(password: bytes, stored: str | None, passes: int, memory: int) -> bool:
    from nacl.exceptions import InvalidkeyError
    from nacl.pwhash import argon2id

    if stored is None:
        argon2id.kdf(32, password, os.urandom(argon2id.SALTBYTES), opslimit=passes, memlimit=memory)
        return False
    try:
        return argon2id.verify(stored.encode("ascii"), password)
    except InvalidkeyError:
        return False
