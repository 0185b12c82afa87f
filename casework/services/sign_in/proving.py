"""What a person can prove with that it is she, and whether what she sent does."""

from dataclasses import dataclass

from casework.services.sign_in.one_time import (
    DIGITS,
    app_code_is_right,
    authenticator_of,
    codes_left,
    plain_code,
    use_recovery_code,
)
from casework.services.sign_in.passkeys import Party, passkey_of, passkeys_of
from casework.services.sign_in.passwords import password_is_right
from casework.services.work import Work
from casework.vocabulary import SignInMethod
from models.user import User


@dataclass(frozen=True)
class Ways:
    """How an account can prove itself beside its password."""

    passkeys: int
    app: bool
    recovery_codes: int

    @property
    def second_factor(self) -> bool:
        """Whether a second factor is set; recovery codes only stand in for one."""
        return self.app or self.passkeys > 0


@dataclass(frozen=True)
class Answer:
    """What was sent: one of these is not empty. `use` is what the passkey was asked for."""

    code: str = ""
    passkey: str = ""
    password: str = ""
    party: Party | None = None
    use: str = ""


def ways_of(work: Work, user: User) -> Ways:
    """How this user can prove herself."""
    app = authenticator_of(work, user) is not None
    return Ways(len(passkeys_of(work, user)), app, codes_left(work, user))


def method_of(answer: Answer) -> SignInMethod:
    """What somebody tried to prove it with."""
    if answer.passkey:
        return SignInMethod.PASSKEY
    if answer.code:
        code = plain_code(answer.code)
        from_app = code.isdigit() and len(code) == DIGITS
        return SignInMethod.ONE_TIME_CODE if from_app else SignInMethod.RECOVERY_CODE
    return SignInMethod.PASSWORD


def proves(work: Work, user: User, answer: Answer, *, password: bool = False) -> bool:
    """Whether the answer proves that it is this user; a password only where that is enough."""
    match method_of(answer):
        case SignInMethod.PASSKEY:
            if answer.party is None:
                return False
            found = passkey_of(work, answer.party, answer.passkey, answer.use)
            return found is not None and found.user_id == user.id
        case SignInMethod.ONE_TIME_CODE:
            return app_code_is_right(work, user, answer.code)
        case SignInMethod.RECOVERY_CODE:
            return use_recovery_code(work, user, answer.code)
        case _:
            with work.unseen():
                return password and password_is_right(user, answer.password)
