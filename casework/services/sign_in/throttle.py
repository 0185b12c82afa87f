"""Guessing is slowed down: by account, by second factor and by network address, in all processes.

After some free failures each doubles the wait, up to the longest. While one waits even the right
answer is refused, so that a guess never tells whether it was right.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from casework import clock
from casework.services.work import Work
from casework.vocabulary import KeyDomain
from models.user import SignInThrottle

#: Failures that cost nothing. A whole mission shares one address.
FREE_FAILURES: Final = {"account": 5, "factor": 5, "request": 5, "address": 50}
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=30)
#: After a day without a failure earlier ones no longer count.
FORGOTTEN_AFTER: Final = timedelta(days=1)


class Throttle:
    """What one attempt is counted under: `Throttle(work, factor=user_id, address=net)`."""

    def __init__(self, work: Work, **keys: object) -> None:
        self._work = work
        self._rows = {kind: self._row(kind, str(key)) for kind, key in keys.items()}

    @property
    def closed(self) -> bool:
        """Whether it is too early to try again."""
        return any(_must_wait(kind, row) for kind, row in self._rows.items())

    def failed(self) -> None:
        """Count a failure."""
        for row in self._rows.values():
            row.failures += 1
            row.last_failed_at = clock.now()

    def succeeded(self) -> None:
        """Forget the failures, except those of the address: others may be guessing there."""
        for kind, row in self._rows.items():
            if kind != "address":
                row.failures = 0

    def _row(self, kind: str, key: str) -> SignInThrottle:
        work = self._work
        key_hash = work.keyring.keyed_hash(KeyDomain.AUDIT, "sign-in throttle", f"{kind} {key}")
        statement = select(SignInThrottle).where(SignInThrottle.key_hash == key_hash)
        found = work.session.scalars(statement.with_for_update()).first()
        if found is None:
            found = SignInThrottle(key_hash=key_hash, failures=0, last_failed_at=clock.now())
            work.session.add(found)
            work.session.flush()
        elif clock.now() - found.last_failed_at > FORGOTTEN_AFTER:
            found.failures = 0
        return found


def _must_wait(kind: str, row: SignInThrottle) -> bool:
    over = row.failures - FREE_FAILURES[kind]
    if over < 0:
        return False
    wait = min(FIRST_WAIT * (1 << min(over, 10)), LONGEST_WAIT)
    return clock.now() < row.last_failed_at + wait
