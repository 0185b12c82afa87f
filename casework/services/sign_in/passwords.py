"""The first step: what a password opens, and choosing another one."""

from typing import Final

from audit.record import Act
from casework.errors import InvalidInput
from casework.messages import N_
from casework.rules.passwords import weakness
from casework.services.sign_in.hashing import hashed, is_outdated, is_right
from casework.services.sign_in.sessions import end_sessions
from casework.services.work import Work
from casework.vocabulary import Purpose
from models.user import User

#: The addresses of the demo's accounts; nobody can receive mail there (RFC 2606).
DEMO_DOMAIN: Final = "demo.example"


def password_is_right(user: User | None, password: str) -> bool:
    """Whether it is the password of this account; brings an outdated hash up to date."""
    stored = user.password_hash if user is not None and user.active else None
    right = is_right(stored, password)
    if right and user is not None and stored and is_outdated(stored):
        user.password_hash = hashed(password)
    return right


def password_suffices(user: User) -> bool:
    """Whether no second factor is asked: only of accounts that the demo made."""
    return user.demo and user.email.endswith(f"@{DEMO_DOMAIN}")


def set_password(user: User, password: str) -> None:
    """Give the account a new password; InvalidInput when it is too easy to guess."""
    found = weakness(password, user.email, user.name)
    if found is not None:
        raise InvalidInput(found.text, "new_password", **found.values)
    user.password_hash = hashed(password)


def change_password(work: Work, current: str, password: str) -> None:
    """The actor's own, from now on; every other browser of hers is signed out.

    `current` is asked although the session was just confirmed: a guess is counted.
    """
    user = work.session.get_one(User, work.actor.id)
    with work.unseen():
        if not is_right(user.password_hash, current):
            raise InvalidInput(N_("This is not your password."), "password")
        set_password(user, password)
    end_sessions(work, user.id, but=work.actor.origin.session)
    work.record(Act("user.password_changed", Purpose.ADMINISTRATION, subjects=[user.subject_id]))
