"""Importing a mission's list of households: validated whole, then written in short transactions."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import BinaryIO, Final, TypeVar

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.actor import Actor
from casework.messages import N_, Message
from casework.policy import Permission
from casework.rules.age import due_date
from casework.rules.household_file import (
    IN_EARLIER_ROW,
    apart_from_duplicates,
    read_households,
    rejected_household,
)
from casework.rules.household_records import (
    HouseholdFile,
    ImportedHousehold,
    ImportedPerson,
    Reject,
)
from casework.services.organisations import get_organisation
from casework.services.requests.duplicates import holds_active_request, note_withheld
from casework.services.requests.household_input import HouseholdInput, PersonInput
from casework.services.requests.registering import add_request, open_intake
from casework.services.work import Database, Work
from casework.vocabulary import Purpose, RequestState
from models.organisation import Organisation
from models.return_request import ReturnRequest

T = TypeVar("T")

BATCH: Final = 100
_AT_ONCE: Final = 500
ALREADY_ACTIVE = N_(
    "Someone in this request already has an active request, by register or passport number. "
    "It was not imported: find out whether it is the same person."
)
#: A register number: two Cyrillic capitals and eight digits.
NAMES_A_PERSON = re.compile(r"[А-ЯЁӨҮ]{2}\d{8}")
PERSONAL_REFERENCE = N_(
    "A register number cannot be the reference, which is kept in clear. Number the requests "
    "otherwise, for example KR-00001."
)
UNKNOWN_ORGANISATION = N_(
    "There is no organisation with the code %(code)s. Correct the code, or leave it out."
)


@dataclass(repr=False)
class ImportReport:
    """Counts of households (and `people`), and the rows to mend in the columns of the file.

    `elsewhere` are the duplicates of which it was told that another organisation holds them.
    """

    households: int
    people: int
    rejected: int
    columns: tuple[str, ...]
    rejects: list[Reject] = field(default_factory=list)
    imported: int = 0
    duplicates: int = 0
    unchanged: int = 0
    elsewhere: int = 0

    @property
    def complete(self) -> bool:
        """Whether everything is in."""
        return not (self.rejected or self.duplicates)

    def counts(self) -> dict[str, int]:
        """What `--json` prints."""
        names = ("households", "people", "imported", "rejected", "duplicates", "unchanged")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, repr=False)
class Ready:
    """A household that may go in, as read and as it will be registered."""

    source: ImportedHousehold
    household: HouseholdInput


def import_requests(
    database: Database,
    actor: Actor,
    stream: BinaryIO,
    mission: str,
    *,
    dry_run: bool = False,
    answers: int | None = None,
) -> ImportReport:
    """Import a file of households lodged at the organisation of the code `mission`.

    They arrive in the queue: the mission verified its own list (docs/adr/0006). Importing a file
    again changes nothing and finishes what was interrupted. Raises InvalidInput when the file
    cannot be used at all; nothing is written then, nor with `dry_run`. Of people with a request
    elsewhere at most `answers` are told, as `holds_active_request` does.
    """
    content = read_households(stream, clock.today())
    with database.reading(actor) as work:
        report, ready = check_list(work, content, get_organisation(work, mission), answers)
    if dry_run:
        report.imported = len(ready)
        return report
    for batch in _batches(ready, BATCH):
        with database.writing(actor) as work:
            write_batch(work, batch, report, None if answers is None else 0)
    return report


def check_list(
    work: Work, content: HouseholdFile, mission: Organisation, answers: int | None
) -> tuple[ImportReport, list[Ready]]:
    """What is wrong with a list of `mission`'s, and what may go in."""
    report = ImportReport(
        households=len(content.households) + content.rejected,
        people=_people(content),
        rejected=content.rejected,
        columns=content.columns,
        rejects=list(content.rejects),
    )
    recipients = _recipients(work, content.households)
    known = _known_references(work, mission, [h.request_ref for h in content.households])
    new: list[Ready] = []
    for source in content.households:
        if source.request_ref in known:
            report.unchanged += 1
            continue
        fault = _fault(source, recipients)
        if fault is not None:
            report.rejects += rejected_household(source, *fault)
            report.rejected += 1
            continue
        new.append(Ready(source, household_input(source, mission, recipients)))
    return report, _without_duplicates(work, new, report, answers)


def _fault(
    source: ImportedHousehold, recipients: Mapping[str, Organisation]
) -> tuple[str, Message] | None:
    """What the file alone could not show: the column and the reason."""
    if NAMES_A_PERSON.fullmatch(source.request_ref):
        return "request_ref", Message(PERSONAL_REFERENCE)
    for code in source.share_with:
        if code not in recipients:
            return "share_with", Message(UNKNOWN_ORGANISATION, {"code": code})
    return None


