"""Signing in and out, and choosing the language."""

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from blueprints.auth.forms import SignInForm
from casework.errors import InvalidInput
from casework.services import sign_in as service
from casework.vocabulary import Language
from casework.web.access import public, signed_in
from casework.web.confirmation import (
    ONWARD,
    PREFIX,
    ConfirmForm,
    confirm_page,
    go_on,
    refused,
)
from casework.web.i18n import LANGUAGES, _
from casework.web.pages import LANGUAGE_COOKIE, local_path
from casework.web.signed_in import SECRET
from casework.web.unit import current_actor, current_net, current_work, database

blueprint = Blueprint("auth", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for e-mail address and password."""
    form = SignInForm()
    if form.validate_on_submit():
        try:
            secret = service.sign_in(database(), form.email.data, form.password.data, current_net())
        except InvalidInput as error:
            form.refuse(error)
        else:
            session.clear()
            session[SECRET] = secret
            return redirect(local_path(request.args.get("next")))
    return render_template("auth/sign_in.html", form=form)


@blueprint.route("/sign-in/confirm", methods=["GET", "POST"])
@signed_in(enrolling=True)
def confirm() -> ResponseReturnValue:
    """Ask a signed-in user to prove again that it is she."""
    form = ConfirmForm(request.form, prefix=PREFIX)
    if request.method == "GET" or not form.validate():
        return confirm_page(form, request.form.get(ONWARD))
    try:
        session[SECRET] = service.confirm(database(), current_actor(), form.password.data)
    except InvalidInput as error:
        return refused(form, error)
    return go_on()


@blueprint.post("/sign-out")
@signed_in(enrolling=True)
def sign_out() -> ResponseReturnValue:
    """End the session."""
    work = current_work()
    service.sign_out(work)
    work.commit()
    session.clear()
    flash(_("You are signed out."), "success")
    return redirect(url_for("auth.sign_in"))


@blueprint.post("/language")
@public
def set_language() -> ResponseReturnValue:
    """Show pages in the other language from now on."""
    chosen = request.form.get("language")
    response = make_response(redirect(local_path(request.form.get("next"))))
    if chosen in LANGUAGES:
        if current_user.is_authenticated:
            work = current_work()
            service.choose_language(work, Language(chosen))
            work.commit()
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=365 * 86400, httponly=True, samesite="Lax"
        )
    return response
