"""Consular help of a request, and what it came to by mission and payer."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select

from casework.policy import Permission
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import HelpKind, HelpState, Payer
from models.base import code_of
from models.consular_help import ConsularHelp
from models.organisation import Organisation
from models.return_request import ReturnRequest

SHOWN: Final = 50


@dataclass(frozen=True)
class HelpLine:
    """One entry, whether it was reversed, and whether the actor may approve it."""

    entry: ConsularHelp
    kind: HelpKind
    reversed: bool
    may_decide: bool


def help_given(work: Work, request: ReturnRequest) -> list[HelpLine]:
    """Everything recorded on a request, newest first."""
    entries = work.session.scalars(
        select(ConsularHelp)
        .where(ConsularHelp.request_id == request.id)
        .order_by(ConsularHelp.recorded_at.desc(), ConsularHelp.id.desc())
    ).all()
    taken_back = {entry.reverses_id for entry in entries}
    return [
        HelpLine(
            entry,
            code_of(HelpKind, entry.kind),
            entry.id in taken_back,
            _waits_for(work, entry),
        )
        for entry in entries
    ]


def _waits_for(work: Work, entry: ConsularHelp) -> bool:
    return entry.state is HelpState.WAITING and entry.recorded_by_id != work.actor.id


@dataclass(frozen=True)
class HelpTotal:
    """What a payer gave through a mission in one currency; reversed entries are taken off."""

    mission: Organisation
    payer: Payer
    currency: str
    entries: int
    total: Decimal


def help_totals(work: Work) -> list[HelpTotal]:
    """By mission, payer and currency, of the requests that the actor may verify."""
    rows = work.session.execute(
        select(
            Organisation,
            ConsularHelp.payer,
            ConsularHelp.currency,
            func.count(),
            func.sum(ConsularHelp.amount),
        )
        .join(ReturnRequest, ReturnRequest.lodged_at_id == Organisation.id)
        .join(ConsularHelp, ConsularHelp.request_id == ReturnRequest.id)
        .where(
            visible(work.actor, Permission.RETURN_REQUEST_VERIFY, ReturnRequest),
            ConsularHelp.state == HelpState.APPROVED,
        )
        .group_by(Organisation.id, ConsularHelp.payer, ConsularHelp.currency)
        .order_by(Organisation.code, ConsularHelp.payer, ConsularHelp.currency)
    )
    return [HelpTotal(*row) for row in rows]


def help_waiting(work: Work) -> Sequence[tuple[ConsularHelp, ReturnRequest]]:
    """Fifty entries that wait for a second person, oldest first; what they were stays closed."""
    rows = work.session.execute(
        select(ConsularHelp, ReturnRequest)
        .join(ReturnRequest, ReturnRequest.id == ConsularHelp.request_id)
        .where(
            visible(work.actor, Permission.RETURN_REQUEST_VERIFY, ReturnRequest),
            ConsularHelp.state == HelpState.WAITING,
        )
        .order_by(ConsularHelp.recorded_at)
        .limit(SHOWN)
    )
    return [(row[0], row[1]) for row in rows]
