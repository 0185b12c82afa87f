"""Consents as a case file shows them."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from casework.errors import NotFound
from casework.services.work import Work
from casework.vocabulary import OrganisationKind
from models.case import Case
from models.consent import Consent
from models.organisation import Organisation

_RECIPIENTS = (
    OrganisationKind.IOM,
    OrganisationKind.NGO,
    OrganisationKind.AGENCY,
    OrganisationKind.SHELTER,
    OrganisationKind.MINISTRY,
)


def consents_of(work: Work, case: Case) -> list[Consent]:
    """Answers of this case's people that concern it, oldest first: its own, and those that name
    no organisation or this one. What another organisation was told stays between them.
    """
    people = [member.person_id for member in case.people]
    concerns = or_(
        Consent.case_id == case.id,
        Consent.recipient_id.is_(None),
        Consent.recipient_id == case.organisation_id,
    )
    return list(
        work.session.scalars(
            select(Consent)
            .where(Consent.person_id.in_(people), concerns)
            .options(joinedload(Consent.recipient))
            .order_by(Consent.given_on, Consent.person_id, Consent.id)
        )
    )


def find_consent(work: Work, case: Case, consent_id: UUID) -> Consent:
    """One of them; NotFound otherwise."""
    for consent in consents_of(work, case):
        if consent.id == consent_id:
            return consent
    raise NotFound


def recipients(work: Work) -> list[Organisation]:
    """Organisations with which data may be shared, by code."""
    return list(
        work.session.scalars(
            select(Organisation)
            .where(Organisation.kind.in_(_RECIPIENTS), Organisation.active)
            .order_by(Organisation.code)
        )
    )
