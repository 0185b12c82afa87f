"""What the timeline tells of the way home and of the case itself; see `timeline`."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from casework.clock import day_of
from casework.messages import Message
from casework.rules.workflow import listed
from casework.services.cases.timeline_item import TimelineItem, end_of, on_day
from casework.services.consents.on_case import consents_of
from casework.services.work import Work
from casework.vocabulary import ConsentState, FollowUpState, HoldState, Need
from models.case import Case, FollowUp, Note
from models.consent import Consent
from models.facility import Facility, Stay
from models.movement import Hold, Movement
from models.return_request import RequestMember

_ABOARD = (HoldState.BOARDED, HoldState.ARRIVED)


def people_of(case: Case) -> list[UUID]:
    """The ids of who is in this case."""
    return [member.person_id for member in case.people]


def of_request(work: Work, case: Case) -> Iterator[TimelineItem]:
    """The request to come home, with the needs of those who are in this case."""
    request = case.request
    if request is None:
        return
    members = work.session.scalars(
        select(RequestMember).where(
            RequestMember.request_id == request.id, RequestMember.person_id.in_(people_of(case))
        )
    )
    needs = {Need(need) for member in members for need in member.needs}
    yield TimelineItem(
        at=on_day(request.submitted_on, request.id),
        title=Message("Return request"),
        detail=listed(sorted(needs)) if needs else None,
        by=request.created_by_id,
        organisation=request.lodged_at,
    )


def of_journey(work: Work, case: Case) -> Iterator[TimelineItem]:
    """Offers, departure and arrival of each movement with somebody of this case."""
    if case.request_id is None:
        return
    holds = work.session.scalars(
        select(Hold)
        .join(RequestMember, RequestMember.id == Hold.member_id)
        .where(Hold.request_id == case.request_id, RequestMember.person_id.in_(people_of(case)))
        .options(joinedload(Hold.movement))
        .order_by(Hold.movement_id)
    )
    for movement, group in groupby(holds, lambda hold: hold.movement):
        yield from _movement(movement, list(group))


def _movement(movement: Movement, holds: list[Hold]) -> Iterator[TimelineItem]:
    offered = [hold.offered_at for hold in holds if hold.offered_at]
    if offered:
        yield TimelineItem(min(offered), Message("Seat and bed offered"), movement.reference)
    aboard = [hold for hold in holds if hold.state in _ABOARD]
    if aboard:
        seats = sum(hold.seats for hold in aboard)
        detail = Message(
            "%(movement)s from %(city)s, seats: %(seats)s",
            {"movement": movement.reference, "city": movement.origin_city, "seats": seats},
        )
        yield TimelineItem(on_day(movement.departs_on), Message("Departed"), detail)
    if any(hold.state is HoldState.ARRIVED for hold in holds):
        at = on_day(movement.arrives_on)
        yield TimelineItem(at, Message("Arrived"), movement.point_of_entry)


def of_quarantine(work: Work, case: Case) -> Iterator[TimelineItem]:
    """Quarantine begun and ended, people of one facility and day together."""
    stays = work.session.scalars(
        select(Stay)
        .where(Stay.person_id.in_(people_of(case)), Stay.checked_in_at.is_not(None))
        .options(joinedload(Stay.facility).joinedload(Facility.organisation))
    ).all()
    begun = {(stay.facility.organisation, stay.first_night): stay for stay in stays}
    for (organisation, _night), stay in begun.items():
        if stay.checked_in_at:
            yield TimelineItem(
                stay.checked_in_at, Message("Quarantine begun"), organisation=organisation
            )
    over = [(stay, stay.ended_at) for stay in stays if stay.ended_at]
    ended = {
        (stay.facility.organisation, stay.first_night, day_of(at), stay.state): at
        for stay, at in over
    }
    for (organisation, first_night, day, state), at in ended.items():
        nights = (day - first_night).days
        detail = Message("%(state)s, nights: %(n)s", {"state": state, "n": nights})
        yield TimelineItem(at, Message("Quarantine ended"), detail, organisation=organisation)


def of_consents(work: Work, case: Case) -> Iterator[TimelineItem]:
    """What each was asked and answered, the answers of one person and day in one line."""
    consents = sorted(consents_of(work, case), key=_answered)
    for (day, _person, refused), group in groupby(consents, _answered):
        answers = list(group)
        title = Message("Consent refused") if refused else Message("Consent given")
        detail = Message(
            "%(who)s: %(purposes)s",
            {
                "who": answers[0].person.short_name,
                "purposes": listed(list(dict.fromkeys(answer.purpose for answer in answers))),
            },
        )
        yield TimelineItem(on_day(day, answers[0].id), title, detail, by=answers[0].recorded_by_id)
    for consent in consents:
        if consent.withdrawn_on:
            detail = Message(
                "%(who)s: %(purposes)s",
                {"who": consent.person.short_name, "purposes": consent.purpose},
            )
            yield TimelineItem(on_day(consent.withdrawn_on), Message("Consent withdrawn"), detail)


def _answered(consent: Consent) -> tuple[date, UUID, bool]:
    return consent.given_on, consent.person_id, consent.state is ConsentState.REFUSED


def of_case(work: Work, case: Case) -> Iterator[TimelineItem]:
    """The case opened, and closed."""
    yield TimelineItem(
        on_day(case.opened_on, case.id),
        Message("Case opened"),
        case.number,
        by=case.created_by_id,
        organisation=case.organisation,
    )
    if case.closed_on:
        yield TimelineItem(end_of(case.closed_on), Message("Case closed"), case.closure_reason)


def of_follow_ups(work: Work, case: Case) -> Iterator[TimelineItem]:
    """Visits and calls that were made or tried."""
    visits = work.session.scalars(
        select(FollowUp).where(FollowUp.case_id == case.id, FollowUp.done_on.is_not(None))
    )
    for visit in visits:
        if visit.state is FollowUpState.CANCELLED or visit.done_on is None:
            continue
        values: dict[str, object] = {
            "state": visit.state,
            "mode": visit.mode,
            "findings": visit.findings or "",
        }
        yield TimelineItem(
            on_day(visit.done_on),
            Message("Follow-up"),
            Message("%(state)s, %(mode)s. %(findings)s", values),
            by=visit.done_by_id,
            endpoint="cases.follow_ups",
            arguments={"case_id": case.id},
        )


def of_notes(work: Work, case: Case) -> Iterator[TimelineItem]:
    """What was noted."""
    notes = work.session.scalars(select(Note).where(Note.case_id == case.id))
    for note in notes:
        yield TimelineItem(note.written_at, Message("Note"), note.text, by=note.written_by_id)
