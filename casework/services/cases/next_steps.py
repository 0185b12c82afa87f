"""What each case needs next, read from its records: nobody keeps this list by hand."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from casework import clock
from casework.messages import Message
from casework.rules.follow_up import months_after
from casework.services.work import Work
from casework.vocabulary import (
    CaseState,
    ConsentPurpose,
    ConsentState,
    FollowUpState,
    PlanState,
    ReferralState,
    TaskState,
)
from models.case import Case, FollowUp, Task
from models.consent import Consent
from models.plan import Assessment, Plan
from models.referral import Referral

#: A visit is shown this long before its day.
AHEAD = timedelta(days=14)
_WAITING = (ReferralState.SENT, ReferralState.ACKNOWLEDGED)
_LAST = date.max


@dataclass(frozen=True)
class NextStep:
    """Something to do: what (a Message, or a task as somebody wrote it), by when, and where.

    `endpoint` takes `case_id`; `act` is what its link says.
    """

    what: object
    endpoint: str
    act: Message
    due_on: date | None = None

    @property
    def late(self) -> bool:
        """Whether its day has passed."""
        return self.due_on is not None and self.due_on < clock.today()


@dataclass
class _Known:
    """What the records say of one case."""

    assessed: bool = False
    plan: PlanState | None = None
    consented: bool = False
    tasks: list[Task] = field(default_factory=list)
    visits: list[FollowUp] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)


def next_steps(work: Work, cases: Sequence[Case]) -> dict[UUID, list[NextStep]]:
    """The steps of each case, most pressing first; a few queries for all cases together."""
    known = _known(work, cases)
    return {
        case.id: sorted(_steps(case, known[case.id]), key=lambda step: step.due_on or _LAST)
        for case in cases
    }


def _known(work: Work, cases: Sequence[Case]) -> dict[UUID, _Known]:
    ids = [case.id for case in cases]
    known: dict[UUID, _Known] = defaultdict(_Known)
    session = work.session
    for case_id in session.scalars(select(Assessment.case_id).where(Assessment.case_id.in_(ids))):
        known[case_id].assessed = True
    for plan in session.execute(select(Plan.case_id, Plan.state).where(Plan.case_id.in_(ids))):
        known[plan.case_id].plan = plan.state
    open_tasks = select(Task).where(Task.case_id.in_(ids), Task.state == TaskState.OPEN)
    for task in session.scalars(open_tasks):
        if task.case_id:
            known[task.case_id].tasks.append(task)
    planned = FollowUp.state == FollowUpState.PLANNED
    for visit in session.scalars(select(FollowUp).where(FollowUp.case_id.in_(ids), planned)):
        known[visit.case_id].visits.append(visit)
    waiting = Referral.state.in_(_WAITING)
    for referral in session.scalars(select(Referral).where(Referral.case_id.in_(ids), waiting)):
        known[referral.case_id].referrals.append(referral)
    _note_consents(work, cases, known)
    return known


def _note_consents(work: Work, cases: Sequence[Case], known: dict[UUID, _Known]) -> None:
    """Whether somebody of the case still says yes to case management here."""
    people = {member.person_id for case in cases for member in case.people}
    given = work.session.execute(
        select(Consent.person_id, Consent.recipient_id).where(
            Consent.person_id.in_(people),
            Consent.purpose == ConsentPurpose.CASE_MANAGEMENT,
            Consent.state == ConsentState.GIVEN,
        )
    )
    pairs = {(row.person_id, row.recipient_id) for row in given}
    for case in cases:
        known[case.id].consented = any(
            (member.person_id, case.organisation_id) in pairs for member in case.people
        )


def _steps(case: Case, known: _Known) -> Iterator[NextStep]:
    if case.state is CaseState.CLOSED:
        return
    if case.assigned_to_id is None:
        yield NextStep(Message("No worker yet"), "cases.assign", Message("Assign"), case.opened_on)
    if case.state is CaseState.CLOSURE_REQUESTED:
        yield NextStep(
            Message("Closure waits for approval"),
            "cases.closure",
            Message("Decide"),
            case.opened_on,
        )
        return
    if not known.consented:
        yield NextStep(
            Message("Nobody's consent to case management holds"), "consent.record", Message("Ask")
        )
    yield from _planning(case, known)
    yield from _dated(known)


def _planning(case: Case, known: _Known) -> Iterator[NextStep]:
    """Assess, then plan: the goal is a plan within one month of return."""
    start = case.request.arrived_on if case.request else None
    goal = months_after(start or case.opened_on, 1)
    if not known.assessed:
        what = Message("No vulnerability assessment yet")
        yield NextStep(what, "plans.assessments", Message("Assess"), case.opened_on)
    if known.plan is None:
        yield NextStep(Message("No plan yet"), "plans.show", Message("Write the plan"), goal)
    elif known.plan in (PlanState.DRAFT, PlanState.RETURNED):
        yield NextStep(
            Message("The plan is not finished"), "plans.show", Message("Write the plan"), goal
        )
    elif known.plan is PlanState.SUBMITTED:
        yield NextStep(
            Message("The plan waits for approval"), "plans.show", Message("See the plan"), goal
        )


def _dated(known: _Known) -> Iterator[NextStep]:
    for task in known.tasks:
        yield NextStep(task.title, "cases.tasks", Message("See the task"), task.due_on)
    for visit in known.visits:
        if visit.due_on <= clock.today() + AHEAD:
            what = Message("Follow-up visit")
            yield NextStep(what, "cases.follow_ups", Message("Record the visit"), visit.due_on)
    for referral in known.referrals:
        due = referral.acknowledge_by or referral.accept_by
        yield NextStep(
            Message("Referral %(number)s is not answered", {"number": referral.number}),
            "referrals.of_case",
            Message("See the referral"),
            due.astimezone(clock.ULAANBAATAR).date() if due else None,
        )
