"""Asking ClamAV about a file, in clamd's own protocol.

`zINSTREAM`, then pieces of the file each after its length (u32, big-endian), then a length of zero;
clamd answers `stream: OK` or `stream: <name> FOUND`, ended by a zero byte.
Source: https://docs.clamav.net/manual/Usage/Scanning.html#clamd
"""

import socket
import struct
from typing import Final

from casework.messages import N_
from casework.rules.file_refusal import RefusedFile

_PIECE: Final = 64 * 1024
_SECONDS: Final = 30
_LONGEST_ANSWER: Final = 4_096

MALWARE = N_(
    "The virus scanner found something harmful in this file. It was not kept. Tell whoever sent it."
)
AWAY = N_(
    "The virus scanner does not answer, so no file can be taken now. Try again later, or tell your "
    "administrator."
)


def scan(content: bytes, address: str | None) -> None:
    """Raise RefusedFile unless the scanner at `address` finds nothing; None scans nothing.

    `address` is the path of clamd's socket or `host:port`. A scanner that is away, slow or unsure
    refuses the file too.
    """
    if address is None:
        return
    try:
        answer = _answer(content, address)
    except OSError:
        raise RefusedFile(AWAY, "scanner_away") from None
    if answer.endswith(b"FOUND"):
        raise RefusedFile(MALWARE, "malware")
    if answer != b"stream: OK":
        raise RefusedFile(AWAY, "scanner_away")


def _answer(content: bytes, address: str) -> bytes:
    with _connected(address) as scanner:
        scanner.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _PIECE):
            piece = content[start : start + _PIECE]
            scanner.sendall(struct.pack(">I", len(piece)) + piece)
        scanner.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            more = scanner.recv(_LONGEST_ANSWER)
            if not more:
                break
            answer += more
        return answer.rstrip(b"\0\n")


def _connected(address: str) -> socket.socket:
    if "/" not in address:
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), _SECONDS)
    scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    scanner.settimeout(_SECONDS)
    try:
        scanner.connect(address)
    except OSError:
        scanner.close()
        raise
    return scanner
