"""Setting up an authenticator app: the secret travels in the page, sealed to who asked for it."""

from dataclasses import dataclass

import segno
from flask import current_app
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup

from casework.services.sign_in.one_time import app_address, new_secret
from casework.services.sign_in.overview import own_email
from casework.web.unit import current_work

SECONDS = 3600


@dataclass(frozen=True)
class Setup:
    """A secret not stored yet, as text to type, and as the page sends it back."""

    secret: str
    sealed: str

    @property
    def groups(self) -> list[str]:
        """The secret in groups of four, for typing."""
        return [self.secret[at : at + 4] for at in range(0, len(self.secret), 4)]


def new_setup(secret: str | None) -> Setup:
    """Begin with a fresh secret, or go on with the one of a page that was sent back."""
    chosen = secret or new_secret()
    return Setup(chosen, str(_seal().dumps([chosen, str(current_user.id)])))


def secret_of(sealed: str | None) -> str:
    """The secret that the page carried; empty when it is not one made for this user here."""
    try:
        secret, user_id = _seal().loads(sealed or "", max_age=SECONDS)
    except BadSignature:
        return ""
    return str(secret) if user_id == str(current_user.id) else ""


def square(setup: Setup) -> Markup:
    """The QR code as a drawing: an app reads the secret from it."""
    code = segno.make(app_address(setup.secret, own_email(current_work())), error="m")
    drawn = code.svg_inline(scale=5, border=4, light="#fff")
    return Markup(drawn)  # noqa: S704 - drawn by the library from an address


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="authenticator app")
