"""Writing a proven answer: the run, a seat with its bed for each traveller, each one's reason."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from casework import clock
from casework.rules.allocation_problem import Allocation, Placement, Problem
from casework.services.movements.problem import Candidate
from casework.services.movements.replay import OUTCOMES_AT_ONCE, inputs_of, travellers_of
from casework.services.movements.solving import proof_of
from casework.services.policies import published_policy
from casework.services.work import Work
from casework.vocabulary import HoldState
from models.movement import AllocationOutcome, AllocationRun, Hold, Movement


def store_run(
    work: Work,
    movement: Movement,
    status: str,
    problem: Problem,
    answer: Allocation,
    solver: Mapping[str, Any] | None = None,
) -> AllocationRun:
    """The run's own row; its time is written when it ends. By first fit there is no `solver`."""
    placed = {placement.request_id for placement in answer.placed}
    asked = {household.request_id for household in problem.households}
    policy, _ = published_policy(work)
    run = AllocationRun(
        movement_id=movement.id,
        at=clock.now(),
        by_id=work.actor.id,
        status=status,
        placed=len(placed),
        waiting=len(asked - placed),
        milliseconds=0,
        binding=answer.binding[0].value if answer.binding else None,
        inputs=inputs_of(problem, policy.number, clock.today()),
        solver=dict(solver or {}),
        proof=proof_of(answer),
    )
    work.session.add(run)
    return run


def store_outcomes(
    work: Work, run: AllocationRun, candidates: Sequence[Candidate], answer: Allocation
) -> None:
    """Why each household is in or out, and how many people wait for each reason."""
    placed: defaultdict[str, int] = defaultdict(int)
    for placement in answer.placed:
        placed[placement.request_id] += len(placement.members)
    reasons = {waiting.request_id: waiting.reason.value for waiting in reversed(answer.waiting)}
    run.reasons = _people_by_reason(candidates, placed, reasons)
    for start in range(0, len(candidates), OUTCOMES_AT_ONCE):
        batch = candidates[start : start + OUTCOMES_AT_ONCE]
        work.keyring.load({candidate.request.subject_id for candidate in batch})
        work.session.add_all(
            AllocationOutcome(
                run_id=run.id,
                request_id=candidate.request.id,
                subject_id=candidate.request.subject_id,
                position=candidate.position,
                points=candidate.points,
                people=len(candidate.subjects),
                people_placed=placed[str(candidate.request.id)],
                placed=placed[str(candidate.request.id)] > 0,
                reason=reasons.get(str(candidate.request.id), ""),
                travellers=travellers_of(candidate.households),
            )
            for candidate in batch
        )
        work.session.flush()


def _people_by_reason(
    candidates: Sequence[Candidate], placed: Mapping[str, int], reasons: Mapping[str, str]
) -> dict[str, int]:
    people: Counter[str] = Counter()
    for candidate in candidates:
        request_id = str(candidate.request.id)
        if request_id in reasons:
            people[reasons[request_id]] += len(candidate.subjects) - placed[request_id]
    return dict(people)


def store_holds(
    work: Work, movement: Movement, candidates: Sequence[Candidate], answer: Allocation
) -> None:
    """A hold for each traveller placed: the seat, and the bed for all nights."""
    attempts = _attempts(work, movement)
    subjects = {key: who for candidate in candidates for key, who in candidate.subjects.items()}
    payers = {str(candidate.request.id): candidate.request.payer for candidate in candidates}
    travellers = [
        member
        for candidate in candidates
        for part in candidate.households
        for member in part.members
    ]
    infants = {member.id for member in travellers if member.infant}
    escorted = {member.id for member in travellers if member.needs_escort}
    for placement in answer.placed:
        beds, on_lap = dict(placement.rooms), _on_lap(placement, infants, escorted)
        work.session.add_all(
            Hold(
                movement_id=movement.id,
                request_id=UUID(placement.request_id),
                member_id=UUID(member_id),
                subject_id=subjects[member_id],
                attempt=attempts.get(UUID(member_id), 0) + 1,
                state=HoldState.HELD,
                seats=(member_id not in on_lap) + (member_id in escorted),
                reserved=placement.in_reserve,
                funder=placement.funder,
                room_id=UUID(beds[member_id]) if beds else None,
                first_night=placement.nights[0] if placement.nights else None,
                last_night=placement.nights[-1] if placement.nights else None,
                payer=payers.get(placement.request_id) or movement.payer,
                quarantine_payer=movement.payer if placement.nights else None,
            )
            for member_id in placement.members
        )


def _on_lap(placement: Placement, infants: set[str], escorted: set[str]) -> set[str]:
    """Infants without a seat of their own: as many as the placement took fewer seats."""
    count = len(placement.members) - placement.seats + len(escorted & {*placement.members})
    return set([member for member in placement.members if member in infants][:count])


def _attempts(work: Work, movement: Movement) -> dict[UUID, int]:
    statement = (
        select(Hold.member_id, func.max(Hold.attempt))
        .where(Hold.movement_id == movement.id)
        .group_by(Hold.member_id)
    )
    return dict(work.session.execute(statement).all())
