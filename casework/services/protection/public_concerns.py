"""Concerns from people without an account: no name is asked for, none is kept.

The entry in the log says neither from which address it came nor about which record it is. Against
floods a keyed hash of the address counts, apart from the log.
"""

from base64 import b32encode
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.notices import officers, tell
from casework.services.protection.officers import watching_organisation
from casework.services.sign_in.caller import anonymous
from casework.services.sign_in.flooding import Pace, count_sending
from casework.services.work import Database, Work
from casework.vocabulary import ConcernKind, ConcernState, NoticeKind, Purpose
from models.concern import Concern

#: So many from one address, a shelter's or a mission's, at once; then each waits longer.
PACE = Pace("public concern", 3, timedelta(minutes=1), timedelta(hours=1))
TAIL = 5


def receive_concern(
    database: Database, kind: ConcernKind, text: str, net: str | None, key: bytes
) -> str:
    """Keep a concern for the protection officers and return the receipt to refer to it by.

    `net` is a keyed hash of the sender's address, `key` the page's: the same page sent twice gives
    the same receipt. Raises InvalidInput when too many came from one address.
    """
    why = "nobody who writes here can read anything"
    with database.writing(anonymous(None)) as work, work.beyond(why):
        earlier = _sent_before(work, key)
        if earlier is not None:
            return receipt_of(earlier)
        _check_not_flooding(work, net)
        return receipt_of(_keep(work, kind, text, key))


def receipt_of(concern: Concern) -> str:
    """`K7QM-2XAB`: the last five bytes of the concern's id, which come from the page's key."""
    text = b32encode(concern.id.bytes[-TAIL:]).decode()
    return f"{text[:4]}-{text[4:]}"


def _sent_before(work: Work, key: bytes) -> Concern | None:
    recent = select(Concern).where(
        Concern.recorded_by_id.is_(None), Concern.recorded_at > clock.now() - PACE.forgotten_after
    )
    found = (one for one in work.session.scalars(recent) if one.id.bytes[-TAIL:] == key[:TAIL])
    return next(found, None)


def _keep(work: Work, kind: ConcernKind, text: str, key: bytes) -> Concern:
    receiver = watching_organisation(work, None)
    if receiver is None:
        raise InvalidInput(N_("There is no protection officer to receive a concern."))
    concern = Concern(
        id=UUID(bytes=uuid7().bytes[:-TAIL] + key[:TAIL]),
        subject_id=receiver.subject_id,
        organisation_id=receiver.id,
        recorded_at=clock.now(),
        kind=kind,
        state=ConcernState.RECEIVED,
        text=text,
    )
    work.session.add(concern)
    tell(work, officers(work, receiver.id), NoticeKind.CONCERN, record_id=concern.id)
    facts = {"kind": kind.value, "about": "public"}
    work.record(Act("concern.recorded", Purpose.PROTECTION, facts=facts))
    return concern


def _check_not_flooding(work: Work, net: str | None) -> None:
    if count_sending(work, PACE, net) is not None:
        raise InvalidInput(
            N_("Several messages came from your network. Wait some minutes and send it again.")
        )
