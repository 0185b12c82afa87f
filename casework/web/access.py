"""Every endpoint declares who may reach it; one that does not stops the application."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, overload

from flask import Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from casework.policy import Permission
from casework.services.access import load, require
from casework.services.rights.restriction import needs_reason
from casework.web.confirmation import ask_to_confirm, confirmed_lately
from casework.web.pages import kept_values
from casework.web.restricted import reason_url
from casework.web.unit import current_work
from models.base import Base
from models.confirmation import ConfirmationRound
from models.intake import ImportFile, RequestDraft
from models.return_request import ReturnRequest

#: Fields that nobody typed.
HIDDEN_KEYS = frozenset({"idempotency_key", "version"})

View = TypeVar("View", bound=Callable[..., Any])

#: The URL's name for a record, where it is not the table's own.
_URL_NAMES: dict[type[Base], str] = {
    ReturnRequest: "request_id",
    ConfirmationRound: "round_id",
    RequestDraft: "draft_id",
    ImportFile: "import_id",
}


@dataclass(frozen=True)
class Access:
    """What an endpoint asks: nothing (`public`), a sign-in, or `permission` on a `record`.

    With `step_up` also a confirmation of who one is that is minutes old at most; `enrolling` ones
    open before a second factor is set; `restricted` ones before a reason is given for opening a
    record of a person whose data are restricted.
    """

    public: bool = False
    permission: Permission | None = None
    record: type[Base] | None = None
    step_up: bool = False
    enrolling: bool = False
    restricted: bool = False

    @property
    def url_name(self) -> str | None:
        """The URL argument that holds the record's id."""
        if self.record is None:
            return None
        return _URL_NAMES.get(self.record, f"{self.record.__tablename__}_id")


def _declare(view: Callable[..., Any], access: Access) -> None:
    view.access = access  # type: ignore[attr-defined]


def public(view: View) -> View:
    """Anybody may reach this endpoint, signed in or not."""
    _declare(view, Access(public=True))
    return view


@overload
def signed_in(view: View) -> View: ...
@overload
def signed_in(*, step_up: bool = False, enrolling: bool = False) -> Callable[[View], View]: ...
def signed_in(
    view: View | None = None, *, step_up: bool = False, enrolling: bool = False
) -> View | Callable[[View], View]:
    """Every signed-in user may reach this endpoint, whatever her role.

    As `@signed_in(step_up=True)` it asks to confirm who one is first; with `enrolling` it opens
    also to who has no second factor yet.
    """
    access = Access(step_up=step_up, enrolling=enrolling)
    if view is not None:
        return _guarded(view, access)
    return lambda declared: _guarded(declared, access)


def requires(
    permission: Permission,
    of: type[Base] | None = None,
    *,
    step_up: bool = False,
    restricted: bool = False,
) -> Callable[[View], View]:
    """Only who has `permission` may reach this endpoint.

    With `of`, the record whose id stands in the URL (`<uuid:case_id>`, `<uuid:request_id>`, …) is
    loaded under the permission and given to the view as its first argument. A refusal looks like
    a missing record and is written to the log. With `step_up`, who may is asked to confirm that it
    is she unless she did so minutes ago; what she typed is kept. A record of a person whose data
    are restricted asks for a reason first, except with `restricted`: the page that asks for it.
    """
    access = Access(permission=permission, record=of, step_up=step_up, restricted=restricted)

    def declare(view: View) -> View:
        return _guarded(view, access)

    return declare


def _guarded(view: View, access: Access) -> View:
    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        if not current_user.is_authenticated:
            return _ask_to_sign_in()
        if current_user.profile.must_enrol and not access.enrolling:
            return redirect(url_for("account.index"))
        g.permission = access.permission
        found = _admitted(access, arguments) if access.permission is not None else []
        if not access.restricted and any(needs_reason(current_work(), row) for row in found):
            return redirect(reason_url(found[0]))
        if access.step_up and not confirmed_lately():
            return ask_to_confirm()
        return view(*found, **arguments)

    _declare(guarded, access)
    return guarded  # type: ignore[return-value]


def _admitted(access: Access, arguments: dict[str, Any]) -> list[Base]:
    assert access.permission is not None  # noqa: S101 - for the type checker
    work = current_work()
    g.refused_record = ("", "")
    if access.record is None or access.url_name is None:
        require(work, access.permission)
        return []
    row_id = arguments.pop(access.url_name)
    g.refused_record = (access.record.__tablename__, str(row_id))
    row = load(work, access.permission, access.record, row_id)
    g.refused_record = ("", "")
    g.case_id = getattr(row, "case_id", row.id if access.record.__tablename__ == "case" else None)
    return [row]


def _ask_to_sign_in() -> ResponseReturnValue:
    """Send a stranger to the sign-in; a form that was open too long keeps what was typed."""
    if request.method == "POST":
        kept = kept_values()
        if any(name not in HIDDEN_KEYS for name, _ in kept):
            return render_template("errors/signed_out.html", kept=kept), 401
    if request.method != "GET":
        return redirect(url_for("auth.sign_in"))
    target = request.full_path.rstrip("?")
    return redirect(url_for("auth.sign_in", next=None if target == "/" else target))


def check_declared(app: Flask) -> None:
    """Raise RuntimeError naming every endpoint that declares no access."""
    undeclared = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if not isinstance(getattr(view, "access", None), Access)
    ]
    if undeclared:
        raise RuntimeError(f"endpoints without a declared permission: {', '.join(undeclared)}")
