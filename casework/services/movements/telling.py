"""Writing to those whose seat and bed changed; the words never tell what the news is."""

from collections.abc import Sequence

from casework.services.messages import send_notice
from casework.services.work import Work
from casework.vocabulary import HoldState, MessageKind
from models.movement import Hold

#: Who holds a place in these states was told of it.
TOLD = (HoldState.OFFERED, HoldState.CONFIRMED, HoldState.BOARDED)


def tell_principal(work: Work, party: Sequence[Hold], kind: MessageKind) -> None:
    """Write to the principal of one request's holds, after the act's own entry was recorded.

    When only others of the household are concerned she hears nothing: she is not told of those.
    """
    request = party[0].request
    if request.members[0].id in {hold.member_id for hold in party}:
        send_notice(work, request, kind)
