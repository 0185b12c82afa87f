"""What waits for a second person, her decision, and notices."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.approvals.blueprint import blueprint
from blueprints.approvals.forms import DecisionForm
from casework.policy import SECOND_PERSON
from casework.services import notices as told
from casework.services.approvals import deciding
from casework.web.access import requires, signed_in
from casework.web.i18n import _
from casework.web.notices import notice_links
from casework.web.saving import perform, save
from casework.web.unit import current_work
from models.approval import Approval


@blueprint.get("/approvals")
@signed_in
def index() -> str:
    """What waits for the reader's decision, and what she asked for herself."""
    work = current_work()
    return render_template(
        "approvals/index.html",
        waiting=[(one, deciding.in_words(work, one)) for one in deciding.waiting(work)],
        asked=[(one, deciding.in_words(work, one)) for one in deciding.own_asked(work)],
    )


def decide(approval: Approval) -> ResponseReturnValue:
    """What is asked, by whom and why; approving or refusing it."""
    work, form = current_work(), DecisionForm()
    response = save(
        form,
        lambda: deciding.decide(work, approval, form.approved.data, form.why.data),
        lambda _approval: url_for("approvals.index"),
        _("The decision is written down."),
    )
    return response or render_template(
        "approvals/decide.html",
        form=form,
        approval=approval,
        what=deciding.in_words(work, approval),
        waits=deciding.is_waiting(approval),
    )


for kind, decision in deciding.DECISIONS.items():
    blueprint.add_url_rule(
        f"/approvals/{kind.value}/<uuid:approval_id>",
        f"decide_{kind.value}",
        requires(SECOND_PERSON[kind], of=Approval, step_up=decision.step_up)(decide),
        methods=["GET", "POST"],
    )


@blueprint.get("/notices")
@signed_in
def notices() -> str:
    """What the reader was told of, newest first."""
    found, following = told.list_notices(current_work(), request.args.get("after", type=UUID))
    return render_template(
        "approvals/notices.html",
        notices=notice_links(found),
        next=url_for("approvals.notices", after=following) if following else None,
        some_new=any(notice.read_at is None for notice in found),
    )


@blueprint.post("/notices/read")
@signed_in
def notices_read() -> ResponseReturnValue:
    """The reader has seen them."""
    return perform(lambda: told.mark_read(current_work()), url_for("approvals.notices"))
