"""A household says that everything is still right."""

from datetime import datetime

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.requests.states import ACTIVE
from casework.services.work import Work
from casework.vocabulary import Channel, Purpose
from models.confirmation import Confirmation
from models.return_request import ReturnRequest


def confirm_data(work: Work, request: ReturnRequest, channel: Channel) -> None:
    """The person said so by `channel`; every round that waits for her has its answer.

    With PUBLIC_FORM it was she herself, whose reference and PIN the caller checked; everybody else
    needs the right to change the request. Raises InvalidTransition when the request is over.
    """
    if channel is not Channel.PUBLIC_FORM:
        require(work, Permission.RETURN_REQUEST_UPDATE, request)
    if request.state not in ACTIVE:
        raise InvalidTransition(
            N_("This request is over (%(state)s) and can only be read."), state=request.state
        )
    with work.beyond("the household's answer counts in every round, whoever started it"):
        request.confirmed_on = clock.today()
        for asked in work.session.scalars(
            select(Confirmation).where(
                Confirmation.request_id == request.id, Confirmation.answered_at.is_(None)
            )
        ):
            asked.answered_at, asked.answered_through = clock.now(), channel
        work.record(
            Act(
                "request.data_confirmed",
                Purpose.RETURN_ASSISTANCE,
                permission=Permission.RETURN_REQUEST_UPDATE,
                subjects={request.subject_id},
                facts={"channel": channel.value},
            )
        )


def unanswered_since(work: Work, request: ReturnRequest) -> datetime | None:
    """Since when the household owes an answer that did not come in time; None when it owes none."""
    return work.session.scalar(
        select(Confirmation.flagged_at)
        .where(
            Confirmation.request_id == request.id,
            Confirmation.answered_at.is_(None),
            Confirmation.flagged_at.is_not(None),
        )
        .order_by(Confirmation.flagged_at)
        .limit(1)
    )