def _without_duplicates(
    work: Work, new: list[Ready], report: ImportReport, answers: int | None
) -> list[Ready]:
    """Those to write: nobody in them is in the system already, or earlier in the file."""
    known = holds_active_request(work, [each.household for each in new], answers)
    report.elsewhere = len(known.elsewhere)
    for place in sorted(known.told):
        _refuse_duplicate(report, new[place].source, Message(ALREADY_ACTIVE))
    rest = [each for place, each in enumerate(new) if place not in known.told]
    kept, repeated = apart_from_duplicates([each.source for each in rest])
    for duplicate in repeated:
        reason = Message(IN_EARLIER_ROW, {"row": duplicate.earlier_row})
        _refuse_duplicate(report, duplicate.household, reason)
    references = {household.request_ref for household in kept}
    return [each for each in rest if each.source.request_ref in references]


def _refuse_duplicate(report: ImportReport, source: ImportedHousehold, reason: Message) -> None:
    report.rejects += rejected_household(source, "register_number", reason)
    report.duplicates += 1


def write_batch(
    work: Work, batch: Sequence[Ready], report: ImportReport, answers: int | None
) -> None:
    """Register at most BATCH households, looking once more for what others saved meanwhile."""
    mission = batch[0].household.organisation
    known = _known_references(work, mission, [each.source.request_ref for each in batch])
    active = holds_active_request(work, [each.household for each in batch], answers)
    intake = open_intake(work, mission)
    written: list[tuple[ReturnRequest, int]] = []
    for place, each in enumerate(batch):
        if each.source.request_ref in known:
            report.unchanged += 1
        elif place in active.told:
            _refuse_duplicate(report, each.source, Message(ALREADY_ACTIVE))
        else:
            request = add_request(work, each.household, intake, RequestState.QUEUED)
            written.append((request, active.withheld.get(place, 0)))
    _record(work, mission, [request for request, _ in written])
    for request, matches in written:
        note_withheld(work, request, matches)
    report.imported += len(written)


def _record(work: Work, mission: Organisation, written: Sequence[ReturnRequest]) -> None:
    """One entry for the transaction, which names everybody in it."""
    if written:
        work.record(
            Act(
                "request.imported",
                Purpose.RETURN_ASSISTANCE,
                permission=Permission.RETURN_REQUEST_CREATE,
                facts={
                    "organisation": mission.code,
                    "state": RequestState.QUEUED.value,
                    "requests": len(written),
                    "people": sum(len(request.members) for request in written),
                },
            )
        )


def household_input(
    source: ImportedHousehold,
    mission: Organisation,
    recipients: Mapping[str, Organisation],
) -> HouseholdInput:
    """A household of a file, ready to be registered at `mission`."""
    return HouseholdInput(
        organisation=mission,
        channel=source.channel,
        submitted_on=source.submitted_on,
        country=source.country,
        legal_basis=source.legal_basis,
        members=tuple(_person_input(each, source.submitted_on) for each in source.members),
        source_reference=source.request_ref,
        city=source.city,
        home_aimag=source.home_aimag,
        home_soum=source.home_soum,
        language=source.language,
        consent_given_on=source.consent_given_on,
        visa_expires_on=source.visa_expires_on,
        share_with=tuple(recipients[code] for code in source.share_with),
        note=source.note,
    )


def _person_input(source: ImportedPerson, submitted_on: date) -> PersonInput:
    weeks = source.pregnancy_weeks
    same = {name: getattr(source, name) for name in _SAME_FIELDS}
    return PersonInput(due_date=due_date(weeks, submitted_on) if weeks else None, **same)


_SAME_FIELDS: Final = (
    "relation", "ovog", "patronymic", "given_name", "latin_name", "sex", "birth_date",
    "register_number", "passport_number", "phone", "email", "safe_contact", "needs", "protection",
    "document_status", "language",
)  # fmt: skip


def _people(content: HouseholdFile) -> int:
    """Rows of the file: every row of a rejected household has at least one reject."""
    good = sum(len(household.members) for household in content.households)
    return good + len({reject.row for reject in content.rejects})


def _recipients(work: Work, households: Iterable[ImportedHousehold]) -> dict[str, Organisation]:
    codes = {code for household in households for code in household.share_with}
    found = work.session.scalars(
        select(Organisation).where(Organisation.code.in_(codes), Organisation.active)
    )
    return {organisation.code: organisation for organisation in found}


def _known_references(
    work: Work, mission: Organisation, references: Sequence[str]
) -> set[str | None]:
    known: set[str | None] = set()
    for part in _batches(references, _AT_ONCE):
        statement = select(ReturnRequest.source_reference).where(
            ReturnRequest.lodged_at_id == mission.id, ReturnRequest.source_reference.in_(part)
        )
        known.update(work.session.scalars(statement))
    return known


def _batches(items: Sequence[T], size: int) -> Iterator[list[T]]:
    remaining = iter(items)
    while part := list(islice(remaining, size)):
        yield part


@dataclass(frozen=True, repr=False)
class Problem:
    """Something to mend in a row: the column, what stands there, and what to do."""

    row: int
    column: str
    value: str
    reason: Message


def problems_of(report: ImportReport) -> list[Problem]:
    """What to mend, row by row; a value never tells of a need for protection."""
    return [
        Problem(each.row, each.column, _value(report.columns, each), each.reason)
        for each in sorted(report.rejects, key=lambda reject: reject.row)
    ]


def _value(columns: tuple[str, ...], reject: Reject) -> str:
    return reject.cells[columns.index(reject.column)] if reject.column in columns else ""
