"""Accounts, as administrators keep them, and coordinators those of their own organisation.

The compartment's clearance is not given here: it needs two other people. Nobody is told another's
password: who is new, or forgot hers, chooses one with a one-time code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import joinedload

from audit.record import Act
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Facts, Permission
from casework.services.access import require, require_facts
from casework.services.idempotency import expect_version
from casework.services.notices import tell
from casework.services.scopes import visible
from casework.services.sign_in.invitations import Invited, end_invitations, invite, open_until
from casework.services.sign_in.one_time import remove_authenticator, remove_recovery_codes
from casework.services.sign_in.passkeys import passkeys_of, remove_passkey
from casework.services.sign_in.proving import Ways, ways_of
from casework.services.sign_in.sessions import end_sessions, living_sessions
from casework.services.users import add_user, check_employer
from casework.services.work import Work
from casework.vocabulary import InvitationPurpose, Language, NoticeKind, Purpose, Role
from models.organisation import Organisation
from models.user import User

PAGE = 50
#: What a coordinator may make a colleague; anything else would reach beyond the organisation.
BY_COORDINATORS = (Role.PARTNER_WORKER, Role.PARTNER_COORDINATOR)


@dataclass(frozen=True)
class NewAccount:
    """An account to add."""

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


def add_account(work: Work, new: NewAccount) -> Invited:
    """Add the account; returns the one-time code that its user chooses a password with."""
    holders = frozenset({new.organisation_id})
    require_facts(work, Permission.USER_MANAGE, Facts(holders=holders))
    _check_role(work, new.role)
    organisation = work.session.get_one(Organisation, new.organisation_id)
    user = add_user(
        work,
        email=new.email,
        role=new.role,
        organisation=organisation.code,
        name=new.name,
        language=new.language,
    )
    return invite(work, user, InvitationPurpose.WELCOME)


def change_account(
    work: Work, user: User, role: Role, *, active: bool, version: int | None
) -> None:
    """Another role, or switched off: every browser of hers is signed out at once.

    A new role takes away the compartment's clearance, which was given for the old one.
    """
    check_kept(work, user)
    expect_version(user, version)
    if role is not user.role:
        _check_role(work, role)
        check_employer(user.organisation, role)
        user.role, user.cleared = role, False
        end_sessions(work, user.id)
    user.active = active
    if not active:
        end_sessions(work, user.id)
        end_invitations(work, user)
    facts: dict[str, object] = {"role": role.value, "active": active}
    _record(work, "user.changed", user, facts)


def replace_password(work: Work, user: User) -> Invited:
    """Her password opens nothing any more and her browsers are signed out.

    Returns the one-time code that she chooses another with. Second factors stay.
    """
    check_kept(work, user)
    purpose = InvitationPurpose.NEW_PASSWORD if user.password_hash else InvitationPurpose.WELCOME
    user.password_hash = None
    end_sessions(work, user.id)
    _record(work, "user.password_reset", user, {})
    return invite(work, user, purpose)


def reset_second_factors(work: Work, user: User) -> None:
    """For a lost device: she sets a second factor anew when she next signs in, and is told."""
    check_kept(work, user)
    with work.beyond("second steps are their owner's; who keeps the account only takes them away"):
        ways = ways_of(work, user)
        for passkey in passkeys_of(work, user):
            remove_passkey(work, user, passkey.id)
        remove_authenticator(work, user)
        remove_recovery_codes(work, user)
    end_sessions(work, user.id)
    factors = ways.passkeys + int(ways.app)
    _record(work, "user.second_factors_reset", user, {"factors": factors})
    tell(work, [user], NoticeKind.SECOND_FACTORS_RESET)


def sign_out_everywhere(work: Work, user: User) -> None:
    """End every session of hers."""
    check_kept(work, user)
    sessions = end_sessions(work, user.id)
    _record(work, "user.sessions_ended", user, {"sessions": sessions})


@dataclass(frozen=True)
class SignInState:
    """How somebody can sign in, as who keeps the account may know it."""

    has_password: bool
    ways: Ways
    sessions: int
    invited_until: datetime | None


def sign_in_state(work: Work, user: User) -> SignInState:
    """Counts and dates only."""
    with work.unseen(), work.beyond("second steps of another are counted, not shown"):
        return SignInState(
            user.password_hash is not None,
            ways_of(work, user),
            len(living_sessions(work, user.id)),
            open_until(work, user),
        )


def _kept(work: Work) -> ColumnElement[bool]:
    return visible(work.actor, Permission.USER_MANAGE, User)


def check_kept(work: Work, user: User) -> None:
    """Raise unless the actor keeps this account.

    A coordinator keeps partner accounts only, never those of who watches over her.
    """
    require(work, Permission.USER_MANAGE, user)
    if user.role not in roles_to_give(work):
        raise InvalidInput(N_("Only an administrator can change this account."))


def _check_role(work: Work, role: Role) -> None:
    if role not in roles_to_give(work):
        raise InvalidInput(N_("You cannot give this role."), "role")


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
