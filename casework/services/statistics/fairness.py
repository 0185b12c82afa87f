"""The fairness report: waiting and acceptance by group, from the records or again from the log.

Counted are the travellers of requests made in the period, as they stood when its last day ended.
From the log come who had asked by then and the day of each one's first offer; dates of requests,
countries, sex, age band and needs always come from the records, where the log holds only digests.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from audit.record import Act
from casework import clock
from casework.clock import ULAANBAATAR, made_at
from casework.errors import InvalidInput
from casework.messages import N_, Message
from casework.policy import Permission
from casework.rules.fairness import Grouping, Report, Traveller, report
from casework.services.access import require
from casework.services.rights.restriction import unrestricted
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import ActorKind, Need, Purpose, RequestState
from models.audit import AuditEntry, AuditSubject
from models.movement import Hold
from models.person import Person
from models.return_request import RequestMember, ReturnRequest

AT_ONCE: Final = 1_000
#: Needs that may be told apart; mental health stands with health, protection and violence with
#: those who have none of them.
_NEEDS: Final[Mapping[Need, Need]] = {
    Need.PREGNANT: Need.PREGNANT,
    Need.HEALTH: Need.HEALTH,
    Need.MENTAL_HEALTH: Need.HEALTH,
    Need.DISABILITY: Need.DISABILITY,
    Need.UNACCOMPANIED_CHILD: Need.UNACCOMPANIED_CHILD,
    Need.NO_ACCOMMODATION: Need.NO_ACCOMMODATION,
    Need.NO_MEANS: Need.NO_MEANS,
    Need.IRREGULAR_STATUS: Need.IRREGULAR_STATUS,
}
NO_NEED: Final = "none"


@dataclass(frozen=True)
class Period:
    """First and last day on which the requests counted were made, in Ulaanbaatar."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date | None, last: date | None) -> "Period":
        """The last year unless days are given; InvalidInput when they stand the wrong way round."""
        until = last or clock.today()
        begin = first or until - timedelta(days=365)
        if begin > until:
            raise InvalidInput(N_("The last day is before the first."), "last")
        return cls(begin, until)

    @property
    def end(self) -> datetime:
        """The moment at which the last day is over."""
        return datetime.combine(self.last + timedelta(days=1), time(), ULAANBAATAR)


def read_fairness(
    work: Work,
    period: Period,
    *,
    from_log: bool = False,
    permission: Permission = Permission.STATISTICS_READ,
) -> Report:
    """The figures of what the actor may count; with `from_log` recomputed from its entries."""
    if work.actor.kind is not ActorKind.COMMAND:
        require(work, permission)
    scope = (
        ()
        if work.actor.kind is ActorKind.COMMAND
        else (visible(work.actor, permission, ReturnRequest),)
    )
    with work.beyond("figures count what may be counted, not what may be read"), work.unseen():
        asked = _asked_in_log(work, period) if from_log else None
        offers = _offers_in_log(work, period) if from_log else _offers(work, period)
        return report(_travellers(work, period, scope, asked, offers))


def record_fairness_export(work: Work, found: Report) -> None:
    """Write down that the report left the system."""
    rows = sum(len(lines) for lines in found.tables.values())
    work.record(
        Act(
            "statistics.exported",
            Purpose.STATISTICS,
            permission=Permission.EXPORT_AGGREGATE,
            facts={"rows": rows},
        )
    )


def _travellers(
    work: Work,
    period: Period,
    scope: Sequence[Any],
    asked: set[UUID] | None,
    offers: Mapping[UUID, datetime],
) -> Iterator[Traveller]:
    """`asked`: subjects of the households that had asked; None leaves that to the records."""
    statement = (
        select(RequestMember.id)
        .join(ReturnRequest, ReturnRequest.id == RequestMember.request_id)
        .join(Person, Person.id == RequestMember.person_id)
        .where(
            *scope,
            unrestricted(Person),
            ReturnRequest.submitted_on.between(period.first, period.last),
            ReturnRequest.state.not_in([RequestState.DRAFT, RequestState.DUPLICATE]),
        )
        .order_by(RequestMember.id)
    )
    ids = work.session.scalars(statement).all()
    for start in range(0, len(ids), AT_ONCE):
        for member in _loaded(work, ids[start : start + AT_ONCE]):
            request = member.request
            known = (
                made_at(request.id) < period.end if asked is None else (request.subject_id in asked)
            )
            if known:
                yield _traveller(member, request, offers.get(member.id))


def _loaded(work: Work, ids: Sequence[UUID]) -> Sequence[RequestMember]:
    statement = (
        select(RequestMember)
        .where(RequestMember.id.in_(ids))
        .options(joinedload(RequestMember.request))
    )
    found = work.session.scalars(statement).all()
    work.keyring.load({member.subject_id for member in found})
    return found


def _traveller(
    member: RequestMember, request: ReturnRequest, offered_at: datetime | None
) -> Traveller:
    told = {_NEEDS[need] for need in _needs(member) if need in _NEEDS}
    waited = None
    if offered_at is not None:
        waited = max(0, (offered_at.astimezone(ULAANBAATAR).date() - request.submitted_on).days)
    return Traveller(
        {
            Grouping.COUNTRY: frozenset({request.country}),
            Grouping.SEX: frozenset({member.person.sex}),
            Grouping.AGE: frozenset({member.person.age_band}),
            Grouping.NEED: frozenset(told) or frozenset({NO_NEED}),
        },
        waited,
    )


def _needs(member: RequestMember) -> list[Need]:
    """None for somebody erased: nothing is known of her any more."""
    needs = member.needs
    return [] if isinstance(needs, str) else [Need(code) for code in needs]


def _offers(work: Work, period: Period) -> dict[UUID, datetime]:
    """The first offer to each member, by the records."""
    statement = (
        select(Hold.member_id, func.min(Hold.offered_at))
        .where(Hold.offered_at < period.end)
        .group_by(Hold.member_id)
    )
    return {member: at for member, at in work.session.execute(statement) if at is not None}


def _offers_in_log(work: Work, period: Period) -> dict[UUID, datetime]:
    """The first offer to each member, by entries that name both her and the household."""
    household, person = aliased(AuditSubject), aliased(AuditSubject)
    statement = (
        select(RequestMember.id, func.min(AuditEntry.at))
        .join(ReturnRequest, ReturnRequest.id == RequestMember.request_id)
        .join(household, household.subject_id == ReturnRequest.subject_id)
        .join(
            person,
            (person.id == household.id) & (person.subject_id == RequestMember.subject_id),
        )
        .join(AuditEntry, AuditEntry.id == household.id)
        .where(AuditEntry.event == "request.offered", AuditEntry.at < period.end)
        .group_by(RequestMember.id)
    )
    return dict(work.session.execute(statement).all())


def _asked_in_log(work: Work, period: Period) -> set[UUID]:
    """Subjects of all households that any entry about requests names before the period's end."""
    statement = (
        select(AuditSubject.subject_id)
        .join(AuditEntry, AuditEntry.id == AuditSubject.id)
        .where(AuditEntry.event.startswith("request."), AuditEntry.at < period.end)
        .distinct()
    )
    return set(work.session.scalars(statement))


#: What each grouping is called above its table.
TITLES: Final[Mapping[Grouping, Message]] = {
    Grouping.COUNTRY: Message(N_("By country")),
    Grouping.SEX: Message(N_("By sex")),
    Grouping.AGE: Message(N_("By age")),
    Grouping.NEED: Message(N_("By need")),
}
