"""The service directory: finding a service, keeping what is said of it true."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints.directory.forms import DirectoryFilter, EntryForm
from casework.policy import Permission, may_ever
from casework.services.directory import entries as service
from casework.vocabulary import Language
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import perform, save
from casework.web.service_card import cards_of
from casework.web.unit import current_actor, current_work
from models.referral import DirectoryEntry

blueprint = Blueprint("directory", __name__, url_prefix="/directory")

ANSWERS = (
    "service",
    "description",
    "description_mn",
    "eligibility",
    "eligibility_mn",
    "capacity",
    "hours",
    "phone",
    "active",
)


@blueprint.get("")
@requires(Permission.DIRECTORY_READ)
def index() -> ResponseReturnValue:
    """Services by kind and aimag."""
    form = DirectoryFilter(request.args)
    wanted = service.Wanted(service=form.service.data, aimag=form.aimag.data)
    cards = cards_of(current_work(), service.find_entries(current_work(), wanted))
    may_add = may_ever(current_actor(), Permission.DIRECTORY_MANAGE)
    return render_template("directory/index.html", form=form, cards=cards, may_add=may_add)


@blueprint.get("/<uuid:directory_entry_id>")
@requires(Permission.DIRECTORY_READ, of=DirectoryEntry)
def show(entry: DirectoryEntry) -> ResponseReturnValue:
    """Everything that is known of one service."""
    card = cards_of(current_work(), [entry])[0]
    may_manage = service.may_manage(current_work(), entry)
    return render_template("directory/show.html", card=card, may_manage=may_manage)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_MANAGE)
def new() -> ResponseReturnValue:
    """List a service."""
    form = _form()
    response = save(
        form,
        lambda: service.add_entry(current_work(), UUID(form.organisation.data), _values(form)),
        lambda entry: url_for("directory.show", directory_entry_id=entry.id),
        _("The service is in the directory."),
    )
    return response or render_template("directory/edit.html", form=form, entry=None)


@blueprint.route("/<uuid:directory_entry_id>/edit", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_MANAGE, of=DirectoryEntry)
def edit(entry: DirectoryEntry) -> ResponseReturnValue:
    """Change what is said of a service."""
    form = _form(entry)
    response = save(
        form,
        lambda: service.change_entry(current_work(), entry, _values(form), form.version.data),
        lambda _entry: url_for("directory.show", directory_entry_id=entry.id),
        _("Saved. The entry counts as verified today."),
        fresh=lambda: (_form(entry, saved=True), entry.version),
    )
    return response or render_template("directory/edit.html", form=form, entry=entry)


@blueprint.post("/<uuid:directory_entry_id>/verify")
@requires(Permission.DIRECTORY_MANAGE, of=DirectoryEntry)
def verify(entry: DirectoryEntry) -> Response:
    """Say that everything is still right."""
    return perform(
        lambda: service.verify_entry(current_work(), entry),
        url_for("directory.show", directory_entry_id=entry.id),
        _("Verified today."),
    )


def _form(entry: DirectoryEntry | None = None, *, saved: bool = False) -> EntryForm:
    """The form of a new or stored entry; `saved` ignores what was sent."""
    if entry is None:
        return EntryForm(data={"active": True})
    stored = {name: getattr(entry, name) for name in (*ANSWERS, "aimag", "soum", "version")}
    languages = [Language(code) for code in entry.languages]
    sent: dict[str, Any] = {"formdata": None} if saved else {}
    form = EntryForm(data={**stored, "languages": languages}, **sent)
    del form.organisation
    return form


def _values(form: EntryForm) -> dict[str, Any]:
    answers = {name: form[name].data for name in ANSWERS}
    places = {"aimag": form.aimag.data or None, "soum": form.soum.data or None}
    return {**answers, **places, "languages": [code.value for code in form.languages.data]}
