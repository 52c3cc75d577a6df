"""One request to a service, and what is certain when no answer comes."""

import base64
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from sidetone.plugin import Context
from sidetone_restcomm.answers import LARGEST_ANSWER, Answer, Form, read_answer, seconds_to_wait
from sidetone_restcomm.pages import LARGEST_PAGE, Page, Record, read_page, read_record
from sidetone_restcomm.settings import Settings, profile_of

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientTimeout


class NeverLeft(Exception):
    """No connection came about: the request certainly did not leave. The message is a sentence for a person."""


class LostSight(Exception):
    """The request left, or may have, and no whole answer came back. The message is a sentence for a person."""


class Unreadable(Exception):
    """The service does not show its messages. The message is a sentence for a person, without a full stop."""


def form_bytes(form: Mapping[str, str]) -> bytes:
    """A form as application/x-www-form-urlencoded, UTF-8: quoted by yarl, which takes a fifth of urllib's time."""
    from yarl import URL

    return URL.build(query=form).raw_query_string.encode()


class Client:
    """Speaks to one account. Never follows a redirect: it would carry the token to wherever it points."""

    def __init__(self, settings: Settings, context: Context) -> None:
        profile = profile_of(settings)
        base_url = (settings.base_url or profile.base_url).rstrip("/")
        self._context = context
        self._account = f"{base_url}/Accounts/{settings.account_sid}"
        self._messages = f"{self._account}{profile.messages}"
        self._host = urlsplit(base_url).netloc
        self._deadline = settings.deadline
        self._connect_timeout = settings.connect_timeout
        login = f"{settings.api_key or settings.account_sid}:{settings.auth_token.reveal()}".encode()
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
        return self._answer(*await self._call("POST", f"{self._messages}.json", form_bytes(form), self._form_headers))

    async def account(self) -> Answer:
        """Ask for the account; raises NeverLeft or LostSight."""
        return self._answer(*await self._call("GET", f"{self._account}.json"))

    async def look(self) -> Answer:
        """Ask for the newest message, as a key may that may not read the account; raises NeverLeft or LostSight."""
        return self._answer(*await self._call("GET", f"{self._messages}.json?PageSize=1"))

    async def page(self, query: str) -> Page:
        """A page of the list of messages; raises NeverLeft, LostSight or Unreadable."""
        status, raw, _ = await self._call("GET", f"{self._messages}.json?{query}", most=LARGEST_PAGE)
        page = read_page(raw) if status == 200 else None
        if page is None:
            raise Unreadable(f"{self._host} shows no list of messages ({status})")
        return page

    async def message(self, sid: str) -> Record | None:
        """One message as the service's books have it, None if it has none; raises NeverLeft, LostSight, Unreadable."""
        status, raw, wait = await self._call("GET", f"{self._messages}/{quote(sid, safe='')}.json")
        answer = self._answer(status, raw, wait)
        if status == 404:
            return None
        if status != 200 or answer.form is not Form.FIELDS or answer.get("sid") != sid:
            raise Unreadable(f"{self._host} does not show the message ({status})")
        return read_record(answer.fields)

    @staticmethod
    def _answer(status: int, raw: bytes, retry_after: float | None) -> Answer:
        return read_answer(status, raw, retry_after=retry_after)

    async def _call(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        most: int = LARGEST_ANSWER,
    ) -> tuple[int, bytes, float | None]:
        """Status, body up to a little more than `most`, and how many seconds we are asked to wait."""
        import aiohttp  # not before a carrier starts
        from yarl import URL

        target = URL(url, encoded=True)  # a filter's name ends in `>`, and links come encoded
        try:
            async with self._context.http().request(
                method,
                target,
                data=body,
                headers=headers or self._headers,
                timeout=self._timeout(),
                allow_redirects=False,
            ) as response:
                return await self._read(response, most)
        except aiohttp.ConnectionTimeoutError:
            raise NeverLeft(f"{self._host} opened no connection within {self._connect_timeout:g} s") from None
        except aiohttp.ClientConnectorDNSError as error:
            words = f"The name {self._host} is not known" if error.os_error.errno else str(error.os_error)
            raise NeverLeft(words) from None
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

    async def _read(self, response: "ClientResponse", most: int) -> tuple[int, bytes, float | None]:
        pieces: list[bytes] = []
        size = 0
        async for piece in response.content.iter_any():
            pieces.append(piece)
            size += len(piece)
            if size > most:
                break  # leaving the response drops the connection with the rest
        wait = seconds_to_wait(response.headers.get("Retry-After"), self._context.clock.now())
        return response.status, b"".join(pieces), wait


def _why(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else str(error) or "no connection"


def _tls_words(error: Exception) -> str:
    reason = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    return str(getattr(reason, "verify_message", "") or getattr(reason, "reason", "") or type(reason).__name__)
