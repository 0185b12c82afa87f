"""For whom browsers make passkeys here."""

from urllib.parse import urlsplit

from flask import request

from casework.services.sign_in.passkeys import Party
from casework.web.unit import database


def current_party() -> Party:
    """The configured address, or `localhost` at whatever port this machine serves.

    A passkey belongs to a host name; browsers make none for a bare IP address.
    """
    origin = database().settings.origin
    if origin is None:
        port = urlsplit(request.host_url).port
        origin = f"http://localhost:{port}" if port else "http://localhost"
    return Party(urlsplit(origin).hostname or "", origin)
