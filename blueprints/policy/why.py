"""Why a household stands where it stands: a page to read aloud, and a letter to hand over."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from blueprints.policy.blueprint import blueprint
from casework.policy import Permission
from casework.services.requests.standing import standing_of
from casework.vocabulary import Language
from casework.web.access import requires
from casework.web.i18n import in_language
from casework.web.pdf import pdf_response
from casework.web.unit import current_work
from models.return_request import ReturnRequest


@blueprint.get("/requests/<uuid:request_id>/why")
@requires(Permission.RETURN_REQUEST_READ, of=ReturnRequest)
def why(request_row: ReturnRequest) -> str:
    """In plain words, for the whole household."""
    standing = standing_of(current_work(), request_row)
    return render_template("policy/why.html", request_=request_row, standing=standing)


@blueprint.get("/requests/<uuid:request_id>/why/letter")
@requires(Permission.RETURN_REQUEST_READ, of=ReturnRequest)
def why_letter(request_row: ReturnRequest) -> ResponseReturnValue:
    """The same as a letter in the language asked for, else in the household's."""
    standing = standing_of(current_work(), request_row)
    asked = request.args.get("language", "")
    language = asked if asked in set(Language) else request_row.language.value
    with in_language(language):
        return pdf_response(
            "policy/why.pdf.html", "letter.pdf", request_=request_row, standing=standing
        )
