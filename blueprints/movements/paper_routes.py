"""Papers of a journey: offer letters, boarding slips, the manifest as PDF and for the carrier."""

from collections.abc import Sequence
from uuid import UUID

import segno
from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from casework.errors import InvalidTransition
from casework.policy import Permission
from casework.services.movements.manifest_file import Passenger
from casework.services.movements.papers import Paper, boarding_slips, offer_letter
from casework.vocabulary import Language, ManifestFormat
from casework.web.access import requires
from casework.web.i18n import in_language
from casework.web.pdf import pdf_response
from casework.web.saving import refused
from casework.web.spreadsheet import SPREADSHEET, workbook
from casework.web.unit import current_work
from models.movement import Movement
from models.return_request import ReturnRequest

blueprint = Blueprint("papers", __name__)


def manifest_response(
    movement: Movement, lines: Sequence[Passenger], form: ManifestFormat
) -> Response:
    """The manifest with identifiers as a file with a neutral name."""
    if form is ManifestFormat.PDF:
        return pdf_response(
            "movements/manifest.pdf.html", "manifest.pdf", movement=movement, lines=lines
        )
    headings = ["Surname", "Given names", "Sex", "Date of birth", "Nationality"]
    headings += ["Document type", "Document number", "Document expiry", "Reference"]
    rows = [_carrier_row(line) for line in lines]
    answer = Response(workbook(headings, rows), mimetype=SPREADSHEET)
    answer.headers.set("Content-Disposition", "attachment", filename="manifest.xlsx")
    return answer


def _carrier_row(line: Passenger) -> list[object]:
    """As carriers want it: capitals, one letter for the sex, the country in three letters."""
    person = line.hold.member.person
    sex = person.sex.value[:1].upper()
    number = person.passport_number
    expires_on = line.hold.member.passport_expires_on if number else None
    document = ["P" if number else "", number, expires_on]
    names: list[object] = [line.surname, line.given_names, sex, person.birth_date, "MNG"]
    return [*names, *document, line.hold.request.reference]


def square(paper: Paper) -> Markup:
    """The paper's code as a drawing: a phone opens the gate's page from it."""
    address = url_for("gate.show", token=paper.code, _external=True)
    drawn = segno.make(address, error="m").svg_inline(scale=2, border=4, light="#fff")
    return Markup(drawn)  # noqa: S704 - drawn by the library from an address


@blueprint.get("/requests/<uuid:request_id>/offers/<uuid:member_id>/letter")
@requires(Permission.OFFER_ANSWER, of=ReturnRequest)
def letter(request_row: ReturnRequest, member_id: UUID) -> ResponseReturnValue:
    """The offer in both languages, to hand over."""
    try:
        paper = offer_letter(current_work(), request_row, str(member_id))
    except InvalidTransition as error:
        back = url_for("offers.answer", request_id=request_row.id, member_id=member_id)
        return refused(error, back)
    parts = []
    for language in Language:
        with in_language(language.value):
            part = render_template("movements/letter_part.html", paper=paper)
        parts.append((language.value, Markup(part)))  # noqa: S704 - a template's own output
    return pdf_response("movements/letter.pdf.html", "offer.pdf", parts=parts, qr=square(paper))


@blueprint.get("/movements/<uuid:movement_id>/slips")
@requires(Permission.MANIFEST_BOARD, of=Movement)
def slips(movement: Movement) -> ResponseReturnValue:
    """A boarding slip for each traveller."""
    try:
        papers = boarding_slips(current_work(), movement)
    except InvalidTransition as error:
        return refused(error, url_for("movements.show", movement_id=movement.id))
    sheets = [(paper, square(paper)) for paper in papers]
    return pdf_response("movements/slips.pdf.html", "slips.pdf", sheets=sheets, movement=movement)
