"""The audit log: searching it, and one entry in full."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from blueprints.protection.log_forms import NAMELESS, LogSearch
from casework.labels_events import event_label
from casework.policy import Permission
from casework.services.protection import log_entry, log_search
from casework.web import log_words
from casework.web.access import requires
from casework.web.unit import current_work

blueprint = Blueprint("log", __name__)


@blueprint.get("/audit")
@requires(Permission.AUDIT_READ)
def index() -> str:
    """The newest entries; an address may carry filters that name nobody."""
    given = MultiDict((name, request.args[name]) for name in NAMELESS if name in request.args)
    return _page(LogSearch(given if given else None), None)


@blueprint.post("/audit")
@requires(Permission.AUDIT_READ)
def search() -> str:
    """Search; that the log was asked about somebody stands in the log."""
    return _page(LogSearch(request.form), _after())


@blueprint.get("/audit/<uuid:entry_id>")
@requires(Permission.AUDIT_READ)
def entry(entry_id: UUID) -> ResponseReturnValue:
    """One entry, every field in words."""
    work = current_work()
    found = log_entry.entry_in_full(work, entry_id)
    page = render_template(
        "protection/entry.html", entry=found, words=log_words, event_label=event_label
    )
    work.end()
    log_entry.record_entry_read(work, found)
    return page


@blueprint.get("/audit/<uuid:entry_id>/proof")
@requires(Permission.AUDIT_READ)
def proof(entry_id: UUID) -> Response:
    """The entry with its path to a signed checkpoint, for whoever holds the log's public key."""
    work = current_work()
    found = log_entry.entry_in_full(work, entry_id)
    response = Response(log_entry.proof_of(work, found), mimetype="text/plain")
    response.headers.set("Content-Disposition", "attachment", filename=f"proof-{entry_id}.txt")
    work.end()
    log_entry.record_entry_read(work, found)
    return response


def _page(form: LogSearch, after: log_search.Key | None) -> str:
    work = current_work()
    asked = _asked(form)
    entries, more = log_search.search_log(work, asked, after)
    page = render_template(
        "protection/log.html", form=form, entries=entries, more=more, event_label=event_label
    )
    if request.method == "POST":
        log_search.record_search(work, asked, len(entries))
        work.commit()
    return page


def _asked(form: LogSearch) -> log_search.Asked:
    if not form.validate():
        return log_search.Asked()
    return log_search.Asked(
        reference=form.reference.data or "",
        user=form.user.data or "",
        event=form.event.data or "",
        outcome=form.outcome.data,
        purpose=form.purpose.data,
        channel=form.channel.data,
        since=form.since.data,
        until=form.until.data,
    )


def _after() -> log_search.Key | None:
    moment, _dot, entry_id = request.form.get("after", "").rpartition(".")
    try:
        return datetime.fromisoformat(moment), UUID(entry_id)
    except ValueError:
        return None
