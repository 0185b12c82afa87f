"""The second person's decision: what may be asked, and what happens when it is approved."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select

from audit.record import Act
from casework import clock
from casework.actor import system_actor
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_, Message
from casework.policy import SECOND_PERSON
from casework.services.access import require
from casework.services.approvals.asking import approval_act
from casework.services.approvals.clearance import change_clearance, clearance_asked
from casework.services.approvals.export import export_asked
from casework.services.approvals.override import override, override_asked
from casework.services.notices import tell
from casework.services.policy import publishing
from casework.services.retention import disposing
from casework.services.rights import erasing
from casework.services.scopes import visible
from casework.services.users import users_by_id
from casework.services.work import Database, Work
from casework.vocabulary import ApprovalKind, ApprovalState, NoticeKind, Purpose
from models.approval import Approval


@dataclass(frozen=True)
class Decision:
    """An act of two; under which permission the second decides stands in `policy.SECOND_PERSON`.

    `asked` says in words what is asked. `carry_out` runs in the second person's name when she
    approves, in the same commit; None for what the asker then does herself (fetching a file).
    `step_up`: deciding asks for a fresh confirmation of who she is. `on_refusal` runs instead of
    `carry_out` when she refuses.
    """

    asked: Callable[[Work, Approval], Message]
    carry_out: Callable[[Work, Approval], object] | None
    step_up: bool = True
    on_refusal: Callable[[Work, Approval], object] | None = None


#: Every act that needs two people; an area adds its own here.
DECISIONS: dict[ApprovalKind, Decision] = {
    ApprovalKind.CLEARANCE: Decision(clearance_asked, change_clearance),
    ApprovalKind.IDENTIFIED_EXPORT: Decision(export_asked, None),
    ApprovalKind.ALLOCATION_OVERRIDE: Decision(override_asked, override, step_up=False),
    ApprovalKind.PRIORITY_POLICY: Decision(
        publishing.publication_asked, publishing.publish, on_refusal=publishing.reject
    ),
    ApprovalKind.ERASURE: Decision(erasing.asked_for, erasing.carry_out),
    ApprovalKind.DISPOSAL: Decision(disposing.asked_for, disposing.carry_out),
}


def approve(work: Work, approval: Approval) -> Approval:
    """Approve, and do what was asked.

    Raises Refused for the asker and whoever may not decide, InvalidTransition when it does not
    wait any more, and whatever the act itself refuses (nothing is approved then).
    """
    _decide(work, approval, ApprovalState.APPROVED)
    work.record(approval_act("approval.approved", approval))
    decision = DECISIONS[approval.kind]
    if decision.carry_out is not None:
        decision.carry_out(work, approval)
    return approval


def refuse(work: Work, approval: Approval, reason: str) -> Approval:
    """Refuse, with the reason for the asker."""
    if not reason.strip():
        raise InvalidInput(N_("Write why you refuse."), "reason")
    _decide(work, approval, ApprovalState.REFUSED)
    approval.answer = reason.strip()
    work.record(approval_act("approval.refused", approval))
    on_refusal = DECISIONS[approval.kind].on_refusal
    if on_refusal is not None:
        on_refusal(work, approval)
    return approval


def decide(work: Work, approval: Approval, approved: bool, why: str = "") -> Approval:
    """Approve, or refuse with the reason."""
    return approve(work, approval) if approved else refuse(work, approval, why)


def is_waiting(approval: Approval) -> bool:
    """Whether it can still be decided."""
    return approval.state is ApprovalState.WAITING and approval.expires_at > clock.now()


def in_words(work: Work, approval: Approval) -> Message:
    """What is asked."""
    return DECISIONS[approval.kind].asked(work, approval)


def _decide(work: Work, approval: Approval, state: ApprovalState) -> None:
    require(work, SECOND_PERSON[approval.kind], approval)
    work.session.refresh(approval, with_for_update=True)
    if approval.state is not ApprovalState.WAITING:
        raise InvalidTransition(N_("This does not wait any more: %(state)s."), state=approval.state)
    if approval.expires_at <= clock.now():
        raise InvalidTransition(N_("Nobody decided in time. It must be asked for again."))
    approval.state = state
    approval.decided_by_id, approval.decided_at = work.actor.id, clock.now()
    asker = users_by_id(work, [approval.asked_by_id]).values()
    tell(work, asker, NoticeKind.APPROVAL_DECIDED, record_id=approval.id)


def waiting(work: Work) -> list[Approval]:
    """What waits for the actor's decision, the oldest first."""
    return list(
        work.session.scalars(
            select(Approval).where(_waiting(work)).order_by(Approval.id).limit(100)
        )
    )


def count_waiting(work: Work) -> int:
    """How many acts wait for the actor's decision."""
    return work.session.scalar(select(func.count(Approval.id)).where(_waiting(work))) or 0


def own_asked(work: Work) -> list[Approval]:
    """What the actor asked for, the newest first."""
    statement = select(Approval).where(
        Approval.asked_by_id == work.actor.id, Approval.kind.in_(DECISIONS)
    )
    return list(work.session.scalars(statement.order_by(Approval.id.desc()).limit(50)))


def _waiting(work: Work) -> ColumnElement[bool]:
    may = or_(*(visible(work.actor, SECOND_PERSON[kind], Approval) for kind in DECISIONS))
    return and_(Approval.state == ApprovalState.WAITING, Approval.expires_at > clock.now(), may)


def expire_approvals(database: Database) -> int:
    """End what nobody decided in time; returns how many."""
    with database.writing(system_actor()) as work:
        late = work.session.scalars(
            select(Approval).where(
                Approval.state == ApprovalState.WAITING, Approval.expires_at <= clock.now()
            )
        ).all()
        for approval in late:
            approval.state = ApprovalState.EXPIRED
        if late:
            facts = {"approvals": len(late)}
            work.record(Act("approval.expired", Purpose.ADMINISTRATION, facts=facts))
        return len(late)
