"""What waits for those who work on cases: the first page of caseworkers and supervisors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from casework import clock
from casework.policy import Permission
from casework.services.approvals.deciding import count_waiting
from casework.services.assistance.budget import budget_lines_left
from casework.services.cases.assignment import Load, caseload
from casework.services.cases.listing import count_inbox, own_open_cases
from casework.services.cases.next_steps import NextStep, next_steps
from casework.services.plans.approval import WaitingPlan, plans_waiting
from casework.services.referrals.lists import Box, count_box, unanswered
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import CaseState, FollowUpState, PlanState
from models.assistance import BudgetLine
from models.case import Case, CasePerson, FollowUp
from models.plan import Plan

WEEK = timedelta(days=7)
#: Lines of a budget that a first page has room for: the emptiest.
LINES = 5


@dataclass(frozen=True)
class OwnCase:
    """One of the actor's cases and what it needs first; `late` counts what is overdue."""

    case: Case
    step: NextStep | None
    late: int


@dataclass(frozen=True)
class CaseworkerHome:
    """A caseworker's day: her cases by next step, and what waits for her answer."""

    cases: Sequence[OwnCase]
    visits: Sequence[FollowUp]
    plans_to_finish: int
    referrals_to_answer: int

    @property
    def late(self) -> int:
        """Overdue steps in all her cases."""
        return sum(own.late for own in self.cases)


@dataclass(frozen=True)
class SupervisorHome:
    """A supervisor's day: what waits for approval, who carries how much, what money is left."""

    inbox: int
    plans: Sequence[WaitingPlan]
    closures: Sequence[Case]
    loads: Sequence[Load]
    lines: Sequence[BudgetLine]
    late_referrals: int
    approvals: int


def caseworker_home(work: Work) -> CaseworkerHome:
    """What waits for this caseworker."""
    cases = own_open_cases(work)
    steps = next_steps(work, cases)
    own = [_own(case, steps[case.id]) for case in cases]
    return CaseworkerHome(
        cases=sorted(own, key=_pressing),
        visits=_visits_this_week(work, cases),
        plans_to_finish=_plans_to_finish(work, cases),
        referrals_to_answer=unanswered(work),
    )


def _own(case: Case, steps: Sequence[NextStep]) -> OwnCase:
    return OwnCase(case, steps[0] if steps else None, sum(step.late for step in steps))


def _pressing(own: OwnCase) -> tuple[bool, str, str]:
    """Dated steps first, by day; then the others by number."""
    due = own.step.due_on if own.step else None
    return due is None, due.isoformat() if due else "", own.case.number


def _visits_this_week(work: Work, cases: Sequence[Case]) -> list[FollowUp]:
    """Visits planned for the next seven days, and those whose day has passed."""
    return list(
        work.session.scalars(
            select(FollowUp)
            .where(
                FollowUp.case_id.in_([case.id for case in cases]),
                FollowUp.state == FollowUpState.PLANNED,
                FollowUp.due_on <= clock.today() + WEEK,
            )
            .options(joinedload(FollowUp.case))
            .order_by(FollowUp.due_on)
        )
    )


def _plans_to_finish(work: Work, cases: Sequence[Case]) -> int:
    unfinished = (PlanState.DRAFT, PlanState.RETURNED)
    ids = [case.id for case in cases]
    plans = select(Plan.id).where(Plan.case_id.in_(ids), Plan.state.in_(unfinished))
    return len(work.session.scalars(plans).all())


def supervisor_home(work: Work) -> SupervisorHome:
    """What waits for this supervisor."""
    return SupervisorHome(
        inbox=count_inbox(work),
        plans=plans_waiting(work),
        closures=closures_waiting(work),
        loads=caseload(work),
        lines=budget_lines_left(work)[:LINES],
        late_referrals=count_box(work, Box.LATE),
        approvals=count_waiting(work),
    )


def closures_waiting(work: Work) -> list[Case]:
    """Cases whose closure somebody else asked for and the actor may decide."""
    return list(
        work.session.scalars(
            select(Case)
            .where(
                visible(work.actor, Permission.CASE_APPROVE_CLOSURE, Case),
                Case.state == CaseState.CLOSURE_REQUESTED,
                Case.closure_requested_by_id != work.actor.id,
            )
            .options(selectinload(Case.people).joinedload(CasePerson.person))
            .order_by(Case.number)
        )
    )
