"""What waits for the protection officer's eye: referrals that went without consent."""

from uuid import UUID

from sqlalchemy import Select, select

from audit.record import Act
from casework.errors import NotFound
from casework.policy import Permission
from casework.services.access import require
from casework.services.work import Work
from casework.vocabulary import Purpose, Role, TaskState
from models.case import Task
from models.user import User


def open_reviews(work: Work) -> list[Task]:
    """Open reviews of the officer's organisation, the most urgent first."""
    return list(work.session.scalars(_reviews(work).order_by(Task.due_on, Task.id).limit(50)))


def end_review(work: Work, task_id: UUID) -> None:
    """The officer has looked at it; NotFound for anybody but an officer it was given to."""
    require(work, Permission.TASK_MANAGE)
    task = work.session.scalars(_reviews(work).where(Task.id == task_id)).first()
    if task is None or work.actor.role is not Role.PROTECTION_OFFICER:
        raise NotFound
    task.state = TaskState.DONE
    work.record(
        Act(
            "referral.reviewed",
            Purpose.PROTECTION,
            permission=Permission.TASK_MANAGE,
            case_id=task.case_id,
        )
    )


def _reviews(work: Work) -> Select[Task]:
    officers = select(User.id).where(
        User.organisation_id == work.actor.organisation_id, User.role == Role.PROTECTION_OFFICER
    )
    return select(Task).where(
        Task.assigned_to_id.in_(officers),
        Task.state == TaskState.OPEN,
        Task.case_id.is_not(None),
    )
