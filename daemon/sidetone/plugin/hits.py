"""The last call-backs of a carrier, in memory: who called which address, and what came of it. No body and no secret."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from sidetone.plugin.abilities import ShowsHooks
from sidetone.plugin.carrier import Verdict, WebhookAnswer, WebhookRequest
from sidetone.plugin.guard import PluginFailed

KEPT = 20
MOST_URLS = 8
LONGEST_URL = 2000
LONGEST_SENTENCE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One call-back. `number` counts them from 1; `at` is ms, UTC; `kind` names the address, "" for none of ours.

    `tls`: whether the way to us was encrypted, None where only a proxy could know and does not say.
    """

    number: int
    at: int
    remote: str
    tls: bool | None
    method: str
    kind: str
    status: int
    verdict: Verdict


class Hits:
    """Keeps the last of them, and wakes who waits for the next. `urls` are the carrier's own addresses."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = urls
        self._kept: deque[Hit] = deque(maxlen=KEPT)
        self._waiting: set[asyncio.Future[None]] = set()
        self.count = 0

    def add(self, at: int, request: WebhookRequest, answer: WebhookAnswer, *, tls: bool | None) -> None:
        """Remember one and how it was answered."""
        self.count += 1
        self._kept.append(
            Hit(
                number=self.count,
                at=at,
                remote=request.remote,
                tls=tls,
                method=request.method[:16],
                kind=self._kind(request.url),
                status=answer.status,
                verdict=_usable(answer.verdict),
            )
        )
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    def since(self, number: int) -> list[Hit]:
        """Those after that one, oldest first; all that are kept when the count began anew since."""
        return [hit for hit in self._kept if hit.number > number or number > self.count]

    async def wait(self, number: int, seconds: float) -> list[Hit]:
        """The same, waiting up to so long for one to come."""
        if not (found := self.since(number)) and seconds > 0:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting.add(waiting)
            try:
                await asyncio.wait({waiting}, timeout=seconds)
            finally:
                self._waiting.discard(waiting)
            found = self.since(number)
        return found

    def _kind(self, url: str) -> str:
        path = url.partition("?")[0]
        return next((kind for kind, own in self._urls.items() if path == own or path.startswith(f"{own}/")), "")


def hook_urls(carrier: object) -> dict[str, str]:
    """The addresses that a carrier shows, none where it shows none; raises PluginFailed, and what the plugin raises."""
    if not isinstance(carrier, ShowsHooks):
        return {}
    found: object = carrier.hook_urls()
    if not isinstance(found, Mapping) or len(found) > MOST_URLS or not all(map(_is_url, found.items())):
        raise PluginFailed("its hook_urls gives what is no list of addresses")
    return dict(found)


def _is_url(item: tuple[object, object]) -> bool:
    kind, url = item
    return isinstance(kind, str) and 0 < len(kind) <= 64 and isinstance(url, str) and 0 < len(url) <= LONGEST_URL


def _usable(verdict: object) -> Verdict:
    if not isinstance(verdict, Verdict) or not isinstance(verdict.sentence, str):
        return Verdict()
    sentence = verdict.sentence.encode("utf-8", "replace").decode()[:LONGEST_SENTENCE]
    return Verdict(proven=_flag(verdict.proven), understood=_flag(verdict.understood), sentence=sentence)


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
