"""A time-stamping authority that says when a checkpoint existed (RFC 3161)."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from audit.notes import Note
from casework.crypto.timestamps import (
    BadTimestampError,
    timestamp_moment,
    timestamp_query,
    timestamp_token,
)
from casework.services.log.anchors import AnchorError, Log, Receipt, Taken
from casework.services.log.asking import post

NONCE_BITS = 63


class TimestampAnchor:
    """An authority by its address; `#path` names the certificate its signer descends from."""

    def __init__(self, place: str) -> None:
        self._url, _, authority = place.partition("#")
        if not self._url.startswith(("http://", "https://")):
            raise ValueError("an address")
        self._authority = Path(authority) if authority else None
        self.label = f"timestamp:{self._url}"[:200]

    def newest(self, held: Note | None) -> Note | None:
        """What it stamped last."""
        return held

    def take(self, pending: Sequence[Note], held: Note | None, log: Log) -> Receipt | None:
        """Have the newest checkpoint stamped; the token covers the note's text."""
        note, nonce = pending[-1], secrets.randbits(NONCE_BITS)
        query = timestamp_query(stamped(note), nonce)
        status, answer = post(self._url, query, "application/timestamp-query")
        if status != 200:
            raise AnchorError("not_answered")
        try:
            token = timestamp_token(answer, nonce)
            self.moment(note, token)
        except BadTimestampError as error:
            raise AnchorError("bad_timestamp") from error
        return Receipt(note.checkpoint.size, token)

    def evidence(self, taken: Sequence[Taken]) -> Sequence[Note]:
        """Checks the newest token."""
        if not taken:
            return []
        newest = taken[-1]
        if newest.note is None:
            raise AnchorError("checkpoint_gone")
        try:
            self.moment(newest.note, newest.content or b"")
        except BadTimestampError as error:
            raise AnchorError("bad_timestamp") from error
        return [newest.note]

    def moment(self, note: Note, token: bytes) -> datetime:
        """When `note` existed; BadTimestampError when the token does not show it."""
        try:
            roots = [self._authority.read_bytes()] if self._authority else []
        except OSError as error:
            raise AnchorError("authority_missing") from error
        return timestamp_moment(token, stamped(note), roots)


def stamped(note: Note) -> bytes:
    """What a timestamp covers: the SHA-256 of the note's text."""
    return sha256(note.text.encode()).digest()
