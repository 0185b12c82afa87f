"""What was signed about the log: checkpoints, wherever they are kept, against its tree."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from audit.notes import MalformedNoteError, Note, VerifierKey, signed_by_any
from audit.tree import Range
from casework.crypto.signing import verifies

ORIGIN = "casework/log/"


def origin_of(first_leaf: bytes) -> str:
    """The name of a log: no two logs begin with the same entry, and no log changes its first."""
    return ORIGIN + first_leaf.hex()[:32]


@dataclass(frozen=True)
class Claim:
    """A signed checkpoint and where it is kept; `subtrees` as its row keeps them, if it has any."""

    place: str
    note: Note
    subtrees: bytes | None = None

    @property
    def size(self) -> int:
        """How many leaves it covers."""
        return self.note.checkpoint.size


@dataclass(frozen=True)
class Disagreement:
    """The first bad entry is at one of the positions `first` to `last`."""

    what: str
    first: int
    last: int
    place: str


@dataclass
class Claims:
    """Grows the tree of a log as its leaves come and holds every claim against it.

    `agreed` is the largest size at which each place agrees.
    """

    claims: Sequence[Claim]
    range: Range = field(default_factory=Range)
    disagreements: list[Disagreement] = field(default_factory=list)
    agreed: dict[str, int] = field(default_factory=dict)
    origin: str = ""

    def __post_init__(self) -> None:
        self.claims = sorted(self.claims, key=lambda claim: claim.size)
        self._next = 0
        self._good = 0

    def take(self, leaves: Sequence[bytes]) -> None:
        """The next leaves of the log."""
        if leaves and not self.origin:
            self.origin = origin_of(leaves[0])
        start = self.range.size
        end = start + len(leaves)
        while self._next < len(self.claims) and self.claims[self._next].size <= end:
            claim = self.claims[self._next]
            self.range.extend(leaves[self.range.size - start : claim.size - start])
            self._hold(claim)
            self._next += 1
        self.range.extend(leaves[self.range.size - start :])

    def _hold(self, claim: Claim) -> None:
        checkpoint = claim.note.checkpoint
        if self.origin and checkpoint.origin != self.origin:
            what = "a checkpoint of another log is kept here"
        elif checkpoint.root != self.range.root():
            what = "the entries are not those that the checkpoint was signed over"
        elif claim.subtrees is not None and claim.subtrees != self.range.packed():
            what = "the subtrees kept with a checkpoint are not its own"
        else:
            self._good = claim.size
            self.agreed[claim.place] = claim.size
            return
        first = min(self._good + 1, claim.size)
        self.disagreements.append(Disagreement(what, first, claim.size, claim.place))

    def finish(self) -> list[Disagreement]:
        """All disagreements, with the claims about more entries than the log has."""
        size = self.range.size
        for claim in self.claims[self._next :]:
            what = f"entries are gone: a checkpoint was signed over {claim.size}"
            self.disagreements.append(Disagreement(what, size + 1, size + 1, claim.place))
        return self.disagreements


@dataclass(frozen=True)
class Voucher:
    """The log's key before `public` vouches for it, in an entry of the log."""

    public: bytes
    signature: bytes


def voucher_text(origin: str, public: bytes) -> str:
    """What the old key signs for the new one."""
    return f"casework log key\n{origin}\n{b64encode(public).decode()}\n"


def trusted_keys(keys: Iterable[VerifierKey], vouchers: Iterable[Voucher]) -> list[VerifierKey]:
    """`keys`, and in the order of the log those that a trusted one vouched for."""
    trusted = list(keys)
    for voucher in vouchers:
        for key in trusted:
            text = voucher_text(key.name, voucher.public)
            if verifies(key.public, voucher.signature, text.encode()):
                trusted.append(VerifierKey(key.name, voucher.public))
                break
    return trusted


def unsigned(claims: Iterable[Claim], trusted: Sequence[VerifierKey]) -> list[Disagreement]:
    """The claims that no trusted key signed."""
    found = []
    for claim in claims:
        try:
            what = "" if signed_by_any(trusted, claim.note) else "a key that is not trusted signed"
        except MalformedNoteError as error:
            what = str(error)
        if what:
            what = f"{what} (checkpoint of {claim.size} entries)"
            found.append(Disagreement(what, claim.size, claim.size, claim.place))
    return found
