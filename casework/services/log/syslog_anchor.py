"""Checkpoints in the system's log, or another machine's: RFC 3164 datagrams of one line.

<109>casework: checkpoint ORIGIN SIZE ROOT NAME SIGNATURE
"""

import socket
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from audit.notes import DASH, Note
from casework.services.log.anchors import PATIENCE_SECONDS, AnchorError, Log, Receipt, Taken

#: Facility "log audit" (13), severity "notice" (5).
PRIORITY = 13 * 8 + 5
TAG = "casework: checkpoint "
PORT = 514


class SyslogAnchor:
    """The socket of the local system's log, or a host that collects logs over UDP."""

    def __init__(self, place: str) -> None:
        parts = urlsplit(place)
        if not place.startswith("/") and not (parts.scheme == "udp" and parts.hostname):
            raise ValueError("a socket or udp://host:port")
        self._socket = place
        self._host = parts.hostname if parts.scheme else None
        self._port = parts.port or PORT
        self.label = f"syslog:{place}"[:200]

    def newest(self, held: Note | None) -> Note | None:
        """What was sent last: nobody can ask a system log."""
        return held

    def take(self, pending: Sequence[Note], held: Note | None, log: Log) -> Receipt | None:
        """Send the newest note."""
        line = f"<{PRIORITY}>{TAG}{one_line(pending[-1])}".encode()
        try:
            if self._host is None:
                _send(socket.AF_UNIX, self._socket, line)
            else:
                found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_DGRAM)[0]
                _send(found[0], found[4], line)
        except OSError as error:
            raise AnchorError("unreachable") from error
        return Receipt(pending[-1].checkpoint.size)

    def evidence(self, taken: Sequence[Taken]) -> Sequence[Note]:
        """Nothing: an auditor gives the system log to the offline verifier."""
        return []


def _send(family: socket.AddressFamily, address: Any, line: bytes) -> None:
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        sender.settimeout(PATIENCE_SECONDS)
        sender.sendto(line, address)


def one_line(note: Note) -> str:
    """A note in one line: the three of its text, then the signatures without their dashes."""
    signatures = "".join(map(str, note.signatures)).replace(f"{DASH} ", "")
    return " ".join([*note.text.split("\n")[:3], *signatures.split()])
