"""Cells, format 0x01: it never changes once released."""

import struct
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from casework.crypto.cells import CellPlace, header_of, seal, unseal
from casework.errors import FieldUnreadable
from casework.vocabulary import KeyDomain

KEY = bytes(range(32))
ROW = UUID("01a1fcda-729f-77f6-bf23-6d74f83bdac0")
SUBJECT = UUID("01a1fcda-729f-77f6-bf23-6d737f64da76")
PLACE = CellPlace("person.given_name", ROW, SUBJECT)
#: made by the first release: must open for ever
GOLDEN = bytes.fromhex(
    "01010001e7d0c8d9dc4c026ad01506e9098defe068e93ab5188946edde2a3cbca312393733d50092"
    "b917b61dc9085bdaa207dff54e268b7b9409ed54b3d987ec"
)


def sealed(value: Any, place: CellPlace = PLACE) -> bytes:
    return seal(KEY, KeyDomain.IDENTITY, 1, place, value)


def test_a_cell_of_the_first_release_opens() -> None:
    assert unseal(KEY, PLACE, GOLDEN) == "Оюунчимэг"
    assert header_of(GOLDEN) == (KeyDomain.IDENTITY, 1)


def test_the_layout_byte_by_byte() -> None:
    """0x01 | domain | generation | nonce 12 | ciphertext | tag 16, opened without our code."""
    cell = seal(KEY, KeyDomain.TRAFFICKING, 0x0203, PLACE, "Бат")
    header, nonce, rest = cell[:4], cell[4:16], cell[16:]
    assert header == b"\x01\x03\x02\x03"
    associated = header + b"person.given_name\x00" + ROW.bytes + SUBJECT.bytes
    plaintext = AESGCM(KEY).decrypt(nonce, rest, associated)
    kind, length = struct.unpack(">BI", plaintext[:5])
    assert (kind, length) == (1, 6)
    assert plaintext[5:11] == "Бат".encode()
    assert plaintext[11:] == bytes(21)


@pytest.mark.parametrize(
    ("characters", "plaintext"),
    [(0, 32), (27, 32), (28, 64), (507, 512), (508, 1024), (1019, 1024), (1020, 1536)],
)
def test_padding_hides_the_length(characters: int, plaintext: int) -> None:
    """The header of the plaintext is 5 bytes; 32 more are header, nonce and tag of the cell."""
    assert len(sealed("x" * characters)) == 4 + 12 + plaintext + 16


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, 0),
        ("Оюун", 1),
        (date(1985, 4, 15), 2),
        (-7, 3),
        (True, 4),
        (["health", 1], 4),
        ({"a": None}, 4),
        (b"\x00\xff", 5),
    ],
)
def test_each_kind_of_value_returns(value: Any, kind: int) -> None:
    cell = sealed(value)
    opened = unseal(KEY, PLACE, cell)
    assert opened == value
    assert type(opened) is type(value)
    plaintext = AESGCM(KEY).decrypt(cell[4:16], cell[16:], PLACE.associated(cell[:4]))
    assert plaintext[0] == kind


def test_text_is_kept_in_its_composed_form() -> None:
    assert unseal(KEY, PLACE, sealed("Шарии\u0306")) == "Шарий"


@given(st.text())
def test_any_text_returns(text: str) -> None:
    import unicodedata

    encodable = text.encode(errors="replace").decode()
    assert unseal(KEY, PLACE, sealed(encodable)) == unicodedata.normalize("NFC", encodable)


@pytest.mark.parametrize(
    "other",
    [
        CellPlace("person.patronymic", ROW, SUBJECT),
        CellPlace("person.given_name", SUBJECT, SUBJECT),
        CellPlace("person.given_name", ROW, ROW),
        CellPlace("person.given_name", SUBJECT, ROW),
    ],
)
def test_a_cell_moved_elsewhere_does_not_open(other: CellPlace) -> None:
    with pytest.raises(FieldUnreadable):
        unseal(KEY, other, sealed("Оюун"))


def test_no_byte_can_be_changed() -> None:
    cell = sealed("Оюун")
    for index in range(len(cell)):
        altered = bytearray(cell)
        altered[index] ^= 1
        with pytest.raises(FieldUnreadable):
            header_of(bytes(altered))
            unseal(KEY, PLACE, bytes(altered))


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(FieldUnreadable):
        unseal(bytes(32), PLACE, GOLDEN)


@pytest.mark.parametrize("cell", [b"", b"\x01", b"\x02" + bytes(63), b"\x01\xff" + bytes(62)])
def test_what_is_no_cell_is_unreadable(cell: bytes) -> None:
    with pytest.raises(FieldUnreadable):
        header_of(cell)


def test_the_same_value_never_looks_the_same() -> None:
    assert len({sealed("Оюун") for _ in range(100)}) == 100
