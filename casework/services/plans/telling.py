"""What the timeline tells of assessments and of the plan."""

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import select

from casework.messages import N_, Message
from casework.rules.money import Money
from casework.rules.workflow import listed
from casework.services.cases.timeline_item import TimelineItem, on_day
from casework.services.plans.writing import plan_of
from casework.services.work import Work
from models.case import Case
from models.plan import Assessment, Plan


def of_assessments(work: Work, case: Case) -> Iterator[TimelineItem]:
    """That somebody was assessed; never what was found."""
    for assessment in work.session.scalars(select(Assessment).where(Assessment.case_id == case.id)):
        yield TimelineItem(
            on_day(assessment.assessed_on, assessment.id),
            Message(N_("Assessment")),
            assessment.kind,
            assessment.assessed_by_id,
            endpoint="plans.assessment",
            arguments={"case_id": case.id, "assessment_id": assessment.id},
        )


def of_plan(work: Work, case: Case) -> Iterator[TimelineItem]:
    """That the plan was sent and approved, with its steps and its cost."""
    plan = plan_of(work, case)
    if plan is None:
        return
    sent = Message(N_("Plan sent for approval"))
    approved = Message(N_("Plan approved"))
    for at, title, detail, by in (
        (plan.submitted_at, sent, None, plan.written_by_id),
        (plan.approved_at, approved, cost_of(plan), plan.approved_by_id),
    ):
        if at is not None:
            yield TimelineItem(
                at, title, detail, by, endpoint="plans.show", arguments={"case_id": case.id}
            )


def cost_of(plan: Plan) -> object:
    """“Steps: 4, 5 240 000 ₮”, with a sum for each currency."""
    sums: dict[str, Decimal] = {}
    for item in plan.items:
        if item.planned_cost:
            sums[item.currency] = sums.get(item.currency, Decimal(0)) + item.planned_cost
    steps = Message(N_("Steps: %(n)s"), {"n": len(plan.items)})
    return listed([steps, *(Money(amount, code) for code, amount in sums.items())])
