"""A mission's file of return requests, read whole: good households, and rows to be mended.

One row is one person; rows with the same `request_ref` are one household, wherever they stand. Any
row that cannot be taken rejects its whole household. Nothing here touches the database.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import BinaryIO, Final

from casework.errors import InvalidInput
from casework.messages import N_, Message
from casework.reference.names import folded, folded_patronymic
from casework.rules import household_cells as cells
from casework.rules.household_records import (
    COLUMNS,
    REJECT_COLUMNS,
    REQUIRED,
    Duplicate,
    HouseholdFile,
    ImportedHousehold,
    ImportedPerson,
    Reject,
)
from casework.rules.household_row import RowReader
from casework.rules.household_table import read_table
from casework.vocabulary import Channel, Language, LegalBasis, Relation

_REFERENCE: Final = 64
_CITY: Final = 100
_NOTE: Final = 2000

NO_CONSENT_DATE = N_(
    "With legal basis “consent”, write the day it was given; or choose public_task or "
    "vital_interest."
)
DIFFERS = N_("It differs from row %(row)s of the same request. Make them the same.")
SECOND_PRINCIPAL = N_("Only the first row of a request is its principal. Write another relation.")
MADE_PRINCIPAL = N_("The first row of a request is its principal, whatever relation it says.")
SAME_PERSON = N_("This is the same person as in row %(row)s of the same request. Remove one.")
OTHER_ROW = N_("Nothing to mend here: row %(row)s of the same request has to be mended.")
IN_EARLIER_ROW = N_(
    "Someone in this request is already in the one at row %(row)s, by register or passport number. "
    "The earlier one goes in; this one awaits a decision."
)


def read_households(stream: BinaryIO, today: date) -> HouseholdFile:
    """Return everything in `stream` (CSV in UTF-8, or XLSX), nothing imported yet.

    Raises InvalidInput for a file that cannot be used at all, such as one in another encoding,
    larger than 50 MB, or without a required column.
    """
    table = read_table(stream)
    _check_columns(table.columns)
    groups: dict[str, list[RowReader]] = {}
    for source in table.rows:
        row = RowReader(table.columns, source)
        reference = row.required("request_ref", cells.text(_REFERENCE), "")
        groups.setdefault(reference or f"\0{source.number}", []).append(row)
    households, rejects, rejected = [], list[Reject](), 0
    for reference, rows in groups.items():
        household = _household(reference, rows, today)
        if any(row.problems for row in rows):
            rejects += _rejects(rows)
            rejected += 1
        else:
            households.append(household)
    rejects.sort(key=lambda reject: reject.row)
    ignored = {*table.columns} - {*COLUMNS, *REJECT_COLUMNS, ""}
    return HouseholdFile(
        table.columns, tuple(sorted(ignored)), tuple(households), tuple(rejects), rejected
    )


def apart_from_duplicates(
    households: Iterable[ImportedHousehold],
) -> tuple[tuple[ImportedHousehold, ...], tuple[Duplicate, ...]]:
    """Return the households to import, and those with a person of an earlier one.

    A person is the same when the register or the passport number is; the first goes in.
    """
    first_rows: dict[tuple[str, str], int] = {}
    kept, duplicates = [], []
    for household in households:
        keys = [key for member in household.members for key in _numbers(member)]
        earlier = next((first_rows[key] for key in keys if key in first_rows), None)
        if earlier is None:
            kept.append(household)
            first_rows |= dict.fromkeys(keys, household.first_row)
        else:
            duplicates.append(Duplicate(household, earlier))
    return tuple(kept), tuple(duplicates)


def rejected_household(household: ImportedHousehold, column: str, reason: Message) -> list[Reject]:
    """Return a reject for each row of a household that was read well but cannot go in."""
    return [Reject(member.row, column, reason, member.cells) for member in household.members]


def _check_columns(columns: Sequence[str]) -> None:
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise InvalidInput(
            "These columns are missing: %(columns)s. Add them to the first row of the file.",
            columns=", ".join(missing),
        )
    twice = [column for column in COLUMNS if columns.count(column) > 1]
    if twice:
        raise InvalidInput(
            "These columns stand twice in the first row: %(columns)s. Remove one of each.",
            columns=", ".join(twice),
        )


def _household(reference: str, rows: list[RowReader], today: date) -> ImportedHousehold:
    """Return the household of `rows`, noting in them what has to be mended."""
    first = rows[0]
    principal = _principal(first.person(today))
    members = (principal, *(row.person(today) for row in rows[1:]))
    aimag, soum = _home(first)
    basis = first.required("legal_basis", cells.legal_basis, LegalBasis.PUBLIC_TASK)
    submitted = cells.past_date(today)
    if basis == LegalBasis.CONSENT and not first.text("consent_given_on"):
        first.note("consent_given_on", Message(NO_CONSENT_DATE))
    household = ImportedHousehold(
        request_ref=reference,
        channel=first.optional("channel", cells.channel, Channel.IMPORT),
        submitted_on=first.required("submitted_on", submitted, today),
        country=first.required("country", cells.country, ""),
        city=first.optional("city", cells.text(_CITY), ""),
        home_aimag=aimag,
        home_soum=soum,
        language=principal.language or Language.MN,
        legal_basis=basis,
        consent_given_on=first.optional("consent_given_on", cells.or_none(submitted), None),
        share_with=first.optional("share_with", cells.organisations, ()),
        note=_notes(rows),
        members=members,
    )
    _check_agreement(rows, today)
    _check_members(rows, members)
    return household


def _principal(person: ImportedPerson) -> ImportedPerson:
    if person.relation == Relation.PRINCIPAL:
        return person
    warnings = (*person.warnings, Message(MADE_PRINCIPAL))
    return replace(person, relation=Relation.PRINCIPAL, warnings=warnings)


def _home(row: RowReader) -> tuple[str, str]:
    try:
        return cells.home(row.text("home_aimag"), row.text("home_soum"))
    except InvalidInput as problem:
        row.note(problem.field, problem.message)
        return "", ""


def _notes(rows: list[RowReader]) -> str:
    """Return the notes of all rows, each once."""
    notes = (row.optional("note", cells.text(_NOTE), "") for row in rows)
    return "\n".join(dict.fromkeys(note for note in notes if note))


def _check_agreement(rows: list[RowReader], today: date) -> None:
    """Note cells of later rows that contradict the first about the request as a whole."""
    readers: dict[str, Callable[[str], object]] = {
        "channel": cells.channel,
        "submitted_on": cells.past_date(today),
        "country": cells.country,
        "city": folded,
        "home_aimag": lambda text: cells.home(text, ""),
        "home_soum": folded,
        "legal_basis": cells.legal_basis,
        "consent_given_on": cells.past_date(today),
        "share_with": cells.organisations,
    }
    first = rows[0]
    for row in rows[1:]:
        for column, reader in readers.items():
            if not row.text(column) or row.text(column) == first.text(column):
                continue
            read = row.optional(column, reader, None)
            if read is not None and read != _quietly(first.text(column), reader):
                row.note(column, Message(DIFFERS, {"row": first.number}))


def _quietly(text: str, reader: Callable[[str], object]) -> object:
    try:
        return reader(text)
    except InvalidInput:
        return None


def _check_members(rows: list[RowReader], members: tuple[ImportedPerson, ...]) -> None:
    """Note a second principal, and a person who stands in two rows."""
    seen: dict[tuple[str, ...], int] = {}
    for row, member in zip(rows, members, strict=True):
        if row is not rows[0] and member.relation == Relation.PRINCIPAL:
            row.note("relation", Message(SECOND_PRINCIPAL))
        keys = _likenesses(member)
        earlier = next((seen[key] for key in keys if key in seen), None)
        if earlier is not None and not row.problems:
            row.note("", Message(SAME_PERSON, {"row": earlier}))
        for key in keys:
            seen.setdefault(key, row.number)


def _likenesses(member: ImportedPerson) -> list[tuple[str, ...]]:
    name = (folded(member.given_name), folded_patronymic(member.patronymic))
    return [*_numbers(member), (*name, member.birth_date.isoformat(), member.sex)]


def _numbers(member: ImportedPerson) -> list[tuple[str, str]]:
    numbers = (("register", member.register_number), ("passport", member.passport_number))
    return [(kind, number) for kind, number in numbers if number]


def _rejects(rows: list[RowReader]) -> list[Reject]:
    """Return the problems of a household; rows without one point to the first that has."""
    wrong = next(row.number for row in rows if row.problems)
    for row in rows:
        if not row.problems:
            row.note("", Message(OTHER_ROW, {"row": wrong}))
    return [reject for row in rows for reject in row.rejects()]
