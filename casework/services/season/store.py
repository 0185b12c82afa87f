"""Keeping a plan, and asking it again: what the check needs is read back from the rows alone."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.rules.allocation_problem import Occupancy, Room
from casework.rules.season_problem import (
    Departure,
    Party,
    SeasonPlan,
    SeasonProblem,
    Traveller,
    Trip,
)
from casework.services.season.figures import figures_of
from casework.services.season.planning import Planned
from casework.services.season.problem import SeasonInput
from casework.services.work import Work
from casework.vocabulary import Purpose, RoomKind
from models.facility import Facility
from models.facility import Room as RoomRow
from models.organisation import Organisation
from models.season import SeasonOutcome
from models.season import SeasonPlan as PlanRow

OUTCOMES_AT_ONCE = 1_000
#: A plan that was asked for and is not there yet.
ASKED = "asked"


def new_plan(work: Work) -> PlanRow:
    """A plan asked for now; the caller's entry accounts for the row."""
    row = PlanRow(at=clock.now(), by_id=work.actor.id, status=ASKED)
    work.session.add(row)
    work.session.flush()
    return row


def store_plan(work: Work, row: PlanRow, planned: Planned) -> PlanRow:
    """Keep a proven plan with everything it was asked."""
    asked, plan = planned.asked, planned.plan
    row.status, row.policy, row.points_on = plan.status, asked.policy, asked.points_on
    row.points, row.bound = plan.points, plan.bound
    row.greedy_points, row.first_come_points = plan.greedy_points, plan.first_come_points
    row.placed, row.waiting = len(plan.trips), len(asked.problem.parties) - len(plan.trips)
    row.milliseconds = planned.milliseconds
    row.inputs = _inputs(asked, plan)
    row.figures = figures_of(asked, plan)
    trips = {trip.key: trip for trip in plan.trips}
    parties = asked.problem.parties
    for start in range(0, len(parties), OUTCOMES_AT_ONCE):
        batch = parties[start : start + OUTCOMES_AT_ONCE]
        subjects = {p.request_id: asked.requests[p.request_id].request.subject_id for p in batch}
        work.keyring.load(set(subjects.values()))
        work.session.add_all(
            _outcome(row, party, subjects[party.request_id], trips.get(party.key))
            for party in batch
        )
        work.session.flush()
    facts = {"status": plan.status, "placed": row.placed, "waiting": row.waiting}
    work.record(
        Act(
            "season.planned",
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.MOVEMENT_PLAN,
            facts=facts,
        )
    )
    return row


def _inputs(asked: SeasonInput, plan: SeasonPlan) -> dict[str, Any]:
    problem = asked.problem
    return {
        "parameters": plan.parameters,
        "departures": [
            asdict(each)
            | {
                "departs_on": each.departs_on.isoformat(),
                "origin_countries": sorted(each.origin_countries),
                "first_night": _text(each.first_night),
                "last_night": _text(each.last_night),
            }
            for each in problem.departures
        ],
        "rooms": [
            [each.id, each.facility_id, each.kind.value, each.beds, each.turnover_days]
            for each in problem.rooms
        ],
        "occupied": [
            [each.room_id, each.night.isoformat(), each.request_id] for each in problem.occupancy
        ],
    }


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _outcome(row: PlanRow, party: Party, subject_id: UUID, trip: Trip | None) -> SeasonOutcome:
    outcome = SeasonOutcome(
        plan_id=row.id,
        request_id=UUID(party.request_id),
        subject_id=subject_id,
        position=party.position,
        points=party.points,
        people=len(party.members),
        travellers={
            "reference": party.reference,
            "country": party.country,
            "submitted_on": party.submitted_on.isoformat(),
            "reserved": party.reserved,
            "barred": sorted(party.barred),
            "members": [
                [
                    member.id,
                    member.needs_accessible,
                    member.isolation,
                    member.infant_until.isoformat(),
                    member.adult_from.isoformat(),
                ]
                for member in party.members
            ],
        },
    )
    if trip is not None:
        outcome.movement_id = UUID(trip.departure_id)
        outcome.seats, outcome.in_reserve = trip.seats, trip.in_reserve
        outcome.first_night, outcome.last_night = trip.first_night, trip.last_night
        outcome.rooms = dict(trip.rooms)
    return outcome


def find_plan(work: Work, text_id: str) -> PlanRow | None:
    """The plan of this id, when it is there."""
    try:
        return work.session.get(PlanRow, UUID(text_id))
    except ValueError:
        return None


