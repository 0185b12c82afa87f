"""Concerns about a worker: anybody of the staff records them, only a protection officer reads them.

A concern names the record it is about, but the log's entry does not, so that nobody who may ask
who saw a case learns that there is one.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.idempotency import expect_version
from casework.services.notices import officers, tell
from casework.services.protection.officers import watching_organisation
from casework.services.scopes import visible
from casework.services.work import Work
from casework.vocabulary import ConcernKind, ConcernState, NoticeKind, Purpose
from models.case import Case
from models.concern import Concern
from models.organisation import Organisation
from models.return_request import ReturnRequest

About = Case | ReturnRequest | None
PAGE = 50

_NEXT = {
    ConcernState.RECEIVED: (ConcernState.IN_REVIEW, ConcernState.CLOSED),
    ConcernState.IN_REVIEW: (ConcernState.CLOSED,),
    ConcernState.CLOSED: (),
}


def record_concern(work: Work, about: About, kind: ConcernKind, text: str) -> Concern:
    """Hand a concern to a protection officer; its author cannot read it again."""
    require(work, Permission.CONCERN_RECORD, about)
    receiver = _receiver(work, about)
    concern = Concern(
        subject_id=receiver.subject_id,
        organisation_id=receiver.id,
        case_id=about.id if isinstance(about, Case) else None,
        request_id=about.id if isinstance(about, ReturnRequest) else None,
        recorded_by_id=work.actor.id,
        recorded_at=clock.now(),
        kind=kind,
        state=ConcernState.RECEIVED,
        text=text,
    )
    work.session.add(concern)
    tell(work, officers(work, receiver.id), NoticeKind.CONCERN, record_id=concern.id)
    facts: dict[str, object] = {"kind": kind.value, "about": "record" if about else "general"}
    _record(work, "concern.recorded", Permission.CONCERN_RECORD, facts)
    return concern


def list_concerns(work: Work, after: UUID | None = None) -> tuple[Sequence[Concern], UUID | None]:
    """50 concerns of the officer's organisation, newest first, and where the next page begins."""
    statement = (
        select(Concern)
        .where(visible(work.actor, Permission.CONCERN_READ, Concern))
        .order_by(Concern.id.desc())
        .limit(PAGE + 1)
    )
    if after is not None:
        statement = statement.where(Concern.id < after)
    found = list(work.session.scalars(statement))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def count_open_concerns(work: Work) -> int:
    """Concerns that nobody closed yet."""
    statement = (
        select(func.count())
        .select_from(Concern)
        .where(
            visible(work.actor, Permission.CONCERN_READ, Concern),
            Concern.state != ConcernState.CLOSED,
        )
    )
    return work.session.scalar(statement) or 0


def next_states(concern: Concern) -> tuple[ConcernState, ...]:
    """Where a concern can go from here."""
    return _NEXT[concern.state]


def review(
    work: Work, concern: Concern, state: ConcernState, action: str, version: int | None
) -> Concern:
    """Write down what is done about it; closing needs that."""
    require(work, Permission.CONCERN_READ, concern)
    expect_version(concern, version)
    before = concern.state
    if state is not before and state not in _NEXT[before]:
        raise InvalidTransition(
            N_("The concern is: %(state)s. It cannot become: %(wanted)s."),
            state=before,
            wanted=state,
        )
    if state is ConcernState.CLOSED and not action:
        raise InvalidInput(N_("Write what was done before you close the concern."), "action")
    concern.state, concern.action = state, action or None
    facts: dict[str, object] = {"from": before.value, "to": state.value}
    _record(work, "concern.moved", Permission.CONCERN_READ, facts)
    return concern


def _receiver(work: Work, about: About) -> Organisation:
    """The organisation concerned when it has a protection officer, else IOM."""
    concerned: UUID | None
    if isinstance(about, Case):
        concerned = about.organisation_id
    elif isinstance(about, ReturnRequest):
        concerned = about.lodged_at_id
    else:
        concerned = work.actor.organisation_id
    found = watching_organisation(work, concerned)
    if found is None:
        raise InvalidInput(N_("There is no protection officer to receive a concern."))
    return found


def _record(work: Work, event: str, permission: Permission, facts: dict[str, object]) -> None:
    work.record(Act(event, Purpose.PROTECTION, permission=permission, facts=facts))
