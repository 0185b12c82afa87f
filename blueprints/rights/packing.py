"""The access package as one file: PDF, JSON and the person's own files, made in memory only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from blueprints.rights.words import field_text
from casework.labels_events import event_label
from casework.labels_fields import TABLES, field_label, table_label
from casework.services.rights.holdings import HERS_ALONE, PROTECTED, HeldRow
from casework.services.rights.package import Package
from casework.services.rights.package_json import package_json
from casework.vocabulary import Withheld
from casework.web.filters import organisation_name
from casework.web.i18n import (
    _,
    format_date,
    gettext,
    in_language,
    labelled,
)
from casework.web.pdf import PdfOff, pdf_bytes

_ORDER = {table: place for place, table in enumerate(TABLES)}


@dataclass(frozen=True)
class Section:
    """One table of the PDF: its name, and each row as (field, value) pairs."""

    title: str
    rows: list[list[tuple[str, str]]]


def packed(package: Package) -> bytes:
    """The package as a ZIP file in the person's language.

    Without the libraries for PDF the JSON and the files are packed all the same.
    """
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as archive, in_language(package.language.value):
        archive.writestr("package.json", package_json(package))
        try:
            archive.writestr("package.pdf", _pdf(package))
        except PdfOff as off:
            archive.writestr("no-pdf.txt", gettext(off.message.text))
        for file in package.files:
            if file.content is not None:
                archive.writestr(file.name, file.content)
    return whole.getvalue()


def _pdf(package: Package) -> bytes:
    seen = [
        [
            format_date(line.on),
            organisation_name(line.organisation) or "—",
            labelled(line.role) if line.role else "",
            _("received") if line.received else gettext(event_label(line.event)),
            labelled(line.purpose),
            line.times,
        ]
        for line in package.seen
    ]
    return pdf_bytes(
        "rights/package.pdf.html",
        package=package,
        sections=list(_sections(package.rows)),
        seen=seen,
        made_at=package.made_at,
    )


def _sections(rows: Sequence[HeldRow]) -> Iterator[Section]:
    by_table: dict[str, list[HeldRow]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(row)
    for table in sorted(by_table, key=lambda name: (_ORDER.get(name, len(_ORDER)), name)):
        told = [list(_lines(row)) for row in by_table[table]]
        filled = [lines for lines in told if lines]
        if filled:
            yield Section(gettext(table_label(table)), filled)


def _lines(row: HeldRow) -> Iterator[tuple[str, str]]:
    """Fields that say something; ids of rows and empty fields stand in the JSON only."""
    for field in row.fields:
        why = field.withheld
        text = _reason(why) if why else field_text(row.table, field)
        if text:
            yield gettext(field_label(field.key)), text


def _reason(why: str) -> str:
    if why == PROTECTED:
        return _("Kept under stronger protection: an officer with the clearance hands it to you.")
    if why == HERS_ALONE:
        return _("Known to you alone: it opens your status page.")
    return labelled(Withheld(why))
