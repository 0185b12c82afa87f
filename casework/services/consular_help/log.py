"""Recording consular help; above a threshold another person approves it before it counts."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, or_, select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.rules.assistance import approval_rule
from casework.rules.money import MNT, Money, in_mnt
from casework.services.access import require
from casework.services.assistance.choices import RATE_UNIT
from casework.services.assistance.rates import rate_used
from casework.services.notices import tell
from casework.services.work import Work
from casework.vocabulary import (
    HelpKind,
    HelpState,
    NoticeKind,
    Payer,
    Purpose,
    RequestState,
    Role,
)
from models.consular_help import ConsularHelp
from models.return_request import ReturnRequest
from models.user import User


@dataclass(frozen=True, repr=False)
class Helped:
    """What a household got. `rate` (tögrög for one unit) is for amounts in other currencies."""

    kind: HelpKind
    given_on: date
    amount: Decimal
    currency: str = MNT
    payer: Payer = Payer.ASSISTANCE_FUND
    rate: Decimal | None = None
    rate_on: date | None = None
    note: str = ""
    receipt: str = ""


def record_help(work: Work, request: ReturnRequest, helped: Helped) -> ConsularHelp:
    """Log help; above the threshold it waits for a second person, who is told.

    Raises InvalidInput, with nothing changed, when something is missing.
    """
    require(work, Permission.RETURN_REQUEST_UPDATE, request)
    if request.state in (RequestState.DRAFT, RequestState.DUPLICATE):
        raise InvalidTransition(N_("Help is recorded on the request that counts, not on this one."))
    if helped.given_on > clock.today():
        raise InvalidInput(N_("Only what was given already is recorded here."), "given_on")
    entry = _entry(work, request, helped)
    work.session.add(entry)
    _record(work, "help.recorded", entry, {"state": entry.state.value})
    if entry.state is HelpState.WAITING:
        tell(work, _second_people(work, request), NoticeKind.HELP_ASKED)
    return entry


def _entry(work: Work, request: ReturnRequest, helped: Helped) -> ConsularHelp:
    rate = rate_used(helped.currency, helped.rate, helped.rate_on, helped.given_on)
    money = Money(helped.amount, helped.currency)
    worth = in_mnt(money, rate).amount if rate else money
    waits = worth > approval_rule().above
    return ConsularHelp(
        request_id=request.id,
        subject_id=request.subject_id,
        state=HelpState.WAITING if waits else HelpState.APPROVED,
        given_on=helped.given_on,
        amount=money.amount,
        currency=money.currency,
        mnt_rate=int(rate.mnt_per_unit * RATE_UNIT) if rate else None,
        rate_on=rate.on if rate else None,
        payer=helped.payer,
        recorded_by_id=work.actor.id,
        recorded_at=clock.now(),
        kind=helped.kind,
        note=helped.note.strip() or None,
        receipt=helped.receipt.strip() or None,
    )


def decide_help(
    work: Work, request: ReturnRequest, help_id: UUID, *, approved: bool
) -> ConsularHelp:
    """A second person, never who recorded it, approves or refuses.

    Raises InvalidTransition when it does not wait, or when it is her own.
    """
    require(work, Permission.RETURN_REQUEST_VERIFY, request)
    entry = _locked(work, request, help_id)
    if entry.state is not HelpState.WAITING:
        raise InvalidTransition(N_("This help does not wait for anybody."))
    if entry.recorded_by_id == work.actor.id:
        raise InvalidTransition(N_("Another person than who recorded it approves help."))
    entry.state = HelpState.APPROVED if approved else HelpState.REFUSED
    entry.decided_by_id, entry.decided_at = work.actor.id, clock.now()
    _record(work, "help.approved" if approved else "help.refused", entry, {})
    return entry


def reverse_help(work: Work, request: ReturnRequest, help_id: UUID, reason: str) -> ConsularHelp:
    """Take an approved entry back by another one; both stay.

    Raises InvalidTransition when it does not count, or is reversed or a reversal itself.
    """
    require(work, Permission.RETURN_REQUEST_UPDATE, request)
    entry = _locked(work, request, help_id)
    if not reason.strip():
        raise InvalidInput(N_("Say why the entry is reversed."), "reason")
    if entry.state is not HelpState.APPROVED or entry.reverses_id is not None:
        raise InvalidTransition(N_("Only help that counts can be reversed."))
    if work.session.scalar(select(exists().where(ConsularHelp.reverses_id == entry.id))):
        raise InvalidTransition(N_("This entry is reversed already."))
    with work.unseen():
        kind = HelpKind(entry.kind)
    copied = ("request_id", "subject_id", "state", "currency", "mnt_rate", "rate_on", "payer")
    reversal = ConsularHelp(
        amount=-entry.amount,
        given_on=clock.today(),
        reverses_id=entry.id,
        recorded_by_id=work.actor.id,
        recorded_at=clock.now(),
        kind=kind,
        note=reason.strip(),
        **{name: getattr(entry, name) for name in copied},
    )
    work.session.add(reversal)
    _record(work, "help.reversed", reversal, {"entry": str(entry.id)})
    return reversal


def _locked(work: Work, request: ReturnRequest, help_id: UUID) -> ConsularHelp:
    """The entry of this request, locked so that it is decided on or reversed once."""
    entry = work.session.scalars(
        select(ConsularHelp)
        .where(ConsularHelp.id == help_id, ConsularHelp.request_id == request.id)
        .with_for_update()
    ).first()
    if entry is None:
        raise NotFound
    return entry


def _second_people(work: Work, request: ReturnRequest) -> list[User]:
    """The mission's other officers and the desk."""
    officer = (User.role == Role.CONSULAR_OFFICER) & (User.organisation_id == request.lodged_at_id)
    with work.beyond("whoever may approve help is told of it"):
        statement = select(User).where(User.active, or_(officer, User.role == Role.CONSULAR_DESK))
        return list(work.session.scalars(statement))


def _record(work: Work, event: str, entry: ConsularHelp, facts: dict[str, object]) -> None:
    decided = event in ("help.approved", "help.refused")
    permission = Permission.RETURN_REQUEST_VERIFY if decided else Permission.RETURN_REQUEST_UPDATE
    money: dict[str, object] = {"amount": f"{entry.amount:f}", "currency": entry.currency}
    money["payer"] = entry.payer.value
    work.record(
        Act(
            event,
            Purpose.RETURN_ASSISTANCE,
            permission=permission,
            subjects={entry.subject_id},
            facts=money | facts,
        )
    )
