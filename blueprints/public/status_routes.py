"""Coming back with reference and PIN: how it stands, and one's own word."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints.public import cookie, forms
from blueprints.public.cookie import with_pin
from casework.errors import Conflict, InvalidInput, InvalidTransition, StaleRecord
from casework.services.movements.offers import sweep_offers
from casework.services.public import words
from casework.services.public.entering import enter as enter_with
from casework.services.public.status import other_adults, recorded, status_of
from casework.web.access import public
from casework.web.forms import CaseworkForm
from casework.web.i18n import _, _l
from casework.web.pdf import pdf_response
from casework.web.unit import current_net, current_work, database, note_failure

blueprint = Blueprint("status", __name__)
_WITHDRAWN = _l(
    "You are withdrawn. You can ask again at any time. If there are children, your mission decides "
    "about them."
)


@blueprint.route("/status", methods=["GET", "POST"])
@public
def enter() -> ResponseReturnValue:
    """Reference and PIN."""
    form = forms.EnterForm()
    if form.validate_on_submit():
        try:
            cookie.keep(enter_with(database(), form.code.data, form.pin.data or "", current_net()))
            return redirect(url_for("status.show"))
        except InvalidInput as error:
            form.refuse(error)
    return render_template("public/enter.html", form=form)


@blueprint.get("/status/request")
@with_pin
def show() -> str:
    """How the request stands."""
    sweep_offers(database())
    return render_template("public/status.html", status=status_of(current_work()))


@blueprint.get("/status/why")
@with_pin
def why() -> str:
    """Why it stands so, in plain words."""
    return render_template("public/why.html", status=status_of(current_work()))


@blueprint.get("/status/why/letter")
@with_pin
def letter() -> ResponseReturnValue:
    """The same as a letter, in the page's language."""
    status = status_of(current_work())
    return pdf_response(
        "policy/why.pdf.html", "letter.pdf", request_=status, standing=status.standing
    )


@blueprint.post("/status/leave")
@with_pin
def leave() -> Response:
    """Close the request on this device."""
    cookie.forget()
    return redirect(url_for("status.enter"))


@blueprint.route("/status/data", methods=["GET", "POST"])
@with_pin
def data() -> ResponseReturnValue:
    """What is recorded; say that it is right."""
    form = forms.SendForm()
    response = _said(form, words.confirm, _("Thank you. We wrote down that the data are right."))
    if response:
        return response
    work = current_work()
    return render_template(
        "public/data.html", form=form, people=recorded(work), others=other_adults(work)
    )


@blueprint.route("/status/change", methods=["GET", "POST"])
@with_pin
def change() -> ResponseReturnValue:
    """Tell what is no longer right."""
    form = forms.ChangeForm()
    response = _said(
        form,
        lambda work: words.tell_change(work, form.text.data),
        _("Your mission reads it and changes the request. It may call you."),
    )
    return response or render_template("public/change.html", form=form)


@blueprint.route("/status/offer/<uuid:key>", methods=["GET", "POST"])
@with_pin
def offer(key: Any) -> ResponseReturnValue:
    """Accept or refuse."""
    sweep_offers(database())
    form = forms.AnswerForm()
    response = _said(
        form,
        lambda work: words.answer(
            work, str(key), form.accepts.data, form.text.data or _("With the PIN, without words")
        ),
        _("Your answer is recorded."),
    )
    if response:
        return response
    found = next((o for o in status_of(current_work()).offers if o.key == str(key)), None)
    return render_template("public/offer.html", form=form, offer=found)


@blueprint.route("/status/withdraw", methods=["GET", "POST"])
@with_pin
def withdraw() -> ResponseReturnValue:
    """First what it means, then the yes."""
    surely = forms.WithdrawSurelyForm()
    if "second" in request.form and (response := _said(surely, surely.withdraw, _WITHDRAWN)):
        return response
    first = forms.WithdrawForm()
    second = "second" in request.form or first.validate_on_submit()
    return render_template(
        "public/withdraw.html",
        form=surely if second else first,
        second=second,
        status=status_of(current_work()),
    )


@blueprint.route("/status/appeal", methods=["GET", "POST"])
@with_pin
def appeal() -> ResponseReturnValue:
    """Ask for another decision."""
    form = forms.AppealForm()
    response = _said(
        form,
        lambda work: words.appeal(work, form.text.data),
        _("Your appeal is with the consular department. You will get an answer."),
    )
    if response:
        return response
    return render_template("public/appeal.html", form=form, status=status_of(current_work()))


def _said(form: CaseworkForm, act: Callable[[Any], None], done: Any) -> Response | None:
    """Do what the person said, once she said it properly; None when the page is shown again."""
    if not form.validate_on_submit():
        return None
    work = current_work()
    try:
        act(work)
        work.commit()
    except (InvalidInput, InvalidTransition, Conflict, StaleRecord) as error:
        work.end()
        note_failure(error, 409)
        form.refuse(error)
        return None
    flash(str(done), "success")
    return redirect(url_for("status.show"))
