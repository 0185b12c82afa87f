"""Asking a signed-in user to prove again that it is she, and going on where she was.

What was typed travels through the page: after the confirmation the browser sends it again to where
it was going. Only a form that reached its own address gets the mark that lets it travel on.
"""

from datetime import timedelta
from typing import Any

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import HiddenField

from casework import clock
from casework.errors import InvalidInput
from casework.services.sign_in.entering import confirm, confirmation
from casework.services.sign_in.proving import Answer
from casework.web.fields import PasswordField, TextField
from casework.web.forms import SectionForm
from casework.web.i18n import _l
from casework.web.pages import kept_values, local_path
from casework.web.passkeys import current_party
from casework.web.signed_in import SECRET
from casework.web.unit import current_actor, database

PREFIX = "confirm-"
ONWARD = f"{PREFIX}onward"
ONWARD_SECONDS = 3600


class CodeField(TextField):
    """A one-time or recovery code; may stay empty where a passkey answers instead."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            _l("One-time code"),
            required=False,
            max_length=40,
            hint=_l("Six digits from your authenticator app, or a recovery code"),
            render_kw={
                "autocomplete": "one-time-code",
                "spellcheck": False,
                "classes": "govuk-input--width-10",
            },
            **options,
        )
        self.flags.required = True  # so that its label does not say "optional"


class ConfirmForm(SectionForm):
    """What proves it: a code or a passkey; a password only where there is no second factor."""

    passkey = HiddenField()
    passcode = CodeField()
    password = PasswordField(
        _l("Password"), required=False, render_kw={"autocomplete": "current-password"}
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.password.flags.required = True

    def answer(self) -> Answer:
        """What was sent."""
        return Answer(
            self.passcode.data or "",
            self.passkey.data or "",
            self.password.data or "",
            current_party(),
        )


def confirmed_lately() -> bool:
    """Whether the session's user proved who she is within the last minutes."""
    lasts = timedelta(seconds=database().settings.step_up)
    return bool(clock.now() - current_user.profile.confirmed_at <= lasts)


def ask_to_confirm() -> ResponseReturnValue:
    """The page that asks, in place of the one that was wanted."""
    target = request.full_path.rstrip("?")
    if request.method != "POST":
        return redirect(url_for("auth.confirm", next=target))
    return _page(ConfirmForm(prefix=PREFIX), _mark(target)), 401


def confirm_page() -> ResponseReturnValue:
    """Ask, or take the answer: then go where she was going, and send again what she had sent."""
    form = ConfirmForm(request.form, prefix=PREFIX)
    onward = _marked(request.form.get(ONWARD, ""))
    if request.method == "POST" and form.validate():
        try:
            session[SECRET] = confirm(database(), current_actor(), form.answer())
        except InvalidInput as error:
            form.refuse(error)
        else:
            return redirect(onward, 307) if onward else redirect(_wanted())
    return _page(form, request.form.get(ONWARD) if onward else None)


def _page(form: ConfirmForm, mark: str | None) -> str:
    """The page itself; with a mark, what was typed is kept in it."""
    kept = [pair for pair in kept_values() if not pair[0].startswith(PREFIX)] if mark else []
    party = current_party()
    ways, options = confirmation(database(), current_actor(), party)
    return render_template(
        "auth/confirm.html",
        form=form,
        ways=ways,
        options=options,
        party=party,
        kept=[*kept, (ONWARD, mark)] if mark else [],
        action=url_for("auth.confirm", next=request.args.get("next")),
    )


def _wanted() -> str:
    return local_path(request.args.get("next"))


def _marks() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="sent again after confirming")


def _mark(target: str) -> str:
    return str(_marks().dumps([target, str(current_user.id)]))


def _marked(sent: str) -> str | None:
    try:
        target, user_id = _marks().loads(sent, max_age=ONWARD_SECONDS)
    except BadSignature:
        return None
    return local_path(target) if user_id == str(current_user.id) else None
