"""Sending what waits: taken up, committed, sent, written down; so that nothing is sent twice."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.actor import system_actor
from casework.rules.message_text import words
from casework.services.messages.gateways import gateways
from casework.services.messages.letters import (
    Gateway,
    Letter,
    RefusedError,
    UnreachableError,
)
from casework.services.messages.ways import way_to
from casework.services.work import Database, Work
from casework.vocabulary import MessageFault, MessageState, Outcome, Purpose, WriteBy
from models.message import OutgoingMessage
from models.person import Person
from models.return_request import ReturnRequest

AT_ONCE: Final = 20
#: How long to wait after each time that nobody took the message; after the last it has failed.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 60, 6 * 60))
#: A message that is still being sent after this was interrupted: nobody knows whether it went.
LONGEST: Final = timedelta(minutes=15)
#: Where a person reads the news, with her reference and PIN.
STATUS_PAGE: Final = "/status"


def send_messages(database: Database) -> int:
    """Send everything that is due; returns how many were sent."""
    _end_interrupted(database)
    sent = 0
    with gateways(database.settings) as ways:
        while letters := _take(database, ways):
            sent += sum(_deliver(database, ways[letter.way], letter) for letter in letters)
    return sent


def _end_interrupted(database: Database) -> None:
    """What was being sent when the process ended is never sent again: it may have gone."""
    with database.writing(system_actor()) as work:
        found = work.session.scalars(
            select(OutgoingMessage).where(
                OutgoingMessage.state == MessageState.SENDING,
                OutgoingMessage.due_at < clock.now() - LONGEST,
            )
        ).all()
        for message in found:
            _end(message, MessageState.FAILED, MessageFault.INTERRUPTED)
        if found:
            _record(work, "message.interrupted", {"messages": len(found)}, failed=True)


def _take(database: Database, ways: Mapping[WriteBy, Gateway]) -> list[Letter]:
    """Take up some messages that are due, so that no other process does, and look again how each
    person may be written to: she may have said otherwise since.
    """
    with database.writing(system_actor()) as work:
        while messages := _due(work):
            letters = [letter for each in messages if (letter := _letter(work, each, ways))]
            facts: dict[str, object] = {"messages": len(letters)}
            facts["left"] = len(messages) - len(letters)
            _record(work, "message.taken", facts)
            if letters:
                return letters
    return []


def _due(work: Work) -> list[OutgoingMessage]:
    statement = (
        select(OutgoingMessage)
        .where(OutgoingMessage.state == MessageState.WAITING, OutgoingMessage.due_at <= clock.now())
        .order_by(OutgoingMessage.due_at, OutgoingMessage.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return list(work.session.scalars(statement))


def _letter(work: Work, message: OutgoingMessage, ways: Mapping[WriteBy, Gateway]) -> Letter | None:
    """The message as it goes out; None, with the row ended, when it may not or cannot."""
    person = work.session.get_one(Person, message.person_id)
    request = work.session.get_one(ReturnRequest, message.request_id)
    way = way_to(work, person, ways)
    message.way, message.address = way.by, way.address
    if way.by is None or way.address is None or way.state is not MessageState.WAITING:
        _end(message, way.state, way.fault)
        return None
    message.state, message.due_at = MessageState.SENDING, clock.now()
    message.tries += 1
    status = work.database.settings.address + STATUS_PAGE
    said = words(message.kind, message.language, request.reference, status)
    return Letter(message.id, way.by, way.address, said.subject, said.text)


def _deliver(database: Database, gateway: Gateway, letter: Letter) -> bool:
    """Send one message and write down what came of it."""
    try:
        gateway.send(letter)
    except RefusedError:
        _note(database, letter.id, MessageFault.REFUSED)
    except UnreachableError:
        _note(database, letter.id, MessageFault.UNREACHABLE)
    else:
        _note(database, letter.id, None)
        return True
    return False


def _note(database: Database, message_id: UUID, fault: MessageFault | None) -> None:
    with database.writing(system_actor()) as work:
        message = work.session.get_one(OutgoingMessage, message_id)
        facts: dict[str, object] = {"kind": message.kind.value}
        if fault is None:
            _end(message, MessageState.SENT, None)
            _record(work, "message.sent", facts | {"channel": message.way})
        elif fault is MessageFault.UNREACHABLE and message.tries <= len(PAUSES):
            message.state = MessageState.WAITING
            message.due_at = clock.now() + PAUSES[message.tries - 1]
            facts |= {"channel": message.way, "tries": message.tries}
            _record(work, "message.postponed", facts)
        else:
            _end(message, MessageState.FAILED, fault)
            _record(work, "message.failed", facts | {"fault": fault.value}, failed=True)


def _end(message: OutgoingMessage, state: MessageState, fault: MessageFault | None) -> None:
    message.state, message.fault, message.ended_at = state, fault, clock.now()


def _record(work: Work, event: str, facts: dict[str, object], *, failed: bool = False) -> None:
    outcome = Outcome.FAILED if failed else Outcome.DONE
    work.record(Act(event, Purpose.RETURN_ASSISTANCE, outcome=outcome, facts=facts))
