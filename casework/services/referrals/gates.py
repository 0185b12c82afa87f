"""The three gates before a referral is sent: a live consent, a purpose, an agreement.

The purpose is fixed: a referral serves `ConsentPurpose.REFERRAL` and nothing else.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.consents.recording import hold, live_consent
from casework.services.work import Work
from casework.vocabulary import ConsentPurpose, DataCategory, OrganisationKind
from models.consent import Consent
from models.organisation import Organisation
from models.person import Person


@dataclass(frozen=True)
class Gates:
    """What stands open and what does not, before a person is referred to `recipient`."""

    consent: Consent | None
    without_agreement: tuple[Organisation, ...]

    @property
    def categories(self) -> list[DataCategory]:
        """What the person allowed to travel."""
        allowed = self.consent.categories if self.consent else []
        return [category for category in DataCategory if category.value in allowed]


def gates_for(work: Work, person: Person, sender: Organisation, recipient: Organisation) -> Gates:
    """The gates as they stand now."""
    consent = live_consent(work, person.id, ConsentPurpose.REFERRAL, recipient.id)
    return Gates(consent, tuple(without_agreement((sender, recipient))))


def without_agreement(parties: Sequence[Organisation]) -> list[Organisation]:
    """Parties with no data-sharing agreement in force; IOM is the other side of each of them."""
    today = clock.today()
    return [
        party
        for party in parties
        if party.kind is not OrganisationKind.IOM
        and (party.agreement_until is None or party.agreement_until < today)
    ]


def check_agreement(parties: Sequence[Organisation]) -> None:
    """Raise InvalidInput when a party's agreement is missing or has ended."""
    if without_agreement(parties):
        raise InvalidInput(
            N_(
                "There is no data-sharing agreement in force between the two organisations. "
                "An administrator records a new one; until then nothing may be sent."
            )
        )


def check_consent(
    work: Work,
    consent_id: UUID | None,
    person: Person,
    recipient: Organisation,
    categories: Collection[DataCategory],
) -> Consent:
    """The consent, if it is this person's living yes to this recipient for these categories.

    Raises InvalidInput saying what does not fit; a consent of somebody else looks like none.
    """
    consent = work.session.get(Consent, consent_id) if consent_id else None
    if not _concerns(consent, person, recipient) or consent is None:
        raise InvalidInput(
            N_("There is no consent of this person to be referred to this organisation. Ask first.")
        )
    if not hold(work, consent):
        raise InvalidInput(
            N_("The person's consent is no longer valid. Ask again before anything is sent."),
        )
    if not categories:
        raise InvalidInput(N_("Tick what may be sent."), "categories")
    if not {category.value for category in categories} <= set(consent.categories):
        raise InvalidInput(
            N_("The person did not agree that all of this is sent. Tick only what was agreed."),
            "categories",
        )
    return consent


def _concerns(consent: Consent | None, person: Person, recipient: Organisation) -> bool:
    return (
        consent is not None
        and consent.person_id == person.id
        and consent.recipient_id == recipient.id
        and consent.purpose is ConsentPurpose.REFERRAL
    )
