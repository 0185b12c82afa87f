"""What a user sees of her own signing in."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.services.sign_in.one_time import authenticator_of, codes_left
from casework.services.sign_in.passkeys import passkeys_of
from casework.services.sign_in.sessions import living_sessions
from casework.services.work import Work
from models.sign_in import Authenticator, Passkey
from models.user import LoginSession, User


@dataclass(frozen=True)
class Overview:
    """Second steps, recovery codes and open browsers; `current` is this one."""

    has_password: bool
    passkeys: Sequence[Passkey]
    app: Authenticator | None
    recovery_codes: int
    sessions: Sequence[LoginSession]
    current: LoginSession | None


def overview(work: Work) -> Overview:
    """The actor's own."""
    user = work.session.get_one(User, work.actor.id)
    sessions = living_sessions(work, user.id)
    with work.unseen():
        has_password = user.password_hash is not None
    return Overview(
        has_password,
        passkeys_of(work, user),
        authenticator_of(work, user),
        codes_left(work, user),
        sessions,
        next((one for one in sessions if one.id == work.actor.origin.session), None),
    )


def own_email(work: Work) -> str:
    """The address that the actor's app shows beside her codes."""
    with work.unseen():
        return work.session.get_one(User, work.actor.id).email
