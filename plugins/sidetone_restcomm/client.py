"""One request to a Restcomm server, and what is certain when no answer comes."""

import base64
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from sidetone.plugin import Context
from sidetone_restcomm.answers import LARGEST_ANSWER, Answer, read_answer, seconds_to_wait
from sidetone_restcomm.settings import Settings

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientTimeout


class NeverLeft(Exception):
    """No connection came about: the request certainly did not leave. The message is a sentence for a person."""


class LostSight(Exception):
    """The request left, or may have, and no whole answer came back. The message is a sentence for a person."""


class Client:
    """Speaks to one account. Never follows a redirect: it would carry the token to wherever it points."""

    def __init__(self, settings: Settings, context: Context) -> None:
        self._context = context
        self._account = f"{settings.base_url.rstrip('/')}/Accounts/{settings.account_sid}"
        self._host = urlsplit(settings.base_url).netloc
        self._deadline = settings.deadline
        self._connect_timeout = settings.connect_timeout
        login = f"{settings.account_sid}:{settings.auth_token.reveal()}".encode()
        self._headers = {
            "Authorization": f"Basic {base64.b64encode(login).decode()}",
            "Accept": "application/json",  # with the suffix .json: either alone is lost on some of the server's pages
            "Accept-Encoding": "identity",
        }
        self._form_headers = {
            **self._headers,
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        }

    async def post_message(self, form: Mapping[str, str]) -> Answer:
        """Send a message; raises NeverLeft or LostSight."""
        return await self._call("POST", "/SMS/Messages.json", urlencode(form).encode(), self._form_headers)

    async def account(self) -> Answer:
        """Ask for the account; raises NeverLeft or LostSight."""
        return await self._call("GET", ".json", None, self._headers)

    async def _call(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        import aiohttp  # not before a carrier starts

        try:
            async with self._context.http().request(
                method,
                self._account + path,
                data=body,
                headers=headers,
                timeout=self._timeout(),
                allow_redirects=False,
            ) as response:
                return await self._read(response)
        except aiohttp.ConnectionTimeoutError:
            raise NeverLeft(f"{self._host} opened no connection within {self._connect_timeout:g} s") from None
        except aiohttp.ClientConnectorDNSError:
            raise NeverLeft(f"The name {self._host} is not known") from None
        except (aiohttp.ClientSSLError, aiohttp.ClientConnectorCertificateError) as error:
            raise NeverLeft(f"The TLS connection to {self._host} fails: {_tls_words(error)}") from None
        except aiohttp.ClientConnectorError as error:
            raise NeverLeft(f"{self._host} cannot be reached: {_why(error.os_error)}") from None
        except aiohttp.InvalidURL:
            raise NeverLeft(f"{self._host} is not an address that can be called") from None
        except TimeoutError:
            raise LostSight(f"{self._host} did not answer within {self._deadline:g} s") from None
        except (aiohttp.ClientError, OSError) as error:
            raise LostSight(f"The connection to {self._host} broke ({type(error).__name__})") from None

    def _timeout(self) -> "ClientTimeout":
        from aiohttp import ClientTimeout

        return ClientTimeout(total=self._deadline, connect=self._connect_timeout)

    async def _read(self, response: "ClientResponse") -> Answer:
        pieces: list[bytes] = []
        size = 0
        async for piece in response.content.iter_any():
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST_ANSWER:
                break  # leaving the response drops the connection with the rest
        wait = seconds_to_wait(response.headers.get("Retry-After"), self._context.clock.now())
        return read_answer(response.status, b"".join(pieces), retry_after=wait)


def _why(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else "no connection"


def _tls_words(error: Exception) -> str:
    reason = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    return str(getattr(reason, "verify_message", "") or getattr(reason, "reason", "") or type(reason).__name__)
