"""The secret of a visit in the browser's signed cookie, and the pages behind a PIN."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, redirect, session, url_for

from casework.services.public.visits import end_visit, person_of
from casework.web.access import public
from casework.web.unit import current_net, database

VISIT = "visit"
View = TypeVar("View", bound=Callable[..., Any])


def secret() -> str:
    """The secret that the browser brought; empty when it has none."""
    return str(session.get(VISIT, ""))


def keep(made: str) -> None:
    """Give the browser this secret in place of an earlier one, whose visit ends."""
    forget()
    session[VISIT] = made


def forget() -> None:
    """End the visit of this browser."""
    earlier = session.pop(VISIT, "")
    if earlier:
        end_visit(database(), earlier)


def with_pin(view: View) -> View:
    """Only who came in with a PIN may reach this page, and only her own request."""

    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        actor = person_of(database(), secret(), current_net())
        if actor is None:
            return redirect(url_for("status.enter"))
        g.person = actor
        return view(**arguments)

    return public(guarded)  # type: ignore[return-value]
