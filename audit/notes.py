"""Checkpoints as signed notes: C2SP signed-note, tlog-checkpoint and tlog-cosignature.

    <origin>                                     the log
    <size>                                       how many leaves
    <base64 of the root>                         of RFC 6962
                                                 an empty line
    — <key name> <base64 of key id 4 | signature>

The signature covers the first three lines with their newlines. A cosigner's also covers the moment
it stands at the head of: see `VerifierKey.signed`.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from casework.crypto.signing import verifies

DASH = "\u2014"
HEAD = "# casework log key: "
ED25519 = 0x01
COSIGNATURE = 0x04
KEY_ID = 4
PUBLIC_KEY = 32
SIGNATURE = 64
SIGNATURES_AT_MOST = 100


class MalformedNoteError(ValueError):
    """A text is not a checkpoint, a signed note or a verifier key; the message says what is not."""


@dataclass(frozen=True)
class Checkpoint:
    """The tree of a log at one size."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def read(cls, text: str) -> "Checkpoint":
        """The checkpoint that a note's text is; extension lines are refused: nothing signs them."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0]:
            raise MalformedNoteError("a checkpoint has three lines")
        origin, size, root = lines[:3]
        if not (size.isascii() and size.isdigit()) or str(int(size)) != size:
            raise MalformedNoteError("the second line is not a size")
        found = cls(origin, int(size), decoded(root))
        if len(found.root) != sha256().digest_size:
            raise MalformedNoteError("the third line is not a root")
        return found


@dataclass(frozen=True)
class Signature:
    """One signature line; `value` is what follows the key id."""

    name: str
    key_id: bytes
    value: bytes

    def __str__(self) -> str:
        return f"{DASH} {self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"

    @classmethod
    def read(cls, line: str) -> "Signature":
        """The signature of a line without its newline."""
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        value = decoded(encoded)
        if dash != DASH or not is_key_name(name) or len(value) <= KEY_ID:
            raise MalformedNoteError("a signature line is not one")
        return cls(name, value[:KEY_ID], value[KEY_ID:])


@dataclass(frozen=True)
class Note:
    """A text and who signed it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def read(cls, written: str) -> "Note":
        """The note that `written` is, to the byte."""
        text, gap, signatures = written.rpartition("\n\n")
        lines = signatures.split("\n")
        if not gap or lines.pop() or not 0 < len(lines) <= SIGNATURES_AT_MOST:
            raise MalformedNoteError("a note ends with an empty line and signature lines")
        if any(letter < " " and letter != "\n" for letter in written):
            raise MalformedNoteError("a note has no control characters")
        return cls(f"{text}\n", tuple(Signature.read(line) for line in lines))

    @property
    def checkpoint(self) -> Checkpoint:
        """What the text says; MalformedNoteError when it is no checkpoint."""
        return Checkpoint.read(self.text)

    def with_signatures(self, signatures: Iterable[Signature]) -> "Note":
        """The same text with these signatures too."""
        return Note(self.text, tuple(dict.fromkeys([*self.signatures, *signatures])))


@dataclass(frozen=True)
class VerifierKey:
    """A public key by name; written `<name>+<key id, hex>+<base64 of kind | key>`."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def key_id(self) -> bytes:
        """The first bytes of the SHA-256 that binds name, kind and key."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[
            :KEY_ID
        ]

    def __str__(self) -> str:
        encoded = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    @classmethod
    def read(cls, text: str) -> "VerifierKey":
        """The key that `text` names; only Ed25519, of a log or of a cosigner."""
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        material = decoded(encoded)
        if len(material) != 1 + PUBLIC_KEY or material[0] not in (ED25519, COSIGNATURE):
            raise MalformedNoteError("a verifier key is <name>+<id>+<Ed25519 key>")
        found = cls(name, material[1:], material[0])
        if not is_key_name(name) or found.key_id.hex() != key_id:
            raise MalformedNoteError("the id of the verifier key does not fit it")
        return found

    def signed(self, text: str, at: int) -> bytes:
        """The bytes that this key signs for `text`; `at` in seconds matters to a cosigner only."""
        if self.kind == COSIGNATURE:
            return f"cosignature/v1\ntime {at}\n{text}".encode()
        return text.encode()

    def signature(self, text: str, value: bytes) -> Signature:
        """The line of a raw signature value by this key."""
        return Signature(self.name, self.key_id, value)

    def found_in(self, note: Note) -> int | None:
        """When this key cosigned `note`, in seconds; 0 for a log's own; None when it did not.

        MalformedNoteError when a signature under this key's name and id is wrong.
        """
        for line in note.signatures:
            if line.name == self.name and line.key_id == self.key_id:
                return self._checked(note.text, line.value)
        return None

    def _checked(self, text: str, value: bytes) -> int:
        at = 0
        if self.kind == COSIGNATURE:
            at, value = int.from_bytes(value[:8], "big"), value[8:]
        if len(value) != SIGNATURE or not verifies(self.public, value, self.signed(text, at)):
            raise MalformedNoteError(f"a signature of {self.name} is wrong")
        return at


def is_key_name(name: str) -> bool:
    """Whether a key may be called so."""
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def decoded(text: str) -> bytes:
    """Bytes of standard base64; MalformedNoteError for anything else, padding included."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise MalformedNoteError("base64 was expected") from None
    if base64.b64encode(found).decode() != text:
        raise MalformedNoteError("base64 was expected")
    return found


def signed_by_any(keys: Sequence[VerifierKey], note: Note) -> bool:
    """Whether one of `keys` signed; MalformedNoteError when one of them signed something else."""
    return any([key.found_in(note) is not None for key in keys])  # noqa: C419 - each is checked


def anchor_head(key: VerifierKey) -> str:
    """What an anchor file begins with: the log's key, for whoever has no other source of it."""
    return f"{HEAD}{key}\n\n"


def written(notes: Iterable[Note]) -> str:
    """Notes as an anchor holds them: one after another, an empty line after each."""
    return "".join(f"{note}\n" for note in notes)


def read_all(text: str) -> tuple[list[Note], str]:
    """The notes that `written` wrote, and what is left of an unfinished last one.

    A head is passed over. MalformedNoteError for anything else.
    """
    if text.startswith(HEAD):
        if "\n\n" not in text:
            return [], text
        text = text.partition("\n\n")[2]
    *pieces, rest = text.split("\n\n")
    if len(pieces) % 2:
        last = pieces.pop()
        rest = f"{last}\n\n{rest}"
    pairs = zip(pieces[::2], pieces[1::2], strict=True)
    notes = [Note.read(f"{body}\n\n{signatures}\n") for body, signatures in pairs]
    if "\n\n" in rest.removesuffix("\n") and rest.endswith("\n"):
        return [*notes, Note.read(rest)], ""
    return notes, rest
