"""What every page of a case file says: who, since when, and what nobody may overlook."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from casework.messages import Message
from casework.rules.workflow import listed
from casework.services.requests.privacy import private_people
from casework.services.rights.restriction import restricted_among
from casework.services.work import Work
from casework.vocabulary import AgeBand, CaseState, ConsentPurpose, ConsentState
from models.case import Case
from models.consent import Consent

CHILDREN = (AgeBand.INFANT, AgeBand.CHILD, AgeBand.YOUTH)


@dataclass(frozen=True)
class Alert:
    """A rule that stands above every page of the file; `colour` is amber or red."""

    title: Message
    text: object = None
    colour: str = "amber"


@dataclass(frozen=True)
class CaseFile:
    """The head of a case file."""

    name: str
    alerts: tuple[Alert, ...]
    closed: bool


def read_file(work: Work, case: Case) -> CaseFile:
    """The head of the file, by the names and rules that stand in it now."""
    return CaseFile(
        name=case.people[0].person.short_name,
        alerts=tuple(_alerts(work, case)),
        closed=case.state is CaseState.CLOSED,
    )


def _alerts(work: Work, case: Case) -> Iterator[Alert]:
    people = [member.person for member in case.people]
    if restricted_among(work, [person.id for person in people]):
        yield Alert(
            Message("Data of a person here are restricted."),
            Message("They are only kept: not shared, not counted, read only with a reason."),
            "red",
        )
    for person in people:
        if person.safe_contact:
            yield Alert(Message("Contact rule:"), person.safe_contact)
    private = private_people(work, case)
    if private and len(people) > 1:
        names = listed([person.short_name for person in people if person.id in private])
        yield Alert(
            Message("Private from the household:"),
            Message("%(names)s. Do not speak of it with the others.", {"names": names}),
            "red",
        )
    if family_must_not_know(work, case):
        yield Alert(
            Message("Do not tell the family."),
            Message("No tracing, no home visit, no message through relatives."),
            "red",
        )
    children = sum(person.age_band in CHILDREN for person in people)
    if children:
        yield Alert(
            Message("Children in this case: %(n)s.", {"n": children}),
            Message("Their best interests come first."),
            "blue",
        )


def family_must_not_know(work: Work, case: Case) -> bool:
    """Whether somebody of this case said no, or no longer yes, to telling the family, or is
    private from it.
    """
    people = [member.person_id for member in case.people]
    answers = work.session.execute(
        select(Consent.person_id, Consent.state)
        .where(Consent.person_id.in_(people), Consent.purpose == ConsentPurpose.FAMILY)
        .order_by(Consent.given_on, Consent.id)
    )
    latest: dict[UUID, ConsentState] = {row.person_id: row.state for row in answers}
    refused = any(state is not ConsentState.GIVEN for state in latest.values())
    return refused or bool(private_people(work, case))
