"""What happens by itself: asked for when due, run once, queued with nothing but an id."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from huey.registry import Message
from sqlalchemy import select

from casework import jobs
from casework.actor import system_actor
from casework.services.work import Database
from casework.vocabulary import JobState
from models.work import Job


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    ran: list[str] = []

    def count(_database: Database) -> int:
        ran.append("count")
        return 3

    def fail(_database: Database) -> int:
        ran.append("fail")
        raise ValueError("Оюунчимэг")

    monkeypatch.setattr(jobs, "KINDS", {"count": (count, 10), "fail": (fail, 10)})
    return ran


def job_of(database: Database, job_id: UUID) -> Job:
    with database.reading(system_actor()) as work:
        return work.session.get_one(Job, job_id)


def test_due_jobs_run_once(database: Database, kinds: list[str]) -> None:
    waiting = jobs.due_jobs(database)
    assert len(waiting) == 2
    assert jobs.due_jobs(database) == waiting, "what waits is queued again, not asked for again"
    for job_id in [*waiting, *waiting]:
        jobs.run_job(database, job_id)
    assert sorted(kinds) == ["count", "fail"]
    assert jobs.due_jobs(database) == []
    states = {job_of(database, job_id).state for job_id in waiting}
    assert states == {JobState.DONE, JobState.FAILED}


def test_a_job_is_due_again_after_its_interval(database: Database, kinds: list[str]) -> None:
    first = jobs.due_jobs(database)
    for job_id in first:
        jobs.run_job(database, job_id)
    with database.writing(system_actor()) as work:
        for job in work.session.scalars(select(Job)):
            job.requested_at -= timedelta(minutes=11)
    assert len(jobs.due_jobs(database)) == 2


def test_tasks_are_json_and_carry_only_an_id() -> None:
    serializer = jobs.JsonSerializer()
    message = Message("1", "run", None, 0, 0, None, (str(UUID(int=7)),), {}, *[None] * 7)
    written = serializer.serialize(message)
    assert json.loads(written)[6] == [str(UUID(int=7))]
    assert serializer.deserialize(written).args == [str(UUID(int=7))]
