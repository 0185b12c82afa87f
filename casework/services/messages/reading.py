"""What was written to the people of a request."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from casework.services.work import Work
from models.message import OutgoingMessage
from models.return_request import ReturnRequest

SHOWN: Final = 10


def messages_about(work: Work, request: ReturnRequest) -> Sequence[OutgoingMessage]:
    """The last ten messages, newest first; their addresses stay closed."""
    statement = (
        select(OutgoingMessage)
        .where(OutgoingMessage.request_id == request.id)
        .order_by(OutgoingMessage.asked_at.desc(), OutgoingMessage.id.desc())
        .limit(SHOWN)
    )
    return work.session.scalars(statement).all()
