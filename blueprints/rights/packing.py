"""The access package as one file: PDF, JSON and the person's own files, made in memory only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from casework.labels_events import event_label
from casework.labels_fields import TABLES, field_label, table_label
from casework.reference.places import find_aimag
from casework.services.rights.holdings import PROTECTED, HeldRow, Somebody
from casework.services.rights.package import Package
from casework.services.rights.package_json import package_json
from casework.vocabulary import DataCategory, Need, Withheld
from casework.web.filters import organisation_name
from casework.web.i18n import (
    _,
    country_name,
    current_language,
    format_date,
    gettext,
    in_language,
    labelled,
    shown,
)
from casework.web.pdf import PdfOff, pdf_bytes

#: Lists of codes, by table and field.
_LISTS: dict[tuple[str, str], type[Enum]] = {
    ("request_member", "needs"): Need,
    ("consent", "categories"): DataCategory,
}
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
        text = _reason(why) if why else _text(row.table, field.key, field.value)
        if text:
            yield gettext(field_label(field.key)), text


def _reason(why: str) -> str:
    if why == PROTECTED:
        return _("Kept under stronger protection: an officer with the clearance hands it to you.")
    return labelled(Withheld(why))


def _text(table: str, key: str, value: Any) -> str:
    if value in (None, "", [], {}) or isinstance(value, UUID):
        return ""
    if isinstance(value, Somebody):
        return f"{organisation_name(value.organisation)}, {labelled(value.role)}"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(_member(table, key, one) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_text(table, key, one)}" for name, one in value.items())
    return _plain(key, value)


def _plain(key: str, value: Any) -> str:
    if key == "country":
        return country_name(value)
    if key == "home_aimag" and (aimag := find_aimag(value)) is not None:
        return aimag.name(current_language())
    return shown(value)


def _member(table: str, key: str, value: Any) -> str:
    codes = _LISTS.get((table, key))
    return labelled(codes(value)) if codes else _text(table, key, value)
