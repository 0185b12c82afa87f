"""Scanning boarding codes: who may board, and letting them aboard."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from blueprints.gate.forms import BoardForm, CodeForm
from casework.policy import Permission
from casework.services.movements.codes import public_key
from casework.services.movements.gate import board_by_code, record_scan, scan
from casework.services.people.reveal import revealed_to
from casework.web.access import requires
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work

blueprint = Blueprint("gate", __name__)


def _uuids(texts: list[str]) -> set[UUID]:
    """Those of the texts that are ids."""
    found = set()
    for text in texts:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found


def _here() -> UUID | None:
    """The movement that is boarding at this gate, if the page was opened from one."""
    return next(iter(_uuids([request.values.get("at", "")])), None)


@blueprint.get("/gate")
@requires(Permission.MANIFEST_BOARD)
def index() -> ResponseReturnValue:
    """Scan or type a code."""
    form = CodeForm(request.args)
    token = (form.code.data or "").strip().rpartition("/")[2]
    if token and form.validate():
        return redirect(url_for("gate.show", token=token, at=_here()))
    return render_template(
        "gate/index.html", form=form, here=_here(), key=public_key(current_work())
    )


@blueprint.get("/gate/<token>")
@requires(Permission.MANIFEST_BOARD)
def show(token: str) -> ResponseReturnValue:
    """What a code stands for now; each scan is written down."""
    work = current_work()
    found = scan(work, token, _here())
    shown = revealed_to(work, [hold.member.person for hold in found.holds])
    page = _page(token, BoardForm(), found=found, shown=shown)
    work.end()
    record_scan(work, found)
    return page


@blueprint.post("/gate/<token>")
@requires(Permission.MANIFEST_BOARD)
def board(token: str) -> ResponseReturnValue:
    """Let aboard whom one checked, and be ready for the next code."""
    form = BoardForm()
    chosen = _uuids(request.form.getlist("who"))
    response = save(
        form,
        lambda: board_by_code(current_work(), token, chosen, _here()),
        lambda _count: url_for("gate.index", at=_here()),
        _("Aboard. Scan the next code."),
    )
    return response or _page(token, form, found=scan(current_work(), token, _here()), shown=set())


def _page(token: str, form: BoardForm, **context: object) -> str:
    return render_template(
        "gate/show.html", form=form, token=token, here=_here(), again=CodeForm(), **context
    )
