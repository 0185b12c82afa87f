"""One-time codes: an authenticator app's (TOTP, RFC 6238), and recovery codes for a lost device."""

import hmac
import secrets
from typing import Final

import pyotp
from sqlalchemy import Select, func, select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.sign_in.hashing import hashed, is_right
from casework.services.work import Work
from casework.vocabulary import Purpose
from models.sign_in import Authenticator, RecoveryCode
from models.user import User

STEP_SECONDS: Final = 30
#: A clock may be one step off, either way.
STEPS_OFF: Final = (0, -1, 1)
DIGITS: Final = 6
RECOVERY_CODES: Final = 10
ISSUER: Final = "Casework"
#: No letter or digit that looks like another; 31 of them.
ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_SELECTOR: Final = 4
_GROUPS: Final = 3


def readable_code(groups: int) -> str:
    """A random code of groups of four signs, to be typed or read out; 19.8 bits a group."""
    return "-".join(
        "".join(secrets.choice(ALPHABET) for _ in range(_SELECTOR)) for _ in range(groups)
    )


def plain_code(typed: str) -> str:
    """A code as it was made, however it was typed."""
    return "".join(sign for sign in typed.lower() if sign.isalnum())


def new_secret() -> str:
    """A secret for an authenticator app, 160 bits in base 32."""
    return pyotp.random_base32()


def app_address(secret: str, email: str) -> str:
    """What an authenticator app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def set_authenticator(work: Work, secret: str, code: str) -> None:
    """Let the actor's app show her codes from now on; InvalidInput unless it shows this one."""
    user = work.session.get_one(User, work.actor.id)
    step = _step_of(secret, plain_code(code), after=0) if secret else None
    if step is None:
        raise InvalidInput(N_("This code is not right. Type the one that the app shows."), "code")
    row = authenticator_of(work, user)
    if row is None:
        row = Authenticator(user_id=user.id, subject_id=user.subject_id)
        work.session.add(row)
    row.secret, row.last_step, row.added_at = secret, step, clock.now()
    work.record(Act("user.authenticator_set", Purpose.ADMINISTRATION))


def remove_authenticator(work: Work, user: User) -> None:
    """Forget the app; the codes it shows open nothing any more."""
    row = authenticator_of(work, user)
    if row is not None:
        work.session.delete(row)
        work.record(Act("user.authenticator_removed", Purpose.ADMINISTRATION))


def authenticator_of(work: Work, user: User) -> Authenticator | None:
    """The user's authenticator app, if one is set up."""
    statement = select(Authenticator).where(Authenticator.user_id == user.id)
    return work.session.scalars(statement).first()


def app_code_is_right(work: Work, user: User, code: str) -> bool:
    """Whether the user's app shows this code now; each is taken once."""
    row = authenticator_of(work, user)
    if row is None:
        return False
    with work.unseen():
        step = _step_of(row.secret, plain_code(code), after=row.last_step)
    if step is None:
        return False
    row.last_step = step
    return True


def _step_of(secret: str, code: str, *, after: int) -> int | None:
    """The step of time, later than `after`, whose code this is."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret)
    for step in (now + off for off in STEPS_OFF):
        right = hmac.compare_digest(app.generate_otp(step).encode(), code.encode())
        if right and step > after:
            return step
    return None


def make_recovery_codes(work: Work, user: User) -> list[str]:
    """Ten new codes, told once; the old ones open nothing any more."""
    for row in work.session.scalars(_codes_of(user)):
        work.session.delete(row)
    work.session.flush()
    codes: dict[str, str] = {}
    while len(codes) < RECOVERY_CODES:
        code = readable_code(_GROUPS)
        codes[code[:_SELECTOR]] = code
    for selector, code in codes.items():
        row = RecoveryCode(user_id=user.id, subject_id=user.subject_id, made_at=clock.now())
        row.selector, row.code_hash = selector, hashed(plain_code(code)[_SELECTOR:])
        work.session.add(row)
    facts = {"codes": len(codes)}
    work.record(Act("user.recovery_codes_made", Purpose.ADMINISTRATION, facts=facts))
    return list(codes.values())


def use_recovery_code(work: Work, user: User, typed: str) -> bool:
    """Whether it is a recovery code of the user that was not used yet; it is now."""
    code = plain_code(typed)
    statement = _codes_of(user).where(
        RecoveryCode.selector == code[:_SELECTOR], RecoveryCode.used_at.is_(None)
    )
    row = work.session.scalars(statement.with_for_update()).first()
    with work.unseen():
        right = is_right(row.code_hash if row else None, code[_SELECTOR:])
    if row is None or not right:
        return False
    row.used_at = clock.now()
    work.session.flush()
    facts = {"left": codes_left(work, user)}
    subjects = [user.subject_id]
    told = Act("user.recovery_code_used", Purpose.ADMINISTRATION, subjects=subjects, facts=facts)
    work.record(told)
    return True


def codes_left(work: Work, user: User) -> int:
    """How many recovery codes the user has not used."""
    unused = _codes_of(user).where(RecoveryCode.used_at.is_(None)).subquery()
    return work.session.scalar(select(func.count()).select_from(unused)) or 0


def remove_recovery_codes(work: Work, user: User) -> None:
    """Forget them all; the caller's entry tells of it."""
    for row in work.session.scalars(_codes_of(user)):
        work.session.delete(row)


def _codes_of(user: User) -> Select[RecoveryCode]:
    return select(RecoveryCode).where(RecoveryCode.user_id == user.id)
