"""What was kept long enough, and its disposal by two people."""

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.retention.forms import ProposalForm, proposal_form
from casework.policy import Permission
from casework.rules.retention import retention_rules
from casework.services.retention.certificate import signed
from casework.services.retention.disposing import disposals, propose
from casework.services.retention.due import PAGE, Kept, due_people
from casework.web.access import requires
from casework.web.i18n import _, format_date
from casework.web.pdf import pdf_bytes, pdf_download
from casework.web.saving import save
from casework.web.unit import current_work
from models.retention import Disposal

blueprint = Blueprint("retention", __name__)


@blueprint.route("/retention", methods=["GET", "POST"])
@requires(Permission.RETENTION_APPROVE, step_up=True)
def index() -> ResponseReturnValue:
    """The rules, whose period is over, and proposing their disposal."""
    work = current_work()
    found = due_people(work, request.args.get("after", type=UUID))
    shown = found[:PAGE]
    form = proposal_form([(str(one.person_id), _named(one)) for one in shown])
    response = save(
        form,
        lambda: propose(work, _chosen(form), form.reason.data),
        lambda _disposal: url_for("retention.index"),
        _("Proposed. A second person now decides."),
    )
    return response or render_template(
        "retention/index.html",
        form=form,
        due=shown,
        rules=retention_rules(),
        disposals=disposals(work),
        next=url_for("retention.index", after=shown[-1].person_id) if len(found) > PAGE else None,
    )


def _named(one: Kept) -> str:
    numbers = ", ".join(one.numbers)
    return _("%(numbers)s: kept until %(day)s", numbers=numbers, day=format_date(one.kept_until))


def _chosen(form: ProposalForm) -> list[UUID]:
    return [UUID(person) for person in form["people"].data or ()]


@blueprint.get("/retention/<uuid:disposal_id>")
@requires(Permission.RETENTION_APPROVE, of=Disposal)
def show(disposal: Disposal) -> str:
    """One disposal: what was proposed, and what became of each."""
    return render_template("retention/show.html", disposal=disposal)


@blueprint.get("/retention/<uuid:disposal_id>/certificate")
@requires(Permission.RETENTION_APPROVE, of=Disposal)
def certificate(disposal: Disposal) -> ResponseReturnValue:
    """The certificate of a disposal, signed by the installation."""
    pdf = pdf_bytes("retention/certificate.pdf.html", disposal=disposal)
    return pdf_download(signed(current_work(), disposal, pdf), f"{disposal.number}.pdf")
