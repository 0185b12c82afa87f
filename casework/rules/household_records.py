"""What a mission's file says, once read: households, their members, and rows to be mended."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from casework.messages import Message
from casework.vocabulary import (
    Channel,
    DocumentStatus,
    Language,
    LegalBasis,
    Need,
    Relation,
    Sex,
)

COLUMNS: Final = (
    "request_ref", "channel", "submitted_on", "country", "city", "relation", "ovog", "patronymic",
    "given_name", "latin_name", "sex", "birth_date", "register_number", "passport_number", "phone",
    "email", "needs", "pregnancy_weeks", "visa_expires_on", "home_aimag", "home_soum", "language",
    "document_status", "safe_contact", "legal_basis", "consent_given_on", "share_with", "note",
)  # fmt: skip
REQUIRED: Final = (
    "request_ref", "submitted_on", "country", "relation", "given_name", "sex", "birth_date",
    "legal_basis",
)  # fmt: skip
REJECT_COLUMNS: Final = ("row", "column", "reason")


@dataclass(frozen=True, repr=False)
class ImportedPerson:
    """One member. `protection` is sealed at once; no field ever shows in a repr or a reject.

    `needs` holds the other needs, `language` is None when it is the request's. `row` is the number
    in the file, `cells` the row in the order of the file's columns, without the protection need.
    """

    relation: Relation
    ovog: str
    patronymic: str
    given_name: str
    latin_name: str
    sex: Sex
    birth_date: date
    register_number: str
    passport_number: str
    phone: str
    email: str
    needs: frozenset[Need]
    protection: bool
    pregnancy_weeks: int | None
    visa_expires_on: date | None
    language: Language | None
    document_status: DocumentStatus | None
    safe_contact: str
    warnings: tuple[Message, ...]
    row: int
    cells: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class ImportedHousehold:
    """A household as one request: `request_ref` is the mission's own number, principal first.

    `country` is alpha-2, the homes are P-codes or empty.
    """

    request_ref: str
    channel: Channel
    submitted_on: date
    country: str
    city: str
    home_aimag: str
    home_soum: str
    language: Language
    legal_basis: LegalBasis
    consent_given_on: date | None
    share_with: tuple[str, ...]
    note: str
    members: tuple[ImportedPerson, ...]

    @property
    def first_row(self) -> int:
        """Return the number in the file of the principal's row."""
        return self.members[0].row

    @property
    def visa_expires_on(self) -> date | None:
        """Return the earliest day a member's visa expires, if any is given."""
        return min((day for each in self.members if (day := each.visa_expires_on)), default=None)


@dataclass(frozen=True, repr=False)
class Reject:
    """One thing to mend: `reason` says what to do in `column` of `row`.

    `cells` is the row in the order of the file's columns. It never tells whether the household has
    the protection need.
    """

    row: int
    column: str
    reason: Message
    cells: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Duplicate:
    """A household not to be imported: someone in it is already in the one at `earlier_row`."""

    household: ImportedHousehold
    earlier_row: int


@dataclass(frozen=True, repr=False)
class HouseholdFile:
    """A whole file, read: `rejected` counts households, `rejects` what to mend, row by row."""

    columns: tuple[str, ...]
    ignored_columns: tuple[str, ...]
    households: tuple[ImportedHousehold, ...]
    rejects: tuple[Reject, ...]
    rejected: int
