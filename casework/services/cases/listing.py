"""Lists of cases: everybody's own, and the inbox of an organisation."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from casework.policy import Permission
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import CaseState
from models.case import Case, CasePerson

PAGE = 50
#: What a list shows of each case, loaded with the cases.
_SHOWN = (
    selectinload(Case.people).joinedload(CasePerson.person),
    joinedload(Case.request),
    joinedload(Case.assigned_to),
)


@dataclass(frozen=True)
class CaseFilter:
    """Which cases to list; `after` is the number of the last case of the page before."""

    state: CaseState | None = None
    mine: bool = False
    after: str | None = None


def list_cases(work: Work, wanted: CaseFilter) -> list[Case]:
    """Cases the actor may read, newest first: 50, and one more that tells of a next page."""
    statement = (
        select(Case)
        .where(visible(work.actor, Permission.CASE_READ, Case))
        .options(*_SHOWN)
        .order_by(Case.number.desc())
        .limit(PAGE + 1)
    )
    if wanted.state:
        statement = statement.where(Case.state == wanted.state)
    if wanted.mine:
        statement = statement.where(Case.assigned_to_id == work.actor.id)
    if wanted.after:
        statement = statement.where(Case.number < wanted.after)
    return list(work.session.scalars(statement))


def inbox(work: Work, after: str | None = None) -> list[Case]:
    """Open cases that wait for the actor to assign them, oldest first: 50 and one more."""
    statement = select(Case).where(*_unassigned(work)).options(*_SHOWN).order_by(Case.number)
    if after:
        statement = statement.where(Case.number > after)
    return list(work.session.scalars(statement.limit(PAGE + 1)))


def count_inbox(work: Work) -> int:
    """How many cases wait to be assigned."""
    statement = select(func.count()).select_from(Case).where(*_unassigned(work))
    return work.session.scalar(statement) or 0


def _unassigned(work: Work) -> tuple[ColumnElement[bool], ...]:
    return (
        visible(work.actor, Permission.CASE_ASSIGN, Case),
        Case.assigned_to_id.is_(None),
        Case.state != CaseState.CLOSED,
    )


def own_open_cases(work: Work) -> Sequence[Case]:
    """The cases that are the actor's to work on, oldest first."""
    return work.session.scalars(
        select(Case)
        .where(
            visible(work.actor, Permission.CASE_READ, Case),
            Case.assigned_to_id == work.actor.id,
            Case.state != CaseState.CLOSED,
        )
        .options(*_SHOWN)
        .order_by(Case.number)
    ).all()
