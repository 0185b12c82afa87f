"""The code on an offer letter or boarding slip: references and a signature, no personal data.

`CW1.<what it says>.<signature>`, both parts in base64url without padding. It says, between bars:
letter or slip, the movement's reference, the request's, and the id of the seat.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from casework.vocabulary import CodePaper

PREFIX = "CW1"
#: Stands before what is signed, so that no other signature can be taken for one of a code.
CONTEXT = b"casework boarding code\0"
SIGNATURE_BYTES = 64
#: Longer than any address with a code in it.
LONGEST = 600


@dataclass(frozen=True)
class BoardingCode:
    """What a code says: on which paper it stands, and for which seat."""

    paper: CodePaper
    movement: str
    request: str
    hold_id: UUID

    @property
    def said(self) -> bytes:
        """As it stands in the code."""
        return "|".join((self.paper, self.movement, self.request, self.hold_id.hex)).encode()

    @property
    def signed(self) -> bytes:
        """What the signature is over."""
        return CONTEXT + self.said


def write_code(code: BoardingCode, signature: bytes) -> str:
    """The code as it is printed."""
    return ".".join((PREFIX, _text(code.said), _text(signature)))


def read_code(typed: str) -> tuple[BoardingCode, bytes] | None:
    """What a code says, and its signature, not yet verified; None when it is no code at all.

    `typed`: the code alone, or an address that ends with it, as a scanner types it.
    """
    token = typed.strip().rpartition("/")[2]
    prefix, _, rest = token.partition(".")
    said, _, signature = rest.partition(".")
    if prefix != PREFIX or len(typed) > LONGEST:
        return None
    try:
        paper, movement, request, hold = _bytes(said).decode().split("|")
        code = BoardingCode(CodePaper(paper), movement, request, UUID(hex=hold))
        proof = _bytes(signature)
    except ValueError:
        return None
    return (code, proof) if len(proof) == SIGNATURE_BYTES else None


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
