"""Opening a case, and letting somebody join it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from audit.record import Act
from casework import clock
from casework.services.work import Work
from casework.vocabulary import CaseKind, CaseState, LegalBasis, Purpose, SubjectKind
from models.case import Case, CasePerson
from models.organisation import Organisation
from models.person import Person
from models.return_request import ReturnRequest


@dataclass(frozen=True)
class Opening:
    """Whose case it is: the first of `people` is the principal.

    `basis` is what allows it; `cause` names the record that made it open by itself (a consent).
    """

    organisation: Organisation
    people: Sequence[Person]
    kind: CaseKind
    basis: LegalBasis
    request: ReturnRequest | None = None
    cause: str | None = None


def open_case(work: Work, opening: Opening) -> Case:
    """Open a case in state intake, unassigned, in the inbox of its organisation.

    Everything the request knows stays linked and is not copied. Checks no permission: the callers
    do (consent at arrival, direct intake, a partner's referral in).
    """
    with work.beyond("a new case waits in an inbox, which its opener may not read"):
        return _opened(work, opening)


def _opened(work: Work, opening: Opening) -> Case:
    case = Case(
        number=_next_number(work),
        subject_id=work.new_subject(SubjectKind.CASE).id,
        kind=opening.kind,
        state=CaseState.INTAKE,
        organisation_id=opening.organisation.id,
        request_id=opening.request.id if opening.request else None,
        created_by_id=work.actor.id,
        opened_on=clock.today(),
    )
    case.organisation, case.request = opening.organisation, opening.request
    work.session.add(case)
    _add_people(work, case, opening.people)
    facts: dict[str, object] = {
        "kind": opening.kind.value,
        "organisation": opening.organisation.code,
        "basis": opening.basis.value,
        "people": len(opening.people),
    }
    work.record(_act("case.opened", case, opening.people, facts, opening.cause))
    return case


def join_case(work: Work, case: Case, people: Sequence[Person], cause: str | None = None) -> Case:
    """Add people who agreed to be on one file with those already there."""
    known = {member.person_id for member in case.people}
    new = [person for person in people if person.id not in known]
    if new:
        _add_people(work, case, new)
        work.record(_act("case.joined", case, new, {"people": len(new)}, cause))
    return case


def _add_people(work: Work, case: Case, people: Sequence[Person]) -> None:
    first = len(case.people) + 1
    for position, person in enumerate(people, start=first):
        member = CasePerson(person_id=person.id, position=position)
        member.person = person
        case.people.append(member)
    work.session.flush()


def _act(
    event: str, case: Case, people: Sequence[Person], facts: dict[str, object], cause: str | None
) -> Act:
    return Act(
        event,
        Purpose.CASE_MANAGEMENT,
        case_id=case.id,
        subjects={person.subject_id for person in people},
        facts=facts,
        cause=cause,
    )


def _next_number(work: Work) -> str:
    """`RC-2026-00417`: counted anew each year, over all organisations."""
    prefix = f"RC-{clock.today().year}-"
    statement = (
        select(Case.number)
        .where(Case.number.startswith(prefix))
        .order_by(func.length(Case.number).desc(), Case.number.desc())
        .limit(1)
    )
    with work.beyond("numbers go on from the last of any organisation"):
        last = work.session.scalar(statement)
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:05d}"


def cases_of(work: Work, person_id: UUID, organisation_id: UUID) -> list[Case]:
    """Cases of this person that this organisation runs and has not closed."""
    statement = (
        select(Case)
        .join(CasePerson)
        .where(
            CasePerson.person_id == person_id,
            Case.organisation_id == organisation_id,
            Case.state != CaseState.CLOSED,
        )
        .order_by(Case.number)
    )
    with work.beyond("one open case of a person, whoever of the organisation works on it"):
        return list(work.session.scalars(statement))
