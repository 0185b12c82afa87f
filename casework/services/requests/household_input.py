"""What a household says when it asks to come home, before anything is stored."""

from dataclasses import dataclass
from datetime import date

from casework.vocabulary import (
    CallerRelation,
    Channel,
    DocumentStatus,
    Language,
    LegalBasis,
    Need,
    Relation,
    Sex,
    WordOf,
    WriteBy,
)
from models.organisation import Organisation


@dataclass(frozen=True, repr=False)
class PersonInput:
    """One member; `needs` never holds the protection need, which is `protection`.

    Identifiers are in their one form (`casework.reference`), absent ones empty.
    """

    relation: Relation
    given_name: str
    sex: Sex
    birth_date: date
    ovog: str = ""
    patronymic: str = ""
    latin_name: str = ""
    register_number: str = ""
    passport_number: str = ""
    phone: str = ""
    email: str = ""
    safe_contact: str = ""
    may_write: WriteBy | None = None
    needs: frozenset[Need] = frozenset()
    due_date: date | None = None
    protection: bool = False
    document_status: DocumentStatus | None = None
    language: Language | None = None
    private: bool = False


@dataclass(frozen=True, repr=False)
class CallerInput:
    """Who called or assisted; nothing of it when the household came itself.

    `phone` is the number to call back, `word` on whose word the household's data are given.
    """

    relation: CallerRelation | None = None
    name: str = ""
    phone: str = ""
    word: WordOf | None = None


@dataclass(frozen=True, repr=False)
class HouseholdInput:
    """A household, principal first, lodged at `organisation`.

    `source_reference` is the mission's own number. `share_with` are organisations that the
    principal agreed to share the request with.
    """

    organisation: Organisation
    channel: Channel
    submitted_on: date
    country: str
    legal_basis: LegalBasis
    members: tuple[PersonInput, ...]
    source_reference: str | None = None
    city: str = ""
    home_aimag: str = ""
    home_soum: str = ""
    language: Language = Language.MN
    consent_given_on: date | None = None
    visa_expires_on: date | None = None
    share_with: tuple[Organisation, ...] = ()
    note: str = ""
    caller: CallerInput = CallerInput()
