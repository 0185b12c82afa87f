"""Asking a signed-in user to prove again that it is she, and going on where she was.

What was typed travels through the page: after the confirmation the browser sends it again to where
it was going. Only a form that reached its own address gets the mark that lets it travel on.
"""

from datetime import timedelta

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from casework import clock
from casework.errors import InvalidInput
from casework.web.fields import PasswordField
from casework.web.forms import SectionForm
from casework.web.i18n import _l
from casework.web.pages import kept_values, local_path
from casework.web.unit import database

PREFIX = "confirm-"
ONWARD = f"{PREFIX}onward"
ONWARD_SECONDS = 3600


class ConfirmForm(SectionForm):
    """What proves it."""

    password = PasswordField(_l("Password"), render_kw={"autocomplete": "current-password"})


def confirmed_lately() -> bool:
    """Whether the session's user proved who she is within the last minutes."""
    lasts = timedelta(seconds=database().settings.step_up)
    return bool(clock.now() - current_user.profile.confirmed_at <= lasts)


def ask_to_confirm() -> ResponseReturnValue:
    """The page that asks, in place of the one that was wanted."""
    target = request.full_path.rstrip("?")
    if request.method != "POST":
        return redirect(url_for("auth.confirm", next=target))
    return confirm_page(ConfirmForm(prefix=PREFIX), _mark(target)), 401


def confirm_page(form: ConfirmForm, onward: str | None) -> str:
    """The page itself; with `onward`, what was typed is kept in it."""
    kept = [pair for pair in kept_values() if not pair[0].startswith(PREFIX)] if onward else []
    return render_template(
        "auth/confirm.html",
        form=form,
        kept=[*kept, (ONWARD, onward)] if onward else [],
        action=url_for("auth.confirm", next=request.args.get("next")),
    )


def go_on() -> ResponseReturnValue:
    """To where she was going; what she had sent is sent again."""
    onward = _marked(request.form.get(ONWARD, ""))
    if onward:
        return redirect(onward, 307)
    return redirect(local_path(request.args.get("next")))


def refused(form: ConfirmForm, error: InvalidInput) -> ResponseReturnValue:
    """The page again, saying why."""
    form.refuse(error)
    onward = request.form.get(ONWARD, "")
    return confirm_page(form, onward if _marked(onward) else None)


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
