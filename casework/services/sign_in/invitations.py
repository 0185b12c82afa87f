"""One-time codes with which somebody chooses a password: for a new account, or a forgotten one.

The code is told once to who makes it, who hands it over; only its hash is kept. It never stands in
an address that a server sees: the link carries it after `#`, which browsers keep to themselves.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.sign_in.caller import Caller, anonymous
from casework.services.sign_in.entering import enter, tell_failure
from casework.services.sign_in.one_time import plain_code, readable_code
from casework.services.sign_in.passwords import set_password
from casework.services.sign_in.sessions import Entered, hash_of
from casework.services.sign_in.throttle import Throttle
from casework.services.work import Database, Work
from casework.vocabulary import InvitationPurpose, Purpose, SignInMethod
from models.sign_in import Invitation
from models.user import User

LASTS: Final = timedelta(hours=72)
#: 24 signs, 119 bits: long enough to be kept as a plain hash.
GROUPS: Final = 6


@dataclass(frozen=True)
class Invited:
    """What is handed over, and until when it opens anything."""

    code: str
    until: datetime

    def link(self, origin: str) -> str:
        """The address to open, of a product reached at `origin`."""
        return f"{origin}/welcome#{self.code}"


def invite(work: Work, user: User, purpose: InvitationPurpose) -> Invited:
    """A new code for this account; earlier ones open nothing any more."""
    for row in work.session.scalars(_open_of(user)):
        row.ended_at = clock.now()
    code, at = readable_code(GROUPS), clock.now()
    until = at + LASTS
    work.session.add(
        Invitation(
            user_id=user.id,
            purpose=purpose,
            code_hash=hash_of(plain_code(code)),
            made_by_id=work.actor.id,
            made_at=at,
            expires_at=until,
        )
    )
    facts = {"purpose": purpose.value, "until": until.isoformat(timespec="minutes")}
    subjects = [user.subject_id]
    work.record(Act("user.invited", Purpose.ADMINISTRATION, subjects=subjects, facts=facts))
    return Invited(code, until)


def open_until(work: Work, user: User) -> datetime | None:
    """Until when an invitation of this account can still be used."""
    rows = work.session.scalars(_open_of(user)).all()
    return max((row.expires_at for row in rows if row.expires_at > clock.now()), default=None)


def accept(database: Database, code: str, password: str, caller: Caller) -> Entered:
    """Choose a password with the code and go on as after signing in with it.

    Raises InvalidInput when the code opens nothing, or the password is too easy to guess; then the
    code can be used again.
    """
    refusal: InvalidInput | None = None
    with database.writing(anonymous(caller.net)) as work, work.beyond("who is invited"):
        entered = None
        try:
            entered = _accepted(work, code, password, caller)
        except InvalidInput as error:
            refusal = error
    if refusal is not None:
        raise refusal
    if entered is None:
        raise InvalidInput(
            N_("This code opens nothing: it is mistyped, used or too old. Ask for a new one."),
            "code",
        )
    return entered


def _accepted(work: Work, code: str, password: str, caller: Caller) -> Entered | None:
    throttle = Throttle(work, address=caller.net)
    statement = select(Invitation).where(Invitation.code_hash == hash_of(plain_code(code)))
    row = work.session.scalars(statement.with_for_update()).first()
    user = work.session.get(User, row.user_id) if row is not None else None
    living = row is not None and row.ended_at is None and row.expires_at > clock.now()
    if throttle.closed or row is None or user is None or not user.active or not living:
        throttle.failed()
        tell_failure(work, user, SignInMethod.INVITATION, throttled=throttle.closed)
        return None
    with work.unseen():
        set_password(user, password)
    row.ended_at = clock.now()
    facts = {"purpose": row.purpose.value}
    subjects = [user.subject_id]
    work.record(Act("user.invitation_used", Purpose.ADMINISTRATION, subjects=subjects, facts=facts))
    return enter(work, user, caller, SignInMethod.INVITATION)


def end_invitations(work: Work, user: User) -> None:
    """Let no code of this account open anything; the caller's entry tells of it."""
    for row in work.session.scalars(_open_of(user)):
        row.ended_at = clock.now()


def _open_of(user: User) -> Select[Invitation]:
    return select(Invitation).where(Invitation.user_id == user.id, Invitation.ended_at.is_(None))
