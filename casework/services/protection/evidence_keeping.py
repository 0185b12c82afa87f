"""Figures of the principles about keeping and watching: 6 to 10, and 12."""

from sqlalchemy import and_, func, or_, select

from casework import clock
from casework.messages import N_
from casework.services.activity import count_alerts
from casework.services.complaints import count_open
from casework.services.log.state import log_state
from casework.services.protection.concerns import count_open_concerns
from casework.services.protection.drills import STALE_DRILL, last_drill
from casework.services.protection.figures import (
    LATELY,
    Clause,
    Figure,
    Link,
    count,
    in_log,
    lately,
    said,
    wanted_none,
)
from casework.services.protection.verification import last_verified
from casework.services.retention.due import count_due
from casework.services.rights.register import count_requests
from casework.services.work import Work
from casework.vocabulary import DrillOutcome, Outcome, Role
from models.audit import AuditEntry
from models.case import Case
from models.complaint import Complaint
from models.concern import Concern
from models.document import Document
from models.retention import Disposal
from models.rights import Erasure, LegalHold, SubjectRequest
from models.sign_in import Authenticator, Passkey
from models.user import Exclusion, User


def _colleagues(work: Work) -> Clause:
    return and_(User.organisation_id == work.actor.organisation_id, User.active)


def _by_colleagues(work: Work) -> Clause:
    """Entries of the last 30 days by the organisation's users."""
    own = select(User.id).where(User.organisation_id == work.actor.organisation_id)
    return and_(AuditEntry.actor_id.in_(own), AuditEntry.at >= clock.now() - LATELY)


def confidential(work: Work) -> list[Figure]:
    """Who may see what, and who tried."""
    cleared = and_(_colleagues(work), User.cleared)
    refused = and_(
        AuditEntry.event == "access.refused",
        _by_colleagues(work),
        AuditEntry.outcome == Outcome.REFUSED,
    )
    cases = select(Case.id).where(Case.organisation_id == work.actor.organisation_id)
    return [
        said(
            N_("Users with clearance for protected records: %(n)s"),
            Link("approvals.clearances"),
            n=count(work, User, cleared),
        ),
        said(
            N_("Conflicts of interest kept out of a case: %(n)s"),
            n=count(work, Exclusion, Exclusion.case_id.in_(cases)),
        ),
        said(
            N_("Attempts refused in the last 30 days: %(n)s"),
            in_log(event="access.refused", **lately()),
            n=count(work, AuditEntry, refused),
        ),
        wanted_none(
            N_("Unusual activity nobody looked at: %(n)s"),
            count_alerts(work),
            Link("activity.index"),
        ),
    ]


def transparency(work: Work) -> list[Figure]:
    """What people asked of their data, and what they can be told."""
    counts = count_requests(work)
    own = SubjectRequest.organisation_id == work.actor.organisation_id
    made = select(func.coalesce(func.sum(SubjectRequest.packages), 0)).where(own)
    seen = and_(AuditEntry.event == "personal_data.read", _by_colleagues(work))
    register = Link("rights.index")
    return [
        said(
            N_("Requests of people answered in time: %(n)s of %(all)s"),
            register,
            counts.in_time == counts.answered,
            n=counts.in_time,
            all=counts.answered,
        ),
        wanted_none(N_("Requests of people overdue: %(n)s"), counts.overdue, register),
        said(N_("Copies of their data made for people: %(n)s"), n=work.session.scalar(made) or 0),
        said(
            N_("Views of personal data in the last 30 days: %(n)s"),
            in_log(event="personal_data.read", **lately()),
            n=count(work, AuditEntry, seen),
        ),
    ]


