"""What travels with a referral: the consented categories, frozen, and nothing else.

Identifiers of documents and names of other people never travel. A snapshot is plain JSON:
`{"categories": [codes], "<category>": {...}}`, days as ISO text, stored as a cell of the person.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casework.services.requests.privacy import private_people
from casework.services.work import Work
from casework.vocabulary import DataCategory, Need
from models.case import Case
from models.person import Person
from models.plan import Assessment, Plan
from models.return_request import RequestMember

Part = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """Where a snapshot is taken from."""

    work: Work
    case: Case
    person: Person


def take_snapshot(source: Source, categories: Collection[DataCategory]) -> dict[str, Any]:
    """The person's data of these categories as they are now."""
    ordered = [category for category in DataCategory if category in categories]
    with source.work.unseen():
        parts = {category.value: _PARTS[category](source) for category in ordered}
    return {"categories": [category.value for category in ordered], **parts}


def cells_of(categories: Collection[DataCategory]) -> set[str]:
    """The names of the cells that these categories disclose, for the log."""
    return {cell for category in categories for cell in _CELLS[category]}


def _identity(source: Source) -> Part:
    person = source.person
    return {
        "ovog": person.ovog,
        "patronymic": person.patronymic,
        "given_name": person.given_name,
        "latin_name": person.latin_name,
        "sex": person.sex.value,
        "birth_date": person.birth_date.isoformat(),
    }


def _contact(source: Source) -> Part:
    person = source.person
    return {
        "phone": person.phone,
        "email": person.email,
        "safe_contact": person.safe_contact,
        "language": person.language.value,
    }


def _household(source: Source) -> Part:
    kept = {source.person.id, *private_people(source.work, source.case)}
    others = [m.person for m in source.case.people if m.person_id not in kept]
    return {
        "others": [{"sex": p.sex.value, "age_band": p.age_band.value} for p in others],
    }


def _needs(source: Source) -> Part:
    member = source.work.session.scalars(
        select(RequestMember)
        .where(RequestMember.person_id == source.person.id)
        .order_by(RequestMember.id.desc())
        .limit(1)
    ).first()
    if member is None:
        return {"needs": [], "due_date": None}
    due = member.due_date
    needs = [need for need in member.needs or [] if need != Need.PROTECTION]
    return {"needs": needs, "due_date": due.isoformat() if due else None}


def _assessment(source: Source) -> Part:
    found = source.work.session.scalars(
        select(Assessment)
        .where(
            Assessment.case_id == source.case.id,
            Assessment.person_id == source.person.id,
        )
        .order_by(Assessment.assessed_on.desc(), Assessment.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return {"summary": None, "kind": None, "on": None}
    return {
        "summary": found.summary,
        "kind": found.kind.value,
        "on": found.assessed_on.isoformat(),
    }


def _plan(source: Source) -> Part:
    plan = source.work.session.scalars(select(Plan).where(Plan.case_id == source.case.id)).first()
    if plan is None:
        return {"goal": None, "items": []}
    return {"goal": plan.goal, "items": [str(item.kind) for item in plan.items]}


_PARTS: dict[DataCategory, Callable[[Source], Part]] = {
    DataCategory.IDENTITY: _identity,
    DataCategory.CONTACT: _contact,
    DataCategory.HOUSEHOLD: _household,
    DataCategory.NEEDS: _needs,
    DataCategory.ASSESSMENT: _assessment,
    DataCategory.PLAN: _plan,
}

_CELLS: dict[DataCategory, tuple[str, ...]] = {
    DataCategory.IDENTITY: (
        "person.ovog",
        "person.patronymic",
        "person.given_name",
        "person.latin_name",
        "person.birth_date",
    ),
    DataCategory.CONTACT: ("person.phone", "person.email", "person.safe_contact"),
    DataCategory.HOUSEHOLD: (),
    DataCategory.NEEDS: ("request_member.needs", "request_member.due_date"),
    DataCategory.ASSESSMENT: ("assessment.summary",),
    DataCategory.PLAN: ("plan.goal", "plan_item.kind"),
}
