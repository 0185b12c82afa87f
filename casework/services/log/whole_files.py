"""Files that are there whole or not at all."""

import errno
import os
from pathlib import Path
from typing import BinaryIO

from casework.services.log.anchors import AnchorError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class WholeFile:
    """A file written beside its place and moved there when the disk has all of it.

    Any error leaves what was there before, and nothing else; those of the disk become AnchorError.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beside = path.with_name(f".{path.name}.new")

    def __enter__(self) -> BinaryIO:
        try:
            self._file = self._beside.open("wb")
        except OSError as error:
            raise failed_write(error) from error
        return self._file

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: object
    ) -> None:
        try:
            with self._file:
                if kind is None:
                    self._file.flush()
                    os.fsync(self._file.fileno())
            if kind is None:
                self._beside.replace(self._path)
        except OSError as failure:
            error = failure
        if error is not None:
            self._beside.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise failed_write(error) from error


def write_whole(path: Path, text: str) -> None:
    """Replace the file at once."""
    with WholeFile(path) as file:
        file.write(text.encode())


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte and wait until the disk has them."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
    os.fsync(descriptor)


def failed_write(error: OSError) -> AnchorError:
    """The failure in a code: a full disk is told apart."""
    return AnchorError("disk_full" if error.errno in FULL else "unwritable")


def read_text(path: Path) -> str:
    """The text of a file; FileNotFoundError when there is none, AnchorError when unreadable."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise AnchorError("unreadable") from error
