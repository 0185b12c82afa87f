"""The leaver: open work goes to a colleague, and the account ends, in one act.

Administrators may not read cases: they see how many there are, and nothing of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission, may_ever
from casework.rules.referral_clock import ENDED
from casework.services.access import require
from casework.services.administration.accounts import check_kept
from casework.services.cases.assignment import WORKERS
from casework.services.notices import supervisors, tell
from casework.services.sign_in.invitations import end_invitations
from casework.services.sign_in.sessions import end_sessions
from casework.services.work import Work
from casework.vocabulary import CaseState, NoticeKind, Purpose, TaskState
from models.case import Case, Task
from models.referral import Referral
from models.user import Exclusion, User


@dataclass(frozen=True)
class OpenWork:
    """What is assigned to somebody and not done."""

    cases: Sequence[Case]
    tasks: Sequence[Task]
    referrals: Sequence[Referral]

    @property
    def count(self) -> int:
        """How many pieces of work."""
        return len(self.cases) + len(self.tasks) + len(self.referrals)


def open_work(work: Work, user: User) -> OpenWork:
    """Everything open that is assigned to the user, for counting and handing over."""
    session = work.session
    with work.beyond("the open work of a leaver is counted and handed over, not shown"):
        cases = select(Case).where(Case.assigned_to_id == user.id, Case.state != CaseState.CLOSED)
        tasks = select(Task).where(Task.assigned_to_id == user.id, Task.state == TaskState.OPEN)
        referrals = select(Referral).where(
            Referral.assigned_to_id == user.id, Referral.state.not_in(ENDED)
        )
        return OpenWork(
            session.scalars(cases.order_by(Case.id)).all(),
            session.scalars(tasks.order_by(Task.id)).all(),
            session.scalars(referrals.order_by(Referral.id)).all(),
        )


def successors(work: Work, user: User) -> list[User]:
    """Colleagues who may take the work over."""
    roles = WORKERS if user.role in WORKERS else (user.role,)
    statement = select(User).where(
        User.organisation_id == user.organisation_id,
        User.active,
        User.role.in_(roles),
        User.id != user.id,
    )
    return list(work.session.scalars(statement.order_by(User.id)))


def hand_over_work(work: Work, user: User, successor_id: UUID | None) -> None:
    """Give the user's open work to a colleague; the account stays.

    Work on cases that the colleague must never see is left to nobody, for the supervisor to give.
    """
    require(work, Permission.CASE_ASSIGN, user)
    _give(work, user, successor_id, Permission.CASE_ASSIGN)


def hand_over(work: Work, user: User, successor_id: UUID | None) -> None:
    """The user leaves: her open work goes to a colleague, she is signed out, and her account and
    clearance end.
    """
    check_kept(work, user)
    user.active, user.cleared = False, False
    end_sessions(work, user.id)
    end_invitations(work, user)
    _give(work, user, successor_id, Permission.USER_MANAGE)


def _give(work: Work, user: User, successor_id: UUID | None, permission: Permission) -> None:
    found = open_work(work, user)
    successor = _successor(work, user, successor_id) if found.count else None
    facts: dict[str, object] = {
        "to": str(successor.id) if successor else None,
        "cases": len(found.cases),
        "tasks": len(found.tasks),
        "referrals": len(found.referrals),
        "unassigned": _assign(work, found, successor, permission) if successor else 0,
    }
    act = Act(
        "user.handed_over",
        Purpose.ADMINISTRATION,
        permission=permission,
        subjects=[user.subject_id],
        facts=facts,
    )
    work.record(act)
    if successor:
        watching = (
            []
            if may_ever(work.actor, Permission.CASE_ASSIGN)
            else supervisors(work, user.organisation_id)
        )
        tell(work, [successor, *watching], NoticeKind.WORK_HANDED_OVER, record_id=user.id)


def _successor(work: Work, user: User, successor_id: UUID | None) -> User:
    found = next((one for one in successors(work, user) if one.id == successor_id), None)
    if found is None:
        raise InvalidInput(N_("Choose a colleague who takes the open work over."), "successor")
    return found


def _assign(work: Work, found: OpenWork, successor: User, permission: Permission) -> int:
    """Give everything to the successor, one entry a case; returns what nobody was given."""
    unassigned = 0
    with work.beyond("the work of a leaver goes to a colleague whoever administers it"):
        conflicts = set(
            work.session.scalars(select(Exclusion.case_id).where(Exclusion.user_id == successor.id))
        )
        everything: list[Case | Task | Referral] = [*found.tasks, *found.referrals, *found.cases]
        for row in everything:
            case_id = row.id if isinstance(row, Case) else row.case_id
            row.assigned_to_id = None if case_id in conflicts else successor.id
            unassigned += row.assigned_to_id is None
            if isinstance(row, Case):
                work.record(_assigned(row, permission))
    return unassigned


def _assigned(case: Case, permission: Permission) -> Act:
    to = str(case.assigned_to_id) if case.assigned_to_id else None
    return Act(
        "case.assigned",
        Purpose.CASE_MANAGEMENT,
        permission=permission,
        case_id=case.id,
        facts={"to": to},
    )
