"""Giving out places as a job, and on a copy: watched, stopped, in conflict, without trace."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import func, select

from audit.record import Act
from casework import jobs
from casework.actor import system_actor
from casework.errors import InvalidInput, InvalidTransition
from casework.services import jobs as asked_jobs
from casework.services.jobs import Task, latest_job, refusal
from casework.services.movements import asked
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.replay import replay
from casework.services.movements.what_if import Changes, compare, read_changes
from casework.services.work import Database, Work
from casework.vocabulary import JobState, MovementState, Need, Purpose, RoomKind
from models.audit import AuditEntry
from models.base import Base
from models.movement import AllocationRun, Hold, Movement
from models.user import User
from models.work import Job
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import facility, flight, holds, household, person


def stage(database: Database, cast: Cast, seats: int = 3) -> UUID:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 2), (RoomKind.DOUBLE, 2, 2))
        for number in range(4):
            household(work, count=1 + number % 2, waiting_days=20 * number)
        return flight(work, seats).id


def ask(database: Database, cast: Cast, movement_id: UUID) -> UUID:
    with database.writing(cast["saruul.desk"]) as work:
        movement = work.session.get_one(Movement, movement_id)
        job = asked.ask_allocation(work, movement, None)
        work.session.flush()
        return job.id


def job_of(database: Database, job_id: UUID) -> Job:
    with database.reading(system_actor()) as work:
        return work.session.get_one(Job, job_id)


def counts(work: Work) -> dict[str, int]:
    """Rows of every table but the log's and the machine's own."""
    left_out = {"job", "audit_entry", "audit_leaf", "audit_subject"}
    return {
        name: work.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
        if name not in left_out
    }


def test_a_job_gives_out_the_places_in_the_name_of_who_asked(
    database: Database, cast: Cast
) -> None:
    movement_id = stage(database, cast)
    job_id = ask(database, cast, movement_id)
    jobs.run_job(database, job_id)
    job = job_of(database, job_id)
    assert job.state is JobState.DONE
    assert job.result is not None
    assert (job.result["people_placed"], job.result["status"]) == (3, "optimal")
    assert job.done + 1 == job.total
    with database.reading(cast["saruul.desk"]) as work:
        run = work.session.get_one(AllocationRun, UUID(job.result["run"]))
        assert run.by_id == cast["saruul.desk"].id
        assert run.solver["solver"] == "CP-SAT"
        assert run.proof["objective"] == run.proof["bound"]
        assert replay(work, run).proof is not None
        assert [limit["limit"] for limit in run.proof["binding"]] == ["seats"]


def test_it_is_asked_once_at_a_time_and_can_be_stopped(database: Database, cast: Cast) -> None:
    movement_id = stage(database, cast)
    job_id = ask(database, cast, movement_id)
    with pytest.raises(InvalidTransition, match="under way"):
        ask(database, cast, movement_id)
    with database.writing(cast["saruul.desk"]) as work:
        asked.cancel(work, work.session.get_one(Movement, movement_id), asked.ALLOCATE)
    jobs.run_job(database, job_id)
    assert job_of(database, job_id).state is JobState.CANCELLED
    with database.reading(cast["saruul.desk"]) as work:
        assert work.session.scalars(select(Hold)).all() == []
        with pytest.raises(InvalidTransition, match="ended"):
            asked.cancel(work, work.session.get_one(Movement, movement_id), asked.ALLOCATE)


def test_stopped_while_it_is_solved_it_changes_nothing(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    movement_id = stage(database, cast)
    job_id = ask(database, cast, movement_id)

    def stop_then_watch(task: Task, done: int, steps: int) -> None:
        with database.writing(cast["saruul.desk"]) as work:
            job = latest_job(work, asked.ALLOCATE, movement_id)
            if job is not None and job.state is JobState.RUNNING:
                asked.cancel(work, work.session.get_one(Movement, movement_id), asked.ALLOCATE)
        watch(task, done, steps)

    watch: Callable[[Task, int, int], None] = Task.watch
    monkeypatch.setattr(asked_jobs.Task, "watch", stop_then_watch)
    jobs.run_job(database, job_id)
    assert job_of(database, job_id).state is JobState.CANCELLED
    with database.reading(cast["saruul.desk"]) as work:
        assert work.session.scalars(select(Hold)).all() == []
        assert work.session.get_one(Movement, movement_id).state is MovementState.PLANNED


def test_who_changes_the_movement_first_wins_and_the_other_is_told(
    database: Database, cast: Cast
) -> None:
    movement_id = stage(database, cast)
    job_id = ask(database, cast, movement_id)
    with database.writing(cast["saruul.desk"]) as work:
        allocate_movement(work, work.session.get_one(Movement, movement_id))
    jobs.run_job(database, job_id)
    job = job_of(database, job_id)
    assert job.state is JobState.FAILED
    assert "Someone else changed this movement" in str(refusal(job))


def test_who_may_no_longer_plan_gets_nothing_done(database: Database, cast: Cast) -> None:
    movement_id = stage(database, cast)
    job_id = ask(database, cast, movement_id)
    with database.writing(system_actor()) as work:
        user = work.session.get_one(User, cast["saruul.desk"].id)
        user.active = False
        work.record(Act("user.signed_out", Purpose.ADMINISTRATION))
    jobs.run_job(database, job_id)
    assert job_of(database, job_id).state is JobState.FAILED
    with database.reading(system_actor()) as work:
        assert work.session.scalars(select(Hold)).all() == []


def test_what_if_changes_nothing_but_says_who_would_move(database: Database, cast: Cast) -> None:
    movement_id = stage(database, cast)
    desk = cast["saruul.desk"]
    with database.writing(desk) as work:
        allocate_movement(work, work.session.get_one(Movement, movement_id))
    with database.reading(desk) as work:
        before, held = counts(work), {h.id for h in holds(work, _movement(work, movement_id))}
        version = _movement(work, movement_id).version
        entries = work.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    more = compare(database, desk, movement_id, Changes(seats=2))
    fewer = compare(database, desk, movement_id, Changes(seats=-2))
    away = compare(database, desk, movement_id, Changes(without=("KHANUUL",)))
    later = compare(database, desk, movement_id, read_changes(["departs=+3"]))
    assert (len(more.moved_in), more.moved_out) == (1, [])
    assert (fewer.moved_in, len(fewer.moved_out)) == ([], 1)
    assert away.after.placed == ()
    assert later.moved_in == later.moved_out == []
    assert ("country", "KR", 3, 5) in more.groups
    with database.reading(desk) as work:
        assert counts(work) == before
        assert {h.id for h in holds(work, _movement(work, movement_id))} == held
        assert _movement(work, movement_id).version == version
        told = work.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    assert told == entries + 4, "each question is one entry"


def _movement(work: Work, movement_id: UUID) -> Movement:
    return work.session.get_one(Movement, movement_id)


def test_rooms_can_be_fewer_and_accessible_ones_more(database: Database, cast: Cast) -> None:
    desk = cast["saruul.desk"]
    with database.writing(desk) as work:
        facility(work, (RoomKind.SINGLE, 1, 2))
        household(work, person(0, needs=[Need.DISABILITY]))
        household(work)
        movement_id = flight(work, 5).id
    words = ["rooms=KHANUUL:-1", "accessible=+1", "seats=-1", "nights=9", "reserved=0"]
    changes = read_changes(words)
    assert read_changes(changes.words().split()) == changes
    compared = compare(database, desk, movement_id, changes)
    assert (len(compared.before.placed), len(compared.after.placed)) == (1, 2)
    assert ("need", "accessible", 0, 1) in compared.groups


@pytest.mark.parametrize("word", ["seats", "seats=many", "wings=+2", "rooms=KHANUUL", "nights=-1"])
def test_a_change_that_cannot_be_read_is_named(word: str) -> None:
    with pytest.raises(InvalidInput, match="is not a change"):
        read_changes([word])


def test_a_facility_that_is_not_there_is_named(database: Database, cast: Cast) -> None:
    movement_id = stage(database, cast)
    with pytest.raises(InvalidInput, match="NOWHERE"):
        compare(database, cast["saruul.desk"], movement_id, read_changes(["without=NOWHERE"]))


@pytest.mark.parametrize("language", ["mn", "en"])
def test_the_pages_show_progress_result_and_comparison(
    database: Database, cast: Cast, client: Client, language: str
) -> None:
    movement_id = stage(database, cast)
    desk = client("saruul.desk", language=language)
    page = f"/movements/{movement_id}"
    assert desk.get(f"{page}/allocation/progress").status_code == 200
    asked_for = desk.post(f"{page}/allocate", data={"version": "1"})
    assert asked_for.location.endswith("/allocation/progress")
    assert "/allocation" in desk.get(asked_for.location).text
    assert "100" in desk.get(f"{page}/allocation").text
    tried = desk.post(f"{page}/what-if", data={"more_seats": "2"})
    assert tried.status_code == 302
    text = desk.get(tried.location).text
    assert "seats=+2" in text
    assert "KR-" in text
    with database.writing(cast["saruul.desk"]) as work:
        asked.ask_what_if(work, _movement(work, movement_id), Changes(seats=1))
    assert "data-look-again" in desk.get(f"{page}/what-if").text
    stopped = desk.post(f"{page}/stop", data={"kind": asked.WHAT_IF})
    assert stopped.location.endswith("/what-if")
    desk.post(f"{page}/allocate", data={"version": "1"})
    assert desk.get(f"{page}/allocation/progress").status_code == 200
    mission = client("sarnai.seoul", language=language)
    assert mission.get(f"{page}/what-if").status_code == 404
    assert mission.post(f"{page}/stop").status_code == 404
