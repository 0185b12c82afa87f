"""Choosing whom to refer, to which service."""

from dataclasses import dataclass
from uuid import UUID

from casework.errors import InvalidInput, NotFound
from casework.messages import N_
from casework.services.directory.entries import Wanted, find_entries
from casework.services.referrals.gates import Gates, gates_for
from casework.services.work import Work
from models.case import Case
from models.organisation import Organisation
from models.person import Person
from models.referral import DirectoryEntry


@dataclass(frozen=True)
class Choice:
    """A person of the case, a service that is offered now, and the gates between them."""

    person: Person
    entry: DirectoryEntry
    gates: Gates


def services_of_others(work: Work, wanted: Wanted | None = None) -> list[DirectoryEntry]:
    """Services that the actor's organisation can refer to: everyone's but its own."""
    return [
        entry
        for entry in find_entries(work, wanted or Wanted())
        if entry.organisation_id != work.actor.organisation_id
    ]


def person_in(case: Case, person_id: UUID | None) -> Person:
    """The person of this case, the principal when none is named; NotFound otherwise."""
    people = [member.person for member in case.people]
    if person_id is None:
        return people[0]
    for person in people:
        if person.id == person_id:
            return person
    raise NotFound


def choose(work: Work, case: Case, person_id: UUID, entry_id: UUID) -> Choice:
    """The choice and its gates as they stand now; NotFound for a person of another case,
    InvalidInput for a service that is not offered.
    """
    person = person_in(case, person_id)
    entry = offered(work, entry_id)
    sender = work.session.get_one(Organisation, work.actor.organisation_id)
    return Choice(person, entry, gates_for(work, person, sender, entry.organisation))


def offered(work: Work, entry_id: UUID) -> DirectoryEntry:
    """The service, if it is offered now; InvalidInput otherwise."""
    entry = work.session.get(DirectoryEntry, entry_id)
    if entry is None or not entry.active or not entry.organisation.active:
        raise InvalidInput(N_("This service is not offered now. Choose another."), "service")
    return entry
