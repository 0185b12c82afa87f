"""Setting second factors: a person's own, and the first of a new account."""

from uuid import UUID

from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.sign_in.one_time import (
    make_recovery_codes,
    remove_authenticator,
    set_authenticator,
)
from casework.services.sign_in.passkeys import Party, add_passkey, remove_passkey
from casework.services.sign_in.passwords import password_suffices
from casework.services.sign_in.proving import ways_of
from casework.services.sign_in.sessions import end_sessions, renew
from casework.services.work import Work
from models.user import User

#: The new secret of the session, and recovery codes when these are the first.
Enrolled = tuple[str, list[str]]


def enrol_passkey(work: Work, party: Party, answer: str, label: str) -> Enrolled:
    """Add a passkey of the actor's; her other browsers are signed out."""
    add_passkey(work, party, answer, label)
    return _enrolled(work)


def enrol_app(work: Work, secret: str, code: str) -> Enrolled:
    """Set up the actor's authenticator app; her other browsers are signed out."""
    set_authenticator(work, secret, code)
    return _enrolled(work)


def _enrolled(work: Work) -> Enrolled:
    user = work.session.get_one(User, work.actor.id)
    work.session.flush()
    end_sessions(work, user.id, but=work.actor.origin.session)
    codes = [] if ways_of(work, user).recovery_codes else make_recovery_codes(work, user)
    return renew(work), codes


def new_recovery_codes(work: Work) -> list[str]:
    """Ten new codes in place of the old ones; InvalidInput before a second factor is set."""
    user = work.session.get_one(User, work.actor.id)
    if not ways_of(work, user).second_factor:
        raise InvalidInput(N_("Set up a passkey or an authenticator app first."))
    return make_recovery_codes(work, user)


def drop_passkey(work: Work, passkey_id: UUID) -> None:
    """Remove one of the actor's passkeys; InvalidInput when nothing else would be left."""
    user = work.session.get_one(User, work.actor.id)
    remove_passkey(work, user, passkey_id)
    _check_something_left(work, user)


def drop_app(work: Work) -> None:
    """Remove the actor's authenticator app; InvalidInput when nothing else would be left."""
    user = work.session.get_one(User, work.actor.id)
    remove_authenticator(work, user)
    _check_something_left(work, user)


def _check_something_left(work: Work, user: User) -> None:
    work.session.flush()
    with work.unseen():
        if not ways_of(work, user).second_factor and not password_suffices(user):
            raise InvalidInput(N_("Set up another second step first: one has to stay."))
    end_sessions(work, user.id, but=work.actor.origin.session)
