"""Who may ask from where: the Host check against DNS rebinding, and the cross-site check (CSRF) without tokens."""

from urllib.parse import urlsplit

from aiohttp import web

from sidetone.config.address import is_loopback
from sidetone.web.problems import CrossSite, WrongHost

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
_SAME_SITE_FETCHES = ("same-origin", "none")  # none: typed into the address bar


class Guard:
    """Knows the hosts and origins of this Sidetone: `public_url`'s, and loopback's own names on a loopback listener."""

    def __init__(self, *, public_url: str, listen_host: str, tls: bool = False) -> None:
        parts = urlsplit(public_url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
        self._hosts = {f"{host}:{port}"}
        self._origins = {f"{parts.scheme}://{host}:{port}"}
        if port == _DEFAULT_PORTS[parts.scheme]:
            self._hosts.add(host)
            self._origins.add(f"{parts.scheme}://{host}")
        self._local = is_loopback(listen_host)
        self._scheme = "https" if tls else "http"

    def check_host(self, request: web.BaseRequest) -> None:
        """Raises WrongHost. A name that an attacker made point here is refused before anything is answered."""
        given = request.headers.getall("Host", [])
        if len(given) != 1 or not self._is_ours(given[0].lower()):
            raise WrongHost(
                "This Sidetone has another address.", hint="Open it by its public_url; a proxy must pass Host on."
            )

    def check_site(self, request: web.BaseRequest) -> None:
        """Raises CrossSite for an unsafe request that another site's page sent.

        What has neither Sec-Fetch-Site nor Origin was not sent by a browser. Bearer tokens without a cookie are
        exempt: a browser never sends them unasked.
        """
        if self._only_bearer(request):
            return
        fetch = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get("Origin")
        if (fetch is not None and fetch not in _SAME_SITE_FETCHES) or (
            origin is not None and not self._is_our_origin(origin, request)
        ):
            raise _cross_site()

    def check_socket(self, request: web.BaseRequest) -> None:
        """Raises CrossSite for a WebSocket that comes with a cookie and not from our own page.

        Browsers let any page open one, cookie and all, and always send Origin with it.
        """
        if not self._only_bearer(request) and not self._is_our_origin(request.headers.get("Origin", ""), request):
            raise _cross_site()

    def _only_bearer(self, request: web.BaseRequest) -> bool:
        return "Authorization" in request.headers and "Cookie" not in request.headers

    def _is_ours(self, host: str) -> bool:
        return host in self._hosts or (self._local and _name(host) in _LOOPBACK_NAMES)

    def _is_our_origin(self, origin: str, request: web.BaseRequest) -> bool:
        origin = origin.lower()
        if origin in self._origins:
            return True
        host = request.headers.get("Host", "").lower()
        return self._local and _name(host) in _LOOPBACK_NAMES and origin == f"{self._scheme}://{host}"


def _name(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _cross_site() -> CrossSite:
    return CrossSite("Another site's page asked for this.", hint="Open Sidetone itself and do it there.")
