"""Server-side sessions: opened, resumed, confirmed, listed, ended."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from audit.record import Act
from casework import clock
from casework.actor import Actor, Origin
from casework.services.sign_in.caller import Caller, anonymous
from casework.services.users import Profile, actor_of
from casework.services.work import Database, Work
from casework.vocabulary import EntryChannel, Language, Purpose, SessionStage, SignInMethod
from models.user import LoginSession, User

LAST_SEEN_EVERY: Final = timedelta(minutes=1)
#: How long the second step of signing in may take.
SECOND_STEP: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Entered:
    """What came of an attempt: the session's secret, how far it came, recovery codes left."""

    secret: str
    stage: SessionStage
    codes_left: int | None = None


def open_session(
    work: Work, user: User, caller: Caller, stage: SessionStage, method: SignInMethod
) -> str:
    """A new session and its secret; only one that got past every step is told as signed in."""
    secret = _new_secret(user.id)
    at = clock.now()
    row = LoginSession(
        user_id=user.id,
        secret_hash=hash_of(secret),
        stage=stage,
        method=method,
        browser=caller.browser,
        system=caller.system,
        created_at=at,
        last_seen_at=at,
        confirmed_at=at,
    )
    work.session.add(row)
    if stage is not SessionStage.SECOND_FACTOR:
        origin = Origin(EntryChannel.WEB, row.id, caller.net)
        told = Act(
            "user.signed_in",
            Purpose.ADMINISTRATION,
            subjects=[user.subject_id],
            facts={"method": method.value},
        )
        work.acting_as(actor_of(work, user, origin)).record(told)
    work.forget_reads()
    return secret


def renew(work: Work, stage: SessionStage = SessionStage.OPEN) -> str:
    """The actor has just proved who she is: her session's new secret; the old one is worthless."""
    row = work.session.get_one(LoginSession, work.actor.origin.session)
    secret = _new_secret(row.user_id)
    row.secret_hash, row.confirmed_at, row.stage = hash_of(secret), clock.now(), stage
    return secret


def resume(database: Database, secret: str, net: str | None) -> Profile | None:
    """The user of a session's secret, unless it ended: signed out, idle too long, or too old.

    A session that still waits for its second factor is nobody's yet.
    """
    with database.reading(anonymous(net)) as work, work.beyond("who is signed in"):
        row = living_session(work, secret)
        if row is None or row.stage is SessionStage.SECOND_FACTOR:
            return None
        user = work.session.get_one(User, row.user_id)
        origin = Origin(EntryChannel.WEB, row.id, net)
        profile = Profile(
            actor=actor_of(work, user, origin),
            name=user.name,
            language=user.language,
            organisation_name=user.organisation.name,
            organisation_name_mn=user.organisation.name_mn,
            stage=row.stage,
            confirmed_at=row.confirmed_at,
        )
        work.forget_reads()
    if clock.now() - row.last_seen_at > LAST_SEEN_EVERY:
        _touch(database, profile.actor, row.id)
    return profile


def living_session(work: Work, secret: str) -> LoginSession | None:
    """The session of this secret, at whatever stage, if it and its user's account live."""
    row = work.session.scalars(
        select(LoginSession).where(LoginSession.secret_hash == hash_of(secret))
    ).first()
    user = work.session.get(User, row.user_id) if row else None
    if row is None or user is None or not user.active or has_ended(work.database, row):
        return None
    # or the row was given to another account by hand
    return row if secret.startswith(f"{user.id}.") else None


def has_ended(database: Database, row: LoginSession) -> bool:
    """Whether the session was ended, or came to an end by itself."""
    at, settings = clock.now(), database.settings
    if row.stage is SessionStage.SECOND_FACTOR and at - row.created_at > SECOND_STEP:
        return True
    idle = at - row.last_seen_at > timedelta(seconds=settings.session_idle)
    old = at - row.created_at > timedelta(seconds=settings.session_lifetime)
    return row.revoked_at is not None or idle or old


def _touch(database: Database, actor: Actor, session_id: UUID) -> None:
    with database.writing(actor) as work:
        work.session.get_one(LoginSession, session_id).last_seen_at = clock.now()


def sign_out(work: Work) -> None:
    """End the actor's session."""
    row = work.session.get(LoginSession, work.actor.origin.session)
    if row is not None:
        row.revoked_at = clock.now()
        work.record(Act("user.signed_out", Purpose.ADMINISTRATION))


def living_sessions(work: Work, user_id: UUID) -> Sequence[LoginSession]:
    """A user's open sessions, the newest first."""
    rows = work.session.scalars(
        select(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.revoked_at.is_(None))
        .order_by(LoginSession.created_at.desc())
        .limit(100)
    )
    half = SessionStage.SECOND_FACTOR
    return [row for row in rows if row.stage is not half and not has_ended(work.database, row)]


def end_sessions(work: Work, user_id: UUID, *, but: UUID | None = None) -> int:
    """End every session of a user, except the one of this id; returns how many ended.

    The caller's entry tells of it.
    """
    ended = len([row for row in living_sessions(work, user_id) if row.id != but])
    statement = (
        update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    if but is not None:
        statement = statement.where(LoginSession.id != but)
    work.session.execute(statement)
    return ended


def end_others(work: Work) -> int:
    """End every session of the actor but this one."""
    ended = end_sessions(work, _own_id(work), but=work.actor.origin.session)
    _tell_ended(work, ended)
    return ended


def end_own(work: Work, session_id: UUID) -> None:
    """End one of the actor's own sessions; nothing happens when it is not one."""
    row = work.session.get(LoginSession, session_id)
    if row is not None and row.user_id == work.actor.id and row.revoked_at is None:
        row.revoked_at = clock.now()
        _tell_ended(work, 1)


def _tell_ended(work: Work, sessions: int) -> None:
    facts = {"sessions": sessions}
    work.record(Act("user.sessions_ended", Purpose.ADMINISTRATION, facts=facts))


def _own_id(work: Work) -> UUID:
    if work.actor.id is None:
        raise LookupError("nobody is signed in")
    return work.actor.id


def choose_language(work: Work, language: Language) -> None:
    """Remember the language the user reads."""
    user = work.session.get_one(User, work.actor.id)
    if user.language is not language:
        user.language = language
        facts = {"language": language.value}
        work.record(Act("user.language_chosen", Purpose.ADMINISTRATION, facts=facts))


def hash_of(secret: str) -> bytes:
    """What is stored of a secret too long to be guessed."""
    return sha256(secret.encode()).digest()


def _new_secret(user_id: UUID) -> str:
    return f"{user_id}.{secrets.token_urlsafe(32)}"
