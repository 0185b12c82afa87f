"""Finding the person who asks, by something only she or her file would show: never by name."""

from typing import Final
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.people.search import as_identifier, people_exactly
from casework.services.work import Work
from casework.vocabulary import KeyDomain, Purpose, TokenKind
from models.case import Case, CasePerson
from models.person import Person
from models.referral import Referral

#: A telephone or an e-mail address may be shared by a household: it names nobody.
_SHARED: Final = (TokenKind.PHONE, TokenKind.EMAIL)


def find_person(work: Work, text: str) -> Person:
    """The one person of this register, passport, request, case or referral number.

    The log keeps a keyed hash of what was asked; when nobody or more than one person has it, that
    is committed at once and InvalidInput raised.
    """
    require(work, Permission.SUBJECT_REQUEST_FULFIL)
    with work.beyond("the person who asks may be known to any organisation"):
        found = _people(work, text.strip())
        person = work.session.get(Person, found[0]) if len(found) == 1 else None
    _record(work, text, len(found))
    if person is None:
        work.commit()
        raise InvalidInput(_SEVERAL if found else _NOBODY, "identifier")
    return person


_NOBODY = N_("Nobody is known by this number. Check it with the person; it may stand differently.")
_SEVERAL = N_(
    "Several people stand under this number. Give the person's own register or passport number."
)


def _people(work: Work, text: str) -> list[UUID]:
    identifier = as_identifier(work, text)
    if identifier is not None and identifier[0] in _SHARED:
        return []
    numbers = {text, text.upper()}
    of_case = (
        select(CasePerson.person_id)
        .join(Case, Case.id == CasePerson.case_id)
        .where(Case.number.in_(numbers))
    )
    of_referral = select(Referral.person_id).where(Referral.number.in_(numbers))
    found = {*people_exactly(work, text)}
    found.update(work.session.scalars(of_case), work.session.scalars(of_referral))
    return sorted(found)


def _record(work: Work, text: str, found: int) -> None:
    terms = work.keyring.keyed_hash(KeyDomain.SEARCH, "search terms", text.strip().casefold())
    work.record(
        Act(
            "subject_request.looked_up",
            Purpose.PROTECTION,
            permission=Permission.SUBJECT_REQUEST_FULFIL,
            facts={"terms": terms.hex(), "found": found},
        )
    )
