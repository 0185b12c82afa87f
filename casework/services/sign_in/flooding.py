"""Floods from one network address: so many at once, then each sending waits longer."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from casework import clock
from casework.services.work import Work
from casework.vocabulary import KeyDomain
from models.user import SignInThrottle


@dataclass(frozen=True)
class Pace:
    """What is counted under `name`: `free` at once, then waits that double up to `longest`."""

    name: str
    free: int
    first: timedelta
    longest: timedelta
    forgotten_after: timedelta = timedelta(days=1)


def count_sending(work: Work, pace: Pace, net: str | None) -> timedelta | None:
    """Count one sending from the address of this keyed hash; how long to wait when it is too soon.

    What is too soon is not counted.
    """
    key = work.keyring.keyed_hash(KeyDomain.AUDIT, pace.name, net or "")
    wanted = select(SignInThrottle).where(SignInThrottle.key_hash == key)
    sent = work.session.scalars(wanted.with_for_update()).first()
    if sent is None:
        sent = SignInThrottle(key_hash=key, failures=0, last_failed_at=clock.now())
        work.session.add(sent)
    elif clock.now() - sent.last_failed_at > pace.forgotten_after:
        sent.failures = 0
    over = sent.failures - pace.free
    until = sent.last_failed_at + min(pace.first * (1 << min(max(over, 0), 10)), pace.longest)
    if over >= 0 and clock.now() < until:
        return until - clock.now()
    sent.failures, sent.last_failed_at = sent.failures + 1, clock.now()
    return None
