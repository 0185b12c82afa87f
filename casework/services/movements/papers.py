"""What is printed for travellers: the offer letter of a household, a boarding slip for each."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.errors import InvalidTransition
from casework.messages import N_
from casework.services.movements.boarding import manifest
from casework.services.movements.codes import code_for
from casework.services.work import Work
from casework.vocabulary import CodePaper, HoldState
from models.movement import Hold, Movement
from models.return_request import RequestMember, ReturnRequest

#: An offer has a letter until its people travel.
WITH_LETTER = (HoldState.OFFERED, HoldState.CONFIRMED, HoldState.BOARDED)


@dataclass(frozen=True)
class Paper:
    """One sheet: the seats it is for, and its code."""

    holds: tuple[Hold, ...]
    code: str

    @property
    def movement(self) -> Movement:
        """The journey."""
        return self.holds[0].movement

    @property
    def request(self) -> ReturnRequest:
        """Whose it is."""
        return self.holds[0].request


def offer_letter(work: Work, request: ReturnRequest, key: str) -> Paper:
    """The letter of the offer that `key` names (see Offer.key).

    Who is private from the household, or travels apart, stands on a letter of her own alone.
    Raises InvalidTransition when there is no such offer, or none any more.
    """
    statement = (
        select(Hold)
        .join(Hold.member)
        .where(Hold.request_id == request.id, Hold.state.in_(WITH_LETTER))
        .options(
            joinedload(Hold.member).joinedload(RequestMember.person),
            joinedload(Hold.movement),
            joinedload(Hold.request),
        )
        .order_by(RequestMember.position)
    )
    holds = work.session.scalars(statement).unique().all()
    named = next((hold for hold in holds if str(hold.member_id) == key), None)
    if named is None:
        raise InvalidTransition(N_("No offer to this household waits for an answer."))
    party = [named] if _alone(named) else [hold for hold in holds if not _alone(hold)]
    party.sort(key=lambda hold: hold is not named)
    return Paper(tuple(party), code_for(work, named, CodePaper.LETTER))


def _alone(hold: Hold) -> bool:
    return hold.member.travels_apart or hold.member.private


def boarding_slips(work: Work, movement: Movement) -> list[Paper]:
    """A slip for each traveller of the manifest whom the actor may board.

    Raises InvalidTransition when there is none.
    """
    travellers = manifest(work, movement)
    if not travellers:
        raise InvalidTransition(N_("Nobody is on the manifest: there is nothing to print."))
    return [Paper((hold,), code_for(work, hold, CodePaper.SLIP)) for hold in travellers]
