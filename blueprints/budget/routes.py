"""Budget lines of the supervisor's organisation."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.budget.forms import NewLineForm, change_form, saved_form
from casework.policy import Permission
from casework.rules.assistance import approval_rule
from casework.rules.money import MNT
from casework.services.assistance.budget import add_line, change_line, lines_of
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work
from models.assistance import BudgetLine

blueprint = Blueprint("budget", __name__)


@blueprint.get("/budget-lines")
@requires(Permission.BUDGET_MANAGE)
def index() -> ResponseReturnValue:
    """Each line with its ceiling, what is promised, spent and left."""
    return render_template(
        "budget/index.html", lines=lines_of(current_work()), rule=approval_rule()
    )


@blueprint.route("/budget-lines/new", methods=["GET", "POST"])
@requires(Permission.BUDGET_MANAGE)
def add() -> ResponseReturnValue:
    """Add a line."""
    form = NewLineForm(data={"currency": MNT})
    response = save(
        form,
        lambda: add_line(current_work(), form.code.data, form.currency.data, form.facts()),
        lambda _line: url_for("budget.index"),
        _("The budget line is added."),
    )
    return response or render_template("budget/line.html", form=form, line=None)


@blueprint.route("/budget-lines/<uuid:budget_line_id>", methods=["GET", "POST"])
@requires(Permission.BUDGET_MANAGE, of=BudgetLine)
def change(line: BudgetLine) -> ResponseReturnValue:
    """Change a line, or take it out of use."""
    form = change_form(line)
    response = save(
        form,
        lambda: change_line(
            current_work(), line, form.facts(bool(form.active.data)), form.version.data
        ),
        lambda _line: url_for("budget.index"),
        _("The budget line is changed."),
        fresh=lambda: (saved_form(line), line.version),
    )
    return response or render_template("budget/line.html", form=form, line=line)
