"""Closing a case: one asks, another approves; nothing may be left open."""

from collections.abc import Iterator

from sqlalchemy import select

from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_, Message
from casework.policy import Permission
from casework.rules.workflow import REFERRAL, listed
from casework.services.access import require
from casework.services.cases.daily import add_note
from casework.services.cases.states import move_case
from casework.services.idempotency import expect_version
from casework.services.work import Work
from casework.vocabulary import CaseState, ClosureReason, PlanItemState
from models.case import Case
from models.plan import PlanItem
from models.referral import Referral

_ITEM_OPEN = (PlanItemState.PLANNED, PlanItemState.UNDER_WAY)


def open_matters(work: Work, case: Case) -> list[Message]:
    """What must end before the case can close, each by name: referrals, steps of the plan (and the
    money promised for them).
    """
    return [*_open_referrals(work, case), *_open_items(work, case)]


def _open_referrals(work: Work, case: Case) -> Iterator[Message]:
    referrals = work.session.scalars(
        select(Referral).where(Referral.case_id == case.id).order_by(Referral.number)
    )
    for referral in referrals:
        if not REFERRAL.is_final(referral.state):
            yield Message(
                "referral %(number)s (%(state)s)",
                {"number": referral.number, "state": referral.state},
            )


def _open_items(work: Work, case: Case) -> Iterator[Message]:
    items = work.session.scalars(
        select(PlanItem)
        .where(PlanItem.case_id == case.id, PlanItem.state.in_(_ITEM_OPEN))
        .order_by(PlanItem.position)
    )
    for item in items:
        yield Message("plan: %(what)s (%(state)s)", {"what": item.description, "state": item.state})


def request_closure(
    work: Work, case: Case, reason: ClosureReason, note: str, version: int | None = None
) -> Case:
    """Ask that the case be closed.

    Raises InvalidTransition naming what is still open.
    """
    require(work, Permission.CASE_CLOSE, case)
    expect_version(case, version)
    _check_nothing_open(work, case)
    case.closure_reason, case.closure_note = reason, note
    case.closure_requested_by_id = work.actor.id
    return move_case(work, case, CaseState.CLOSURE_REQUESTED, reason=reason.value)


def _check_nothing_open(work: Work, case: Case) -> None:
    matters = open_matters(work, case)
    if matters:
        raise InvalidTransition(
            N_("End this first, then ask to close the case: %(matters)s."),
            matters=listed(matters),
        )


def approve_closure(work: Work, case: Case) -> Case:
    """Close the case; never by whoever asked for it."""
    require(work, Permission.CASE_APPROVE_CLOSURE, case)
    _check_another(work, case)
    _check_nothing_open(work, case)
    case.closed_on = clock.today()
    reason = case.closure_reason
    return move_case(work, case, CaseState.CLOSED, reason=reason.value if reason else None)


def refuse_closure(work: Work, case: Case, why: str) -> Case:
    """Send the case back to where it was, with a note that says why."""
    require(work, Permission.CASE_APPROVE_CLOSURE, case)
    _check_another(work, case)
    if case.previous_state is None:
        raise InvalidTransition(N_("Nobody has asked to close this case."))
    if not why:
        raise InvalidInput(N_("Say why, so that the work can go on."), "why")
    add_note(work, case, why)
    case.closure_reason = case.closure_note = case.closure_requested_by_id = None
    return move_case(work, case, case.previous_state)


def decide_closure(work: Work, case: Case, approved: bool, why: str = "") -> Case:
    """Approve, or refuse with the reason."""
    return approve_closure(work, case) if approved else refuse_closure(work, case, why)


def _check_another(work: Work, case: Case) -> None:
    if case.closure_requested_by_id == work.actor.id:
        raise InvalidTransition(
            N_("You asked to close this case: another person approves or refuses it.")
        )


def reopen_case(work: Work, case: Case) -> Case:
    """Take a closed case up again."""
    require(work, Permission.CASE_APPROVE_CLOSURE, case)
    case.closed_on = case.closure_reason = None
    case.closure_note = case.closure_requested_by_id = None
    return move_case(work, case, CaseState.ACTIVE)
