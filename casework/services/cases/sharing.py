"""Letting a partner organisation read a case, until a day."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.cases.file import CHILDREN
from casework.services.cases.states import require_open
from casework.services.consents.recording import hold, live_consent
from casework.services.rights.restriction import require_unrestricted
from casework.services.work import Work
from casework.vocabulary import ConsentPurpose, GrantPurpose, OrganisationKind, Purpose
from models.case import Case, Grant
from models.organisation import Organisation
from models.person import Person

PARTNERS = (OrganisationKind.NGO, OrganisationKind.AGENCY, OrganisationKind.SHELTER)
LONGEST = timedelta(days=366)


def partners(work: Work, case: Case) -> list[Organisation]:
    """Partner organisations other than the case's own, by code."""
    return list(
        work.session.scalars(
            select(Organisation)
            .where(
                Organisation.kind.in_(PARTNERS),
                Organisation.active,
                Organisation.id != case.organisation_id,
            )
            .order_by(Organisation.code)
        )
    )


def grants_of(work: Work, case: Case) -> list[tuple[Grant, Organisation]]:
    """Grants on this case with whom they are for, the newest first."""
    rows = work.session.execute(
        select(Grant, Organisation)
        .join(Organisation, Organisation.id == Grant.organisation_id)
        .where(Grant.case_id == case.id)
        .order_by(Grant.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


def is_live(grant: Grant) -> bool:
    """Whether the partner can read the case now."""
    return grant.revoked_at is None and grant.expires_at > clock.now()


def must_agree(case: Case) -> list[Person]:
    """Whose yes sharing needs: every adult of the case; where there is none, every child."""
    people = [member.person for member in case.people]
    return [person for person in people if person.age_band not in CHILDREN] or people


def share_case(work: Work, case: Case, organisation: Organisation, until: date) -> Grant:
    """Let a partner read and work on the case until the end of a day.

    Raises InvalidInput when somebody has not agreed to it, or the day is past or too far.
    """
    require(work, Permission.CASE_UPDATE, case)
    require_open(case)
    if not clock.today() <= until <= clock.today() + LONGEST:
        raise InvalidInput(N_("Choose a day from today on, within a year."), "until")
    if organisation.id == case.organisation_id or organisation.kind not in PARTNERS:
        raise InvalidInput(N_("Choose a partner organisation."), "organisation")
    purpose = ConsentPurpose.CASE_MANAGEMENT
    agreed = [live_consent(work, p.id, purpose, organisation.id) for p in must_agree(case)]
    if not all(consent is not None and hold(work, consent) for consent in agreed):
        raise InvalidInput(
            N_("Not every adult of this case has agreed to this organisation. Ask them first."),
            "organisation",
        )
    require_unrestricted(work, [member.person_id for member in case.people])
    grant = Grant(
        case_id=case.id,
        organisation_id=organisation.id,
        purpose=GrantPurpose.JOINT_CASE,
        granted_by_id=work.actor.id,
        expires_at=datetime.combine(until + timedelta(days=1), time(), clock.ULAANBAATAR),
    )
    work.session.add(grant)
    work.record(_act("case.shared", case, organisation=organisation.code, until=until.isoformat()))
    return grant


def end_sharing(work: Work, case: Case, grant_id: UUID) -> Grant:
    """Close the case to the partner at once; InvalidTransition when it is closed to it already."""
    require(work, Permission.CASE_UPDATE, case)
    grant = work.session.get(Grant, grant_id)
    if grant is None or grant.case_id != case.id:
        raise NotFound
    if not is_live(grant):
        raise InvalidTransition(N_("This organisation can no longer read the case."))
    grant.revoked_at = clock.now()
    organisation = work.session.get_one(Organisation, grant.organisation_id)
    work.record(_act("case.sharing_ended", case, organisation=organisation.code))
    return grant


def _act(event: str, case: Case, **facts: object) -> Act:
    return Act(
        event,
        Purpose.CASE_MANAGEMENT,
        permission=Permission.CASE_UPDATE,
        case_id=case.id,
        subjects={member.person.subject_id for member in case.people},
        facts=facts,
    )
