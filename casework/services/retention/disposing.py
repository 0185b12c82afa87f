"""Disposal by two people: one proposes whose data go, another approves, then the keys go."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from audit.record import Act
from casework import clock
from casework.actor import system_actor
from casework.errors import InvalidInput
from casework.messages import N_, Message
from casework.policy import Permission
from casework.rules.retention import retention_rules
from casework.services.access import require
from casework.services.approvals import ask
from casework.services.erasure import Order, erasure_reach, order_erasure
from casework.services.notices import officers, tell
from casework.services.protection.officers import watching_organisation
from casework.services.retention.due import WHY, is_past, kept, past
from casework.services.rights.obstacles import live_holds, obstacles
from casework.services.scopes import visible
from casework.services.work import Database, Work
from casework.vocabulary import (
    ApprovalKind,
    DisposalOutcome,
    DisposalState,
    NoticeKind,
    OrganisationKind,
    Purpose,
)
from models.approval import Approval
from models.notice import Notice
from models.organisation import Organisation
from models.person import Person
from models.retention import Disposal, DisposalPerson

MOST = 200
TOLD_AGAIN_AFTER = timedelta(days=30)


def propose(work: Work, person_ids: Iterable[UUID], reason: str) -> Disposal:
    """Propose to destroy the data of these people; a second person is told and decides.

    Raises InvalidInput when nobody is chosen, or somebody's data are not past their period.
    """
    require(work, Permission.RETENTION_APPROVE)
    with work.beyond(WHY):
        people = [work.session.get_one(Person, chosen) for chosen in sorted(set(person_ids))]
        _check(work, people)
        disposal = Disposal(
            number=_next_number(work),
            organisation_id=work.actor.organisation_id,
            state=DisposalState.PROPOSED,
            rules=retention_rules().as_data(),
            proposed_by_id=work.actor.id,
            proposed_at=clock.now(),
        )
        disposal.people = [
            DisposalPerson(
                person_id=person.id,
                kept_until=kept(work, person).kept_until,
                outcome=DisposalOutcome.WAITING,
            )
            for person in people
        ]
        work.session.add(disposal)
        work.session.flush()
    details = {"number": disposal.number, "people": len(people)}
    ask(work, ApprovalKind.DISPOSAL, disposal, reason, details=details)
    _record(work, "disposal.proposed", details)
    return disposal


def _check(work: Work, people: Sequence[Person]) -> None:
    if not people:
        raise InvalidInput(N_("Tick whose data are to be destroyed."), "people")
    if len(people) > MOST:
        raise InvalidInput(N_("Choose at most %(most)s people at once."), "people", most=MOST)
    if not all(is_past(work, person.id, clock.today()) for person in people):
        raise InvalidInput(
            N_("Somebody's data are in use again, or were destroyed meanwhile. Look again."),
            "people",
        )


def asked_for(work: Work, approval: Approval) -> Message:
    """What the second person is asked, in words without a name."""
    return Message(
        N_("Destroy the data of %(people)s people whose period is over (%(number)s)."),
        {"people": approval.details["people"], "number": approval.details["number"]},
    )


def carry_out(work: Work, approval: Approval) -> Disposal:
    """Destroy what was approved, leaving out whoever is in use again or held by law."""
    disposal = work.session.get_one(Disposal, approval.record_id)
    with work.beyond("whose period is over is erased whoever kept the records"):
        for one in disposal.people:
            one.outcome = _dispose(work, one, disposal.organisation_id)
    disposal.state, disposal.done_at = DisposalState.DONE, clock.now()
    disposal.approved_by_id = work.actor.id
    outcomes = [one.outcome for one in disposal.people]
    facts = {
        "number": disposal.number,
        "erased": outcomes.count(DisposalOutcome.ERASED),
        "held": outcomes.count(DisposalOutcome.HELD),
        "in_use": outcomes.count(DisposalOutcome.IN_USE),
    }
    _record(work, "disposal.done", facts)
    return disposal


def _dispose(work: Work, one: DisposalPerson, organisation_id: UUID) -> DisposalOutcome:
    person = work.session.get_one(Person, one.person_id)
    reach = erasure_reach(work, person)
    if live_holds(work, reach.people):
        return DisposalOutcome.HELD
    if not is_past(work, person.id, clock.today()) or obstacles(work, reach):
        return DisposalOutcome.IN_USE
    order_erasure(work, person, Order(organisation_id, Permission.RETENTION_APPROVE))
    return DisposalOutcome.ERASED


def disposals(work: Work) -> list[Disposal]:
    """The last 50 of the actor's organisation, newest first."""
    return list(
        work.session.scalars(
            select(Disposal)
            .where(visible(work.actor, Permission.RETENTION_APPROVE, Disposal))
            .order_by(Disposal.id.desc())
            .limit(50)
        )
    )


def tell_what_is_due(database: Database) -> int:
    """Tell protection officers, once a month, that periods are over; returns how many people."""
    with database.writing(system_actor()) as work:
        ministry = work.session.scalars(
            select(Organisation.id).where(Organisation.kind == OrganisationKind.MINISTRY)
        ).first()
        organisation = watching_organisation(work, ministry)
        ahead = clock.today() + retention_rules().notice
        statement = select(func.count(Person.id)).where(past(ahead))
        count = work.session.scalar(statement) or 0
        if count and organisation is not None:
            told = select(Notice.user_id).where(
                Notice.kind == NoticeKind.DISPOSAL_DUE, Notice.at > clock.now() - TOLD_AGAIN_AFTER
            )
            known = set(work.session.scalars(told))
            waiting = [one for one in officers(work, organisation.id) if one.id not in known]
            tell(work, waiting, NoticeKind.DISPOSAL_DUE)
        return count


def _record(work: Work, event: str, facts: dict[str, object]) -> None:
    permission = Permission.RETENTION_APPROVE
    work.record(Act(event, Purpose.PROTECTION, permission=permission, facts=facts))


def _next_number(work: Work) -> str:
    """`DP-2026-0042`: counted anew each year."""
    prefix = f"DP-{clock.today().year}-"
    statement = select(func.count(Disposal.id)).where(Disposal.number.startswith(prefix))
    return f"{prefix}{(work.session.scalar(statement) or 0) + 1:04d}"
