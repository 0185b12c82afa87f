"""Encrypted files open only whole, in order, and in their own place."""

from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest

from casework.crypto.files import CHUNK, HEADER, FilePlace, file_header, seal_file, unseal_file
from casework.errors import FieldUnreadable
from casework.vocabulary import KeyDomain

KEY = bytes(range(32))
PLACE = FilePlace(UUID(int=1), UUID(int=2))


def sealed(content: bytes, place: FilePlace = PLACE) -> bytes:
    target = BytesIO()
    seal_file(KEY, KeyDomain.NARRATIVE, 3, place, BytesIO(content), target)
    return target.getvalue()


def opened(data: bytes, place: FilePlace = PLACE) -> bytes:
    return b"".join(unseal_file(KEY, place, BytesIO(data)))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_content_comes_back(size: int) -> None:
    content = b"x" * size
    assert opened(sealed(content)) == content


def test_header_names_domain_and_generation(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(sealed(b"report"))
    assert path.read_bytes()[:7] == b"CWF1" + bytes([2, 0, 3])
    assert file_header(path) == (KeyDomain.NARRATIVE, 3)


def test_cut_swapped_or_moved_files_do_not_open() -> None:
    data = sealed(b"a" * (2 * CHUNK + 5))
    chunk = CHUNK + 16
    first = data[HEADER.size : HEADER.size + chunk]
    second = data[HEADER.size + chunk : HEADER.size + 2 * chunk]
    rest = data[HEADER.size + 2 * chunk :]
    broken = [
        data[: HEADER.size + chunk],
        data[:-1],
        data[: HEADER.size] + second + first + rest,
        data[:-1] + bytes([data[-1] ^ 1]),
        b"CWF2" + data[4:],
        data[:5],
    ]
    for altered in broken:
        with pytest.raises(FieldUnreadable):
            opened(altered)
    with pytest.raises(FieldUnreadable):
        opened(data, FilePlace(UUID(int=1), UUID(int=3)))


def test_a_file_of_an_unknown_domain_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"CWF1\xff\x00\x01" + bytes(7))
    with pytest.raises(FieldUnreadable):
        file_header(path)
