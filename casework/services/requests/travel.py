"""Papers and fitness of the members of a request, against the day of departure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from casework import clock
from casework.rules.fitness import DoctorsStatement, Fitness, fitness_gaps, limits_on
from casework.rules.papers import Papers, paper_gap
from casework.services.work import Work
from casework.vocabulary import AgeBand, DocumentStatus, HoldState, MovementKind, Need, TravelGap
from models.movement import Hold, Movement
from models.return_request import RequestMember, ReturnRequest

_STATEMENTS = (TravelGap.NO_STATEMENT, TravelGap.STATEMENT_TOO_OLD)


def papers_of(member: RequestMember) -> Papers:
    """What is known of a member's papers."""
    status = member.document_status
    return Papers(
        status=DocumentStatus(status) if status else None,
        numbered=status is None and bool(member.person.passport_number),
        passport_expires_on=member.passport_expires_on,
        applied_on=member.certificate_applied_on,
        expected_on=member.certificate_expected_on,
        issued_on=member.certificate_issued_on,
        valid_until=member.certificate_valid_until,
    )


def has_paper(member: RequestMember, day: date) -> bool:
    """Whether the member has a paper to travel on that day, or one that comes in time."""
    return paper_gap(papers_of(member), day) is None


def fitness_of(member: RequestMember) -> Fitness:
    """What is known of a member's fitness; a birth date is read only of an infant."""
    infant = member.person.age_band is AgeBand.INFANT
    written_on = member.statement_on
    return Fitness(
        due_date=member.due_date,
        multiple=bool(member.multiple_pregnancy),
        newborn_on=member.person.birth_date if infant else None,
        needs=[Need(code) for code in member.needs or ()],
        statement=(
            DoctorsStatement(written_on, bool(member.statement_fit), member.statement_days)
            if written_on
            else None
        ),
    )


@dataclass(frozen=True)
class Missing:
    """One thing that is missing for travel: until when, and from which day on it may be dated."""

    what: TravelGap
    by: date | None = None
    not_before: date | None = None


@dataclass(frozen=True)
class Journey:
    """The departure that a request has a place on; without one, today stands for it."""

    departs_on: date | None = None
    kind: MovementKind = MovementKind.CHARTER_FLIGHT


def journey_of(work: Work, request: ReturnRequest) -> Journey:
    """The next departure on which the request is offered or accepted a place."""
    row = work.session.execute(
        select(Movement.departs_on, Movement.kind)
        .join(Hold, Hold.movement_id == Movement.id)
        .where(
            Hold.request_id == request.id,
            Hold.state.in_([HoldState.OFFERED, HoldState.CONFIRMED]),
        )
        .order_by(Movement.departs_on)
        .limit(1)
    ).first()
    return Journey(*row) if row else Journey()


def missing_for_travel(member: RequestMember, journey: Journey) -> list[Missing]:
    """What a member still needs for the journey, papers first."""
    day = journey.departs_on or clock.today()
    paper = paper_gap(papers_of(member), day)
    gaps = [paper] if paper else []
    gaps += fitness_gaps(fitness_of(member), day, journey.kind)
    return [_missing(gap, journey) for gap in gaps]


def _missing(gap: TravelGap, journey: Journey) -> Missing:
    day = journey.departs_on
    limits = limits_on(day, journey.kind) if day and gap in _STATEMENTS else None
    not_before = day - timedelta(days=limits.statement_days) if day and limits else None
    return Missing(gap, day, not_before)


def missing_by_member(
    members: Iterable[RequestMember], journey: Journey
) -> dict[UUID, list[Missing]]:
    """What each of these members still needs, by the member's id."""
    return {member.id: missing_for_travel(member, journey) for member in members}
