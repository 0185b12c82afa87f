"""Colleagues whom the cast lacks: a second desk officer, and actors as they are now."""

from uuid import UUID

from casework.actor import Actor
from casework.services.setup import command_actor
from casework.services.users import actor_of, add_user
from casework.services.work import Database
from casework.vocabulary import Role
from models.user import User
from tests.conftest import Cast


def colleague(database: Database, cast: Cast, name: str, role: Role, organisation: str) -> Actor:
    """A new account beside the cast's."""
    with database.writing(command_actor()) as work:
        user = add_user(
            work, email=f"{name}@demo.example", role=role, organisation=organisation, name=name
        )
    return now_acting(database, cast, user.id)


def now_acting(database: Database, cast: Cast, user_id: UUID | None) -> Actor:
    """Who this account is at this moment: what is open to her, and from what she is kept."""
    with database.reading(command_actor()) as work:
        user = work.session.get_one(User, user_id)
        return actor_of(work, user, cast["saruul.desk"].origin)