def latest_plan(work: Work) -> PlanRow | None:
    """The plan made last."""
    statement = select(PlanRow).where(PlanRow.status != ASKED).order_by(PlanRow.at.desc()).limit(1)
    return work.session.scalars(statement).first()


def kept(work: Work, row: PlanRow) -> tuple[SeasonProblem, SeasonPlan]:
    """What the plan was asked, and its answer; InvalidInput while it is not there."""
    if row.status == ASKED:
        raise InvalidInput(N_("This plan is not there yet."))
    statement = (
        select(SeasonOutcome)
        .where(SeasonOutcome.plan_id == row.id)
        .order_by(SeasonOutcome.position, SeasonOutcome.id)
    )
    parties: list[Party] = []
    trips: list[Trip] = []
    outcomes = work.session.scalars(statement).all()
    for start in range(0, len(outcomes), OUTCOMES_AT_ONCE):
        batch = outcomes[start : start + OUTCOMES_AT_ONCE]
        work.keyring.load({outcome.subject_id for outcome in batch})
        with work.unseen():
            for outcome in batch:
                parties.append(_party(outcome))
                trips += _trips(outcome, parties[-1])
    problem = SeasonProblem(*_places(row.inputs), tuple(parties))
    plan = SeasonPlan(
        tuple(trips),
        row.points,
        row.bound,
        row.greedy_points,
        row.first_come_points,
        row.status,
        row.inputs["parameters"],
    )
    return problem, plan


def _places(
    inputs: dict[str, Any],
) -> tuple[tuple[Departure, ...], tuple[Room, ...], tuple[Occupancy, ...]]:
    departures = tuple(
        Departure(
            **each
            | {
                "departs_on": date.fromisoformat(each["departs_on"]),
                "origin_countries": frozenset(each["origin_countries"]),
                "first_night": _day(each["first_night"]),
                "last_night": _day(each["last_night"]),
            }
        )
        for each in inputs["departures"]
    )
    rooms = tuple(
        Room(room_id, facility_id, RoomKind(kind), beds, turnover)
        for room_id, facility_id, kind, beds, turnover in inputs["rooms"]
    )
    occupied = tuple(
        Occupancy(room_id, date.fromisoformat(night), by)
        for room_id, night, by in inputs["occupied"]
    )
    return departures, rooms, occupied


def _party(outcome: SeasonOutcome) -> Party:
    known = outcome.travellers
    return Party(
        str(outcome.request_id),
        known["reference"],
        outcome.position,
        known["country"],
        date.fromisoformat(known["submitted_on"]),
        outcome.points,
        tuple(
            Traveller(
                key, accessible, isolation, date.fromisoformat(infant), date.fromisoformat(adult)
            )
            for key, accessible, isolation, infant, adult in known["members"]
        ),
        known["reserved"],
        barred=frozenset(known["barred"]),
    )


def _trips(outcome: SeasonOutcome, party: Party) -> Iterator[Trip]:
    if outcome.movement_id is not None:
        yield Trip(
            str(outcome.request_id),
            tuple(member.id for member in party.members),
            str(outcome.movement_id),
            outcome.seats,
            tuple(outcome.rooms.items()),
            outcome.first_night,
            outcome.last_night,
            outcome.in_reserve,
        )


def planned_for(work: Work, row: PlanRow, movement_id: UUID) -> Sequence[SeasonOutcome]:
    """Who travels on a movement in this plan, in order."""
    statement = (
        select(SeasonOutcome)
        .options(joinedload(SeasonOutcome.request))
        .where(SeasonOutcome.plan_id == row.id, SeasonOutcome.movement_id == movement_id)
        .order_by(SeasonOutcome.position)
    )
    return work.session.scalars(statement).unique().all()


def room_names(work: Work, outcomes: Sequence[SeasonOutcome]) -> dict[str, str]:
    """`FACILITY/NUMBER` of every room of these outcomes, by id."""
    ids = {UUID(room_id) for outcome in outcomes for room_id in outcome.rooms.values()}
    statement = (
        select(RoomRow.id, Organisation.code, RoomRow.number)
        .join(Facility, Facility.id == RoomRow.facility_id)
        .join(Organisation, Organisation.id == Facility.organisation_id)
        .where(RoomRow.id.in_(ids))
    )
    return {str(key): f"{code}/{number}" for key, code, number in work.session.execute(statement)}
