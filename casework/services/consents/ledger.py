"""The ledger of a person's consents: for what, to whom, which data, since when and until when."""

from dataclasses import dataclass
from uuid import UUID

from casework.services.consents.on_case import consents_of
from casework.services.consents.recording import is_live
from casework.services.work import Work
from casework.vocabulary import ConsentPurpose, DataCategory
from models.case import Case
from models.consent import Consent
from models.organisation import Organisation
from models.person import Person


@dataclass(frozen=True)
class Standing:
    """How one question stands: the newest answer, and every earlier one, newest first."""

    purpose: ConsentPurpose
    recipient: Organisation | None
    answers: tuple[Consent, ...]

    @property
    def latest(self) -> Consent:
        """The answer that counts."""
        return self.answers[0]

    @property
    def holds(self) -> bool:
        """Whether it is a yes that holds today."""
        return is_live(self.latest)

    @property
    def shared(self) -> list[DataCategory]:
        """What may be shared on it today."""
        return [DataCategory(code) for code in self.latest.categories] if self.holds else []


def ledgers(work: Work, case: Case) -> list[tuple[Person, list[Standing]]]:
    """Each person of the case with her questions, as far as they concern this case.

    What another organisation was told stays between the two of them (see `consents_of`).
    """
    answers: dict[UUID, list[Consent]] = {}
    for consent in reversed(consents_of(work, case)):
        answers.setdefault(consent.person_id, []).append(consent)
    return [(one.person, _standings(answers.get(one.person_id, []))) for one in case.people]


def _standings(newest_first: list[Consent]) -> list[Standing]:
    questions: dict[tuple[ConsentPurpose, UUID | None], list[Consent]] = {}
    for consent in newest_first:
        questions.setdefault((consent.purpose, consent.recipient_id), []).append(consent)
    found = [
        Standing(purpose, answers[0].recipient, tuple(answers))
        for (purpose, _), answers in questions.items()
    ]
    order = list(ConsentPurpose)
    return sorted(found, key=lambda one: (not one.holds, order.index(one.purpose)))
