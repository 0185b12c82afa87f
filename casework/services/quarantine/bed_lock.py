"""One lock for everything that gives out or changes seats and beds."""

from sqlalchemy import text

from casework.services.work import Work

#: Names the lock on PostgreSQL.
_LOCK = 0x6361736577


def lock_beds(work: Work) -> None:
    """Let nobody else give out seats and beds until this work ends.

    On SQLite a writing work is alone anyway.
    """
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
