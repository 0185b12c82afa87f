"""Visits and calls after help was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework.errors import InvalidInput, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.rules.follow_up import schedule
from casework.rules.workflow import FOLLOW_UP
from casework.services.access import require
from casework.services.cases.file import family_must_not_know
from casework.services.cases.states import require_open
from casework.services.work import Work
from casework.vocabulary import ContactMode, FollowUpState, Purpose
from models.case import Case, FollowUp


@dataclass(frozen=True)
class Visit:
    """What came of a follow-up: done, or not reached; `findings` in words."""

    state: FollowUpState
    done_on: date
    mode: ContactMode
    findings: str | None = None


def follow_ups_of(work: Work, case: Case) -> list[FollowUp]:
    """Follow-ups of the case by day."""
    statement = select(FollowUp).where(FollowUp.case_id == case.id).order_by(FollowUp.due_on)
    return list(work.session.scalars(statement))


def plan_follow_ups(work: Work, case: Case, start: date) -> list[FollowUp]:
    """Plan the visits of the schedule, counted from `start` (the plan's approval), once a case.

    Checks no permission: approving the plan brings them about.
    """
    if follow_ups_of(work, case):
        return []
    return _plan(work, case, schedule().days(start))


def add_follow_up(work: Work, case: Case, due_on: date) -> FollowUp:
    """Plan one more visit."""
    require(work, Permission.FOLLOW_UP_RECORD, case)
    require_open(case)
    return _plan(work, case, [due_on])[0]


def _plan(work: Work, case: Case, days: Sequence[date]) -> list[FollowUp]:
    visits = [
        FollowUp(
            case_id=case.id,
            subject_id=case.subject_id,
            due_on=day,
            state=FollowUpState.PLANNED,
        )
        for day in days
    ]
    work.session.add_all(visits)
    work.record(_act("follow_up.planned", case, dates=[day.isoformat() for day in days]))
    return visits


def find_follow_up(work: Work, case: Case, follow_up_id: UUID) -> FollowUp:
    """A follow-up of this case; NotFound otherwise."""
    found = work.session.get(FollowUp, follow_up_id)
    if found is None or found.case_id != case.id:
        raise NotFound
    return found


def record_follow_up(work: Work, case: Case, follow_up: FollowUp, visit: Visit) -> FollowUp:
    """Keep what came of a planned visit.

    Raises InvalidInput for a home visit where the family must not know.
    """
    require(work, Permission.FOLLOW_UP_RECORD, case)
    require_open(case)
    FOLLOW_UP.check(follow_up.state, visit.state)
    if visit.mode is ContactMode.VISIT and family_must_not_know(work, case):
        raise InvalidInput(
            N_("The family must not know: no home visit. Meet elsewhere, or call as agreed."),
            "mode",
        )
    follow_up.state, follow_up.done_on = visit.state, visit.done_on
    follow_up.mode, follow_up.findings = visit.mode, visit.findings
    follow_up.done_by_id = work.actor.id
    work.record(_act("follow_up.recorded", case, state=visit.state.value, mode=visit.mode.value))
    return follow_up


def _act(event: str, case: Case, **facts: object) -> Act:
    return Act(
        event,
        Purpose.MONITORING,
        permission=Permission.FOLLOW_UP_RECORD,
        case_id=case.id,
        facts=facts,
    )
