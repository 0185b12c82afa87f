"""What waits for the protection officer's eye: referrals that went without consent."""

from uuid import UUID

from sqlalchemy import Select, select

from audit.record import Act
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.work import Work
from casework.vocabulary import Purpose, Role, TaskState
from models.case import Case, Task
from models.user import User


def open_reviews(work: Work) -> list[Task]:
    """Open reviews of the officer's organisation, the most urgent first."""
    return list(work.session.scalars(_reviews(work).order_by(Task.due_on, Task.id).limit(50)))


def end_review(work: Work, case: Case, task_id: UUID) -> None:
    """The officer has looked at it; InvalidInput when it does not wait for this organisation.

    A referral without consent is an exception like breaking the glass: the same role reviews both.
    """
    require(work, Permission.BREAK_GLASS_REVIEW, case)
    task = work.session.scalars(
        _reviews(work).where(Task.id == task_id, Task.case_id == case.id)
    ).first()
    if task is None:
        raise InvalidInput(N_("This does not wait for a review any more."))
    task.state = TaskState.DONE
    work.record(
        Act(
            "referral.reviewed",
            Purpose.PROTECTION,
            permission=Permission.BREAK_GLASS_REVIEW,
            case_id=case.id,
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
