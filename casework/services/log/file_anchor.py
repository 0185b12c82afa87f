"""An anchor file: checkpoints as signed notes, one after another, an empty line after each.

Only ever appended to. What a full disk or a power cut leaves half written is taken away again
before anything else is written, and nothing before it is touched.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from audit.notes import MalformedNoteError, Note, VerifierKey, anchor_head, read_all, written
from casework.services.log.anchors import AnchorError, Log, Receipt, Taken
from casework.services.log.whole_files import failed_write, read_text, write_all

MODE = 0o644


class FileAnchor:
    """A file on another disk, another machine's share, or removable media."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        if not self.path.is_absolute():
            raise ValueError("a path from the root")
        self.label = f"file:{path}"[:200]

    def newest(self, held: Note | None) -> Note | None:
        """The last note of the file; a file that is gone is not begun anew by itself."""
        notes = self._notes(begun=held is not None)
        return notes[-1] if notes else None

    def take(self, pending: Sequence[Note], held: Note | None, log: Log) -> Receipt | None:
        """Append every note."""
        append_notes(self.path, pending, log.key)
        return Receipt(pending[-1].checkpoint.size)

    def evidence(self, taken: Sequence[Taken]) -> Sequence[Note]:
        """Every note of the file; it must be there once something was taken."""
        return self._notes(begun=bool(taken))

    def _notes(self, *, begun: bool) -> list[Note]:
        if not self.path.exists() and not begun and self.path.parent.is_dir():
            return []
        return read_notes(self.path)


def read_notes(path: Path) -> list[Note]:
    """The notes of an anchor file, without an unfinished last one."""
    try:
        return read_all(read_text(path))[0]
    except FileNotFoundError as error:
        raise AnchorError("missing") from error
    except MalformedNoteError as error:
        raise AnchorError("malformed") from error


def append_notes(path: Path, notes: Sequence[Note], key: VerifierKey) -> None:
    """Append and wait until the disk has it; on failure the file is as it was before.

    A new file begins with the log's key.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, MODE)
    except OSError as error:
        raise failed_write(error) from error
    try:
        data = path.read_bytes()
        sound = _sound_end(data)
        if sound != len(data):
            os.ftruncate(descriptor, sound)
        head = "" if data[:sound].endswith(b"\n\n") else "\n" if sound else anchor_head(key)
        _append(descriptor, f"{head}{written(notes)}".encode(), sound)
    except OSError as error:
        raise failed_write(error) from error
    except MalformedNoteError as error:
        raise AnchorError("malformed") from error
    finally:
        os.close(descriptor)


def _sound_end(data: bytes) -> int:
    """Where the last whole note ends, in bytes."""
    rest = read_all(data.decode(errors="surrogateescape"))[1]
    return len(data) - len(rest.encode(errors="surrogateescape"))


def _append(descriptor: int, data: bytes, end: int) -> None:
    try:
        write_all(descriptor, data)
    except OSError:
        os.ftruncate(descriptor, end)
        raise
