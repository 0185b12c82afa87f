"""How much a request may carry, and that a file in it never touches the disk in clear."""

import io
from collections.abc import Callable
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from casework.web.unit import database

#: Bytes of a form without a file; the longest page of ours sends a tenth of it.
FORM_LIMIT = 2 * 2**20
#: Fields of a form; a round through a full facility sends some hundreds.
MOST_FIELDS = 5_000
#: How much of what is too large is still read, so that the browser reads the answer.
_DRAINED = 64 * 2**20
_PIECE = 64 * 1024

View = TypeVar("View", bound=Callable[..., Any])


class MemoryRequest(Request):
    """A request whose files stay in memory; werkzeug would spool them to a temporary file."""

    def _get_file_stream(self, *_sizes: object, **_more: object) -> IO[bytes]:
        return io.BytesIO()


def takes_file(view: View) -> View:
    """Let this endpoint's form carry one document; to stand under `requires`."""
    view.takes_file = True  # type: ignore[attr-defined]
    return view


def limit_requests(app: Flask) -> None:
    """Bound every request's size before its form is read."""
    app.request_class = MemoryRequest
    app.config.update(
        MAX_CONTENT_LENGTH=FORM_LIMIT,
        MAX_FORM_MEMORY_SIZE=FORM_LIMIT,
        MAX_FORM_PARTS=MOST_FIELDS,
    )
    app.before_request(_limit_body)


def _limit_body() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_file", False) and request.method == "POST":
        if not current_user.is_authenticated:
            return redirect(url_for("auth.sign_in", next=request.path))
        request.max_content_length = database().settings.upload_limit + FORM_LIMIT
    elif request.mimetype == "application/x-www-form-urlencoded":
        _count_fields()
    return None


def _count_fields() -> None:
    """werkzeug counts the fields of a multipart form only."""
    if request.get_data().count(b"&") >= MOST_FIELDS:
        raise RequestEntityTooLarge


def drain() -> None:
    """Read on for a while: a browser whose sending is cut off does not show the answer."""
    source, left = request.environ["wsgi.input"], _DRAINED
    while left > 0 and (piece := source.read(_PIECE)):
        left -= len(piece)
