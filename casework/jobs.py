"""What happens by itself every so often, or was asked for, in a process beside the pages.

A `job` row commits first and the queue carries only its id; a sweep queues again what was lost in
between. Results are off: what a job found stands in its row, as counts.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy import func, select

from casework.actor import system_actor
from casework.clock import now
from casework.config import Settings
from casework.errors import CaseworkError
from casework.services.activity import watch_activity
from casework.services.approvals.deciding import expire_approvals
from casework.services.confirmations.running import run_rounds
from casework.services.consents.ending import expire_consents
from casework.services.documents.sweeping import sweep_files
from casework.services.erasure import finish_erasures
from casework.services.failures import record_job_failure
from casework.services.jobs import (
    Doing,
    JobCancelled,
    do_job,
    end_lost_jobs,
    refusal_of,
    waiting_jobs,
)
from casework.services.log.anchoring import checkpoint_job
from casework.services.messages.sending import send_messages
from casework.services.movements.asked import ALLOCATE, WHAT_IF, allocate_job, what_if_job
from casework.services.movements.offers import sweep_offers
from casework.services.orphan_keys import sweep_orphan_keys
from casework.services.policy.simulating import SIMULATE, simulate_job
from casework.services.requests.ageing import escalate_late
from casework.services.requests.drafts import sweep_drafts
from casework.services.requests.import_files import run_imports
from casework.services.requests.scoring import refresh_scores
from casework.services.retention.disposing import tell_what_is_due
from casework.services.schema import QUEUE_SCHEMA
from casework.services.season.asked import SEASON, season_job
from casework.services.sqlite import journal_mode
from casework.services.work import Database
from casework.vocabulary import JobState
from models.work import Job


def sweep_keys(database: Database) -> int:
    """Destroy keys whose data never came."""
    with database.writing(system_actor()) as work:
        return sweep_orphan_keys(work)


#: What a job of each kind does (it returns how many it found), and minutes between two runs.
KINDS: dict[str, tuple[Callable[[Database], int], int]] = {
    "offers.expire": (sweep_offers, 1),
    "confirmations.run": (run_rounds, 1),
    "messages.send": (send_messages, 1),
    "requests.escalate": (escalate_late, 60),
    "scores.refresh": (refresh_scores, 15),
    "erasures.finish": (finish_erasures, 1),
    "keys.sweep": (sweep_keys, 24 * 60),
    "files.sweep": (sweep_files, 24 * 60),
    "imports.run": (run_imports, 1),
    "drafts.expire": (sweep_drafts, 60),
    "consents.expire": (expire_consents, 60),
    "retention.tell": (tell_what_is_due, 24 * 60),
    "approvals.expire": (expire_approvals, 60),
    "activity.watch": (watch_activity, 3),
    "log.checkpoint": (checkpoint_job, 5),
}


#: What somebody may ask for, by the kind of its job.
ASKED: dict[str, Doing] = {
    ALLOCATE: allocate_job,
    WHAT_IF: what_if_job,
    SEASON: season_job,
    SIMULATE: simulate_job,
}


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Tasks as JSON, never pickled."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(list(data)).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(data))


def make_queue(settings: Settings, database: Database) -> Huey:
    """The queue with its tasks, for the process that works through it."""
    queue = _open_queue(settings, database)
    run = _runner(queue, database)

    @queue.periodic_task(crontab(minute="*"), name="tick")  # type: ignore[untyped-decorator]
    def tick() -> None:
        for job_id in due_jobs(database):
            run(str(job_id))

    return queue


def _open_queue(settings: Settings, database: Database) -> Huey:
    """Beside the data: a file of its own, or tables of the production database."""
    options = {"results": False, "serializer": JsonSerializer()}
    if settings.embedded:
        path = str(settings.home / "queue.db")
        queue = SqliteHuey("casework", filename=path, journal_mode=journal_mode(), **options)
    else:
        url = database.engine.url.set(drivername="postgresql")
        dsn = url.render_as_string(hide_password=False)
        place = f"-csearch_path={QUEUE_SCHEMA}"
        queue = PostgresHuey("casework", dsn=dsn, options=place, **options)
    return queue


def _runner(queue: Huey, database: Database) -> Callable[[str], object]:
    """The task that runs a job."""
    return queue.task(name="run")(lambda job_id: run_job(database, UUID(job_id)))  # type: ignore[no-any-return]


def due_jobs(database: Database) -> list[UUID]:
    """Ask for what is due; returns it with what still waits because the queue lost it."""
    with database.writing(system_actor()) as work:
        end_lost_jobs(work)
        for kind, (_, minutes) in KINDS.items():
            # what a clock that was set back left in the future does not count
            asked = (Job.kind == kind, Job.requested_at <= now())
            last = work.session.scalar(select(func.max(Job.requested_at)).where(*asked))
            if last is None or now() - last >= timedelta(minutes=minutes):
                work.session.add(
                    Job(kind=kind, state=JobState.WAITING, arguments={}, requested_at=now())
                )
        work.session.flush()
        return waiting_jobs(work)


def run_job(database: Database, job_id: UUID) -> None:
    """Run a waiting job once; a fault leaves the job failed and everything else as it was."""
    with database.writing(system_actor()) as work:
        job = work.session.get(Job, job_id, with_for_update=True)
        if job is None or job.state is not JobState.WAITING:
            return
        job.state, job.started_at = JobState.RUNNING, now()
        kind = job.kind
    fault: Exception | None = None
    result: dict[str, Any] = {"found": 0}
    try:
        result = _do(database, kind, job_id)
    except JobCancelled:
        return
    except CaseworkError as error:
        fault, result = error, refusal_of(error)
    except Exception as error:  # its words may quote data: only its kind is kept
        fault = error
    with database.writing(system_actor()) as work:
        ended = work.session.get_one(Job, job_id)
        ended.state = JobState.FAILED if fault else JobState.DONE
        ended.ended_at, ended.result = now(), result
        if fault:
            record_job_failure(work, job_id, kind, fault)


def _do(database: Database, kind: str, job_id: UUID) -> dict[str, Any]:
    if kind in KINDS:
        return {"found": KINDS[kind][0](database)}
    return do_job(database, job_id, ASKED[kind])


def job_starter(settings: Settings, database: Database) -> Callable[[UUID], object]:
    """Hands a job to the queue as soon as a page has committed it; the sweep makes good a loss."""
    run = _runner(_open_queue(settings, database), database)
    return lambda job_id: run(str(job_id))