def security(work: Work) -> list[Figure]:
    """Second factors, the log's seals, and that a backup can be restored."""
    users = count(work, User, _colleagues(work))
    passkeys = User.id.in_(select(Passkey.user_id))
    apps = User.id.in_(select(Authenticator.user_id))
    strong = count(work, User, _colleagues(work), or_(passkeys, apps))
    return [
        said(
            N_("Users with a second factor: %(n)s of %(all)s"),
            None,
            strong == users,
            n=strong,
            all=users,
        ),
        *_log(work),
        _drill(work),
    ]


def _log(work: Work) -> list[Figure]:
    state, page = log_state(work), Link("protection.verification")
    at = last_verified(work)
    verified = (
        said(N_("The log was last verified on %(at)s"), page, at=at)
        if at
        else said(N_("The log was not verified from these pages yet."), page, False)
    )
    if state.at is None:
        return [verified, said(N_("No checkpoint of the log was signed yet."), page, False)]
    signed = said(
        N_("Last checkpoint of the log: %(at)s, over %(n)s entries"),
        page,
        state.refused is None,
        at=state.at,
        n=state.size,
    )
    failing = sum(anchor.reason is not None for anchor in state.anchors)
    return [
        verified,
        signed,
        said(N_("Places outside that keep it: %(n)s"), page, n=len(state.anchors)),
        wanted_none(N_("Of these, failing: %(n)s"), failing, page),
    ]


def _drill(work: Work) -> Figure:
    drill = last_drill(work)
    if drill is None:
        return said(N_("No restore of a backup was tried yet."), sound=False)
    fresh = drill.on >= clock.today() - STALE_DRILL
    return said(
        N_("Last restore of a backup tried on %(day)s: %(outcome)s"),
        sound=fresh and drill.outcome is DrillOutcome.RESTORED,
        day=drill.on,
        outcome=drill.outcome,
    )


def retention(work: Work) -> list[Figure]:
    """That nothing is kept longer than needed."""
    own = work.actor.organisation_id
    held = and_(LegalHold.organisation_id == own, LegalHold.lifted_on.is_(None))
    done = and_(Disposal.organisation_id == own, Disposal.done_at.is_not(None))
    erased = and_(Erasure.organisation_id == own, Erasure.done_at.is_not(None))
    return [
        wanted_none(
            N_("People past their retention period: %(n)s"),
            count_due(work),
            Link("retention.index"),
        ),
        said(
            N_("Disposals approved by two: %(n)s"),
            Link("retention.index"),
            n=count(work, Disposal, done),
        ),
        said(
            N_("People whose keys were destroyed: %(n)s"),
            in_log(event="erasure.done"),
            n=count(work, Erasure, erased),
        ),
        said(N_("Kept longer because the law says so: %(n)s"), n=count(work, LegalHold, held)),
    ]


def files(work: Work) -> list[Figure]:
    """That files are treated as fields are."""
    cases = select(Case.id).where(Case.organisation_id == work.actor.organisation_id)
    own = Document.case_id.in_(cases)
    return [
        said(
            N_("Files kept encrypted: %(n)s"),
            n=count(work, Document, own, Document.destroyed_at.is_(None)),
        ),
        said(
            N_("Files destroyed: %(n)s"),
            n=count(work, Document, own, Document.destroyed_at.is_not(None)),
        ),
    ]


def oversight(work: Work) -> list[Figure]:
    """Who watches, and what reached her."""
    own = work.actor.organisation_id
    officers = count(work, User, _colleagues(work), User.role == Role.PROTECTION_OFFICER)
    _waiting, late = count_open(work)
    return [
        said(N_("Protection officers: %(n)s"), None, officers > 0, n=officers),
        said(
            N_("Concerns about workers: %(all)s; not closed: %(n)s"),
            Link("protection.concern_list"),
            n=count_open_concerns(work),
            all=count(work, Concern, Concern.organisation_id == own),
        ),
        said(
            N_("Complaints: %(n)s"),
            Link("complaints.index"),
            n=count(work, Complaint, Complaint.organisation_id == own),
        ),
        wanted_none(N_("Complaints overdue: %(n)s"), late, Link("complaints.index")),
    ]
