"""Error pages. A refusal and a missing record look the same."""

from traceback import extract_tb
from typing import Any

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from casework.errors import CaseworkError, NotFound, Refused
from casework.policy import Permission
from casework.services.access import record_refusal
from casework.web.pages import kept_values
from casework.web.unit import current_actor, current_work, database, note_failure
from casework.web.uploads import drain


def _log_without_values(app: Flask) -> None:
    """Log where a fault arose and its kind, never its message: it may quote what was typed."""

    def log(exc_info: Any) -> None:
        kind, _, trace = exc_info
        frames = " < ".join(
            f"{frame.filename}:{frame.lineno}" for frame in reversed(extract_tb(trace))
        )
        app.logger.error("%s at %s: %s", kind.__name__, request.endpoint, frames)

    app.log_exception = log  # type: ignore[method-assign]


def handle_faults(app: Flask) -> None:
    """Answer every error with a page in the reader's language."""
    _log_without_values(app)
    app.before_request(_refuse_null_characters)
    app.register_error_handler(404, lambda _error: (render_template("errors/not_found.html"), 404))
    app.register_error_handler(405, lambda _error: (render_template("errors/not_found.html"), 404))
    app.register_error_handler(413, _too_large)
    app.register_error_handler(500, _server_error)
    app.register_error_handler(HTTPException, _unreadable)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(NotFound, _refused)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CaseworkError, _problem)


def _refused(error: CaseworkError) -> ResponseReturnValue:
    current_work().end()
    g.refused = True  # the page must not tell which part of the menu it would have been
    refused = Permission(error.permission) if isinstance(error, Refused) else None
    permission = refused or g.get("permission")
    table, row_id = g.get("refused_record", ("", ""))
    record_refusal(database(), current_actor(), permission, table, row_id)
    return render_template("errors/not_found.html"), 404


def _problem(error: CaseworkError) -> ResponseReturnValue:
    current_work().end()
    note_failure(error, 409)
    back = request.path if request.method == "GET" else None
    return render_template("errors/problem.html", message=error.message, back=back), 409


def _expired(error: CSRFError) -> ResponseReturnValue:
    note_failure(error, 400)
    return render_template("errors/csrf.html", kept=kept_values()), 400


def _too_large(_error: HTTPException) -> ResponseReturnValue:
    drain()
    megabytes = (request.max_content_length or 0) // 2**20
    page = render_template("errors/too_large.html", limit_mb=megabytes, back=request.path)
    return page, 413


def _unreadable(error: HTTPException) -> ResponseReturnValue:
    """Every other fault of HTTP; a redirect to the right address is one of them."""
    if error.code is None or error.code < 400:
        return error.get_response()
    return render_template("errors/unreadable.html"), error.code


def _server_error(error: HTTPException) -> ResponseReturnValue:
    current_work().end()
    note_failure(getattr(error, "original_exception", None) or error, 500)
    return render_template("errors/server_error.html"), 500


def _refuse_null_characters() -> ResponseReturnValue | None:
    """PostgreSQL stores no NUL; an address with one names nothing here."""
    if "\0" in request.path or any("\0" in value for value in request.args.values()):
        return render_template("errors/not_found.html"), 404
    return None
