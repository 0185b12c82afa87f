"""Who works on a case, and who must never see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from audit.record import Act
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.cases.states import require_open
from casework.services.idempotency import expect_version
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import CaseState, Purpose, Role
from models.case import Case
from models.user import Exclusion, User

WORKERS = (Role.CASEWORKER, Role.SUPERVISOR, Role.PARTNER_WORKER, Role.PARTNER_COORDINATOR)


def workers_of(work: Work, organisation_id: UUID | None) -> list[User]:
    """Active users of the organisation who work on cases."""
    return list(
        work.session.scalars(
            select(User)
            .where(User.organisation_id == organisation_id, User.active, User.role.in_(WORKERS))
            .order_by(User.id)
        )
    )


def assignable(work: Work, case: Case) -> list[User]:
    """Who may be given the case: workers of its organisation without a conflict of interest."""
    excluded = {exclusion.user_id for exclusion in exclusions_of(work, case)}
    return [user for user in workers_of(work, case.organisation_id) if user.id not in excluded]


def assign_case(work: Work, case: Case, user_id: UUID, version: int | None = None) -> Case:
    """Give the case to a worker of its organisation, or to another one than before."""
    require(work, Permission.CASE_ASSIGN, case)
    require_open(case)
    expect_version(case, version)
    if user_id not in {user.id for user in assignable(work, case)}:
        raise InvalidInput(
            N_("Choose a worker of this organisation without a conflict of interest."), "worker"
        )
    case.assigned_to_id = user_id
    work.record(_act("case.assigned", case, to=str(user_id)))
    return case


def exclusions_of(work: Work, case: Case) -> list[Exclusion]:
    """Conflicts of interest with this case."""
    return list(work.session.scalars(select(Exclusion).where(Exclusion.case_id == case.id)))


def exclude_user(work: Work, case: Case, user_id: UUID) -> Exclusion:
    """Keep somebody of the organisation from ever seeing the case; takes it from her if she has it.

    Raises InvalidInput when she is nobody of this organisation, or excluded already.
    """
    require(work, Permission.CASE_ASSIGN, case)
    if user_id not in {user.id for user in assignable(work, case)}:
        raise InvalidInput(N_("Choose somebody of this organisation."), "user")
    if case.assigned_to_id == user_id:
        case.assigned_to_id = None
    exclusion = Exclusion(user_id=user_id, case_id=case.id, set_by_id=work.actor.id)
    work.session.add(exclusion)
    work.record(_act("case.user_excluded", case, user=str(user_id)))
    return exclusion


def lift_exclusion(work: Work, case: Case, exclusion_id: UUID) -> None:
    """End a conflict of interest that no longer is one; InvalidTransition when there is none."""
    require(work, Permission.CASE_ASSIGN, case)
    exclusion = work.session.get(Exclusion, exclusion_id)
    if exclusion is None or exclusion.case_id != case.id:
        raise InvalidTransition(N_("There is no such conflict of interest any more."))
    work.session.delete(exclusion)
    work.record(_act("case.exclusion_lifted", case, user=str(exclusion.user_id)))


@dataclass(frozen=True)
class Load:
    """How many open cases a worker has."""

    user: User
    cases: int


def caseload(work: Work) -> Sequence[Load]:
    """Open cases of each worker of the actor's organisation, the fullest first."""
    counts = work.session.execute(
        select(Case.assigned_to_id, func.count())
        .where(
            visible(work.actor, Permission.CASE_ASSIGN, Case),
            Case.state != CaseState.CLOSED,
            Case.assigned_to_id.is_not(None),
        )
        .group_by(Case.assigned_to_id)
    )
    by_user = {row[0]: row[1] for row in counts}
    workers = workers_of(work, work.actor.organisation_id)
    loads = [Load(user, by_user.get(user.id, 0)) for user in workers]
    return sorted(loads, key=lambda load: -load.cases)


def _act(event: str, case: Case, **facts: object) -> Act:
    return Act(
        event,
        Purpose.CASE_MANAGEMENT,
        permission=Permission.CASE_ASSIGN,
        case_id=case.id,
        facts=facts,
    )
