"""Starting a round: whom it asks is counted first, then asked in the background."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select

from audit.record import Act
from casework import clock
from casework.actor import Actor
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import Purpose, RequestState, RoundState
from models.confirmation import Confirmation, ConfirmationRound
from models.organisation import Organisation
from models.return_request import ReturnRequest

#: Whose data count: until they are on their way.
ASKED_STATES: Final = (
    RequestState.SUBMITTED,
    RequestState.VERIFIED,
    RequestState.QUEUED,
    RequestState.OFFERED,
    RequestState.CONFIRMED,
)


@dataclass(frozen=True)
class Asked:
    """Whom a round asks; dates as ConfirmationRound has them."""

    confirmed_before: date
    submitted_by: date
    mission_id: UUID | None = None
    country: str | None = None

    @classmethod
    def since(
        cls, not_confirmed: int, waiting: int, mission_id: UUID | None, country: str | None
    ) -> "Asked":
        """Households that did not confirm for `not_confirmed` days and wait `waiting` days."""
        today = clock.today()
        return cls(
            today - timedelta(days=not_confirmed - 1),
            today - timedelta(days=waiting),
            mission_id,
            country,
        )

    @classmethod
    def of(cls, round_: ConfirmationRound) -> "Asked":
        """Whom a stored round asks."""
        return cls(round_.confirmed_before, round_.submitted_by, round_.mission_id, round_.country)


def to_ask(actor: Actor, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """Requests that the actor may change, that match, and that no round waits for already."""
    waiting = exists().where(
        Confirmation.request_id == ReturnRequest.id,
        Confirmation.answered_at.is_(None),
        Confirmation.flagged_at.is_(None),
    )
    clauses = [
        visible(actor, Permission.RETURN_REQUEST_UPDATE, ReturnRequest),
        ReturnRequest.state.in_(ASKED_STATES),
        ReturnRequest.confirmed_on < asked.confirmed_before,
        ReturnRequest.submitted_on <= asked.submitted_by,
        ~waiting,
    ]
    if asked.mission_id is not None:
        clauses.append(ReturnRequest.lodged_at_id == asked.mission_id)
    if asked.country is not None:
        clauses.append(ReturnRequest.country == asked.country)
    return tuple(clauses)


def count_to_ask(work: Work, asked: Asked) -> int:
    """How many households a round would ask now."""
    counted = select(func.count()).select_from(ReturnRequest).where(*to_ask(work.actor, asked))
    return work.session.scalar(counted) or 0


def start_round(work: Work, asked: Asked, answer_days: int, counted: int) -> ConfirmationRound:
    """Start asking; the job does it within a minute.

    `counted` is the number that the actor saw. Raises InvalidInput when it changed since, or when
    there is nobody to ask.
    """
    require(work, Permission.RETURN_REQUEST_UPDATE)
    total = count_to_ask(work, asked)
    if total == 0:
        raise InvalidInput(N_("Nobody is to be asked: choose fewer days, or other households."))
    if total != counted:
        raise InvalidInput(
            N_("Meanwhile there are %(total)s households to ask. Look again, then send."),
            total=total,
        )
    round_ = ConfirmationRound(
        organisation_id=work.actor.organisation_id,
        started_by_id=work.actor.id,
        started_at=clock.now(),
        state=RoundState.SENDING,
        mission_id=asked.mission_id,
        country=asked.country,
        confirmed_before=asked.confirmed_before,
        submitted_by=asked.submitted_by,
        answer_by=clock.today() + timedelta(days=answer_days),
        total=total,
    )
    work.session.add(round_)
    work.record(
        Act(
            "round.started",
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.RETURN_REQUEST_UPDATE,
            facts={"round": str(round_.id), "requests": total, "days": answer_days},
        )
    )
    return round_


def waiting_places(work: Work) -> tuple[Sequence[Organisation], Sequence[str]]:
    """Organisations and countries with a request that the actor may ask about."""
    where = (
        visible(work.actor, Permission.RETURN_REQUEST_UPDATE, ReturnRequest),
        ReturnRequest.state.in_(ASKED_STATES),
    )
    lodged = select(ReturnRequest.lodged_at_id).where(*where)
    missions = select(Organisation).where(Organisation.id.in_(lodged))
    countries = select(ReturnRequest.country).where(*where).distinct()
    return work.session.scalars(missions).all(), work.session.scalars(countries).all()
