"""The small things of every day: notes, tasks, the rule of contact."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidTransition, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.cases.states import require_open
from casework.services.work import Work
from casework.vocabulary import Purpose, TaskState
from models.case import Case, Note, Task


def add_note(work: Work, case: Case, text: str) -> Note:
    """Note something on the case."""
    require(work, Permission.NOTE_WRITE, case)
    require_open(case)
    note = Note(
        subject_id=case.subject_id,
        case_id=case.id,
        written_by_id=work.actor.id,
        written_at=clock.now(),
        text=text,
    )
    work.session.add(note)
    work.record(_act("note.written", Permission.NOTE_WRITE, case))
    return note


def tasks_of(work: Work, case: Case) -> list[Task]:
    """Tasks of the case: open ones by day, then those that ended."""
    tasks = work.session.scalars(select(Task).where(Task.case_id == case.id))
    return sorted(tasks, key=lambda task: (task.state is not TaskState.OPEN, task.due_on))


def add_task(work: Work, case: Case, title: str, due_on: date) -> Task:
    """Something to do by a day, for the case's worker, or for the actor while it has none."""
    require(work, Permission.TASK_MANAGE, case)
    require_open(case)
    task = Task(
        subject_id=case.subject_id,
        case_id=case.id,
        assigned_to_id=case.assigned_to_id or work.actor.id,
        due_on=due_on,
        state=TaskState.OPEN,
        title=title,
    )
    work.session.add(task)
    work.record(_act("task.added", Permission.TASK_MANAGE, case, due=due_on.isoformat()))
    return task


def end_task(work: Work, case: Case, task_id: UUID, state: TaskState) -> Task:
    """Say that an open task is done or no longer needed; InvalidTransition when it has ended."""
    require(work, Permission.TASK_MANAGE, case)
    require_open(case)
    task = work.session.get(Task, task_id)
    if task is None or task.case_id != case.id:
        raise NotFound
    if task.state is not TaskState.OPEN:
        raise InvalidTransition(N_("This task has ended already."))
    task.state = state
    work.record(_act("task.ended", Permission.TASK_MANAGE, case, state=state.value))
    return task


def set_safe_contact(work: Work, case: Case, person_id: UUID, rule: str | None) -> None:
    """Say how and when a person of the case may be reached without harm."""
    require(work, Permission.CASE_UPDATE, case)
    require_open(case)
    for member in case.people:
        if member.person_id == person_id:
            member.person.safe_contact = rule
            work.record(_act("case.alerts_changed", Permission.CASE_UPDATE, case))
            return
    raise NotFound


def _act(event: str, permission: Permission, case: Case, **facts: object) -> Act:
    return Act(event, Purpose.CASE_MANAGEMENT, permission=permission, case_id=case.id, facts=facts)
