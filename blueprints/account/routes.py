"""How one signs in: password, second steps, recovery codes, open browsers."""

from typing import Any

from flask import Blueprint, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from blueprints.account.forms import AppForm, NewPasskeyForm, PasswordForm, RemovalForm
from casework.services.sign_in import enrolling
from casework.services.sign_in.overview import overview
from casework.services.sign_in.passkeys import registration_options
from casework.services.sign_in.passwords import change_password
from casework.services.sign_in.sessions import end_others, end_own
from casework.web.access import signed_in
from casework.web.app_setup import new_setup, secret_of, square
from casework.web.forms import CaseworkForm
from casework.web.i18n import _
from casework.web.passkeys import current_party
from casework.web.saving import perform, save
from casework.web.signed_in import SECRET
from casework.web.unit import current_work

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("")
@signed_in(enrolling=True)
def index() -> ResponseReturnValue:
    """Everything about one's own signing in; before a second step is set, how to set one."""
    enrolling_now = current_user.profile.must_enrol
    page = "account/enrol.html" if enrolling_now else "account/index.html"
    form = RemovalForm(formdata=None)
    party = current_party()
    return render_template(page, own=overview(current_work()), form=form, party=party)


@blueprint.route("/password", methods=["GET", "POST"])
@signed_in(step_up=True)
def password() -> ResponseReturnValue:
    """Another password."""
    form = PasswordForm()
    response = save(
        form,
        lambda: change_password(current_work(), form.password.data, form.new_password.data),
        lambda _nothing: url_for("account.index"),
        _("Your password is changed. Other browsers are signed out."),
    )
    return response or render_template("account/password.html", form=form)


@blueprint.route("/passkeys/new", methods=["GET", "POST"])
@signed_in(step_up=True, enrolling=True)
def new_passkey() -> ResponseReturnValue:
    """A passkey of this device."""
    form, party = NewPasskeyForm(), current_party()
    response = _enrol(
        form,
        lambda: enrolling.enrol_passkey(
            current_work(), party, form.passkey.data or "", form.label.data
        ),
    )
    if response:
        return response
    options = registration_options(current_work(), party)
    return render_template("account/passkey.html", form=form, options=options, party=party)


@blueprint.route("/app", methods=["GET", "POST"])
@signed_in(step_up=True, enrolling=True)
def app() -> ResponseReturnValue:
    """An app on a telephone that shows codes."""
    form = AppForm()
    secret = secret_of(form.setup.data)
    response = _enrol(form, lambda: enrolling.enrol_app(current_work(), secret, form.code.data))
    if response:
        return response
    setup = new_setup(secret or None)
    form.setup.data = setup.sealed
    return render_template("account/app.html", form=form, setup=setup, square=square(setup))


def _enrol(form: CaseworkForm, act: Any) -> ResponseReturnValue | None:
    """Set a second step; recovery codes that came with it are shown, once."""
    enrolled: list[enrolling.Enrolled] = []
    response = save(
        form,
        lambda: enrolled.append(act()),
        lambda _nothing: url_for("account.index"),
        _("The second step is set up."),
    )
    if not response or not enrolled:
        return response
    session[SECRET], codes = enrolled[0]
    return _codes_page(codes) if codes else response


@blueprint.post("/recovery-codes")
@signed_in(step_up=True)
def recovery_codes() -> ResponseReturnValue:
    """Ten new codes, shown once."""
    form, made = CaseworkForm(), list[str]()
    response = save(
        form,
        lambda: made.extend(enrolling.new_recovery_codes(current_work())),
        lambda _nothing: url_for("account.index"),
    )
    if response and made:
        return _codes_page(made)
    return response or perform(lambda: None, url_for("account.index"))


def _codes_page(codes: list[str]) -> str:
    return render_template("account/recovery_codes.html", codes=codes)


@blueprint.post("/passkeys/remove")
@signed_in(step_up=True)
def remove_passkey() -> ResponseReturnValue:
    """Forget one of one's passkeys."""
    chosen = RemovalForm().chosen_id()
    return perform(
        lambda: enrolling.drop_passkey(current_work(), chosen) if chosen else None,
        url_for("account.index"),
        _("The passkey is removed."),
    )


@blueprint.post("/app/remove")
@signed_in(step_up=True)
def remove_app() -> ResponseReturnValue:
    """Forget the authenticator app."""
    target = url_for("account.index")
    return perform(lambda: enrolling.drop_app(current_work()), target, _("The app is removed."))


@blueprint.post("/sessions/end")
@signed_in
def end_session() -> ResponseReturnValue:
    """Sign one of one's browsers out."""
    chosen = RemovalForm().chosen_id()
    return perform(
        lambda: end_own(current_work(), chosen) if chosen else None,
        url_for("account.index"),
        _("The browser is signed out."),
    )


@blueprint.post("/sessions/end-others")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    """Sign every other browser out."""
    target = url_for("account.index")
    return perform(lambda: end_others(current_work()), target, _("Other browsers are signed out."))
