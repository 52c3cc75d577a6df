"""The session's cookie."""

from aiohttp import web

from sidetone.people.sessions import ABSOLUTE


class SessionCookie:
    """`__Host-sidetone`, bound to this host and to https; without https, on loopback alone, a plain name.

    SameSite=Strict: the page itself needs no sign-in to load, so a link from elsewhere still works.
    """

    def __init__(self, *, secure: bool) -> None:
        self.name = "__Host-sidetone" if secure else "sidetone"
        self._end = "; Path=/; HttpOnly; SameSite=Strict" + ("; Secure" if secure else "")

    def read(self, request: web.BaseRequest) -> str:
        """The token, empty when there is none."""
        return request.cookies.get(self.name, "") if "Cookie" in request.headers else ""

    def set(self, token: str) -> str:
        """The Set-Cookie header of a new session."""
        return f"{self.name}={token}; Max-Age={ABSOLUTE // 1000}{self._end}"

    def clear(self) -> str:
        """The Set-Cookie header that takes it away."""
        return f"{self.name}=; Max-Age=0{self._end}"


def bearer(request: web.BaseRequest) -> str | None:
    """The token of an Authorization header (RFC 6750, 2.1); empty when it is of another scheme, None without one."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
