"""The security headers of every answer (OWASP ASVS 5, 3.4)."""

from collections.abc import Mapping

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
_UNUSED = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb", "serial", "midi")
EVERYWHERE: Mapping[str, str] = {
    "Server": "Sidetone",  # else aiohttp tells its version
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED),
}
# What a carrier is answered is no page: these few keep a browser from making it one, and cost the hot path little.
ON_HOOKS: Mapping[str, str] = {
    "Server": "Sidetone",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
NO_STORE = "no-store"
REQUEST_ID = "X-Request-ID"
_TWO_YEARS = 2 * 365 * 24 * 60 * 60


def security_headers(public_url: str, others: Mapping[str, str] = EVERYWHERE) -> dict[str, str]:
    """Those of this installation; over https browsers are told to come back over https only."""
    headers = dict(others)
    if public_url.startswith("https:"):
        headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}"
    return headers
