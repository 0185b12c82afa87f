"""Drafts of new requests: saved as typed, listed, opened again, thrown away."""

from typing import Final

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from blueprints.requests.blueprint import blueprint
from blueprints.requests.forms import RegisterForm
from casework.errors import InvalidInput
from casework.policy import Permission
from casework.services.idempotency import saved_at
from casework.services.requests import drafts
from casework.web.access import requires
from casework.web.i18n import _, translate
from casework.web.saving import form_key, perform
from casework.web.unit import current_work, database
from models.intake import RequestDraft

#: Sent with every page, and typed by nobody.
_NOT_TYPED: Final = ("csrf_token", "people")


@blueprint.post("/requests/drafts")
@requires(Permission.RETURN_REQUEST_CREATE)
def save_draft() -> ResponseReturnValue:
    """Keep what stands on the page as it is; for the page's button, and for its script."""
    work, key = current_work(), form_key(request.form.get("idempotency_key"))
    if (registered := saved_at(work, key)) is not None:
        return {"registered": registered} if _by_script() else redirect(registered)
    try:
        draft = drafts.save_draft(work, key, _typed())
        work.commit()
    except InvalidInput as error:
        work.end()
        return _not_kept(error)
    if _by_script():
        return {"saved": draft.saved_at.isoformat()}
    flash(_("The draft is saved. Only you see it."), "success")
    return redirect(url_for("requests.draft", draft_id=draft.id))


@blueprint.get("/requests/drafts")
@requires(Permission.RETURN_REQUEST_CREATE)
def my_drafts() -> str:
    """The user's own drafts."""
    return render_template(
        "requests/drafts.html",
        drafts=[(draft, _who(draft)) for draft in drafts.my_drafts(current_work())],
        days=database().settings.draft_days,
    )


@blueprint.get("/requests/drafts/<uuid:draft_id>")
@requires(Permission.RETURN_REQUEST_UPDATE, of=RequestDraft)
def draft(draft: RequestDraft) -> str:
    """Go on with a draft: the page as it was left."""
    form = RegisterForm(formdata=MultiDict([(name, text) for name, text in draft.typed]))
    until = drafts.kept_until(database(), draft)
    return render_template("requests/new.html", form=form, needed=None, draft=draft, until=until)


@blueprint.post("/requests/drafts/<uuid:draft_id>/delete")
@requires(Permission.RETURN_REQUEST_UPDATE, of=RequestDraft)
def delete_draft(draft: RequestDraft) -> Response:
    """Throw a draft away."""
    work, back = current_work(), url_for("requests.my_drafts")
    return perform(lambda: drafts.delete_draft(work, draft), back, _("The draft is deleted."))


def _typed() -> list[tuple[str, str]]:
    return [pair for pair in request.form.items(multi=True) if pair[0] not in _NOT_TYPED]


def _by_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _not_kept(error: InvalidInput) -> ResponseReturnValue:
    if _by_script():
        return jsonify(refused=translate(error.message)), 409
    form = RegisterForm()
    form.refuse(error)
    return render_template("requests/new.html", form=form, needed=None), 409


def _who(draft: RequestDraft) -> tuple[str, int]:
    """The first person's name as typed, and how many people are on the page."""
    names = {name: text for name, text in draft.typed if name.endswith("-given_name")}
    first = dict(draft.typed)
    parts = (first.get(f"members-0-{part}", "") for part in ("patronymic", "given_name"))
    return " ".join(part for part in parts if part), len(names)
