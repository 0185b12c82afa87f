"""Opening a case in an emergency, and the review that every such opening gets.

It gives reading for an hour at most, and showing identifiers for a purpose; never the compartment,
a safe location, a document, an export or a change, and never a case that the user is kept from by
a conflict of interest. A number that names nothing is answered like a record that is missing.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.messages import N_
from casework.policy import Permission, can
from casework.rules.need_to_know import limits
from casework.services.access import require
from casework.services.cases.who_saw import SEEN
from casework.services.facts import facts_of
from casework.services.idempotency import expect_version
from casework.services.notices import officers, supervisors, tell
from casework.services.people.search import as_identifier
from casework.services.protection.officers import watching_organisation
from casework.services.users import users_by_id
from casework.services.work import Work
from casework.vocabulary import NoticeKind, Purpose, ReviewOutcome
from models.audit import AuditEntry
from models.break_glass import BreakGlass
from models.case import Case, CasePerson
from models.subject import SearchToken
from models.user import User

PAGE = 50


def open_in_emergency(work: Work, reference: str, reason: str) -> BreakGlass:
    """Open the case of this number, or of the person of this exact identifier, to the actor.

    Tells its supervisors and the protection officers at once. Raises NotFound when there is none
    or she is kept from it, InvalidInput when she can read it already or tried in vain too often.
    """
    require(work, Permission.BREAK_GLASS_USE)
    if not reason.strip():
        raise InvalidInput(N_("Write what the emergency is."), "reason")
    _check_not_guessing(work)
    with work.beyond("an emergency opens a case that the user may not read"):
        case = _find(work, reference)
        if case is None:
            raise NotFound
        if can(work.actor, Permission.CASE_READ, facts_of(case, work.session)):
            raise InvalidInput(N_("You can read this case already."), "reference")
        opening = _opening(work, case, reason.strip())
        watching = officers(work, opening.organisation_id)
        told = [*supervisors(work, case.organisation_id), *watching]
        tell(work, told, NoticeKind.BREAK_GLASS, case_id=case.id, record_id=opening.id)
        people = {member.person.subject_id for member in case.people}
    work.record(
        Act(
            "break_glass.opened",
            Purpose.PROTECTION,
            permission=Permission.BREAK_GLASS_USE,
            case_id=case.id,
            subjects=people,
            facts={"until": opening.ends_at.isoformat()},
        )
    )
    return opening


def _opening(work: Work, case: Case, reason: str) -> BreakGlass:
    figures, at = limits(work.database.settings.limits), clock.now()
    organisation = watching_organisation(work, case.organisation_id)
    if organisation is None:
        raise InvalidInput(N_("There is no protection officer who could review this."))
    opening = BreakGlass(
        case_id=case.id,
        subject_id=case.subject_id,
        user_id=work.actor.id,
        organisation_id=organisation.id,
        opened_at=at,
        ends_at=at + figures.break_glass,
        review_due_on=clock.today() + figures.review,
        reason=reason,
    )
    work.session.add(opening)
    return opening


def _check_not_guessing(work: Work) -> None:
    """Who tried numbers that led nowhere must wait: this way in must not answer guesses."""
    figures = limits(work.database.settings.limits)
    bodies = work.session.scalars(
        select(AuditEntry.body)
        .where(
            AuditEntry.actor_id == work.actor.id,
            AuditEntry.at > clock.now() - figures.refusals_within,
            AuditEntry.event == "access.refused",
        )
        .order_by(AuditEntry.at.desc())
        .limit(500)
    )
    tried = [json.loads(body)["permission"] for body in bodies]
    if tried.count(Permission.BREAK_GLASS_USE) >= figures.refusals:
        raise InvalidInput(
            N_("Too many attempts led nowhere. Wait an hour, or call a protection officer.")
        )


def _find(work: Work, reference: str) -> Case | None:
    """The case of this number, else the newest of the person of this identifier."""
    excluded = work.actor.excluded_cases
    wanted = select(Case).where(Case.id.not_in(excluded)) if excluded else select(Case)
    found = work.session.scalars(wanted.where(Case.number == reference.strip().upper())).first()
    token = as_identifier(work, reference)
    if found is not None or token is None:
        return found
    kind, values = token
    people = select(SearchToken.row_id).where(
        SearchToken.kind == kind, SearchToken.token.in_(values)
    )
    return work.session.scalars(
        wanted.join(CasePerson, CasePerson.case_id == Case.id)
        .where(CasePerson.person_id.in_(people))
        .order_by(Case.id.desc())
    ).first()


def live_opening(work: Work, case: Case) -> BreakGlass | None:
    """The actor's opening of this case that has not ended."""
    if case.id not in work.actor.opened_cases:
        return None
    return work.session.scalars(
        select(BreakGlass)
        .where(
            BreakGlass.user_id == work.actor.id,
            BreakGlass.case_id == case.id,
            BreakGlass.ends_at > clock.now(),
        )
        .order_by(BreakGlass.ends_at.desc())
    ).first()


