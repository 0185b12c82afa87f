"""Assessments of the people of a case: repeatable, never changed afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.rules.assessment import Findings, accepted, overall_level, sheets
from casework.services.access import require
from casework.services.cases.states import advance_case, require_open
from casework.services.users import users_by_id
from casework.services.work import Work
from casework.vocabulary import AssessmentKind, CaseState, Purpose, RiskLevel
from models.case import Case
from models.person import Person
from models.plan import Assessment


@dataclass(frozen=True)
class Assessed:
    """One assessment as the list shows it."""

    assessment: Assessment
    assessed_by: str
    level: RiskLevel


def record_assessment(
    work: Work,
    case: Case,
    person_id: UUID,
    kind: AssessmentKind,
    *,
    assessed_on: date,
    findings: Findings,
    summary: str = "",
) -> Assessment:
    """Record what was found of one person; the first one moves the case to assessment.

    `findings` answers the sheet of `kind` (casework.rules.assessment). Raises InvalidInput for a
    person who is not of this case, a day to come, or an answer the sheet does not know.
    """
    require(work, Permission.ASSESSMENT_WRITE, case)
    require_open(case)
    person = _person(case, person_id)
    if assessed_on > clock.today():
        raise InvalidInput(N_("An assessment cannot be dated in the future."), "assessed_on")
    assessment = Assessment(
        case_id=case.id,
        person_id=person.id,
        subject_id=person.subject_id,
        kind=kind,
        assessed_on=assessed_on,
        assessed_by_id=work.actor.id,
        findings=_kept(kind, findings),
        summary=summary.strip(),
    )
    work.session.add(assessment)
    _record(work, assessment)
    advance_case(work, case, CaseState.ASSESSMENT)
    return assessment


def _record(work: Work, assessment: Assessment) -> None:
    work.record(
        Act(
            "assessment.recorded",
            Purpose.CASE_MANAGEMENT,
            permission=Permission.ASSESSMENT_WRITE,
            case_id=assessment.case_id,
            facts={"kind": assessment.kind.value},
        )
    )


def _person(case: Case, person_id: UUID) -> Person:
    for member in case.people:
        if member.person_id == person_id:
            return member.person
    raise InvalidInput(N_("Choose a person of this case."), "person")


def _kept(kind: AssessmentKind, findings: Findings) -> dict[str, Any]:
    """The cell: the answers, and the edition of the sheet that asked."""
    sheet = sheets()[kind]
    try:
        return {"edition": sheet.edition, "sections": accepted(sheet, findings)}
    except ValueError:
        raise InvalidInput(N_("An answer is not on the sheet. Open the page again.")) from None


def answers_of(assessment: Assessment) -> Findings:
    """What was answered, by section and question."""
    sections: Findings = assessment.findings.get("sections", {})
    return sections


def assessments_of(work: Work, case: Case) -> list[Assessed]:
    """Assessments of the people of this case, newest first."""
    found = work.session.scalars(
        select(Assessment)
        .where(Assessment.case_id == case.id)
        .options(joinedload(Assessment.person))
        .order_by(Assessment.assessed_on.desc(), Assessment.id.desc())
    ).all()
    authors = users_by_id(work, [assessment.assessed_by_id for assessment in found])
    return [
        Assessed(row, authors[row.assessed_by_id].name, overall_level(answers_of(row)))
        for row in found
    ]


def assessment_of(work: Work, case: Case, assessment_id: UUID) -> Assessment:
    """One assessment of this case; NotFound when there is none."""
    found = work.session.scalars(
        select(Assessment)
        .where(Assessment.id == assessment_id, Assessment.case_id == case.id)
        .options(joinedload(Assessment.person))
    ).first()
    if found is None:
        raise NotFound
    return found


def full_assessment_due(assessed: list[Assessed]) -> Iterator[Assessed]:
    """Rapid assessments that found something and were not followed by a full one."""
    for row in assessed:
        rapid = row.assessment.kind is AssessmentKind.RAPID_VULNERABILITY
        if rapid and row.level is not RiskLevel.NONE and not _followed(row, assessed):
            yield row


def _followed(rapid: Assessed, assessed: list[Assessed]) -> bool:
    return any(
        row.assessment.kind is AssessmentKind.FULL_VULNERABILITY
        and row.assessment.person_id == rapid.assessment.person_id
        and row.assessment.assessed_on >= rapid.assessment.assessed_on
        for row in assessed
    )
