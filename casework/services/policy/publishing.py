"""Publishing a priority policy: its author asks, a second holder of the permission decides."""

import hashlib
import json

from casework import clock
from casework.errors import Conflict, InvalidInput
from casework.messages import N_, Message
from casework.rules.priority import Policy
from casework.services.approvals.asking import ask
from casework.services.policies import published_policy
from casework.services.policy.drafting import policy_act, require_own_draft
from casework.services.work import Work
from casework.vocabulary import ApprovalKind, JobState, PolicyState
from models.approval import Approval
from models.return_request import PriorityPolicy
from models.work import Job


def ask_publication(work: Work, draft: PriorityPolicy, reason: str) -> Approval:
    """Ask that the actor's own draft take the place of the policy in force.

    InvalidInput when it says nothing new, Conflict when it waits for a second person already.
    """
    require_own_draft(work, draft)
    current, _ = published_policy(work)
    if _rules(draft) == _rules(current):
        raise InvalidInput(N_("The draft is no different from the policy in force."))
    details = {"number": draft.number, "instead_of": current.number, "digest": digest(draft)}
    return ask(work, ApprovalKind.PRIORITY_POLICY, draft, reason, details=details)


def publication_asked(work: Work, approval: Approval) -> Message:
    """What is asked, in words."""
    details = approval.details
    values = {"number": details["number"], "current": details["instead_of"]}
    return Message(N_("Publish priority policy %(number)s instead of %(current)s"), values)


def publish(work: Work, approval: Approval) -> None:
    """What was approved: the draft is in force from today, the policy before it no longer.

    Raises Conflict when either is not what it was when this was asked. The scores follow by a job.
    """
    draft = work.session.get_one(PriorityPolicy, approval.record_id, with_for_update=True)
    current, _ = published_policy(work)
    work.session.refresh(current, with_for_update=True)
    as_asked = current.number == approval.details["instead_of"]
    as_asked = as_asked and current.state is PolicyState.PUBLISHED
    if not as_asked:
        raise Conflict(
            N_("Another policy was published since this was asked. Compare, and ask again.")
        )
    if draft.state is not PolicyState.DRAFT or digest(draft) != approval.details["digest"]:
        raise Conflict(N_("The draft has changed since this was asked."))
    Policy.parse(draft.content)
    current.state = PolicyState.SUPERSEDED
    draft.state, draft.published_on = PolicyState.PUBLISHED, clock.today()
    draft.approved_by_id = work.actor.id
    work.record(policy_act("policy.published", draft))
    _refresh_scores_soon(work)


def _refresh_scores_soon(work: Work) -> None:
    now = clock.now()
    with work.beyond("the system, not the second person, brings the scores up to the new policy"):
        work.session.add(
            Job(kind="scores.refresh", state=JobState.WAITING, arguments={}, requested_at=now)
        )


def reject(work: Work, approval: Approval) -> None:
    """What was refused: the draft stays in the history and goes no further."""
    draft = work.session.get_one(PriorityPolicy, approval.record_id)
    if draft.state is PolicyState.DRAFT:
        draft.state = PolicyState.REJECTED
        work.record(policy_act("policy.rejected", draft))


def digest(row: PriorityPolicy) -> str:
    """SHA-256 of the version's settings as canonical JSON: what exactly was approved."""
    text = json.dumps(row.content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _rules(row: PriorityPolicy) -> dict[str, object]:
    return {name: value for name, value in row.content.items() if name != "version"}
