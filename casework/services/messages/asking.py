"""Asking for a message to whoever lodged a request; the job sends it within a minute."""

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.services.messages.gateways import ways_set_up
from casework.services.messages.ways import way_to
from casework.services.work import Work
from casework.vocabulary import MessageKind, MessageState, Purpose
from models.message import OutgoingMessage
from models.return_request import ReturnRequest


def send_notice(work: Work, request: ReturnRequest, kind: MessageKind) -> OutgoingMessage:
    """Write to the request's principal that there is news, by the way that is safe for her.

    Call it after the act's own entry was recorded; it checks no permission, the act did. The words
    never tell what the news is. The same is not asked twice while it still waits. The row's state
    says at once whether the message waits, may not be sent, or cannot be.
    """
    message = add_message(work, request, kind)
    with work.beyond("a message goes to the person herself, whoever caused it"):
        work.record(
            Act(
                "message.asked",
                Purpose.RETURN_ASSISTANCE,
                subjects={request.subject_id, message.subject_id},
                facts={"kind": kind.value, "state": message.state.value},
            )
        )
    return message


def add_message(work: Work, request: ReturnRequest, kind: MessageKind) -> OutgoingMessage:
    """Add the row of a message, or give the one that waits; the caller's entry accounts for it."""
    with work.beyond("a message goes to the person herself, whoever caused it"):
        waiting = work.session.scalars(
            select(OutgoingMessage).where(
                OutgoingMessage.request_id == request.id,
                OutgoingMessage.kind == kind,
                OutgoingMessage.state == MessageState.WAITING,
            )
        ).first()
        if waiting is not None:
            return waiting
        message = _message(work, request, kind)
        work.session.add(message)
    return message


def _message(work: Work, request: ReturnRequest, kind: MessageKind) -> OutgoingMessage:
    person = request.members[0].person
    way = way_to(work, person, ways_set_up(work.database.settings))
    at = clock.now()
    return OutgoingMessage(
        request_id=request.id,
        person_id=person.id,
        subject_id=person.subject_id,
        kind=kind,
        way=way.by,
        language=request.language,
        state=way.state,
        fault=way.fault,
        asked_at=at,
        due_at=at,
        ended_at=None if way.state is MessageState.WAITING else at,
        address=way.address,
    )
