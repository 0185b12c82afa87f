"""A folder from which a gateway for SMS and WhatsApp, or a clerk, takes what is to be sent."""

import json
import os
from pathlib import Path

from casework.services.messages.letters import Letter, UnreachableError, told


class Outbox:
    """Writes each message as one JSON file, readable by the owner alone.

    The files hold addresses in clear, as the gateway needs them: it deletes what it took.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: Letter) -> None:
        """Put the message there, whole or not at all; UnreachableError when it cannot."""
        half = self._folder / f".{letter.id}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            place = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(place, "w", encoding="utf-8") as file:
                json.dump(told(letter), file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            half.rename(self._folder / f"{letter.id}.json")
        except OSError:
            raise UnreachableError from None

    def close(self) -> None:
        """Nothing stays open."""
