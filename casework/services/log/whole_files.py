"""Files that are there whole or not at all."""

import errno
import os
from pathlib import Path

from casework.services.log.anchors import AnchorError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_whole(path: Path, text: str) -> None:
    """Replace the file at once, when the disk has all of it; AnchorError leaves it as it was."""
    beside = path.with_name(f".{path.name}.new")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            write_all(descriptor, text.encode())
        finally:
            os.close(descriptor)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise failed_write(error) from error


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
