"""Drafts of the next priority policy: begun from a version, changed by their author, withdrawn."""

from collections.abc import Mapping

from sqlalchemy import func, select

from audit.record import Act
from casework.errors import InvalidTransition, Refused
from casework.messages import N_
from casework.policy import Permission
from casework.rules.priority import Policy
from casework.services.access import require
from casework.services.approvals.asking import waiting_for
from casework.services.idempotency import expect_version
from casework.services.work import Work
from casework.vocabulary import ApprovalKind, ApprovalState, PolicyState, Purpose
from models.return_request import PriorityPolicy


def versions(work: Work) -> list[PriorityPolicy]:
    """All versions, the newest number first, with drafts that came to nothing."""
    require(work, Permission.PRIORITY_POLICY_READ)
    return list(work.session.scalars(select(PriorityPolicy).order_by(PriorityPolicy.number.desc())))


def start_draft(work: Work, source: PriorityPolicy) -> PriorityPolicy:
    """A draft of the actor's own with the settings of `source`, under the next number."""
    require(work, Permission.PRIORITY_POLICY_PUBLISH)
    number = (work.session.scalar(select(func.max(PriorityPolicy.number))) or 0) + 1
    draft = PriorityPolicy(
        number=number,
        state=PolicyState.DRAFT,
        content=source.content | {"version": number},
        proposed_by_id=work.actor.id,
    )
    work.session.add(draft)
    work.record(policy_act("policy.drafted", draft, source=source.number))
    return draft


def change_draft(
    work: Work, draft: PriorityPolicy, settings: Mapping[str, object], version: int | None
) -> None:
    """Give the actor's own draft these settings; a question for approval ends.

    Raises the first InvalidInput of `priority.problems`, with the setting as its field.
    """
    require_own_draft(work, draft)
    expect_version(draft, version)
    content = Policy.parse(dict(settings) | {"version": draft.number}).as_dict()
    changed = sorted(name for name, value in content.items() if draft.content.get(name) != value)
    if not changed:
        return
    draft.content = content
    end_question(work, draft)
    work.record(policy_act("policy.changed", draft, fields=changed))


def withdraw_draft(work: Work, draft: PriorityPolicy, version: int | None) -> None:
    """Give the draft up; it stays in the history. A question for approval ends."""
    require_own_draft(work, draft)
    expect_version(draft, version)
    draft.state = PolicyState.WITHDRAWN
    end_question(work, draft)
    work.record(policy_act("policy.withdrawn", draft))


def require_own_draft(work: Work, draft: PriorityPolicy) -> None:
    """Raise Refused unless the actor wrote `draft`, InvalidTransition when it is none any more."""
    require(work, Permission.PRIORITY_POLICY_PUBLISH, draft)
    if draft.proposed_by_id != work.actor.id:
        raise Refused(Permission.PRIORITY_POLICY_PUBLISH)
    if draft.state is not PolicyState.DRAFT:
        raise InvalidTransition(
            N_("This version never changes: it is %(state)s. Begin a new draft from it."),
            state=draft.state,
        )


def end_question(work: Work, draft: PriorityPolicy) -> None:
    """What waits for a second person was about other settings."""
    waiting = waiting_for(work, ApprovalKind.PRIORITY_POLICY, draft)
    for approval in waiting:
        approval.state = ApprovalState.EXPIRED
    if waiting:
        facts = {"approvals": len(waiting)}
        work.record(Act("approval.expired", Purpose.RETURN_ASSISTANCE, facts=facts))


def policy_act(event: str, row: PriorityPolicy, **facts: object) -> Act:
    """The entry of a step of a version."""
    return Act(
        event,
        Purpose.RETURN_ASSISTANCE,
        permission=Permission.PRIORITY_POLICY_PUBLISH,
        facts={"number": row.number, **facts},
    )
