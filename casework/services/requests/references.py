"""Reference numbers of requests: `KR-2026-00042`, counted for each organisation and year."""

from hashlib import sha256

from sqlalchemy import func, select, text

from casework.services.work import Work
from models.organisation import Organisation
from models.return_request import ReturnRequest


class ReferenceNumbers:
    """The next numbers of one organisation; it asks the database once a year of requests.

    On PostgreSQL it holds a lock until the transaction ends, so that two officers never draw the
    same number; SQLite has one writer.
    """

    def __init__(self, work: Work, organisation: Organisation) -> None:
        self._work = work
        self._code = organisation.code
        self._last: dict[int, int] = {}

    def draw(self, year: int) -> str:
        """The next number of requests submitted in `year`."""
        prefix = f"{self._code}-{year}-"
        if year not in self._last:
            self._last[year] = self._drawn_before(prefix)
        self._last[year] += 1
        return f"{prefix}{self._last[year]:05d}"

    def _drawn_before(self, prefix: str) -> int:
        session = self._work.session
        if session.get_bind().dialect.name == "postgresql":
            lock = int.from_bytes(sha256(prefix.encode()).digest()[:8], "big", signed=True)
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
        statement = (
            select(ReturnRequest.reference)
            .where(ReturnRequest.reference.startswith(prefix, autoescape=True))
            .order_by(func.length(ReturnRequest.reference).desc(), ReturnRequest.reference.desc())
            .limit(1)
        )
        with self._work.beyond("numbers go on from the last, be it another's draft"):
            last = session.scalar(statement)
        return int(last.removeprefix(prefix)) if last else 0
