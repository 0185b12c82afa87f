"""Asking for an act that a second person must approve."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import Conflict, InvalidInput
from casework.messages import N_
from casework.policy import SECOND_PERSON, can
from casework.rules.need_to_know import limits
from casework.services.access import purpose_of, require_facts
from casework.services.facts import facts_of
from casework.services.notices import tell
from casework.services.users import actor_of
from casework.services.work import Work
from casework.vocabulary import ApprovalKind, ApprovalState, NoticeKind
from models.approval import Approval
from models.base import Record
from models.organisation import Organisation
from models.user import User


def ask(
    work: Work,
    kind: ApprovalKind,
    row: Record,
    reason: str,
    *,
    case_id: UUID | None = None,
    details: dict[str, Any] | None = None,
) -> Approval:
    """Ask that this be done to `row`; tells everybody who may decide on it.

    The asker needs the kind's own permission. `reason` is sealed under the row's subject, or under
    the asker's organisation when it has none; `details` hold codes, ids and counts only. Raises
    Refused, InvalidInput without a reason, Conflict when the same is asked already.
    """
    if not reason.strip():
        raise InvalidInput(N_("Write why this is needed."), "reason")
    approval = _asked(work, kind, row, reason.strip())
    approval.case_id, approval.details = case_id, details or {}
    facts = replace(facts_of(approval, work.session), proposed_by=None)
    require_facts(work, SECOND_PERSON[kind], facts)
    if waiting_for(work, kind, row):
        raise Conflict(N_("This waits for a second person already."))
    work.session.add(approval)
    work.session.flush()
    tell(work, deciders(work, approval), NoticeKind.APPROVAL_ASKED, record_id=approval.id)
    work.record(approval_act("approval.asked", approval))
    return approval


def _asked(work: Work, kind: ApprovalKind, row: Record, reason: str) -> Approval:
    organisation = work.session.get_one(Organisation, _organisation_of(work, row))
    return Approval(
        subject_id=getattr(row, "subject_id", None) or organisation.subject_id,
        organisation_id=organisation.id,
        kind=kind,
        state=ApprovalState.WAITING,
        table=row.__tablename__,
        record_id=row.id,
        asked_by_id=work.actor.id,
        asked_at=clock.now(),
        expires_at=clock.now() + limits(work.database.settings.limits).approval,
        reason=reason,
    )


def waiting_for(work: Work, kind: ApprovalKind, row: Record) -> list[Approval]:
    """What was asked of this kind for this very row and is not decided."""
    statement = select(Approval).where(
        Approval.kind == kind,
        Approval.record_id == row.id,
        Approval.state == ApprovalState.WAITING,
    )
    return list(work.session.scalars(statement))


def deciders(work: Work, approval: Approval) -> list[User]:
    """Active users of the organisation who may decide on it: never who asked."""
    permission, facts = SECOND_PERSON[approval.kind], facts_of(approval, work.session)
    users = work.session.scalars(
        select(User).where(User.organisation_id == approval.organisation_id, User.active)
    )
    actors = [(user, actor_of(work, user, work.actor.origin)) for user in users]
    return [user for user, actor in actors if can(actor, permission, facts)]


def approval_act(event: str, approval: Approval) -> Act:
    """The entry of a step of an approval."""
    permission = SECOND_PERSON[approval.kind]
    return Act(
        event,
        purpose_of(permission),
        permission=permission,
        case_id=approval.case_id,
        subjects=[approval.subject_id],
        facts={
            "kind": approval.kind.value,
            "table": approval.table,
            "record": str(approval.record_id),
        },
    )


def _organisation_of(work: Work, row: Record) -> UUID | None:
    """Whose second person decides: the row's organisation, else the asker's."""
    return getattr(row, "organisation_id", None) or work.actor.organisation_id
