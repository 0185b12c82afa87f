"""Checking what is stored, by the checkers that share no code with what made it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from casework.errors import InvalidInput, NotFound
from casework.messages import N_, Message
from casework.rules.allocation_check import check
from casework.rules.allocation_problem import (
    Allocation,
    Household,
    Placement,
    Problem,
    Waiting,
)
from casework.rules.season_check import check_season
from casework.services.movements.allocation import find_movement
from casework.services.movements.holds import holds_of
from casework.services.movements.planned import BY_PLAN
from casework.services.movements.reading import runs_of
from casework.services.movements.replay import asked
from casework.services.quarantine.occupancy import LIVE, bookings
from casework.services.season.store import find_plan, kept
from casework.services.work import Work
from casework.vocabulary import WaitingReason
from models.movement import AllocationOutcome, AllocationRun, Hold, Movement

#: Codes of an allocation's faults are not told apart: its checker says them in words.
ALLOCATION = "allocation"
#: The checker does not read what was said to people.
_UNSAID = ""


@dataclass(frozen=True)
class Checked:
    """What was checked, and every fault found: its code and words."""

    kind: str
    id: str
    faults: tuple[tuple[str, Message], ...]

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "kind": self.kind,
            "id": self.id,
            "right": not self.faults,
            "faults": [{"code": code, "text": str(text)} for code, text in self.faults],
        }


def check_stored(work: Work, text_id: str) -> Checked:
    """Check the season's plan, the run or the latest run of the movement of this id or reference.

    Raises InvalidInput when nothing of this id is stored.
    """
    plan = find_plan(work, text_id)
    if plan is not None:
        faults = check_season(*kept(work, plan))
        return Checked("season", str(plan.id), tuple((f.code, f.message) for f in faults))
    run = _run(work, text_id)
    movement = work.session.get_one(Movement, run.movement_id)
    if runs_of(work, movement)[0].id != run.id:
        raise InvalidInput(N_("A later run took its places. Check the movement's latest run."))
    problem, answer = _held(work, movement, run)
    found = (*check(problem, answer), *_together(work, movement))
    return Checked(ALLOCATION, str(run.id), tuple((ALLOCATION, message) for message in found))


def _run(work: Work, text_id: str) -> AllocationRun:
    try:
        run = work.session.get(AllocationRun, UUID(text_id))
    except ValueError:
        run = None
    if run is not None:
        return run
    try:
        runs = runs_of(work, find_movement(work, text_id))
    except NotFound:
        runs = []
    if not runs:
        raise InvalidInput(
            N_("No plan, run or allocated movement is stored under %(id)s."), "id", id=text_id
        )
    return runs[0]


def _held(work: Work, movement: Movement, run: AllocationRun) -> tuple[Problem, Allocation]:
    """What the run was asked, and the places held since by those it was asked about.

    Places of earlier runs were taken then: the question counts them as such. Who gave a place back
    is left out of it: nobody has to fit them in again. So is who waits by the plan of the season,
    whose order is that of all journeys together.
    """
    problem = asked(work, run)
    if run.status == BY_PLAN:
        problem = replace(problem, households=tuple(_placed(work, run, problem)))
    gone = set(
        work.session.scalars(
            select(Hold.member_id).where(
                Hold.movement_id == movement.id, Hold.release_reason.is_not(None)
            )
        )
    )
    households = tuple(
        household
        for household in problem.households
        if not gone & {UUID(member.id) for member in household.members}
    )
    asked_of = {member.id for household in problem.households for member in household.members}
    problem = Problem(problem.movement, problem.rooms, problem.occupancy, households)
    holds = [one for one in holds_of(work, movement, LIVE) if str(one.member_id) in asked_of]
    placed = tuple(_placements(holds, problem))
    settled = {member_id for placement in placed for member_id in placement.members}
    waiting = tuple(
        Waiting(
            h.request_id, tuple(m.id for m in h.members), WaitingReason.NO_ROOM, Message(_UNSAID)
        )
        for h in households
        if not settled & {m.id for m in h.members}
    )
    left = problem.movement.seats - sum(placement.seats for placement in placed)
    return problem, Allocation(placed, waiting, left, ())


def _together(work: Work, movement: Movement) -> Iterator[Message]:
    """What the places of all runs for the movement get wrong together: seats, beds of any night."""
    holds = holds_of(work, movement, LIVE)
    seats = sum(hold.seats for hold in holds)
    if seats > movement.seats:
        yield Message(
            "%(taken)s seats are given of %(seats)s.", {"taken": seats, "seats": movement.seats}
        )
    rooms = {hold.room_id: hold.room for hold in holds if hold.room}
    nights = [night for hold in holds for night in (hold.first_night, hold.last_night) if night]
    asleep: defaultdict[tuple[UUID, date], Counter[UUID]] = defaultdict(Counter)
    for booking in bookings(work, min(nights), max(nights)) if nights else ():
        if booking.room_id in rooms:
            for night in booking.nights():
                asleep[booking.room_id, night][booking.request_id] += 1
    for (room_id, night), households in sorted(asleep.items()):
        room = rooms[room_id]
        if len(households) > 1 or households.total() > room.beds:
            text = N_(
                "Room %(room)s has %(beds)s beds; on %(night)s %(people)s people of %(households)s "
                "households sleep there."
            )
            values = {"room": room.number, "beds": room.beds, "night": night}
            values |= {"people": households.total(), "households": len(households)}
            yield Message(text, values)


def _placed(work: Work, run: AllocationRun, problem: Problem) -> Iterator[Household]:
    outcomes = select(AllocationOutcome.request_id).where(
        AllocationOutcome.run_id == run.id, AllocationOutcome.placed
    )
    placed = {str(request_id) for request_id in work.session.scalars(outcomes)}
    yield from (household for household in problem.households if household.request_id in placed)


def _placements(holds: Sequence[Hold], problem: Problem) -> Iterator[Placement]:
    part_of = {
        member.id: (household.request_id, household.members[0].id)
        for household in problem.households
        for member in household.members
    }
    parties: defaultdict[tuple[str, str], list[Hold]] = defaultdict(list)
    for hold in holds:
        key = str(hold.member_id)
        parties[part_of.get(key, (str(hold.request_id), key))].append(hold)
    for (request_id, _), party in parties.items():
        yield Placement(
            request_id,
            tuple(str(hold.member_id) for hold in party),
            tuple((str(hold.member_id), str(hold.room_id)) for hold in party if hold.room_id),
            problem.movement.quarantine_nights,
            sum(hold.seats for hold in party),
            party[0].reserved,
            Message(_UNSAID),
            party[0].funder,
        )
