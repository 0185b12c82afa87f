"""Addresses of the documents of a case and of a return request."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from blueprints.documents import pages
from casework.policy import Permission
from casework.web.access import requires
from casework.web.uploads import takes_file
from models.case import Case
from models.return_request import ReturnRequest

blueprint = Blueprint("documents", __name__)

BOTH = ["GET", "POST"]
CASE = "/cases/<uuid:case_id>/documents"
REQUEST = "/requests/<uuid:request_id>/documents"


@blueprint.get(CASE)
@requires(Permission.DOCUMENT_READ, of=Case)
def of_case(case: Case) -> ResponseReturnValue:
    """The Documents tab of the case file."""
    return pages.list_page(case)


@blueprint.route(f"{CASE}/new", methods=BOTH)
@requires(Permission.DOCUMENT_UPLOAD, of=Case)
@takes_file
def add_to_case(case: Case) -> ResponseReturnValue:
    """Add a document to a case."""
    return pages.add_page(case)


@blueprint.route(f"{CASE}/<uuid:document_id>", methods=BOTH)
@requires(Permission.DOCUMENT_READ, of=Case)
def open_case(case: Case, document_id: UUID) -> ResponseReturnValue:
    """One document of a case, and its file."""
    return pages.open_page(case, document_id)


@blueprint.route(f"{CASE}/<uuid:document_id>/destroy", methods=BOTH)
@requires(Permission.DOCUMENT_UPLOAD, of=Case)
def destroy_case(case: Case, document_id: UUID) -> ResponseReturnValue:
    """Destroy a document's file."""
    return pages.destroy_page(case, document_id)


@blueprint.get(REQUEST)
@requires(Permission.DOCUMENT_READ, of=ReturnRequest)
def of_request(request: ReturnRequest) -> ResponseReturnValue:
    """The documents of a return request."""
    return pages.list_page(request)


@blueprint.route(f"{REQUEST}/new", methods=BOTH)
@requires(Permission.DOCUMENT_UPLOAD, of=ReturnRequest)
@takes_file
def add_to_request(request: ReturnRequest) -> ResponseReturnValue:
    """Add a document to a return request."""
    return pages.add_page(request)


@blueprint.route(f"{REQUEST}/<uuid:document_id>", methods=BOTH)
@requires(Permission.DOCUMENT_READ, of=ReturnRequest)
def open_request(request: ReturnRequest, document_id: UUID) -> ResponseReturnValue:
    """One document of a return request, and its file."""
    return pages.open_page(request, document_id)


@blueprint.route(f"{REQUEST}/<uuid:document_id>/destroy", methods=BOTH)
@requires(Permission.DOCUMENT_UPLOAD, of=ReturnRequest)
def destroy_request(request: ReturnRequest, document_id: UUID) -> ResponseReturnValue:
    """Destroy a document's file."""
    return pages.destroy_page(request, document_id)
