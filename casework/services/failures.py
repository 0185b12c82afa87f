"""Writing down what failed: where and what kind of fault, never its words: they may quote data."""

from contextlib import suppress
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from audit.record import Act
from casework.actor import Actor
from casework.services.work import Database, Work
from casework.vocabulary import Outcome, Purpose

REFUSED_BELOW = 500


def record_page_failure(
    database: Database, actor: Actor, page: str, status: int, error: BaseException
) -> None:
    """One entry, in a transaction of its own, for a request that was answered with an error.

    When the database itself is the fault nothing can be written; the server's log has it then.
    """
    outcome = Outcome.REFUSED if status < REFUSED_BELOW else Outcome.FAILED
    facts = {"page": page, "status": status, "fault": type(error).__name__}
    with suppress(SQLAlchemyError), database.writing(actor) as work:
        work.record(Act("page.failed", Purpose.ADMINISTRATION, outcome=outcome, facts=facts))


def record_job_failure(work: Work, job_id: UUID, kind: str, error: BaseException) -> None:
    """One entry for a job that failed."""
    facts = {"kind": kind, "fault": type(error).__name__}
    cause = str(job_id)
    work.record(
        Act("job.failed", Purpose.ADMINISTRATION, outcome=Outcome.FAILED, facts=facts, cause=cause)
    )
