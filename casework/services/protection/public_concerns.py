"""Concerns from people without an account: no name is asked for, none is kept.

The entry in the log says neither from which address it came nor about which record it is. Against
floods a keyed hash of the address counts, apart from the log.
"""

from base64 import b32encode
from datetime import timedelta

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.idempotency import remember, saved_at
from casework.services.notices import officers, tell
from casework.services.protection.officers import watching_organisation
from casework.services.sign_in.caller import anonymous
from casework.services.work import Database, Work
from casework.vocabulary import ConcernKind, ConcernState, KeyDomain, NoticeKind, Purpose
from models.concern import Concern
from models.user import SignInThrottle

#: So many from one address, a shelter's or a mission's, at once; then each waits longer.
FREE = 3
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)


def receive_concern(
    database: Database, kind: ConcernKind, text: str, net: str | None, key: bytes
) -> str:
    """Keep a concern for the protection officers and return the receipt to refer to it by.

    `net` is a keyed hash of the sender's address, `key` the page's: the same page sent twice gives
    the same receipt. Raises InvalidInput when too many came from one address.
    """
    with database.writing(anonymous(None)) as work:
        earlier = saved_at(work, key)
        if earlier is not None:
            return earlier
        _check_not_flooding(work, net)
        with work.beyond("nobody who writes here can read anything"):
            receipt = _keep(work, kind, text)
        remember(work, key, receipt)
        return receipt


def receipt_of(concern: Concern) -> str:
    """`K7QM-2XAB`: from the random part of the concern's id."""
    text = b32encode(concern.id.bytes[-5:]).decode()
    return f"{text[:4]}-{text[4:]}"


def _keep(work: Work, kind: ConcernKind, text: str) -> str:
    receiver = watching_organisation(work, None)
    if receiver is None:
        raise InvalidInput(N_("There is no protection officer to receive a concern."))
    concern = Concern(
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
    return receipt_of(concern)


def _check_not_flooding(work: Work, net: str | None) -> None:
    key = work.keyring.keyed_hash(KeyDomain.AUDIT, "public concern", net or "")
    wanted = select(SignInThrottle).where(SignInThrottle.key_hash == key)
    sent = work.session.scalars(wanted).first()
    if sent is None:
        sent = SignInThrottle(key_hash=key, failures=0, last_failed_at=clock.now())
        work.session.add(sent)
    elif clock.now() - sent.last_failed_at > FORGOTTEN_AFTER:
        sent.failures = 0
    over = sent.failures - FREE
    wait = min(FIRST_WAIT * (1 << min(max(over, 0), 10)), LONGEST_WAIT)
    if over >= 0 and clock.now() < sent.last_failed_at + wait:
        raise InvalidInput(
            N_("Several messages came from your network. Wait some minutes and send it again.")
        )
    sent.failures, sent.last_failed_at = sent.failures + 1, clock.now()
