"""Steps of a case through its states."""

from audit.record import Act
from casework.errors import InvalidInput, InvalidTransition, Refused
from casework.messages import N_
from casework.policy import Permission
from casework.rules.workflow import CASE
from casework.services.access import allowed
from casework.services.idempotency import expect_version
from casework.services.work import Work
from casework.vocabulary import CaseState, Purpose
from models.case import Case

#: The ordinary way of a case; `advance_case` walks it.
WAY = (
    CaseState.INTAKE,
    CaseState.ASSESSMENT,
    CaseState.PLANNING,
    CaseState.ACTIVE,
    CaseState.FOLLOW_UP,
)
#: States that lead back to the state before.
_LEAVING = (CaseState.CLOSURE_REQUESTED, CaseState.SUSPENDED)


def move_case(work: Work, case: Case, target: CaseState, *, reason: str | None = None) -> Case:
    """Take one step to `target` and write it down; `reason` is a code.

    Raises InvalidTransition when the state does not lead there, Refused when the actor may not.
    """
    before = case.state
    permissions = CASE.check(before, target, case.previous_state)
    if not any(allowed(work, Permission(name), case) for name in permissions):
        raise Refused(permissions[0])
    case.previous_state = before if target in _LEAVING else None
    case.state = target
    facts = {"from": before.value, "to": target.value, "reason": reason}
    work.record(
        Act(
            "case.moved",
            Purpose.CASE_MANAGEMENT,
            permission=permissions[0],
            case_id=case.id,
            facts=facts,
        )
    )
    return case


def advance_case(work: Work, case: Case, target: CaseState) -> Case:
    """Walk the ordinary way up to `target`, one entry a step.

    Does nothing when the case is there, beyond it, or not on the way (suspended, closing).
    """
    if case.state in WAY:
        for step in WAY[WAY.index(case.state) + 1 : WAY.index(target) + 1]:
            move_case(work, case, step)
    return case


#: What a worker chooses by hand; the rest comes about by assessing, planning and closing.
_BY_HAND = (
    CaseState.ASSESSMENT,
    CaseState.PLANNING,
    CaseState.ACTIVE,
    CaseState.FOLLOW_UP,
    CaseState.SUSPENDED,
)


def next_states(work: Work, case: Case) -> list[CaseState]:
    """States to which the actor may move the case by hand now."""
    if case.state in (CaseState.CLOSURE_REQUESTED, CaseState.CLOSED):
        return []
    return [
        state
        for state, permissions in CASE.steps(case.state, case.previous_state).items()
        if isinstance(state, CaseState)
        and (state in _BY_HAND or state is case.previous_state)
        and any(allowed(work, Permission(name), case) for name in permissions)
    ]


def step_to(work: Work, case: Case, target: str, version: int | None = None) -> Case:
    """Move the case by hand; InvalidInput unless `target` is one of its next states."""
    expect_version(case, version)
    for state in next_states(work, case):
        if state == target:
            return move_case(work, case, state)
    raise InvalidInput(N_("Choose one of the states listed."))


def require_open(case: Case) -> None:
    """Raise InvalidTransition when `case` is closed: a closed case is only read."""
    if case.state is CaseState.CLOSED:
        raise InvalidTransition(
            N_("This case is closed and can only be read. A supervisor can reopen it.")
        )
