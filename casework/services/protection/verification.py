"""Verifying the whole log, and remembering when that was last done."""

from datetime import datetime

from sqlalchemy import select

from audit.chain import sequence
from audit.problems import Verification
from audit.record import Act
from audit.verify import verify
from casework.actor import system_actor
from casework.policy import Permission
from casework.services.work import Database, Work
from casework.vocabulary import Purpose
from models.audit import AuditEntry

VERIFIED = "audit.verified"


def verify_log(database: Database) -> Verification:
    """Check log and rows against one another in one consistent read.

    On PostgreSQL the queue is sequenced first; a failure there shows as entries that still wait.
    """
    if not database.settings.embedded:
        with database.writing(system_actor()) as work:
            while sequence(work.session):
                work.session.commit()
    with database.engine.connect() as connection:
        if not database.settings.embedded:
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        return verify(connection)


def verify_and_record(work: Work) -> Verification:
    """Verify, and write down that it was done and what came of it."""
    result = verify_log(work.database)
    facts = {"entries": result.entries, "intact": result.intact}
    work.record(Act(VERIFIED, Purpose.PROTECTION, permission=Permission.AUDIT_VERIFY, facts=facts))
    return result


def last_verified(work: Work) -> datetime | None:
    """When the log was last verified from the pages."""
    return work.session.scalar(
        select(AuditEntry.at)
        .where(AuditEntry.event == VERIFIED)
        .order_by(AuditEntry.at.desc())
        .limit(1)
    )
