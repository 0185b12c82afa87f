"""Clearance for the trafficking compartment: one asks for it or its end, another decides."""

from audit.record import Act
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_, Message
from casework.policy import Permission
from casework.services.access import require
from casework.services.approvals.asking import ask
from casework.services.cases.assignment import workers_of
from casework.services.work import Work
from casework.vocabulary import ApprovalKind, Purpose
from models.approval import Approval
from models.user import User


def colleagues(work: Work) -> list[User]:
    """Who works on cases in the actor's organisation, cleared or not."""
    require(work, Permission.CLEARANCE_GRANT)
    return workers_of(work, work.actor.organisation_id)


def ask_clearance(work: Work, user: User, reason: str) -> Approval:
    """Ask that this colleague be cleared, or, when she is, that it end."""
    require(work, Permission.CLEARANCE_GRANT, user)
    if user not in workers_of(work, user.organisation_id):
        raise InvalidInput(N_("Only somebody who works on cases can be cleared."))
    return ask(work, ApprovalKind.CLEARANCE, user, reason, details={"cleared": not user.cleared})


def change_clearance(work: Work, approval: Approval) -> None:
    """What was approved: the colleague is cleared, or no longer."""
    user = work.session.get_one(User, approval.record_id)
    cleared = bool(approval.details["cleared"])
    if user.cleared is cleared or not user.active:
        raise InvalidTransition(N_("The account has changed since this was asked."))
    with work.beyond("two people decided on a colleague's clearance"):
        user.cleared = cleared
    work.record(
        Act(
            "clearance.changed",
            Purpose.ADMINISTRATION,
            permission=Permission.CLEARANCE_GRANT,
            facts={"user": str(user.id), "cleared": cleared},
        )
    )


def clearance_asked(work: Work, approval: Approval) -> Message:
    """What is asked, in words."""
    user = work.session.get_one(User, approval.record_id)
    if approval.details["cleared"]:
        return Message(N_("Let %(name)s read protected records"), {"name": user.name})
    return Message(N_("%(name)s shall no longer read protected records"), {"name": user.name})
