"""What waits for the protection officer's eye: referrals that went without consent."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework.errors import InvalidInput, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.work import Work
from casework.vocabulary import Purpose, Role, TaskState
from models.case import Case, Task
from models.user import User


def open_reviews(work: Work) -> list[Task]:
    """Open reviews of the officer's organisation, the most urgent first."""
    officers = select(User.id).where(
        User.organisation_id == work.actor.organisation_id, User.role == Role.PROTECTION_OFFICER
    )
    statement = (
        select(Task)
        .where(
            Task.assigned_to_id.in_(officers),
            Task.state == TaskState.OPEN,
            Task.case_id.is_not(None),
        )
        .order_by(Task.due_on, Task.id)
        .limit(50)
    )
    return list(work.session.scalars(statement))


def overdue(reviews: list[Task], today: date) -> int:
    """How many should have been done before today."""
    return sum(task.due_on < today for task in reviews)


def end_review(work: Work, case: Case, task_id: UUID) -> None:
    """The officer has looked at it."""
    require(work, Permission.TASK_MANAGE, case)
    task = work.session.scalars(
        select(Task).where(Task.id == task_id, Task.case_id == case.id)
    ).first()
    if task is None:
        raise NotFound
    if task.state is not TaskState.OPEN:
        raise InvalidInput(N_("Somebody has reviewed this already."))
    task.state = TaskState.DONE
    work.record(
        Act(
            "referral.reviewed",
            Purpose.PROTECTION,
            permission=Permission.TASK_MANAGE,
            case_id=case.id,
        )
    )
