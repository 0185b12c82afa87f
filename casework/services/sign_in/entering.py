"""The ways in: password, then second factor; a passkey alone; and confirming who one is.

Every attempt commits by itself, so that a refused one is counted and told too. Nothing here says
whether there is such an account, or which part of an answer was wrong.
"""

from uuid import UUID

from audit.record import Act
from casework.actor import Actor
from casework.errors import InvalidInput
from casework.messages import N_
from casework.reference.identifiers import email_address
from casework.services.sign_in.caller import Caller, anonymous
from casework.services.sign_in.one_time import codes_left
from casework.services.sign_in.passkeys import Party, passkey_of, sign_in_options
from casework.services.sign_in.passwords import password_is_right, password_suffices
from casework.services.sign_in.proving import Answer, Ways, method_of, proves, ways_of
from casework.services.sign_in.sessions import Entered, living_session, open_session, renew
from casework.services.sign_in.throttle import Throttle
from casework.services.users import find_user
from casework.services.work import Database, Work
from casework.vocabulary import Outcome, Purpose, SessionStage, SignInMethod
from models.user import LoginSession, User

SIGN_IN = "sign-in"


def sign_in(database: Database, email: str, password: str, caller: Caller) -> Entered:
    """Open a session by password; InvalidInput when refused.

    The session is whole only for accounts of the demo: others must show their second factor, or
    set one.
    """
    with database.writing(anonymous(caller.net)) as work, work.beyond("who signs in"):
        entered = _by_password(work, email, password, caller)
    if entered is None:
        raise InvalidInput(
            N_("The e-mail address or the password is not right. Check both and try again.")
        )
    return entered


def _by_password(work: Work, email: str, password: str, caller: Caller) -> Entered | None:
    throttle = Throttle(work, account=email_address(email), address=caller.net)
    closed = throttle.closed
    with work.unseen():
        user = find_user(work, email)
        right = password_is_right(user, password)
    if closed or not right or user is None:
        throttle.failed()
        tell_failure(work, user, SignInMethod.PASSWORD, throttled=closed)
        return None
    throttle.succeeded()
    return enter(work, user, caller, SignInMethod.PASSWORD)


def enter(work: Work, user: User, caller: Caller, method: SignInMethod) -> Entered:
    """Past the first step: a whole session, or one that waits for the second factor."""
    with work.unseen():
        if ways_of(work, user).second_factor:
            stage = SessionStage.SECOND_FACTOR
        elif password_suffices(user):
            stage = SessionStage.OPEN
        else:
            stage = SessionStage.ENROLMENT
    return Entered(open_session(work, user, caller, stage, method), stage)


def second_step(
    database: Database, secret: str, caller: Caller, party: Party
) -> tuple[Ways, str] | None:
    """What the session of this secret can finish with, and a passkey's options; None if nothing."""
    with database.reading(anonymous(caller.net)) as work, work.beyond("who signs in"):
        half = _half(work, secret)
        if half is None:
            return None
        row, user = half
        return ways_of(work, user), sign_in_options(work, party, _use(row), user)


def finish(database: Database, secret: str, answer: Answer, caller: Caller) -> Entered:
    """Finish signing in with a second factor; InvalidInput when refused, or it took too long."""
    _check_answered(answer)
    with database.writing(anonymous(caller.net)) as work, work.beyond("who signs in"):
        half = _half(work, secret)
        entered = _by_second_factor(work, *half, answer, caller) if half else None
    if half is None:
        raise InvalidInput(N_("Signing in took too long. Begin again."))
    if entered is None:
        raise _not_right()
    return entered


def _by_second_factor(
    work: Work, row: LoginSession, user: User, answer: Answer, caller: Caller
) -> Entered | None:
    throttle = Throttle(work, factor=user.id, address=caller.net)
    method = method_of(answer)
    bound = Answer(answer.code, answer.passkey, "", answer.party, _use(row))
    closed = throttle.closed
    if closed or not proves(work, user, bound):
        throttle.failed()
        tell_failure(work, user, method, throttled=closed)
        return None
    throttle.succeeded()
    work.session.delete(row)
    secret = open_session(work, user, caller, SessionStage.OPEN, method)
    left = codes_left(work, user) if method is SignInMethod.RECOVERY_CODE else None
    return Entered(secret, SessionStage.OPEN, left)


