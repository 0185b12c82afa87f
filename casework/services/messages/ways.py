"""How a person may be written to now: asked when a message is wanted, and again when it goes."""

from collections.abc import Collection
from dataclasses import dataclass

from casework.services.rights.restriction import restricted_among
from casework.services.work import Work
from casework.vocabulary import MessageFault, MessageState, WriteBy
from models.person import Person


@dataclass(frozen=True, repr=False)
class Way:
    """Where a message stands with a person: WAITING with an address, FAILED, or SUPPRESSED."""

    state: MessageState
    by: WriteBy | None = None
    address: str | None = None
    fault: MessageFault | None = None


SUPPRESSED = Way(MessageState.SUPPRESSED)


def way_to(work: Work, person: Person, set_up: Collection[WriteBy]) -> Way:
    """By the person's own word, else by e-mail, unless a rule in words stands in the way.

    Only people understand such a rule, so nothing is sent before one of them asked how the person
    may be written to. Nothing is sent to whoever's data are restricted.
    """
    with work.unseen():
        said, rule = person.may_write, person.safe_contact
        email, phone = person.email, person.phone
    if said == WriteBy.NO or (said is None and rule):
        return SUPPRESSED
    if restricted_among(work, [person.id]):
        return SUPPRESSED
    by = WriteBy(said) if said else WriteBy.EMAIL
    address = email if by is WriteBy.EMAIL else phone
    if not address:
        return Way(MessageState.FAILED, by, fault=MessageFault.NO_ADDRESS)
    if by not in set_up:
        return Way(MessageState.FAILED, by, address, MessageFault.NO_GATEWAY)
    return Way(MessageState.WAITING, by, address)
