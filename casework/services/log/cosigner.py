"""A second organisation that countersigns: over HTTP, or through a folder that both can open."""

from collections.abc import Sequence
from pathlib import Path

from audit.notes import COSIGNATURE, MalformedNoteError, Note, VerifierKey
from casework.services.log.anchors import AnchorError, Log, Receipt, Taken
from casework.services.log.asking import post
from casework.services.log.cosigning import CosigningRequest
from casework.services.log.whole_files import read_text, write_whole

CONFLICT = 409
REQUEST, ANSWER = "checkpoint.request", "checkpoint.cosigned"


def read_cosigner(text: str) -> tuple[VerifierKey, str]:
    """Key and place of `KEY@place`; ValueError when it is not that."""
    written, _, place = text.partition("@")
    key = VerifierKey.read(written)
    if key.kind != COSIGNATURE or not place.startswith(("http://", "https://", "/")):
        raise ValueError("a cosigner's key and where it is")
    return key, place


class _Cosigner:
    def __init__(self, key: VerifierKey) -> None:
        self.key = key
        self.label = f"cosigner:{key.name}"[:200]

    def evidence(self, taken: Sequence[Taken]) -> Sequence[Note]:
        """The countersigned notes, their countersignatures checked."""
        return [self._cosigned(receipt) for receipt in taken]

    def _cosigned(self, receipt: Taken) -> Note:
        try:
            note = Note.read((receipt.content or b"").decode())
            found = self.key.found_in(note)
        except (MalformedNoteError, UnicodeDecodeError) as error:
            raise AnchorError("malformed") from error
        if found is None:
            raise AnchorError("not_cosigned")
        return note


class HttpCosigner(_Cosigner):
    """A witness that speaks C2SP tlog-witness."""

    def __init__(self, key: VerifierKey, place: str) -> None:
        super().__init__(key)
        self._url = f"{place.rstrip('/')}/add-checkpoint"

    def newest(self, held: Note | None) -> Note | None:
        """What it cosigned last, as far as we know; it refuses when it knows of more."""
        return held

    def take(self, pending: Sequence[Note], held: Note | None, log: Log) -> Receipt | None:
        """Have the newest checkpoint cosigned."""
        note = pending[-1]
        old = held.checkpoint.size if held else 0
        status, answer = self._ask(note, old, log)
        if status == CONFLICT and answer.strip().isdigit():
            old = int(answer)
            if old > note.checkpoint.size:
                raise AnchorError("knows_more_entries")
            status, answer = self._ask(note, old, log)
        if status != 200:
            raise AnchorError("not_answered")
        return cosigned(self.key, note, f"{note}{answer.decode(errors='replace')}")

    def _ask(self, note: Note, old: int, log: Log) -> tuple[int, bytes]:
        request = CosigningRequest(old, log.prove(old, note.checkpoint.size), note)
        return post(self._url, str(request).encode(), "text/plain; charset=utf-8")


class FolderCosigner(_Cosigner):
    """A folder: we leave a request there, the second organisation leaves the cosigned note."""

    def __init__(self, key: VerifierKey, place: str) -> None:
        super().__init__(key)
        self._folder = Path(place)

    def newest(self, held: Note | None) -> Note | None:
        """The cosigned note that lies there, if it is newer than what was taken from there."""
        if not self._folder.is_dir():
            raise AnchorError("missing")
        try:
            answer = Note.read(read_text(self._folder / ANSWER))
            if self.key.found_in(answer) is None:
                raise AnchorError("not_cosigned")
            newer = held is None or answer.checkpoint.size > held.checkpoint.size
        except FileNotFoundError:
            return held
        except MalformedNoteError as error:
            raise AnchorError("malformed") from error
        return answer if newer else held

    def take(self, pending: Sequence[Note], held: Note | None, log: Log) -> Receipt | None:
        """Ask for the newest checkpoint; the answer is found the next time."""
        note = pending[-1]
        old = held.checkpoint.size if held else 0
        request = CosigningRequest(old, log.prove(old, note.checkpoint.size), note)
        write_whole(self._folder / REQUEST, str(request))
        return None


def cosigned(key: VerifierKey, note: Note, answer: str) -> Receipt:
    """The receipt of a cosigned note; AnchorError unless `key` cosigned this very checkpoint."""
    try:
        read = Note.read(answer)
        if read.text != note.text or key.found_in(read) is None:
            raise AnchorError("not_cosigned")
    except MalformedNoteError as error:
        raise AnchorError("malformed") from error
    line = next(found for found in read.signatures if found.key_id == key.key_id)
    return Receipt(note.checkpoint.size, str(note.with_signatures([line])).encode())
