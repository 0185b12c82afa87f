"""The job of the rounds: writing to households, and flagging whoever did not answer in time."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from audit.record import Act
from casework import clock
from casework.actor import Origin, system_actor
from casework.services.confirmations.rounds import Asked, to_ask
from casework.services.messages.asking import add_message
from casework.services.users import actor_of
from casework.services.work import Database, Work
from casework.vocabulary import EntryChannel, MessageKind, MessageState, Purpose, RoundState
from models.confirmation import Confirmation, ConfirmationRound
from models.return_request import ReturnRequest
from models.user import User

AT_ONCE: Final = 100


def run_rounds(database: Database) -> int:
    """Write to everybody whom a round still has to ask; returns how many households that were."""
    asked = 0
    while (more := _ask_some(database)) is not None:
        asked += more
    while _flag_some(database):
        pass
    return asked


def _ask_some(database: Database) -> int | None:
    """Ask up to 100 households of one round; None when no round has anybody left to ask."""
    with database.writing(system_actor()) as work:
        round_ = work.session.scalars(
            select(ConfirmationRound)
            .where(ConfirmationRound.state == RoundState.SENDING)
            .order_by(ConfirmationRound.started_at)
            .limit(1)
            .with_for_update()
        ).first()
        if round_ is None:
            return None
        requests = _next(work, round_)
        if not requests:
            round_.state = RoundState.OPEN
        states = [_ask(work, round_, request) for request in requests]
        facts: dict[str, object] = {"round": str(round_.id), "requests": len(requests)}
        facts["written"] = states.count(MessageState.WAITING)
        _record(work, "round.asked", facts)
        return len(requests)


def _next(work: Work, round_: ConfirmationRound) -> list[ReturnRequest]:
    """The next households that whoever started the round may still ask; none once she left."""
    user = work.session.get_one(User, round_.started_by_id)
    if not user.active:
        return []
    actor = actor_of(work, user, Origin(EntryChannel.JOB))
    statement = (
        select(ReturnRequest)
        .where(*to_ask(actor, Asked.of(round_)))
        .order_by(ReturnRequest.confirmed_on, ReturnRequest.reference)
        .limit(AT_ONCE)
        .options(selectinload(ReturnRequest.members))
    )
    return list(work.session.scalars(statement))


def _ask(work: Work, round_: ConfirmationRound, request: ReturnRequest) -> MessageState:
    message = add_message(work, request, MessageKind.CONFIRM_DATA)
    work.session.add(Confirmation(round_id=round_.id, request_id=request.id, message_id=message.id))
    return message.state


def _flag_some(database: Database) -> int:
    """Flag up to 100 households of a round whose last day has passed; then the round is over."""
    with database.writing(system_actor()) as work:
        round_ = work.session.scalars(
            select(ConfirmationRound)
            .where(
                ConfirmationRound.state == RoundState.OPEN,
                ConfirmationRound.answer_by < clock.today(),
            )
            .limit(1)
            .with_for_update()
        ).first()
        if round_ is None:
            return 0
        late = work.session.scalars(
            select(Confirmation)
            .where(
                Confirmation.round_id == round_.id,
                Confirmation.answered_at.is_(None),
                Confirmation.flagged_at.is_(None),
            )
            .limit(AT_ONCE)
        ).all()
        for each in late:
            each.flagged_at = clock.now()
        if len(late) < AT_ONCE:
            round_.state = RoundState.CLOSED
        _record(work, "round.flagged", {"round": str(round_.id), "requests": len(late)})
        return 1


def _record(work: Work, event: str, facts: dict[str, object]) -> None:
    work.record(Act(event, Purpose.RETURN_ASSISTANCE, facts=facts))
