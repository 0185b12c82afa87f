"""Saving from a page: once, on success only, with nothing that was typed lost."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from casework.errors import CaseworkError, Conflict, InvalidInput, InvalidTransition, StaleRecord
from casework.services.idempotency import remember, saved_at
from casework.web.fields import OptionField
from casework.web.forms import CaseworkForm
from casework.web.i18n import _, shown, translate
from casework.web.pages import kept_values
from casework.web.reading import sent_number
from casework.web.unit import current_work, note_failure

T = TypeVar("T")


def save(
    form: CaseworkForm,
    act: Callable[[], T],
    location: Callable[[T], str],
    done: str | None = None,
    fresh: Callable[[], tuple[CaseworkForm, int]] | None = None,
) -> ResponseReturnValue | None:
    """Run `act` and commit when the form is valid, then go to `location` of its result.

    Returns None when the page must be shown again: the form is not sent yet, is not valid, or
    carries what the service refused. Sending the same page twice saves once. When somebody else
    saved first, `fresh` gives the saved values as a form and the saved version, and both versions
    are shown side by side. `done` is said on the next page.
    """
    if not form.validate_on_submit():
        return None
    work, key = current_work(), form_key(form.idempotency_key.data)
    if (earlier := saved_at(work, key)) is not None:
        return redirect(earlier)
    try:
        result = act()
        target = location(result)
        remember(work, key, target)
        work.commit()
    except StaleRecord as error:
        work.end()
        note_failure(error, 409)
        if fresh is None:
            form.refuse(error)
            return None
        return _conflict(form, *fresh())
    except (InvalidInput, Conflict, InvalidTransition) as error:
        work.end()
        note_failure(error, 409)
        form.refuse(error)
        return None
    if done:
        flash(done, "success")
    return redirect(target)


def form_key(idempotency_key: str | None) -> bytes:
    """What is stored of a page's idempotency key."""
    return sha256((idempotency_key or "").encode()).digest()


def perform(act: Callable[[], Any], location: str, done: str | None = None) -> Response:
    """Run a one-button act, commit, and go to `location`; a refusal is said there."""
    work = current_work()
    try:
        act()
        work.commit()
    except (InvalidInput, InvalidTransition, StaleRecord, Conflict) as error:
        return refused(error, location)
    if done:
        flash(done, "success")
    return redirect(location)


def refused(error: CaseworkError, location: str) -> Response:
    """Say on the page at `location` why what was asked for cannot be had."""
    current_work().end()
    note_failure(error, 409)
    flash(translate(error.message), "error")
    return redirect(location)


def sent_version() -> int | None:
    """The version that a one-button form was made from."""
    return sent_number(request.form.get("version", ""))


def _conflict(form: CaseworkForm, saved: CaseworkForm, version: int) -> ResponseReturnValue:
    rows = [
        (field.label.text, answer_shown(saved[field.short_name]), answer_shown(field))
        for field in form.visible_fields()
        if field.short_name in saved
    ]
    page = render_template(
        "errors/conflict.html", rows=rows, kept=kept_values(version), back=request.path
    )
    return page, 409


def answer_shown(field: Any) -> str:
    """A field's answer in words, as a page shows it."""
    if field.data is None:
        return ""
    if isinstance(field, OptionField):
        return ", ".join(name for value, name in field.options() if value in field.chosen())
    if isinstance(field.data, bool):
        return _("Yes") if field.data else _("No")
    if isinstance(field.data, list | tuple | set | frozenset):
        return ", ".join(shown(value) for value in field.data)
    return shown(field.data)
