"""The small things of every day: notes, tasks, follow-up visits, the contact rule."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from blueprints.cases.blueprint import blueprint
from blueprints.cases.forms import (
    FollowUpDayForm,
    NoteForm,
    SafeContactForm,
    TaskForm,
    VisitForm,
)
from casework.policy import Permission
from casework.rules.follow_up import schedule
from casework.services.cases import daily
from casework.services.cases import follow_ups as visits
from casework.services.people.reveal import people_of, person_among
from casework.vocabulary import TaskState
from casework.web.access import requires
from casework.web.case_file import render_case
from casework.web.i18n import _
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.case import Case


@blueprint.route("/cases/<uuid:case_id>/notes/new", methods=["GET", "POST"])
@requires(Permission.NOTE_WRITE, of=Case)
def note(case: Case) -> ResponseReturnValue:
    """Write a note; it stands in the timeline."""
    form = NoteForm()
    response = save(
        form,
        lambda: daily.add_note(current_work(), case, form.text.data),
        lambda _note: url_for("cases.show", case_id=case.id),
        _("The note is kept."),
    )
    return response or render_case("cases/note.html", case, "cases.show", form=form)


@blueprint.route("/cases/<uuid:case_id>/tasks", methods=["GET", "POST"])
@requires(Permission.TASK_MANAGE, of=Case)
def tasks(case: Case) -> ResponseReturnValue:
    """What is to be done, and a new task."""
    form = TaskForm()
    here = url_for("cases.tasks", case_id=case.id)
    response = save(
        form,
        lambda: daily.add_task(current_work(), case, form.title.data, form.due_on.data),
        lambda _task: here,
        _("The task is added."),
    )
    return response or render_case(
        "cases/tasks.html",
        case,
        "cases.show",
        form=form,
        tasks=daily.tasks_of(current_work(), case),
    )


@blueprint.post("/cases/<uuid:case_id>/tasks/<uuid:task_id>")
@requires(Permission.TASK_MANAGE, of=Case)
def end_task(case: Case, task_id: UUID) -> ResponseReturnValue:
    """A task is done, or no longer needed."""
    done = request.form.get("state") == TaskState.DONE
    state = TaskState.DONE if done else TaskState.CANCELLED
    return perform(
        lambda: daily.end_task(current_work(), case, task_id, state),
        url_for("cases.tasks", case_id=case.id),
        _("The task has ended."),
    )


@blueprint.route("/cases/<uuid:case_id>/follow-ups", methods=["GET", "POST"])
@requires(Permission.FOLLOW_UP_RECORD, of=Case)
def follow_ups(case: Case) -> ResponseReturnValue:
    """Visits planned and made, and one more."""
    form, work = FollowUpDayForm(), current_work()
    response = save(
        form,
        lambda: visits.add_follow_up(work, case, form.due_on.data),
        lambda _visit: url_for("cases.follow_ups", case_id=case.id),
        _("The visit is planned."),
    )
    return response or render_case(
        "cases/follow_ups.html",
        case,
        "cases.show",
        form=form,
        visits=visits.follow_ups_of(work, case),
        schedule=schedule(),
    )


@blueprint.route("/cases/<uuid:case_id>/follow-ups/<uuid:follow_up_id>", methods=["GET", "POST"])
@requires(Permission.FOLLOW_UP_RECORD, of=Case)
def record_visit(case: Case, follow_up_id: UUID) -> ResponseReturnValue:
    """What came of a visit."""
    form, work = VisitForm(), current_work()
    visit = visits.find_follow_up(work, case, follow_up_id)
    response = save(
        form,
        lambda: visits.record_follow_up(work, case, visit, _visit(form)),
        lambda _visit: url_for("cases.follow_ups", case_id=case.id),
        _("The visit is recorded."),
    )
    return response or render_case("cases/visit.html", case, "cases.show", form=form, visit=visit)


def _visit(form: VisitForm) -> visits.Visit:
    findings = form.findings.data or None
    return visits.Visit(form.state.data, form.done_on.data, form.mode.data, findings)


@blueprint.route("/cases/<uuid:case_id>/people/<uuid:person_id>/contact", methods=["GET", "POST"])
@requires(Permission.CASE_UPDATE, of=Case)
def contact(case: Case, person_id: UUID) -> ResponseReturnValue:
    """How somebody may be reached without harm."""
    person = person_among(people_of(case), person_id)
    form = SafeContactForm(rule=person.safe_contact)
    response = save(
        form,
        lambda: daily.set_safe_contact(current_work(), case, person_id, form.rule.data or None),
        lambda _nothing: url_for("cases.people", case_id=case.id),
        _("The contact rule is saved."),
    )
    return response or render_case(
        "cases/contact.html", case, "cases.people", form=form, person=person
    )
