"""What the browser is told about every page. docs/web.md says why, and what stops what."""

import secrets
from typing import Final

from flask import Flask, g, request
from werkzeug.wrappers import Response

from casework.config import Settings

TWO_YEARS: Final = 63_072_000
#: A file that somebody sent: to be saved, and powerless if it is shown after all.
SANDBOX: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
_POLICY: Final = (
    "default-src 'none'",
    "img-src 'self' data:",
    "font-src 'self'",
    "style-src 'self'",
    "script-src 'nonce-{nonce}' 'strict-dynamic'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
_DENIED: Final = (
    "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "clipboard-read",
    "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid",
    "identity-credentials-get", "idle-detection", "local-fonts", "magnetometer", "microphone",
    "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "storage-access", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
_OWN: Final = ("publickey-credentials-create", "publickey-credentials-get")
_ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-DNS-Prefetch-Control": "off",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": ", ".join(
        [*(f"{feature}=()" for feature in _DENIED), *(f"{feature}=(self)" for feature in _OWN)]
    ),
}
_SECURE: Final = {"Strict-Transport-Security": f"max-age={TWO_YEARS}; includeSubDomains"}


def csp_nonce() -> str:
    """This response's nonce for scripts."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _cache_control(response: Response) -> str:
    """A page is never kept; a static file whose address names its content is kept for a year."""
    if request.endpoint != "static" or response.status_code >= 400:
        return "no-store"
    return "public, max-age=31536000, immutable" if "v" in request.args else "no-cache"


def _signed_out(response: Response) -> bool:
    return request.endpoint == "auth.sign_out" and response.status_code == 302


def add_headers(app: Flask, settings: Settings) -> None:
    """Send the headers with every response; a policy that a response brings itself stays."""
    fixed = _ALWAYS | (_SECURE if settings.secure else {})
    policy = "; ".join([*_POLICY, *(["upgrade-insecure-requests"] if settings.secure else [])])

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy.format(nonce=csp_nonce()))
        headers.update(fixed)
        headers["Cache-Control"] = _cache_control(response)
        if _signed_out(response):
            headers["Clear-Site-Data"] = '"cache", "storage"'
        return response
