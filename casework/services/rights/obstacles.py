"""What must end before a person's data are erased: work under way, and holds of the law."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import or_, select

from casework import clock
from casework.errors import InvalidTransition
from casework.messages import N_, Message
from casework.rules.referral_clock import OPEN as OPEN_REFERRALS
from casework.services.requests.states import ACTIVE
from casework.services.rights.subjects import Reach
from casework.services.work import Work
from casework.vocabulary import CaseState, StayState
from models.case import Case
from models.facility import Stay
from models.referral import Referral
from models.return_request import RequestMember, ReturnRequest
from models.rights import LegalHold

#: A stay in these states is still going on.
_STAYING = (StayState.HELD, StayState.CHECKED_IN, StayState.HOSPITALISED, StayState.ABSCONDED)


def obstacles(work: Work, reach: Reach) -> list[Message]:
    """Why nothing can be erased yet, each with what has to end; empty when nothing stands against.

    A case that goes on for others of it is no obstacle.
    """
    return [
        *_held(work, reach.people),
        *_travelling(work, reach.people),
        *_staying(work, reach.people),
        *_helped(work, reach),
        *_referred(work, reach.people),
    ]


def require_no_obstacle(work: Work, reach: Reach) -> None:
    """Raise InvalidTransition with the first obstacle."""
    for found in obstacles(work, reach):
        raise InvalidTransition(found.text, **found.values)


def live_holds(work: Work, people: Collection[UUID]) -> list[LegalHold]:
    """Holds of the law on these people that have not ended."""
    statement = select(LegalHold).where(
        LegalHold.person_id.in_(people),
        LegalHold.lifted_on.is_(None),
        or_(LegalHold.until.is_(None), LegalHold.until >= clock.today()),
    )
    return list(work.session.scalars(statement.order_by(LegalHold.id)))


def _held(work: Work, people: Collection[UUID]) -> list[Message]:
    return [
        Message(
            N_("The law holds these data: %(reason)s. Nothing is erased until the hold ends."),
            {"reason": hold.reason},
        )
        for hold in live_holds(work, people)
    ]


def _travelling(work: Work, people: Collection[UUID]) -> list[Message]:
    numbers = work.session.scalars(
        select(ReturnRequest.reference)
        .join(RequestMember, RequestMember.request_id == ReturnRequest.id)
        .where(
            RequestMember.person_id.in_(people),
            RequestMember.state.in_(ACTIVE),
            ReturnRequest.state.in_(ACTIVE),
        )
        .order_by(ReturnRequest.reference)
    )
    return [
        Message(
            N_("Request %(number)s is still open: the person withdraws first."), {"number": one}
        )
        for one in numbers
    ]


def _staying(work: Work, people: Collection[UUID]) -> list[Message]:
    stay = select(Stay.id).where(Stay.person_id.in_(people), Stay.state.in_(_STAYING)).limit(1)
    if work.session.scalar(stay) is None:
        return []
    return [Message(N_("The person's quarantine has not ended yet."))]


def _helped(work: Work, reach: Reach) -> list[Message]:
    numbers = work.session.scalars(
        select(Case.number)
        .where(
            Case.id.in_(reach.cases),
            Case.subject_id.in_(reach.own),
            Case.state != CaseState.CLOSED,
        )
        .order_by(Case.number)
    )
    return [
        Message(N_("Case %(number)s is still open: close it first."), {"number": number})
        for number in numbers
    ]


def _referred(work: Work, people: Collection[UUID]) -> list[Message]:
    numbers = work.session.scalars(
        select(Referral.number)
        .where(Referral.person_id.in_(people), Referral.state.in_(OPEN_REFERRALS))
        .order_by(Referral.number)
    )
    return [
        Message(N_("Referral %(number)s is still open: end it first."), {"number": number})
        for number in numbers
    ]
