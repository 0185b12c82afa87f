"""Signing in: passwords, throttling, server-side sessions."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from argon2.exceptions import Argon2Error
from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.actor import Actor, Origin
from casework.errors import InvalidInput
from casework.messages import N_
from casework.reference.identifiers import email_address
from casework.services.users import Profile, actor_of, find_user, hasher
from casework.services.work import Database, Work
from casework.vocabulary import ActorKind, EntryChannel, KeyDomain, Language, Outcome, Purpose
from models.user import LoginSession, SignInThrottle, User

#: Failures that are free; after them each doubles the wait, up to the longest.
FREE_FAILURES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=30)
#: After a day without a failure earlier ones no longer count: a whole mission shares one address.
FORGOTTEN_AFTER = timedelta(days=1)
LAST_SEEN_EVERY = timedelta(minutes=1)

#: Checked when there is no such account, so that a wrong address takes as long as a wrong password.
_NOBODY = hasher.hash(secrets.token_hex(16))


def net_hash(database: Database, address: str | None) -> str | None:
    """A keyed hash of a network address: the log can tell two addresses apart, not read them."""
    if not address:
        return None
    return database.keyring.keyed_hash(KeyDomain.AUDIT, "net", address).hex()[:32]


def anonymous(net: str | None) -> Actor:
    """Somebody not signed in."""
    return Actor(ActorKind.ANONYMOUS, Origin(EntryChannel.WEB, None, net))


def sign_in(database: Database, email: str, password: str, net: str | None) -> str:
    """Open a session and return its secret; InvalidInput when refused, which is recorded."""
    with database.writing(anonymous(net)) as work:
        secret = _try(work, email, password)
    if secret is None:
        raise InvalidInput(
            N_("The e-mail address or the password is not right. Check both and try again.")
        )
    return secret


def _try(work: Work, email: str, password: str) -> str | None:
    throttles = [
        _throttle(work, f"account {email_address(email)}"),
        _throttle(work, f"address {work.actor.origin.net}"),
    ]
    throttled = any(_must_wait(throttle) for throttle in throttles)
    user = find_user(work, email)
    right = _password_right(user, password)
    if throttled or not right or user is None:
        for throttle in throttles:
            throttle.failures += 1
            throttle.last_failed_at = clock.now()
        facts = {"throttled": throttled, "method": "password"}
        subjects = [user.subject_id] if user else []
        work.record(
            Act(
                "user.sign_in_failed",
                Purpose.ADMINISTRATION,
                outcome=Outcome.REFUSED,
                subjects=subjects,
                facts=facts,
            )
        )
        work.forget_reads()
        return None
    throttles[0].failures = 0
    return _open_session(work, user)


def _password_right(user: User | None, password: str) -> bool:
    stored = user.password_hash if user is not None and user.active else None
    try:
        hasher.verify(stored or _NOBODY, password)
    except Argon2Error:
        return False
    return bool(stored)


def _throttle(work: Work, key: str) -> SignInThrottle:
    key_hash = work.keyring.keyed_hash(KeyDomain.AUDIT, "sign-in throttle", key)
    found = work.session.scalars(
        select(SignInThrottle).where(SignInThrottle.key_hash == key_hash)
    ).first()
    if found is None:
        found = SignInThrottle(key_hash=key_hash, failures=0, last_failed_at=clock.now())
        work.session.add(found)
    elif clock.now() - found.last_failed_at > FORGOTTEN_AFTER:
        found.failures = 0
    return found


def _must_wait(throttle: SignInThrottle) -> bool:
    over = throttle.failures - FREE_FAILURES
    if over < 0:
        return False
    wait = min(FIRST_WAIT * (1 << min(over, 10)), LONGEST_WAIT)
    return clock.now() < throttle.last_failed_at + wait


def confirm(database: Database, actor: Actor, password: str) -> str:
    """Mark the actor's session as just confirmed and return its new secret; InvalidInput if not."""
    with database.writing(actor) as work:
        secret = _try_again(work, password)
    if secret is None:
        raise InvalidInput(N_("That is not right. Try again."))
    return secret


def _try_again(work: Work, password: str) -> str | None:
    user = work.session.get_one(User, work.actor.id)
    throttle = _throttle(work, f"account {user.email}")
    throttled = _must_wait(throttle)
    right = _password_right(user, password)
    work.forget_reads()
    facts: dict[str, object] = {"method": "password"}
    if throttled or not right:
        throttle.failures += 1
        throttle.last_failed_at = clock.now()
        facts["throttled"] = throttled
        event, outcome = "user.sign_in_failed", Outcome.REFUSED
        work.record(Act(event, Purpose.ADMINISTRATION, outcome=outcome, facts=facts))
        return None
    secret = f"{user.id}.{secrets.token_urlsafe(32)}"
    row = work.session.get_one(LoginSession, work.actor.origin.session)
    row.secret_hash, row.confirmed_at = _hash(secret), clock.now()
    work.record(Act("user.confirmed", Purpose.ADMINISTRATION, facts=facts))
    return secret


def _open_session(work: Work, user: User) -> str:
    secret = f"{user.id}.{secrets.token_urlsafe(32)}"
    at = clock.now()
    row = LoginSession(
        user_id=user.id,
        secret_hash=_hash(secret),
        created_at=at,
        last_seen_at=at,
        confirmed_at=at,
    )
    work.session.add(row)
    origin = Origin(EntryChannel.WEB, row.id, work.actor.origin.net)
    signed_in = work.acting_as(actor_of(work, user, origin))
    facts = {"method": "password"}
    signed_in.record(
        Act("user.signed_in", Purpose.ADMINISTRATION, subjects=[user.subject_id], facts=facts)
    )
    work.forget_reads()
    return secret


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()


def resume(database: Database, secret: str, net: str | None) -> Profile | None:
    """The user of a session's secret, unless it ended: signed out, idle too long, or too old."""
    with database.reading(anonymous(net)) as work:
        row = work.session.scalars(
            select(LoginSession).where(LoginSession.secret_hash == _hash(secret))
        ).first()
        user = work.session.get(User, row.user_id) if row else None
        if row is None or user is None or not user.active or _ended(database, row, clock.now()):
            return None
        if not secret.startswith(f"{user.id}."):
            return None  # the row was given to another account by hand
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


def _ended(database: Database, row: LoginSession, at: datetime) -> bool:
    settings = database.settings
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


def choose_language(work: Work, language: Language) -> None:
    """Remember the language the user reads."""
    user = work.session.get_one(User, work.actor.id)
    if user.language is not language:
        user.language = language
        facts = {"language": language.value}
        work.record(Act("user.language_chosen", Purpose.ADMINISTRATION, facts=facts))
