"""Who may send a request: our own pages, under our own name. Everything else is refused.

Browsers say with each request which site's page made it (Fetch Metadata, in all of them since
2023); older ones still name the origin of a form. The token in each form is checked beside this.
"""

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import SecurityError

from casework.services.access import record_refusal
from casework.web.unit import current_actor, database

SAFE_METHODS = frozenset({"GET", "HEAD"})
#: A page of ours, or the user herself: a bookmark, an address typed.
_OURS = ("same-origin", "none")
_NO_SUCH_NAME = "There is no site of this name here.\nИйм нэртэй сайт энд алга.\n"


def refuse_strangers(app: Flask) -> None:
    """Refuse requests under another name, and those that another site's page made.

    To be called before anything else that looks at a request.
    """
    app.before_request(_refuse_other_names)
    app.before_request(_refuse_other_sites)


def _refuse_other_names() -> ResponseReturnValue | None:
    """A forged Host must not reach a page, where it could stand in a link."""
    if isinstance(request.routing_exception, SecurityError):
        return Response(_NO_SUCH_NAME, 400, mimetype="text/plain")
    return None


def _refuse_other_sites() -> ResponseReturnValue | None:
    if not _by_another_site():
        return None
    if request.method not in SAFE_METHODS:
        if current_user.is_authenticated:
            record_refusal(database(), current_actor(), None, "", "")
        return render_template("errors/other_site.html"), 403
    if request.headers.get("Sec-Fetch-Mode") == "navigate" and not _embedded():
        return None  # a link that somebody followed
    return Response("", 403, mimetype="text/plain")


def _by_another_site() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in _OURS
    origin = request.headers.get("Origin")
    return origin is not None and origin != own_origin()


def _embedded() -> bool:
    """Whether the page would stand inside another."""
    return request.headers.get("Sec-Fetch-Dest", "document") != "document"


def own_origin() -> str:
    """The address under which browsers know this site, without a path."""
    return database().settings.origin or request.host_url.rstrip("/")
