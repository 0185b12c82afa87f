"""Figures without names: counts within the reader's scope, small cells withheld.

Nobody is counted whose data are restricted, nor a record with such a person in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from statistics import median
from typing import Any

from sqlalchemy import Select, func, select

from audit.record import Act
from casework.messages import N_
from casework.policy import Permission
from casework.rules.suppression import SMALLEST_SHOWN, shown_total, suppressed
from casework.services.access import require
from casework.services.rights.restriction import unrestricted
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import Purpose, ReferralState, RequestState
from models.case import Case
from models.person import Person
from models.referral import Referral
from models.return_request import RequestMember, ReturnRequest


@dataclass(frozen=True)
class Table:
    """Counts by one thing: a code, or a country's alpha-2. None stands for a withheld cell."""

    title: str
    rows: list[tuple[Enum | str, int | None]]
    total: int | None


@dataclass(frozen=True)
class Stage:
    """A step of the way from request to closed case, and how many got there."""

    title: str
    count: int | None


@dataclass(frozen=True)
class Figures:
    """Everything the page shows."""

    tables: list[Table]
    funnel: list[Stage]
    median_hours: int | None
    """From sending a referral to its acknowledgement; None where too few were acknowledged."""


#: States of a request that has got at least so far.
_FROM = list(RequestState)
_REACHED = {
    RequestState.VERIFIED: N_("Verified"),
    RequestState.QUEUED: N_("In the queue"),
    RequestState.OFFERED: N_("Offered a seat"),
    RequestState.TRAVELLING: N_("Travelled"),
    RequestState.ARRIVED: N_("Arrived"),
}
_LAST = _FROM.index(RequestState.ARRIVED)


def read_figures(work: Work, permission: Permission = Permission.STATISTICS_READ) -> Figures:
    """The figures of what the actor may count under `permission`."""
    require(work, permission)
    with work.beyond("figures count what may be counted, not what may be read"):
        return _figures(work, permission)


def _figures(work: Work, permission: Permission) -> Figures:
    return Figures(
        tables=[
            _table(N_("Requests by state"), _counted(work, permission, ReturnRequest.state)),
            _table(N_("Requests by country"), _counted(work, permission, ReturnRequest.country)),
            _table(N_("People by age"), _people(work, permission, Person.age_band)),
            _table(N_("People by sex"), _people(work, permission, Person.sex)),
            _table(N_("Cases by state"), _counted(work, permission, Case.state)),
            _table(N_("Referrals by outcome"), _counted(work, permission, Referral.state)),
        ],
        funnel=_funnel(work, permission),
        median_hours=_median_hours(work, permission),
    )


def record_export(work: Work, figures: Figures) -> None:
    """Write down that figures left the system."""
    rows = sum(len(table.rows) for table in figures.tables)
    work.record(
        Act(
            "statistics.exported",
            Purpose.STATISTICS,
            permission=Permission.EXPORT_AGGREGATE,
            facts={"rows": rows},
        )
    )


def _table(title: str, counts: dict[Any, int]) -> Table:
    shown = suppressed(counts)
    order = sorted(counts, key=lambda key: (-counts[key], str(key)))
    return Table(title, [(key, shown[key]) for key in order], shown_total(counts))


def _counted(work: Work, permission: Permission, column: Any) -> dict[Any, int]:
    model = column.class_
    statement = select(column, func.count()).where(
        visible(work.actor, permission, model), unrestricted(model)
    )
    if model is ReturnRequest:
        statement = statement.where(ReturnRequest.state != RequestState.DRAFT)
    if model is Referral:
        statement = statement.where(Referral.state != ReferralState.DRAFT)
    return _dict(work, statement.group_by(column))


def _people(work: Work, permission: Permission, column: Any) -> dict[Any, int]:
    statement = (
        select(column, func.count(Person.id.distinct()))
        .join(RequestMember, RequestMember.person_id == Person.id)
        .join(ReturnRequest, ReturnRequest.id == RequestMember.request_id)
        .where(
            visible(work.actor, permission, ReturnRequest),
            ReturnRequest.state != RequestState.DRAFT,
            unrestricted(Person),
        )
        .group_by(column)
    )
    return _dict(work, statement)


def _dict(work: Work, statement: Select[Any]) -> dict[Any, int]:
    return {row[0]: row[1] for row in work.session.execute(statement)}


def _funnel(work: Work, permission: Permission) -> list[Stage]:
    states = _counted(work, permission, ReturnRequest.state)
    stages = [(N_("Requested"), sum(states.values()))]
    for state, title in _REACHED.items():
        further = _FROM[_FROM.index(state) : _LAST + 1]
        stages.append((title, sum(states.get(one, 0) for one in further)))
    opened = _case_count(work, permission)
    closed = _case_count(work, permission, Case.closed_on.is_not(None))
    stages += [(N_("Case opened"), opened), (N_("Case closed"), closed)]
    return [Stage(title, _safe(count)) for title, count in stages]


def _case_count(work: Work, permission: Permission, *where: Any) -> int:
    counted = (visible(work.actor, permission, Case), unrestricted(Case), *where)
    return work.session.scalar(select(func.count()).select_from(Case).where(*counted)) or 0


def _safe(count: int) -> int | None:
    return None if 0 < count < SMALLEST_SHOWN else count


def _median_hours(work: Work, permission: Permission) -> int | None:
    rows = work.session.execute(
        select(Referral.sent_at, Referral.acknowledged_at).where(
            visible(work.actor, permission, Referral),
            Referral.acknowledged_at.is_not(None),
            unrestricted(Referral),
        )
    )
    return _median([(row.acknowledged_at - row.sent_at) / timedelta(hours=1) for row in rows])


def _median(hours: Iterable[float]) -> int | None:
    found = list(hours)
    return round(median(found)) if len(found) >= SMALLEST_SHOWN else None
