"""Taking a request at the desk: what looks wrong or known is said before anything is saved."""

from collections.abc import Sequence

from casework.errors import Conflict
from casework.messages import N_, Message
from casework.reference import identifiers, register_number
from casework.rules.household_row import PREGNANT_MAN
from casework.services.requests.duplicates import (
    DuplicateCheck,
    check_duplicates,
    note_withheld,
)
from casework.services.requests.household_input import HouseholdInput, PersonInput
from casework.services.requests.registering import register_request
from casework.services.work import Work
from casework.vocabulary import Sex
from models.return_request import ReturnRequest


class DecisionNeeded(Conflict):
    """Nothing is saved yet: `warnings` to confirm, by member, or people who look alike."""

    def __init__(self, warnings: Sequence[tuple[int, Message]], check: DuplicateCheck) -> None:
        self.warnings = warnings
        self.check = check
        super().__init__(N_("Nothing is saved yet. Look at what is marked here, then save again."))


def receive_request(
    work: Work, household: HouseholdInput, *, checked: bool, another_person: bool
) -> ReturnRequest:
    """Register a household unless something needs a decision first.

    `checked` confirms the warnings, `another_person` says that nobody shown is the same person.
    Raises DecisionNeeded until both are given where they are needed, and InvalidInput.
    """
    found = [] if checked else list(_warnings(household.members))
    check = check_duplicates(work, household.members)
    if found or (check.to_decide and not another_person):
        raise DecisionNeeded(found, check)
    request = register_request(work, household, matches=check.to_decide)
    note_withheld(work, request, check.withheld)
    return request


def _warnings(members: Sequence[PersonInput]) -> list[tuple[int, Message]]:
    return [
        (place, warning)
        for place, member in enumerate(members, start=1)
        for warning in person_warnings(member)
    ]


def person_warnings(member: PersonInput) -> list[Message]:
    """What contradicts itself or is unusual in one person; nothing of it ever blocks."""
    found = [*register_number.warnings(member.register_number, member.birth_date, member.sex)]
    if member.passport_number:
        unusual = identifiers.passport_warning(member.passport_number)
        found += [unusual] if unusual else []
    if member.due_date is not None and member.sex is Sex.MALE:
        found.append(Message(PREGNANT_MAN))
    return found
