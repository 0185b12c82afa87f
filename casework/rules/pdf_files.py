"""A first look into a PDF: nothing that runs, no password.

A PDF cannot be proven harmless by looking for words: it is never opened here, and it is given back
only as a file to be saved, under a sandbox (docs/adr/0018).
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final

from casework.messages import N_
from casework.rules.file_refusal import RefusedFile

_END_WITHIN: Final = 2_048
_MOST_UNPACKED: Final = 64 * 2**20
_LARGEST_STREAM: Final = 8 * 2**20
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_ACTIVE = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![A-Za-z0-9])|/XFA(?=[\s\[])"
)
_PASSWORD = re.compile(rb"/Encrypt(?![A-Za-z0-9])")

ACTIVE = N_(
    "The PDF holds a script, a form that runs or another file. Print it to a new PDF and send that."
)
PASSWORD = N_("The PDF has a password. Take it away, or print it to a new PDF, and send that.")
DAMAGED = N_("The PDF is cut off or damaged. Save or scan it again.")


def check_pdf(content: bytes) -> None:
    """Raise RefusedFile for a script, a program to start, an attached file, a password, damage."""
    if b"%%EOF" not in content[-_END_WITHIN:]:
        raise RefusedFile(DAMAGED, "damaged")
    if _PASSWORD.search(_unescaped(content)):
        raise RefusedFile(PASSWORD, "encrypted")
    if any(_ACTIVE.search(_unescaped(part)) for part in (content, *_unpacked(content))):
        raise RefusedFile(ACTIVE, "active_content")


def _unescaped(content: bytes) -> bytes:
    """Names written with `#4A` for a letter, as they are read."""
    return _HEX.sub(lambda match: bytes([int(match[1], 16)]), content)


def _unpacked(content: bytes) -> Iterator[bytes]:
    """What compressed streams hold: whole objects may lie in them."""
    left = _MOST_UNPACKED
    for found in _STREAM.finditer(content):
        try:
            part = zlib.decompressobj().decompress(
                memoryview(content)[found.end() :], min(_LARGEST_STREAM, left)
            )
        except zlib.error:  # a photograph, or the word in a text
            continue
        yield part
        left -= len(part)
        if left <= 0:
            return
