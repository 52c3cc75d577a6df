"""One request to the carrier, and what is certain when no answer comes."""

import json
from dataclasses import dataclass
from typing import Any

import aiohttp

from sidetone.plugin import Context
from sidetone_example.settings import Settings

LARGEST_ANSWER = 64 * 1024


class NeverLeft(Exception):
    """No connection came about: the request certainly did not leave. The message is a sentence for a person."""


class LostSight(Exception):
    """The request left, or may have, and no whole answer came back. The message is a sentence for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `fields` is empty for anything but a JSON object; `wait`: seconds that we are asked to wait."""

    status: int
    fields: dict[str, Any]
    wait: float | None = None


class Api:
    """Speaks for one account. Never follows a redirect: it would carry the token to wherever it points."""

    def __init__(self, settings: Settings, context: Context) -> None:
        self._context = context
        self._url = settings.base_url
        self._headers = {"Authorization": f"Bearer {settings.token.reveal()}"}
        self._timeout = aiohttp.ClientTimeout(total=settings.deadline, connect=min(settings.deadline, 10))

    async def call(self, method: str, path: str, body: object = None) -> Answer:
        """Ask once; raises NeverLeft or LostSight."""
        try:
            async with self._context.http().request(
                method,
                self._url + path,
                json=body,
                headers=self._headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                raw = await _read(response)
                wait = response.headers.get("Retry-After", "")
                seconds = float(wait) if wait.isascii() and wait.isdigit() else None
                return Answer(status=response.status, fields=read_object(raw), wait=seconds)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise NeverLeft("Example Telecom cannot be reached.") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise LostSight(f"Example Telecom did not answer ({type(error).__name__}).") from None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    raw = b""
    async for piece in response.content.iter_any():
        raw += piece
        if len(raw) > LARGEST_ANSWER:
            return b""  # leaving the response drops the connection with the rest
    return raw


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object that these bytes are; an empty one for anything else, however odd."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
