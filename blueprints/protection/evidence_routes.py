"""The 13 principles with their evidence: as a page, and as a signed file to hand out."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from casework.clock import now, today
from casework.policy import Permission
from casework.services.protection import evidence
from casework.services.protection.principles import principles
from casework.web.access import requires
from casework.web.pdf import pdf_bytes, pdf_download
from casework.web.unit import current_work

blueprint = Blueprint("evidence", __name__)


@blueprint.get("/principles")
@requires(Permission.AUDIT_READ)
def index() -> str:
    """Each principle, what keeps it, and figures counted now."""
    work = current_work()
    return render_template(
        "protection/evidence.html",
        principles=principles(work),
        fingerprint=evidence.fingerprint(work),
        at=now(),
    )


@blueprint.post("/principles")
@requires(Permission.AUDIT_READ)
def sign() -> ResponseReturnValue:
    """The same as a signed PDF; the log keeps its digest."""
    work = current_work()
    made = pdf_bytes(
        "protection/evidence.pdf.html",
        principles=principles(work),
        fingerprint=evidence.fingerprint(work),
    )
    signed = evidence.sign_evidence(work, made)
    work.commit()
    return pdf_download(signed, f"principles-{today().isoformat()}.pdf")
