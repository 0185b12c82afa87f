"""The PIN of an adult of a request: made, shown once, kept as a slow hash."""

import re
import secrets
from typing import Final

from sqlalchemy import delete, select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.requests.deciding import is_child
from casework.services.sign_in.hashing import hashed
from casework.services.work import Work
from casework.vocabulary import ActorKind, Purpose, Relation
from models.public import PublicVisit, RequestPin
from models.return_request import RequestMember, ReturnRequest

#: Ten digits are as easy to write down as a telephone number, on every keyboard.
DIGITS: Final = 10
_WHY: Final = "nobody reads a PIN's hash; the service compares"
_CODE: Final = re.compile(r"(.+-\d{4}-\d{5,})(?:-(\d{1,2}))?")


def code_of(member: RequestMember) -> str:
    """What the member types beside her PIN: the reference, of all but the first with her place."""
    reference = member.request.reference
    return reference if member.position == 1 else f"{reference}-{member.position}"


def place_of(code: str) -> tuple[str, int]:
    """The reference and the place in it that a typed code names."""
    tidy = "".join(code.upper().split())
    match = _CODE.fullmatch(tidy)
    return (match[1], int(match[2] or 1)) if match else (tidy, 1)


def digits_of(pin: str) -> str:
    """The digits of a PIN, however it was grouped."""
    return "".join(sign for sign in pin if sign.isdigit())[:40]


def in_groups(pin: str) -> str:
    """`482 109 3755`, for reading and writing down."""
    return f"{pin[:3]} {pin[3:6]} {pin[6:]}"


def make_pin(work: Work, member: RequestMember) -> str:
    """A new PIN for the member; the one before opens nothing any more, and its visits end."""
    pin = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    with work.beyond(_WHY):
        work.session.execute(delete(PublicVisit).where(PublicVisit.member_id == member.id))
        wanted = select(RequestPin).where(RequestPin.member_id == member.id)
        row = work.session.scalars(wanted).first()
        if row is None:
            row = RequestPin(member_id=member.id, subject_id=member.subject_id)
            work.session.add(row)
        row.made_at, row.pin_hash = clock.now(), hashed(pin)
        row.made_by_id = work.actor.id if work.actor.kind is ActorKind.USER else None
        work.record(
            Act(
                "pin.made",
                Purpose.RETURN_ASSISTANCE,
                subjects=[member.subject_id],
                facts={"member": str(member.id)},
            )
        )
    return pin


def give_pin(work: Work, request: ReturnRequest, member: RequestMember) -> str:
    """A new PIN from the mission, which saw by the papers that it is she.

    Raises InvalidInput for a child who travels with somebody: an adult speaks for the child.
    """
    require(work, Permission.RETURN_REQUEST_VERIFY, request)
    if is_child(member) and member.relation is not Relation.PRINCIPAL:
        raise InvalidInput(N_("A child gets no PIN: an adult of the family speaks for the child."))
    return make_pin(work, member)
