"""The second organisation's side of a countersignature through files; needs no database."""

from collections.abc import Sequence
from pathlib import Path

from audit.notes import MalformedNoteError, Note, VerifierKey
from casework import clock
from casework.crypto.cosigning import CosignerPair
from casework.errors import CaseworkError
from casework.messages import N_
from casework.services.log.cosigning import CosigningRefusedError, CosigningRequest, cosign
from casework.services.log.file_anchor import append_notes, read_notes
from casework.services.log.whole_files import write_whole


class CountersigningError(CaseworkError):
    """The checkpoint is not countersigned; nothing was written."""


def countersign(
    request_file: Path, state: Path, out: Path, pair: CosignerPair, log: Sequence[VerifierKey]
) -> Note:
    """Countersign what a request asks for, if it goes on from the last note in `state`.

    `state` is the second organisation's own anchor file: every checkpoint it countersigned.
    """
    try:
        request = CosigningRequest.read(request_file.read_text(encoding="utf-8"))
        known = read_notes(state) if state.exists() else []
        note = cosign(request, log, pair, known[-1] if known else None, _seconds())
    except (OSError, UnicodeDecodeError, MalformedNoteError):
        message = N_("%(path)s is not a request to countersign a checkpoint.")
        raise CountersigningError(message, path=request_file) from None
    except CosigningRefusedError as error:
        message = N_("NOT countersigned: %(why)s. Keep this request and tell the auditor.")
        raise CountersigningError(message, why=error) from None
    append_notes(state, [note], log[0])
    write_whole(out, str(note))
    return note


def _seconds() -> int:
    return int(clock.now().timestamp())
