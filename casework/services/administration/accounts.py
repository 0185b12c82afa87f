"""Accounts, as administrators keep them, and coordinators those of their own organisation.

The compartment's clearance is not given here: it needs two other people, and until that has a page
it is given on the command line.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true, update
from sqlalchemy.orm import joinedload

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Facts, Permission
from casework.services.access import require, require_facts
from casework.services.idempotency import expect_version
from casework.services.scopes import visible
from casework.services.users import add_user, check_employer, hasher
from casework.services.work import Work
from casework.vocabulary import Language, Purpose, Role
from models.organisation import Organisation
from models.user import LoginSession, User

PAGE = 50
#: What a coordinator may make a colleague; anything else would reach beyond the organisation.
BY_COORDINATORS = (Role.PARTNER_WORKER, Role.PARTNER_COORDINATOR)


@dataclass(frozen=True)
class NewAccount:
    """An account to add; the password is made by the system and shown once."""

    email: str
    name: str
    role: Role
    organisation_id: UUID
    language: Language


def roles_to_give(work: Work) -> tuple[Role, ...]:
    """Roles the actor may give."""
    return tuple(Role) if work.actor.role is Role.ADMINISTRATOR else BY_COORDINATORS


def employers(work: Work) -> list[Organisation]:
    """Organisations whose accounts the actor keeps."""
    statement = select(Organisation).where(Organisation.active).order_by(Organisation.name)
    if work.actor.role is not Role.ADMINISTRATOR:
        statement = statement.where(Organisation.id == work.actor.organisation_id)
    return list(work.session.scalars(statement))


def list_accounts(
    work: Work, organisation_id: UUID | None = None, after: UUID | None = None
) -> tuple[Sequence[User], UUID | None]:
    """50 accounts the actor keeps, oldest first, and the id after which the next page begins."""
    statement = (
        select(User)
        .where(_kept(work), User.id > after if after else true())
        .options(joinedload(User.organisation))
        .order_by(User.id)
        .limit(PAGE + 1)
    )
    if organisation_id is not None:
        statement = statement.where(User.organisation_id == organisation_id)
    users = list(work.session.scalars(statement))
    return users[:PAGE], users[PAGE - 1].id if len(users) > PAGE else None


def count_accounts(work: Work) -> tuple[int, int]:
    """Active accounts the actor keeps, and those switched off."""
    rows = work.session.execute(
        select(User.active, func.count()).where(_kept(work)).group_by(User.active)
    )
    counts = {row[0]: row[1] for row in rows}
    return counts.get(True, 0), counts.get(False, 0)


def add_account(work: Work, new: NewAccount) -> tuple[User, str]:
    """The account, and its password, which is stored nowhere."""
    holders = frozenset({new.organisation_id})
    require_facts(work, Permission.USER_MANAGE, Facts(holders=holders))
    _check_role(work, new.role)
    organisation = work.session.get_one(Organisation, new.organisation_id)
    password = new_password()
    user = add_user(
        work,
        email=new.email,
        role=new.role,
        organisation=organisation.code,
        name=new.name,
        password=password,
        language=new.language,
    )
    return user, password


def change_account(
    work: Work, user: User, role: Role, *, active: bool, version: int | None
) -> None:
    """Another role, or switched off: then every browser of hers is signed out at once.

    A new role takes away the compartment's clearance, which was given for the old one.
    """
    _check_kept(work, user)
    expect_version(user, version)
    if role is not user.role:
        _check_role(work, role)
        check_employer(user.organisation, role)
        user.role, user.cleared = role, False
    user.active = active
    if not active:
        _sign_out_everywhere(work, user)
    facts: dict[str, object] = {"role": role.value, "active": active}
    _record(work, "user.changed", user, facts)


def reset_password(work: Work, user: User) -> str:
    """A new password, to be told to her once; her browsers are signed out."""
    _check_kept(work, user)
    password = new_password()
    user.password_hash = hasher.hash(password)
    _sign_out_everywhere(work, user)
    _record(work, "user.password_reset", user, {})
    return password


def new_password() -> str:
    """16 signs that are hard to guess and can be read out over the telephone."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _kept(work: Work) -> ColumnElement[bool]:
    return visible(work.actor, Permission.USER_MANAGE, User)


def _check_kept(work: Work, user: User) -> None:
    """A coordinator keeps partner accounts only, never those of who watches over her."""
    require(work, Permission.USER_MANAGE, user)
    if user.role not in roles_to_give(work):
        raise InvalidInput(N_("Only an administrator can change this account."))


def _check_role(work: Work, role: Role) -> None:
    if role not in roles_to_give(work):
        raise InvalidInput(N_("You cannot give this role."), "role")


def _sign_out_everywhere(work: Work, user: User) -> None:
    work.session.execute(
        update(LoginSession)
        .where(LoginSession.user_id == user.id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def _record(work: Work, event: str, user: User, facts: dict[str, object]) -> None:
    work.record(
        Act(
            event,
            Purpose.ADMINISTRATION,
            permission=Permission.USER_MANAGE,
            subjects=[user.subject_id],
            facts=facts,
        )
    )
