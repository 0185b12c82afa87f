"""Long work that somebody asked for: run by a worker in her name, watched and cancelled by her.

A job commits with what asked for it; the queue carries only its id. The worker looks between steps
whether it was cancelled, and asks the access policy again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.actor import Actor, Origin, system_actor
from casework.errors import CaseworkError, InvalidTransition, Refused
from casework.messages import N_, Message
from casework.policy import Permission
from casework.services.access import purpose_of
from casework.services.users import actor_of
from casework.services.work import Database, Work
from casework.vocabulary import EntryChannel, JobState
from models.user import User
from models.work import Job

#: A job that shows no progress for so long has lost its worker.
LOST_AFTER = timedelta(minutes=15)
#: Where a failed job keeps its reason.
REFUSAL = "refusal"
UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


class JobCancelled(CaseworkError):
    """Somebody cancelled the job: nothing that it has not committed happens."""


@dataclass(frozen=True)
class Task:
    """A job as its worker sees it; `actor` is who asked for it, as she is now."""

    database: Database
    id: UUID
    record_id: UUID
    arguments: dict[str, Any]
    actor: Actor

    def watch(self, done: int, steps: int) -> None:
        """Show how far it is. Raises JobCancelled when it shall go no further."""
        with self.database.writing(system_actor()) as work:
            job = work.session.get_one(Job, self.id)
            if job.state is not JobState.RUNNING:
                raise JobCancelled(N_("It was cancelled."))
            job.done, job.total = done, steps


#: Does what a job asks; returns what its page shows, as ids, codes and numbers.
Doing = Callable[[Task], dict[str, Any]]


def ask_job(
    work: Work, kind: str, record_id: UUID, permission: Permission, arguments: dict[str, Any]
) -> Job:
    """Ask for work on a record. Raises InvalidTransition while the same is under way."""
    latest = latest_job(work, kind, record_id)
    if latest is not None and latest.state in UNDER_WAY:
        raise InvalidTransition(N_("This is under way already. Wait for it, or cancel it."))
    job = Job(
        kind=kind,
        state=JobState.WAITING,
        record_id=record_id,
        arguments=arguments,
        requested_by_id=work.actor.id,
        requested_at=clock.now(),
    )
    work.session.add(job)
    _record(work, "job.asked", job, permission)
    return job


def cancel_job(work: Work, job: Job, permission: Permission) -> None:
    """Let it go no further; InvalidTransition when it has ended."""
    if job.state not in UNDER_WAY:
        raise InvalidTransition(N_("This has ended already."))
    job.state, job.ended_at = JobState.CANCELLED, clock.now()
    _record(work, "job.cancelled", job, permission)


def latest_job(work: Work, kind: str, record_id: UUID) -> Job | None:
    """The latest job of this kind on the record."""
    statement = (
        select(Job)
        .where(Job.kind == kind, Job.record_id == record_id)
        .order_by(Job.requested_at.desc(), Job.id.desc())
        .limit(1)
    )
    return work.session.scalars(statement).first()


def waiting_jobs(work: Work) -> list[UUID]:
    """What waits for a worker."""
    return list(work.session.scalars(select(Job.id).where(Job.state == JobState.WAITING)))


def jobs_to_start(database: Database, actor: Actor) -> list[UUID]:
    """What the actor asked for and no worker has begun."""
    mine = (Job.requested_by_id == actor.id, Job.state == JobState.WAITING)
    with database.reading(actor) as work:
        return list(work.session.scalars(select(Job.id).where(*mine)))


def end_lost_jobs(work: Work) -> None:
    """What ran when its worker stopped failed."""
    lost = Job.started_at < clock.now() - LOST_AFTER
    for job in work.session.scalars(select(Job).where(Job.state == JobState.RUNNING, lost)):
        job.state, job.ended_at = JobState.FAILED, clock.now()


def do_job(database: Database, job_id: UUID, doing: Doing) -> dict[str, Any]:
    """Run what was asked in the name of who asked. Raises Refused when she may no longer."""
    with database.reading(system_actor()) as work, work.unseen():
        job = work.session.get_one(Job, job_id)
        user = work.session.get(User, job.requested_by_id)
        if user is None or not user.active or job.record_id is None:
            raise Refused(job.kind)
        actor = actor_of(work, user, Origin(EntryChannel.JOB))
        task = Task(database, job.id, job.record_id, job.arguments, actor)
    return doing(task)


def refusal_of(fault: CaseworkError) -> dict[str, Any]:
    """An error in a form that a job can keep: the sentence's source and its values as text."""
    values = {name: str(value) for name, value in fault.message.values.items()}
    return {REFUSAL: fault.message.text, "values": values}


def refusal(job: Job) -> Message | None:
    """Why the job failed, for its page."""
    kept = job.result
    return Message(kept[REFUSAL], kept["values"]) if kept and REFUSAL in kept else None


def _record(work: Work, event: str, job: Job, permission: Permission) -> None:
    facts = {"kind": job.kind, "record": str(job.record_id)}
    work.record(Act(event, purpose_of(permission), permission=permission, facts=facts))
