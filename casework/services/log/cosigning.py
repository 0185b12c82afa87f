"""What the second organisation does: the witness of C2SP tlog-witness, `add-checkpoint`.

old <size of the checkpoint it cosigned last, 0 for none>
<base64 of each hash of the consistency proof>
                                                an empty line
<the checkpoint, a signed note>
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from audit.notes import COSIGNATURE, MalformedNoteError, Note, VerifierKey, decoded
from audit.tree import extends
from casework.crypto.cosigning import CosignerPair

PROOF_AT_MOST = 63


class CosigningRefusedError(Exception):
    """The checkpoint is not cosigned: `status` is that of tlog-witness, `size` what it knows."""

    def __init__(self, status: int, why: str, size: int = 0) -> None:
        super().__init__(why)
        self.status = status
        self.size = size


@dataclass(frozen=True)
class CosigningRequest:
    """A checkpoint, and the proof that it goes on from the one of `old` entries."""

    old: int
    proof: list[bytes]
    note: Note

    def __str__(self) -> str:
        lines = [f"old {self.old}", *(b64encode(node).decode() for node in self.proof), ""]
        return "\n".join(lines) + f"\n{self.note}"

    @classmethod
    def read(cls, text: str) -> "CosigningRequest":
        """The request that `text` is; MalformedNoteError when it is none."""
        head, gap, note = text.partition("\n\n")
        first, *proof = head.split("\n")
        word, _, old = first.partition(" ")
        sound = gap and word == "old" and old.isascii() and old.isdigit() and str(int(old)) == old
        if not sound or len(proof) > PROOF_AT_MOST:
            raise MalformedNoteError("a request begins with the size cosigned last")
        return cls(int(old), [decoded(node) for node in proof], Note.read(note))


def cosign(
    request: CosigningRequest,
    log: Sequence[VerifierKey],
    pair: CosignerPair,
    newest: Note | None,
    at: int,
) -> Note:
    """The note with the cosignature of `pair` at `at`, in seconds.

    `newest` is what was cosigned last. The caller keeps the result before anybody gets it.
    CosigningRefusedError when the checkpoint is not the log's or does not go on from `newest`.
    """
    checkpoint = request.note.checkpoint
    _check_origin(request, log)
    _check_growth(request, newest)
    key = public_half(pair)
    value = at.to_bytes(8, "big") + pair.sign(key.signed(checkpoint.text, at))
    return request.note.with_signatures([key.signature(checkpoint.text, value)])


def public_half(pair: CosignerPair) -> VerifierKey:
    """What the second organisation gives to the first, and to auditors."""
    return VerifierKey(pair.name, pair.public, COSIGNATURE)


def _check_origin(request: CosigningRequest, log: Sequence[VerifierKey]) -> None:
    origin = request.note.checkpoint.origin
    if all(known.name != origin for known in log):
        raise CosigningRefusedError(404, "this log is not known")
    if not _is_signed(request.note, log):
        raise CosigningRefusedError(403, "the checkpoint is not signed by the log")


def _check_growth(request: CosigningRequest, newest: Note | None) -> None:
    new, known = request.note.checkpoint, newest.checkpoint if newest else None
    size, root = (known.size, known.root) if known else (0, b"")
    if request.old > new.size:
        raise CosigningRefusedError(400, "the old size is larger than the new one")
    if request.old != size:
        raise CosigningRefusedError(409, "another checkpoint was cosigned last", size)
    if size == new.size and root != new.root:
        raise CosigningRefusedError(409, "two checkpoints of one size differ", size)
    if not extends(size, new.size, root, new.root, request.proof):
        raise CosigningRefusedError(422, "the checkpoint does not go on from the one before")


def _is_signed(note: Note, log: Sequence[VerifierKey]) -> bool:
    try:
        return any(known.found_in(note) is not None for known in log)
    except MalformedNoteError:
        return False