def minutes_left(opening: BreakGlass) -> int:
    """Whole minutes, at least one, until the case is closed to the user again."""
    return max(1, int((opening.ends_at - clock.now()) / timedelta(minutes=1)))


def end_opening(work: Work, case: Case) -> None:
    """Close the case to the actor before the hour is over."""
    opening = live_opening(work, case)
    if opening is None:
        raise InvalidTransition(N_("This emergency opening has ended already."))
    with work.beyond("whoever opened a case may only shorten it"):
        opening.ends_at = clock.now()
    work.record(
        Act(
            "break_glass.ended",
            Purpose.PROTECTION,
            permission=Permission.BREAK_GLASS_USE,
            case_id=case.id,
        )
    )


def own_openings(work: Work) -> Sequence[BreakGlass]:
    """The actor's openings, the newest first, with what the review found."""
    statement = _shown().where(BreakGlass.user_id == work.actor.id)
    return _loaded(work, statement.order_by(BreakGlass.id.desc()))


def openings_to_review(work: Work) -> Sequence[BreakGlass]:
    """Openings that wait for a review of the actor's organisation, the most urgent first."""
    statement = _watched(work).where(BreakGlass.outcome.is_(None))
    return _loaded(work, statement.order_by(BreakGlass.review_due_on, BreakGlass.id))


def count_to_review(work: Work) -> tuple[int, int]:
    """Openings that wait for a review, and how many of them are overdue."""
    late = func.count().filter(BreakGlass.review_due_on < clock.today())
    row = work.session.execute(
        select(func.count(), late).where(
            BreakGlass.organisation_id == work.actor.organisation_id, BreakGlass.outcome.is_(None)
        )
    ).one()
    return row[0], row[1]


def reviewed_openings(work: Work) -> Sequence[BreakGlass]:
    """The last openings that were reviewed."""
    statement = _watched(work).where(BreakGlass.outcome.is_not(None))
    return _loaded(work, statement.order_by(BreakGlass.reviewed_at.desc()))


def _loaded(work: Work, statement: Select[BreakGlass]) -> Sequence[BreakGlass]:
    with work.beyond("an opening names its case to whoever made or reviews it"):
        return work.session.scalars(statement.limit(PAGE)).all()


def _shown() -> Select[BreakGlass]:
    return select(BreakGlass).options(
        joinedload(BreakGlass.case), joinedload(BreakGlass.user).joinedload(User.organisation)
    )


def _watched(work: Work) -> Select[BreakGlass]:
    statement = _shown().where(BreakGlass.organisation_id == work.actor.organisation_id)
    excluded = work.actor.excluded_cases
    return statement.where(BreakGlass.case_id.not_in(excluded)) if excluded else statement


def pages_seen(work: Work, opening: BreakGlass) -> list[tuple[datetime, str]]:
    """When the user opened which page of the case, from the log; "" for shown identifiers."""
    entries = work.session.execute(
        select(AuditEntry.at, AuditEntry.body)
        .where(
            AuditEntry.case_id == opening.case_id,
            AuditEntry.actor_id == opening.user_id,
            AuditEntry.at.between(opening.opened_at, opening.ends_at),
            AuditEntry.event.in_(SEEN),
        )
        .order_by(AuditEntry.at)
        .limit(200)
    )
    return [(row.at, json.loads(row.body)["facts"].get("page", "")) for row in entries]


def review_opening(
    work: Work, opening: BreakGlass, outcome: ReviewOutcome, note: str, version: int | None = None
) -> BreakGlass:
    """What the protection officer found; an opening that was not justified needs words."""
    require(work, Permission.BREAK_GLASS_REVIEW, opening)
    expect_version(opening, version)
    if opening.outcome is not None:
        raise InvalidTransition(N_("This opening was reviewed already."))
    if outcome is ReviewOutcome.NOT_JUSTIFIED and not note.strip():
        raise InvalidInput(N_("Write why it was not justified, and what follows."), "note")
    opening.outcome, opening.review = outcome, note.strip() or None
    opening.reviewed_by_id, opening.reviewed_at = work.actor.id, clock.now()
    opened_by = users_by_id(work, [opening.user_id]).values()
    tell(work, opened_by, NoticeKind.BREAK_GLASS_REVIEWED, record_id=opening.id)
    work.record(
        Act(
            "break_glass.reviewed",
            Purpose.PROTECTION,
            permission=Permission.BREAK_GLASS_REVIEW,
            case_id=opening.case_id,
            facts={"outcome": outcome.value},
        )
    )
    return opening


def opening_of(work: Work, opening_id: UUID) -> BreakGlass:
    """With its case and user."""
    return _loaded(work, _shown().where(BreakGlass.id == opening_id))[0]
