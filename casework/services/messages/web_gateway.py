"""SMS and WhatsApp through an operator's gateway, over HTTPS: one POST of JSON a message."""

import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from casework.config import WebGateway
from casework.services.messages.letters import Letter, RefusedError, UnreachableError, told

TIMEOUT = 20
#: The gateway read the message and will never send it to this address (RFC 9110, 15.5).
FOR_GOOD = frozenset({400, 404, 410, 422})


class OperatorGateway:
    """Asks anew for each message, never follows to another address, and quotes no answer.

    `Idempotency-Key` is the message's id: a gateway that had it before sends it once.
    """

    def __init__(self, settings: WebGateway) -> None:
        self._settings = settings

    def send(self, letter: Letter) -> None:
        """Hand one message over; RefusedError for good, UnreachableError for now."""
        try:
            status = self._post(letter)
        except (HTTPException, OSError, UnicodeError):
            raise UnreachableError from None
        if status in FOR_GOOD:
            raise RefusedError
        if not 200 <= status < 300:
            raise UnreachableError

    def close(self) -> None:
        """Nothing stays open."""

    def _post(self, letter: Letter) -> int:
        settings = self._settings
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(letter.id)}
        if settings.token_file:
            headers["Authorization"] = f"Bearer {settings.token_file.read_text().strip()}"
        connection = self._connection()
        try:
            connection.request("POST", settings.path, json.dumps(told(letter)), headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        settings = self._settings
        if not settings.secure:
            return HTTPConnection(settings.host, settings.port, timeout=TIMEOUT)
        context = ssl.create_default_context(cafile=settings.authority)
        return HTTPSConnection(settings.host, settings.port, timeout=TIMEOUT, context=context)
