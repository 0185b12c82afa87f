"""Field cells, format 0x01.

    0x01 | domain u8 | generation u16 | nonce 12 | ciphertext | tag 16
    plaintext = type u8 | length u32 | value | zeros to a multiple of 32 bytes up to 512, then 512
    associated data = 0x01 | domain | generation | cell name | 0 | row uuid | subject uuid

Numbers are big-endian. The padding hides how long a name or a note is.
"""

import json
import secrets
import struct
import unicodedata
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.errors import FieldUnreadable
from casework.messages import N_
from casework.vocabulary import KeyDomain

FORMAT = 1
HEADER = struct.Struct(">BBH")
PREFIX = struct.Struct(">BI")
NONCE_BYTES = 12
TAG_BYTES = 16

NULL, TEXT, DATE, INTEGER, JSON, BYTES = range(6)

CellValue = str | date | int | bool | bytes | list[object] | dict[str, object] | None


@dataclass(frozen=True)
class CellPlace:
    """Where a cell stands; a cell moved to another place does not open."""

    name: str
    row_id: UUID
    subject_id: UUID

    def associated(self, header: bytes) -> bytes:
        """What the cipher binds to the cell."""
        return header + self.name.encode() + b"\0" + self.row_id.bytes + self.subject_id.bytes


def _encode(value: CellValue) -> tuple[int, bytes]:
    match value:
        case None:
            return NULL, b""
        case str():
            return TEXT, unicodedata.normalize("NFC", value).encode()
        case bytes():
            return BYTES, value
        case bool() | list() | dict():
            return JSON, json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
        case int():
            return INTEGER, str(value).encode()
        case date():
            return DATE, value.isoformat().encode()


def _decode(kind: int, data: bytes) -> CellValue:
    match kind:
        case 0:
            return None
        case 1:
            return data.decode()
        case 2:
            return date.fromisoformat(data.decode())
        case 3:
            return int(data)
        case 4:
            value: list[object] | dict[str, object] | bool = json.loads(data)
            return value
        case 5:
            return data
        case _:
            raise FieldUnreadable(N_("A protected field has an unknown type."))


def _pad(plaintext: bytes) -> bytes:
    step = 32 if len(plaintext) <= 512 else 512
    return plaintext + bytes(-len(plaintext) % step)


def seal(
    key: bytes, domain: KeyDomain, generation: int, place: CellPlace, value: CellValue
) -> bytes:
    """`value` as a cell under the data key `key` of `generation`."""
    kind, data = _encode(value)
    header = HEADER.pack(FORMAT, domain, generation)
    nonce = secrets.token_bytes(NONCE_BYTES)
    plaintext = _pad(PREFIX.pack(kind, len(data)) + data)
    return header + nonce + AESGCM(key).encrypt(nonce, plaintext, place.associated(header))


def header_of(cell: bytes) -> tuple[KeyDomain, int]:
    """Domain and generation of a cell; FieldUnreadable when it is no cell of format 0x01."""
    if len(cell) < HEADER.size + NONCE_BYTES + TAG_BYTES or cell[0] != FORMAT:
        raise FieldUnreadable(N_("A protected field is damaged."))
    _, domain, generation = HEADER.unpack_from(cell)
    if domain not in set(KeyDomain):
        raise FieldUnreadable(N_("A protected field is damaged."))
    return KeyDomain(domain), generation


def unseal(key: bytes, place: CellPlace, cell: bytes) -> CellValue:
    """The value of a cell; FieldUnreadable when key, place or bytes differ."""
    header, nonce = cell[: HEADER.size], cell[HEADER.size : HEADER.size + NONCE_BYTES]
    try:
        plaintext = AESGCM(key).decrypt(
            nonce, cell[HEADER.size + NONCE_BYTES :], place.associated(header)
        )
    except InvalidTag:
        raise FieldUnreadable(N_("A protected field is damaged.")) from None
    kind, length = PREFIX.unpack_from(plaintext)
    return _decode(kind, plaintext[PREFIX.size : PREFIX.size + length])