def passkey_options(database: Database, party: Party) -> str:
    """What a browser needs to sign in with any passkey of this site."""
    with database.reading(anonymous(None)) as work:
        return sign_in_options(work, party, SIGN_IN)


def sign_in_with_passkey(database: Database, passkey: str, party: Party, caller: Caller) -> Entered:
    """Open a whole session: a passkey is two factors, the device and what opens it."""
    with database.writing(anonymous(caller.net)) as work, work.beyond("who signs in"):
        throttle = Throttle(work, address=caller.net)
        closed = throttle.closed
        found = None if closed else passkey_of(work, party, passkey, SIGN_IN)
        user = found.user if found is not None and found.user.active else None
        if user is None:
            throttle.failed()
            tell_failure(work, None, SignInMethod.PASSKEY, throttled=closed)
            entered = None
        else:
            stage, method = SessionStage.OPEN, SignInMethod.PASSKEY
            entered = Entered(open_session(work, user, caller, stage, method), stage)
    if entered is None:
        raise InvalidInput(N_("This passkey is not known here, or it was refused."))
    return entered


def confirmation(database: Database, actor: Actor, party: Party) -> tuple[Ways, str]:
    """What the actor can confirm herself with, and a passkey's options."""
    with database.reading(actor) as work:
        user = work.session.get_one(User, actor.id)
        return ways_of(work, user), sign_in_options(work, party, _use_of(actor), user)


def confirm(database: Database, actor: Actor, answer: Answer) -> str:
    """Mark the actor's session as just confirmed; its new secret, or InvalidInput if refused."""
    _check_answered(answer)
    with database.writing(actor) as work, work.beyond("every attempt is counted"):
        secret = _confirmed(work, answer)
    if secret is None:
        raise _not_right()
    return secret


def _confirmed(work: Work, answer: Answer) -> str | None:
    user = work.session.get_one(User, work.actor.id)
    throttle = Throttle(work, factor=user.id, address=work.actor.origin.net)
    bound = Answer(answer.code, answer.passkey, answer.password, answer.party, _use_of(work.actor))
    alone = not ways_of(work, user).second_factor
    method, closed = method_of(answer), throttle.closed
    if closed or not proves(work, user, bound, password=alone):
        throttle.failed()
        tell_failure(work, user, method, throttled=closed)
        return None
    throttle.succeeded()
    stage = work.session.get_one(LoginSession, work.actor.origin.session).stage
    facts = {"method": method.value}
    work.record(Act("user.confirmed", Purpose.ADMINISTRATION, facts=facts))
    return renew(work, stage)


def tell_failure(work: Work, user: User | None, method: SignInMethod, *, throttled: bool) -> None:
    """Write down that an attempt was refused."""
    work.record(
        Act(
            "user.sign_in_failed",
            Purpose.ADMINISTRATION,
            outcome=Outcome.REFUSED,
            subjects=[user.subject_id] if user else [],
            facts={"method": method.value, "throttled": throttled},
        )
    )


def _half(work: Work, secret: str) -> tuple[LoginSession, User] | None:
    row = living_session(work, secret)
    if row is None or row.stage is not SessionStage.SECOND_FACTOR:
        return None
    return row, work.session.get_one(User, row.user_id)


def _use(row: LoginSession) -> str:
    return f"second step {row.id}"


def _use_of(actor: Actor) -> str:
    session_id: UUID | None = actor.origin.session
    return f"confirm {session_id}"


def _check_answered(answer: Answer) -> None:
    """An empty form is no attempt."""
    if not (answer.code or answer.passkey or answer.password):
        raise InvalidInput(N_("An answer is needed here."))


def _not_right() -> InvalidInput:
    return InvalidInput(
        N_("That was not accepted. A code opens once: wait for the next one, and try again.")
    )
