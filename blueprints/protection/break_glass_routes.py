"""Opening a case in an emergency, ending that, and its review."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.protection.break_glass_forms import EmergencyForm, ReviewOpeningForm
from casework.policy import Permission
from casework.rules.need_to_know import limits
from casework.services import break_glass
from casework.web.access import requires
from casework.web.case_file import page_name
from casework.web.i18n import _
from casework.web.saving import perform, save
from casework.web.unit import current_work, database
from models.break_glass import BreakGlass
from models.case import Case

blueprint = Blueprint("break_glass", __name__)


@blueprint.get("/emergency")
@requires(Permission.BREAK_GLASS_USE)
def own() -> str:
    """The reader's own openings, and what the reviews found."""
    return render_template(
        "protection/own_openings.html", openings=break_glass.own_openings(current_work())
    )


@blueprint.route("/emergency/new", methods=["GET", "POST"])
@requires(Permission.BREAK_GLASS_USE, step_up=True)
def open_case() -> ResponseReturnValue:
    """Open a case that the user may otherwise not read."""
    form = EmergencyForm()
    response = save(
        form,
        lambda: break_glass.open_in_emergency(
            current_work(), form.reference.data, form.reason.data
        ),
        lambda opening: url_for("cases.show", case_id=opening.case_id),
        _("The case is open to you for a while. Its supervisor and a protection officer know."),
    )
    figures = limits(database().settings.limits)
    return response or render_template(
        "protection/emergency.html", form=form, minutes=figures.break_glass.seconds // 60
    )


@blueprint.post("/cases/<uuid:case_id>/emergency/end")
@requires(Permission.CASE_READ, of=Case)
def end(case: Case) -> ResponseReturnValue:
    """Close the case to the user again."""
    return perform(
        lambda: break_glass.end_opening(current_work(), case),
        url_for("home.index"),
        _("The case is closed to you again."),
    )


@blueprint.get("/openings")
@requires(Permission.BREAK_GLASS_REVIEW)
def reviews() -> str:
    """Openings that wait for a review, and those reviewed last."""
    work = current_work()
    return render_template(
        "protection/openings.html",
        waiting=break_glass.openings_to_review(work),
        reviewed=break_glass.reviewed_openings(work),
    )


@blueprint.route("/openings/<uuid:break_glass_id>", methods=["GET", "POST"])
@requires(Permission.BREAK_GLASS_REVIEW, of=BreakGlass)
def review(opening: BreakGlass) -> ResponseReturnValue:
    """One opening: who, why, what was seen; and what the officer finds."""
    work, form = current_work(), ReviewOpeningForm(version=opening.version)
    response = save(
        form,
        lambda: break_glass.review_opening(
            work, opening, form.outcome.data, form.note.data, form.version.data
        ),
        lambda _opening: url_for("break_glass.reviews"),
        _("Reviewed."),
    )
    seen = [(at, page_name(page)) for at, page in break_glass.pages_seen(work, opening)]
    return response or render_template(
        "protection/review_opening.html",
        form=form,
        opening=break_glass.opening_of(work, opening.id),
        seen=seen,
    )
