"""Putting data right at the person's request, and telling who received them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from audit.record import Act
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.idempotency import expect_version
from casework.services.requests.editing import PERSON_FIELDS, correct_person
from casework.services.rights.recipients import tell_recipients
from casework.services.rights.register import begin, end
from casework.services.work import Work
from casework.vocabulary import (
    NoticeKind,
    Purpose,
    Sex,
    SubjectRequestKind,
    SubjectRequestState,
)
from models.person import Person
from models.rights import SubjectRequest

#: How the person may be reached: changed where it was written, by whoever she tells.
CONTACT_RULES: Final = ("safe_contact", "may_write")
#: What a person may have put right by this way; everything else is changed where it was written.
CORRECTABLE: Final = tuple(field for field in PERSON_FIELDS if field not in CONTACT_RULES)
#: How a proposed value, kept as text, is read.
_READ: Final[dict[str, Callable[[str], Any]]] = {"birth_date": date.fromisoformat, "sex": Sex}


@dataclass(frozen=True, repr=False)
class Proposed:
    """One field: what is recorded now and what the person says is right, both as text."""

    field: str
    recorded: str
    right: str


def proposed(work: Work, row: SubjectRequest) -> list[Proposed]:
    """What the person asks to be put right, beside what is recorded; each reading is counted."""
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    with work.beyond("the officer compares what is recorded with what the person says"):
        person = work.session.get_one(Person, row.person_id)
        proposal = row.proposal or {}
        return [
            Proposed(field, str(getattr(person, field) or ""), proposal[field])
            for field in CORRECTABLE
            if field in proposal
        ]


def correct(
    work: Work, row: SubjectRequest, fields: Collection[str], answer: str, version: int | None
) -> int:
    """Put these fields right, tell who received the data, and close the request.

    Returns how many users were told. A correction of what is no field of the person (a note, an
    assessment) is made where it was written, and only answered here: `answer` says how.
    """
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    expect_version(row, version)
    if row.kind is not SubjectRequestKind.CORRECTION:
        raise InvalidTransition(N_("This request does not ask for a correction."))
    if not fields and not answer:
        raise InvalidInput(N_("Say what was put right, and where."), "answer")
    begin(work, row)
    proposal = row.proposal or {}
    values: dict[str, Any] = {
        field: _READ.get(field, str)(proposal[field])
        for field in CORRECTABLE
        if field in fields and field in proposal
    }
    with work.beyond("a correction reaches the person's data wherever they are held"):
        person = work.session.get_one(Person, row.person_id)
        changed = correct_person(work, person, values)
        told = tell_recipients(work, person.id, NoticeKind.DATA_CORRECTED)
        work.session.flush()
        _record(work, row, changed, told)
    row.answer = answer or None
    end(work, row, SubjectRequestState.FULFILLED)
    return told


def _record(work: Work, row: SubjectRequest, changed: list[str], told: int) -> None:
    work.record(
        Act(
            "person.corrected",
            Purpose.PROTECTION,
            permission=Permission.SUBJECT_REQUEST_FULFIL,
            subjects={row.subject_id},
            facts={"number": row.number, "fields": changed, "told": told},
        )
    )
