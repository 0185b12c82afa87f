"""The signed-in user, for Flask-Login."""

from flask import Request, request, session
from flask_login import UserMixin

from casework.rules.browsers import families
from casework.services.sign_in.caller import Caller
from casework.services.sign_in.sessions import resume
from casework.services.users import Profile
from casework.vocabulary import Language
from casework.web.unit import current_net, database

SECRET = "session"  # noqa: S105 - the name of the cookie's field


class SignedInUser(UserMixin):  # type: ignore[misc]
    """Wraps a profile; `language` chooses the page's language."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile

    @property
    def id(self) -> str:
        """The account's id."""
        return str(self.profile.actor.id)

    @property
    def language(self) -> Language:
        """The language she reads."""
        return self.profile.language


def signed_in_user(_request: Request) -> SignedInUser | None:
    """The user whose session secret the cookie holds, if the session lives."""
    secret = session.get(SECRET)
    profile = resume(database(), secret, current_net()) if secret else None
    return SignedInUser(profile) if profile else None


def current_caller() -> Caller:
    """Where this request comes from, as far as it is kept."""
    return Caller(current_net(), *families(request.user_agent.string))
