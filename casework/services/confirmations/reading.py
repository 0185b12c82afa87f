"""How rounds go: who answered, who did not, whom no message reached."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import and_, func, select

from casework.policy import Permission
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import MessageState
from models.confirmation import Confirmation, ConfirmationRound
from models.message import OutgoingMessage
from models.return_request import ReturnRequest

SHOWN: Final = 20
PAGE: Final = 50


@dataclass(frozen=True)
class RoundFigures:
    """Households of a round: `waiting` for an answer, and those that no message reaches."""

    asked: int = 0
    answered: int = 0
    waiting: int = 0
    flagged: int = 0
    failed: int = 0
    suppressed: int = 0


def list_rounds(work: Work) -> list[tuple[ConfirmationRound, RoundFigures]]:
    """The last twenty rounds that the actor may read, newest first."""
    rounds = work.session.scalars(
        select(ConfirmationRound)
        .where(visible(work.actor, Permission.RETURN_REQUEST_UPDATE, ConfirmationRound))
        .order_by(ConfirmationRound.started_at.desc())
        .limit(SHOWN)
    ).all()
    figures = _figures(work, [each.id for each in rounds])
    return [(each, figures.get(each.id, RoundFigures())) for each in rounds]


def figures_of(work: Work, round_: ConfirmationRound) -> RoundFigures:
    """How one round goes."""
    return _figures(work, [round_.id]).get(round_.id, RoundFigures())


def _figures(work: Work, rounds: Collection[UUID]) -> dict[UUID, RoundFigures]:
    answered = Confirmation.answered_at.is_not(None)
    flagged = Confirmation.flagged_at.is_not(None)
    unreached = OutgoingMessage.state.in_([MessageState.FAILED, MessageState.SUPPRESSED])
    rows = work.session.execute(
        select(
            Confirmation.round_id,
            func.count(),
            func.count().filter(answered),
            func.count().filter(and_(~answered, ~flagged, ~unreached)),
            func.count().filter(and_(~answered, flagged)),
            func.count().filter(and_(~answered, OutgoingMessage.state == MessageState.FAILED)),
            func.count().filter(and_(~answered, OutgoingMessage.state == MessageState.SUPPRESSED)),
        )
        .join(OutgoingMessage, OutgoingMessage.id == Confirmation.message_id)
        .where(Confirmation.round_id.in_(rounds))
        .group_by(Confirmation.round_id)
    )
    return {row[0]: RoundFigures(*row[1:]) for row in rows}


@dataclass(frozen=True)
class Owing:
    """A household that did not answer yet, and what became of its message."""

    request: ReturnRequest
    message: OutgoingMessage
    flagged: bool


def owing(
    work: Work, round_: ConfirmationRound, after: str | None = None
) -> tuple[Sequence[Owing], str | None]:
    """Fifty households that still owe an answer, by reference, and where the next page begins."""
    statement = (
        select(ReturnRequest, OutgoingMessage, Confirmation.flagged_at)
        .join(Confirmation, Confirmation.request_id == ReturnRequest.id)
        .join(OutgoingMessage, OutgoingMessage.id == Confirmation.message_id)
        .where(
            Confirmation.round_id == round_.id,
            Confirmation.answered_at.is_(None),
            visible(work.actor, Permission.RETURN_REQUEST_READ, ReturnRequest),
        )
        .order_by(ReturnRequest.reference)
        .limit(PAGE + 1)
    )
    if after:
        statement = statement.where(ReturnRequest.reference > after)
    found = [
        Owing(request, message, flagged_at is not None)
        for request, message, flagged_at in work.session.execute(statement)
    ]
    more = found[PAGE - 1].request.reference if len(found) > PAGE else None
    return found[:PAGE], more
