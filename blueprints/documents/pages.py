"""The pages of documents, alike for a case and a return request."""

from uuid import UUID

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints.documents.forms import DestroyForm, OpenForm, add_form
from casework.policy import Permission
from casework.services.access import allowed
from casework.services.documents import keeping, reading
from casework.services.documents.accepting import accept
from casework.services.documents.reading import Holder, OpenedFile
from casework.services.users import users_by_id
from casework.vocabulary import CaseState
from casework.web.case_file import render_case
from casework.web.headers import SANDBOX
from casework.web.i18n import _
from casework.web.saving import save
from casework.web.unit import current_work
from models.case import Case
from models.document import Document


def address(page: str, holder: Holder, document_id: UUID | None = None) -> str:
    """The address of a page about the documents of `holder`."""
    if isinstance(holder, Case):
        return url_for(f"documents.{page}_case", case_id=holder.id, document_id=document_id)
    return url_for(f"documents.{page}_request", request_id=holder.id, document_id=document_id)


def _page(template: str, holder: Holder, **values: object) -> str:
    values |= {"holder": holder, "address": address}
    if isinstance(holder, Case):
        tab = "documents.of_case"
        return render_case(template, holder, tab, layout="cases/file.html", **values)
    return render_template(template, layout="documents/request.html", **values)


def list_page(holder: Holder) -> str:
    """Every document the reader may see, newest first."""
    work = current_work()
    documents = reading.documents_of(work, holder)
    people = reading.people_shown(work, holder).people
    closed = isinstance(holder, Case) and holder.state is CaseState.CLOSED
    return _page(
        "documents/index.html",
        holder,
        documents=documents,
        whose={person.subject_id: person for person in people},
        names=users_by_id(work, [document.uploaded_by_id for document in documents]),
        may_add=not closed and allowed(work, Permission.DOCUMENT_UPLOAD, holder),
    )


def add_page(holder: Holder) -> ResponseReturnValue:
    """Take a file and keep it."""
    work = current_work()
    form = add_form(reading.people_shown(work, holder))

    def add() -> Document:
        sent = form.file.data
        file = accept(work, sent.read(), sent.filename)
        return keeping.store(work, holder, file, form.kind.data, UUID(form.about.data))

    response = save(form, add, lambda _document: address("of", holder), _("The document is kept."))
    limit = work.database.settings.upload_limit // 2**20
    return response or _page("documents/add.html", holder, form=form, limit=limit)


def open_page(holder: Holder, document_id: UUID) -> ResponseReturnValue:
    """Ask what the document is needed for, then give it as a file to be saved."""
    form, work = OpenForm(), current_work()
    document = reading.find_document(work, holder, document_id)
    if form.validate_on_submit():
        opened = reading.download(work, holder, document, form.purpose.data)
        work.commit()
        return _attachment(document, opened)
    return _page(
        "documents/show.html",
        holder,
        form=form,
        document=document,
        names=users_by_id(work, [document.uploaded_by_id, document.destroyed_by_id]),
        may_destroy=keeping.may_destroy(work, holder, document),
    )


def _attachment(document: Document, opened: OpenedFile) -> Response:
    """A file with a name that tells nothing, powerless where a browser would show it."""
    response = Response(opened.content, mimetype=opened.type.media_type)
    name = f"document-{document.id.hex[-8:]}.{opened.type.endings[0]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def destroy_page(holder: Holder, document_id: UUID) -> ResponseReturnValue:
    """Ask why, and destroy the file."""
    form, work = DestroyForm(), current_work()
    document = reading.find_document(work, holder, document_id)
    response = save(
        form,
        lambda: keeping.destroy_document(work, holder, document, form.reason.data),
        lambda _nothing: address("of", holder),
        _("The file is destroyed."),
    )
    return response or _page("documents/destroy.html", holder, form=form, document=document)
