"""Codes of seats: made for a letter or a slip, verified against this installation's key."""

from casework.crypto.boarding_codes import code_key, sign_code
from casework.crypto.signing import verifies
from casework.rules.boarding_code import BoardingCode, read_code, write_code
from casework.services.work import Work
from casework.vocabulary import CodePaper
from models.movement import Hold


def code_for(work: Work, hold: Hold, paper: CodePaper) -> str:
    """The signed code of a seat: the movement's and the request's reference, nothing personal."""
    code = BoardingCode(paper, hold.movement.reference, hold.request.reference, hold.id)
    return write_code(code, sign_code(work.keyring, code.signed))


def genuine(work: Work, typed: str) -> BoardingCode | None:
    """What the code says if it was signed here; None when it is forged, foreign or no code."""
    read = read_code(typed)
    if read is None:
        return None
    code, signature = read
    return code if verifies(code_key(work.keyring), signature, code.signed) else None


def public_key(work: Work) -> str:
    """The public key in 64 hexadecimal digits, for whoever verifies codes without this system."""
    return code_key(work.keyring).hex()
