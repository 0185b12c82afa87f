"""Encrypted files, format CWF1.

    "CWF1" | domain u8 | generation u16 | prefix 7, then chunks of 64 KiB with a tag of 16 each
    nonce of chunk n = prefix 7 | n u32 | 1 for the last chunk, else 0
    associated data = header | document uuid | subject uuid

Numbers are big-endian. Cutting, reordering or mixing chunks of two files is noticed.
"""

import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.errors import FieldUnreadable
from casework.messages import N_
from casework.vocabulary import KeyDomain

MAGIC = b"CWF1"
HEADER = struct.Struct(">4sBH7s")
NONCE_END = struct.Struct(">IB")
CHUNK = 64 * 1024
TAG_BYTES = 16


@dataclass(frozen=True)
class FilePlace:
    """Which document of which subject a file is."""

    document_id: UUID
    subject_id: UUID

    def associated(self, header: bytes) -> bytes:
        """What the cipher binds to each chunk."""
        return header + self.document_id.bytes + self.subject_id.bytes


def _chunks(source: BinaryIO, size: int) -> Iterator[tuple[int, bytes, bool]]:
    chunk, number = source.read(size), 0
    while True:
        following = source.read(size)
        yield number, chunk, not following
        if not following:
            return
        chunk, number = following, number + 1


def seal_file(
    key: bytes,
    domain: KeyDomain,
    generation: int,
    place: FilePlace,
    source: BinaryIO,
    target: BinaryIO,
) -> None:
    """Encrypt `source` into `target` under the subject's data key of `generation`."""
    prefix = secrets.token_bytes(7)
    header = HEADER.pack(MAGIC, domain, generation, prefix)
    target.write(header)
    cipher, associated = AESGCM(key), place.associated(header)
    for number, chunk, last in _chunks(source, CHUNK):
        target.write(cipher.encrypt(prefix + NONCE_END.pack(number, last), chunk, associated))


def file_header(path: Path) -> tuple[KeyDomain, int]:
    """Domain and generation of an encrypted file; FieldUnreadable when it is none."""
    with path.open("rb") as source:
        header = source.read(HEADER.size)
    if len(header) < HEADER.size or not header.startswith(MAGIC):
        raise FieldUnreadable(N_("A protected file is damaged."))
    _, domain, generation, _ = HEADER.unpack(header)
    if domain not in set(KeyDomain):
        raise FieldUnreadable(N_("A protected file is damaged."))
    return KeyDomain(domain), generation


def unseal_file(key: bytes, place: FilePlace, source: BinaryIO) -> Iterator[bytes]:
    """The file's content, chunk by chunk; FieldUnreadable at the first byte that differs."""
    header = source.read(HEADER.size)
    if len(header) < HEADER.size or not header.startswith(MAGIC):
        raise FieldUnreadable(N_("A protected file is damaged."))
    prefix = header[-7:]
    cipher, associated = AESGCM(key), place.associated(header)
    for number, chunk, last in _chunks(source, CHUNK + TAG_BYTES):
        try:
            yield cipher.decrypt(prefix + NONCE_END.pack(number, last), chunk, associated)
        except InvalidTag:
            raise FieldUnreadable(N_("A protected file is damaged.")) from None
