"""Assessments of the people of a case."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from blueprints.plans.forms import assess_form, findings_of
from blueprints.plans.routes import blueprint
from casework.errors import NotFound
from casework.policy import Permission
from casework.rules.assessment import Sheet, overall_level, sheets
from casework.services.access import allowed
from casework.services.plans import assessments as service
from casework.vocabulary import AssessmentKind, RiskLevel
from casework.web.access import requires
from casework.web.case_file import render_case
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work
from models.case import Case

TAB = "plans.assessments"


def sheet_of(kind: str) -> Sheet:
    """The sheet that the address names; NotFound for any other word."""
    if kind not in tuple(AssessmentKind):
        raise NotFound
    return sheets()[AssessmentKind(kind)]


@blueprint.get("/cases/<uuid:case_id>/assessments")
@requires(Permission.CASE_READ, of=Case)
def assessments(case: Case) -> ResponseReturnValue:
    """What was assessed, and what should be next."""
    work = current_work()
    assessed = service.assessments_of(work, case)
    return render_case(
        "plans/assessments.html",
        case,
        TAB,
        assessed=assessed,
        due=list(service.full_assessment_due(assessed)),
        kinds=list(AssessmentKind),
        may_assess=allowed(work, Permission.ASSESSMENT_WRITE, case),
    )


@blueprint.route("/cases/<uuid:case_id>/assessments/new/<kind>", methods=["GET", "POST"])
@requires(Permission.ASSESSMENT_WRITE, of=Case)
def assess(case: Case, kind: str) -> ResponseReturnValue:
    """Record one kind of assessment."""
    work, sheet = current_work(), sheet_of(kind)
    form = assess_form(case, sheet)
    response = save(
        form,
        lambda: service.record_assessment(
            work,
            case,
            UUID(form.person.data),
            sheet.kind,
            assessed_on=form.assessed_on.data,
            findings=findings_of(form, sheet),
            summary=form.summary.data,
        ),
        lambda _assessment: url_for(TAB, case_id=case.id),
        _("The assessment is recorded."),
    )
    return response or render_case("plans/assess.html", case, TAB, form=form, sheet=sheet)


@blueprint.get("/cases/<uuid:case_id>/assessments/<uuid:assessment_id>")
@requires(Permission.CASE_READ, of=Case)
def assessment(case: Case, assessment_id: UUID) -> ResponseReturnValue:
    """What was found."""
    found = service.assessment_of(current_work(), case, assessment_id)
    answers = service.answers_of(found)
    return render_case(
        "plans/assessment.html",
        case,
        TAB,
        assessment=found,
        answers=answers,
        levels=RiskLevel,
        level=overall_level(answers),
        sheet=sheets()[found.kind],
    )
