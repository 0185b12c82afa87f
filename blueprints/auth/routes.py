"""Signing in and out, confirming who one is, and choosing the language."""

from flask import (
    Blueprint,
    current_app,
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

from blueprints.auth.forms import PasskeyForm, SecondStepForm, SignInForm, WelcomeForm
from casework.errors import InvalidInput
from casework.services.sign_in import entering
from casework.services.sign_in.invitations import accept
from casework.services.sign_in.proving import Answer
from casework.services.sign_in.sessions import Entered, choose_language
from casework.services.sign_in.sessions import sign_out as end_session
from casework.vocabulary import Language, SessionStage
from casework.web.access import public, signed_in
from casework.web.confirmation import confirm_page
from casework.web.i18n import LANGUAGES, _, ngettext
from casework.web.pages import language_cookie, local_path
from casework.web.passkeys import current_party
from casework.web.signed_in import SECRET, current_caller
from casework.web.unit import current_work, database

blueprint = Blueprint("auth", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for e-mail address and password, or for a passkey."""
    form = SignInForm()
    if form.validate_on_submit():
        try:
            entered = entering.sign_in(
                database(), form.email.data, form.password.data, current_caller()
            )
        except InvalidInput as error:
            form.refuse(error)
        else:
            return _go_in(entered)
    return _sign_in_page(form)


@blueprint.post("/sign-in/passkey")
@public
def passkey() -> ResponseReturnValue:
    """Sign in with what the device answered."""
    form = SignInForm(formdata=None)
    answer = PasskeyForm().passkey.data or ""
    try:
        party, caller = current_party(), current_caller()
        return _go_in(entering.sign_in_with_passkey(database(), answer, party, caller))
    except InvalidInput as error:
        form.refuse(error)
    return _sign_in_page(form)


def _sign_in_page(form: SignInForm) -> ResponseReturnValue:
    party = current_party()
    options = entering.passkey_options(database(), party)
    page = "auth/sign_in.html"
    return render_template(
        page, form=form, party=party, options=options, target=request.args.get("next")
    )


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
def second_step() -> ResponseReturnValue:
    """Ask for the second factor of who has given her password."""
    form, secret, party = SecondStepForm(), session.get(SECRET, ""), current_party()
    if form.validate_on_submit():
        answer = Answer(form.passcode.data, form.passkey.data or "", party=party)
        try:
            return _go_in(entering.finish(database(), secret, answer, current_caller()))
        except InvalidInput as error:
            form.refuse(error)
    found = entering.second_step(database(), secret, current_caller(), party)
    if found is None:
        return redirect(url_for("auth.sign_in", next=request.args.get("next")))
    ways, options = found
    return render_template(
        "auth/second_step.html", form=form, ways=ways, options=options, party=party
    )


@blueprint.route("/welcome", methods=["GET", "POST"])
@public
def welcome() -> ResponseReturnValue:
    """Choose a password with the code of an invitation."""
    form = WelcomeForm()
    if form.validate_on_submit():
        password, caller = form.new_password.data, current_caller()
        try:
            return _go_in(accept(database(), form.passcode.data, password, caller))
        except InvalidInput as error:
            form.refuse(error)
    return render_template("auth/welcome.html", form=form)


def _go_in(entered: Entered) -> ResponseReturnValue:
    """Take the session's secret, a new one, and go where its stage leads."""
    session.clear()
    session[SECRET] = entered.secret
    if entered.codes_left is not None:
        left = entered.codes_left
        said = ngettext(
            "A recovery code was used; %(n)s is left.",
            "A recovery code was used; %(n)s are left.",
            left,
        )
        flash(said, "success")
    if entered.stage is SessionStage.ENROLMENT:
        return redirect(url_for("account.index"))
    target = request.args.get("next")
    if entered.stage is SessionStage.SECOND_FACTOR:
        return redirect(url_for("auth.second_step", next=target))
    return redirect(local_path(target))


@blueprint.route("/sign-in/confirm", methods=["GET", "POST"])
@signed_in(enrolling=True)
def confirm() -> ResponseReturnValue:
    """Ask a signed-in user to prove again that it is she."""
    return confirm_page()


@blueprint.post("/sign-out")
@signed_in(enrolling=True)
def sign_out() -> ResponseReturnValue:
    """End the session."""
    work = current_work()
    end_session(work)
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
            choose_language(work, Language(chosen))
            work.commit()
        response.set_cookie(
            language_cookie(),
            chosen,
            max_age=365 * 86400,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return response
