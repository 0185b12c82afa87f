"""Accounts: adding them, and what the product knows of a signed-in user."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.actor import Actor, Origin
from casework.crypto.tokens import scheme, search_token, search_tokens
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission, scopes_of
from casework.reference.identifiers import email_address
from casework.services.organisations import get_organisation
from casework.services.sign_in.hashing import hashed
from casework.services.work import Work
from casework.vocabulary import (
    ActorKind,
    Language,
    OrganisationKind,
    Purpose,
    Role,
    SessionStage,
    SubjectKind,
    TokenKind,
)
from models.break_glass import BreakGlass
from models.organisation import Organisation
from models.subject import SearchToken
from models.user import Exclusion, User

#: Which organisations may employ which role.
EMPLOYERS: dict[Role, frozenset[OrganisationKind]] = {
    Role.CONSULAR_OFFICER: frozenset({OrganisationKind.MISSION}),
    Role.CONSULAR_DESK: frozenset({OrganisationKind.MINISTRY}),
    Role.QUARANTINE_OFFICER: frozenset({OrganisationKind.FACILITY}),
    Role.CASEWORKER: frozenset({OrganisationKind.IOM}),
    Role.SUPERVISOR: frozenset({OrganisationKind.IOM}),
    Role.PARTNER_WORKER: frozenset(
        {OrganisationKind.NGO, OrganisationKind.AGENCY, OrganisationKind.SHELTER}
    ),
    Role.PARTNER_COORDINATOR: frozenset(
        {OrganisationKind.NGO, OrganisationKind.AGENCY, OrganisationKind.SHELTER}
    ),
}


@dataclass(frozen=True)
class Profile:
    """A signed-in user as pages show her."""

    actor: Actor
    name: str
    language: Language
    organisation_name: str
    organisation_name_mn: str
    stage: SessionStage
    confirmed_at: datetime

    @property
    def must_enrol(self) -> bool:
        """Whether she has to set a second factor before any other page opens."""
        return self.stage is SessionStage.ENROLMENT


def find_user(work: Work, email: str) -> User | None:
    """The account of this e-mail address."""
    tokens = search_tokens(work.keyring, TokenKind.USER_EMAIL, email_address(email))
    with work.beyond("one address opens one account, whoever keeps it"):
        row_id = work.session.scalar(
            select(SearchToken.row_id).where(
                SearchToken.kind == TokenKind.USER_EMAIL, SearchToken.token.in_(tokens)
            )
        )
        return work.session.get(User, row_id) if row_id else None


def users_by_id(work: Work, ids: Iterable[UUID | None]) -> dict[UUID, User]:
    """The users of these ids: who did something is named to whoever may read what was done."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    with work.beyond("who acted is named, whoever employs her"):
        found = work.session.scalars(select(User).where(User.id.in_(wanted)))
        return {user.id: user for user in found}


def add_user(
    work: Work,
    *,
    email: str,
    role: Role,
    organisation: str,
    name: str | None = None,
    cleared: bool = False,
    password: str | None = None,
    language: Language = Language.MN,
    demo: bool = False,
) -> User:
    """Add an account; InvalidInput when the address is taken or the organisation cannot employ
    the role. Without a password nobody can sign in to it yet. Only the demo's own accounts are
    `demo`: they need no second factor.
    """
    employer = get_organisation(work, organisation)
    check_employer(employer, role)
    if find_user(work, email) is not None:
        raise InvalidInput(N_("There is an account with this e-mail address already."), "email")
    user = User(
        subject_id=work.new_subject(SubjectKind.USER).id,
        organisation_id=employer.id,
        role=role,
        cleared=cleared,
        language=language,
        email=email_address(email),
        name=name or email.split("@")[0],
        password_hash=hashed(password) if password else None,
        demo=demo,
    )
    work.session.add_all([user, _token_of(work, user)])
    facts = {"role": role.value, "cleared": cleared, "organisation": employer.code}
    work.record(Act("user.added", Purpose.ADMINISTRATION, facts=facts))
    return user


def _token_of(work: Work, user: User) -> SearchToken:
    """What the account is found by when its e-mail address is typed."""
    return SearchToken(
        kind=TokenKind.USER_EMAIL,
        scheme=scheme(work.keyring),
        token=search_token(work.keyring, TokenKind.USER_EMAIL, user.email),
        subject_id=user.subject_id,
        row_id=user.id,
    )


def check_employer(employer: Organisation, role: Role) -> None:
    """Raise InvalidInput when an organisation of this kind has nobody of this role."""
    allowed = EMPLOYERS.get(role)
    if allowed is not None and employer.kind not in allowed:
        raise InvalidInput(
            N_("A %(role)s cannot work for an organisation of the kind “%(kind)s”."),
            "organisation",
            role=role,
            kind=employer.kind,
        )


def actor_of(work: Work, user: User, origin: Origin) -> Actor:
    """Who acts when this user does."""
    excluded = work.session.scalars(select(Exclusion.case_id).where(Exclusion.user_id == user.id))
    return Actor(
        kind=ActorKind.USER,
        origin=origin,
        id=user.id,
        role=user.role,
        organisation_id=user.organisation_id,
        organisation_kind=user.organisation.kind,
        cleared=user.cleared,
        excluded_cases=frozenset(excluded),
        opened_cases=_opened_in_emergency(work, user),
    )


def _opened_in_emergency(work: Work, user: User) -> frozenset[UUID]:
    if not scopes_of(user.role, Permission.BREAK_GLASS_USE):
        return frozenset()
    opened = select(BreakGlass.case_id).where(
        BreakGlass.user_id == user.id, BreakGlass.ends_at > clock.now()
    )
    return frozenset(work.session.scalars(opened))
