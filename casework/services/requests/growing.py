"""A household that grows after it asked: a child is born, somebody joins."""

from sqlalchemy import select

from audit.record import Act
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.rules.age import is_infant
from casework.services.access import require
from casework.services.idempotency import expect_version
from casework.services.movements.births import seat_newborn
from casework.services.movements.handing_on import hand_on_all
from casework.services.movements.holds import BEFORE_DEPARTURE, return_to_queue
from casework.services.requests.duplicates import check_duplicates, note_withheld
from casework.services.requests.household_input import PersonInput
from casework.services.requests.receiving import DecisionNeeded, person_warnings
from casework.services.requests.registering import add_member
from casework.services.requests.scoring import SCORED, order_today, store_score
from casework.services.work import Work
from casework.vocabulary import Purpose, ReleaseReason, RequestState
from models.movement import Hold
from models.return_request import RequestMember, ReturnRequest

#: Later the journey is under way, and who joins needs a request of her own.
MAY_GROW = (
    RequestState.SUBMITTED,
    RequestState.VERIFIED,
    RequestState.QUEUED,
    RequestState.OFFERED,
    RequestState.CONFIRMED,
)
OVER = N_("This request is %(state)s: nobody can join it. Register the person on their own.")
PLACES_HELD = N_(
    "The household has places on a journey, and the new person has none. Confirm here that they "
    "give their places back; all of them wait again, where they stood."
)


def join_household(
    work: Work,
    request: ReturnRequest,
    said: PersonInput,
    version: int | None,
    *,
    checked: bool = False,
    another_person: bool = False,
    give_back: bool = False,
) -> RequestMember:
    """Add a person to a request that is on its way; the whole household is then looked at again.

    A child under two joins the place that those hold it travels with. For anybody else, or without
    a seat or bed for it, `give_back` frees their places: a household travels together, and its
    place in time is kept. Raises DecisionNeeded as registering does, InvalidInput while places are
    held that cannot be shared, InvalidTransition once it travels, StaleRecord.
    """
    require(work, Permission.RETURN_REQUEST_UPDATE, request)
    if request.state not in MAY_GROW:
        raise InvalidTransition(OVER, state=request.state)
    expect_version(request, version)
    warnings = [] if checked else [(1, warning) for warning in person_warnings(said)]
    check = check_duplicates(work, [said])
    if warnings or (check.to_decide and not another_person):
        raise DecisionNeeded(warnings, check)
    held = places_of(work, request)
    movements = list({hold.movement_id: hold.movement for hold in held}.values())
    if held and give_back:
        return_to_queue(work, held, ReleaseReason.HOUSEHOLD_GREW)
    member = _add(work, request, said)
    if held and not give_back:
        if not is_infant(said.birth_date, movements[0].departs_on):
            raise InvalidInput(PLACES_HELD, "give_back")
        seat_newborn(work, held, member)
    _record(work, request, member)
    note_withheld(work, request, check.withheld)
    if give_back:
        hand_on_all(work, movements, str(request.id))
    return member


def places_of(work: Work, request: ReturnRequest) -> list[Hold]:
    """What those who travel together hold before their departure."""
    statement = (
        select(Hold)
        .join(Hold.member)
        .where(
            Hold.request_id == request.id,
            Hold.state.in_(BEFORE_DEPARTURE),
            RequestMember.travels_apart.is_(False),
        )
    )
    return list(work.session.scalars(statement))


def _add(work: Work, request: ReturnRequest, said: PersonInput) -> RequestMember:
    with work.session.no_autoflush:
        member = add_member(work, request, said)
        if request.state in SCORED:
            store_score(work, request, order_today(work))
    return member


def _record(work: Work, request: ReturnRequest, member: RequestMember) -> None:
    work.record(
        Act(
            "request.member_added",
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.RETURN_REQUEST_UPDATE,
            subjects={request.subject_id, member.subject_id},
            facts={"members": len(request.members)},
        )
    )
