"""Figures of the principles about collecting and sharing: 1 to 5, and 13."""

from sqlalchemy import and_, func, or_, select

from casework import clock
from casework.messages import N_
from casework.services.break_glass import count_to_review
from casework.services.directory.entries import STALE_AFTER
from casework.services.protection.figures import (
    Clause,
    Figure,
    Link,
    count,
    in_log,
    said,
    wanted_none,
)
from casework.services.protection.reviews import open_reviews
from casework.services.referrals.lists import late_clause
from casework.services.work import Work
from casework.vocabulary import (
    ApprovalState,
    AskedBy,
    Assent,
    ConsentPurpose,
    ConsentState,
    ReferralState,
    SubjectRequestKind,
    SubjectRequestState,
)
from models.approval import Approval
from models.break_glass import BreakGlass
from models.case import Case, Grant
from models.consent import Consent
from models.organisation import Organisation
from models.referral import DirectoryEntry, Referral
from models.rights import SubjectRequest

#: A referral whose recipient may still read what was sent.
OPEN_REFERRAL = (
    ReferralState.SENT,
    ReferralState.ACKNOWLEDGED,
    ReferralState.ACCEPTED,
    ReferralState.IN_PROGRESS,
)


def own_consents(work: Work) -> Clause:
    """Answers on the organisation's cases, and those that let it receive data."""
    cases = select(Case.id).where(Case.organisation_id == work.actor.organisation_id)
    return or_(Consent.case_id.in_(cases), Consent.recipient_id == work.actor.organisation_id)


def sent_referrals(work: Work) -> Clause:
    """Referrals that the organisation sent."""
    own = Referral.from_organisation_id == work.actor.organisation_id
    return and_(own, Referral.state != ReferralState.DRAFT, Referral.sent_at.is_not(None))


def collected(work: Work) -> list[Figure]:
    """How people were asked."""
    own = own_consents(work)
    whole = count(work, Consent, own)
    by_guardian = and_(own, Consent.given_by == AskedBy.GUARDIAN)
    assent = count(work, Consent, by_guardian, Consent.assent != Assent.NOT_ASKED)
    interpreted = count(work, Consent, own, Consent.__table__.c.interpreter.is_not(None))
    alone = count(work, Consent, own, Consent.asked_alone)
    return [
        said(N_("Asked alone: %(n)s of %(all)s answers"), n=alone, all=whole),
        said(N_("Asked through an interpreter: %(n)s"), n=interpreted),
        said(
            N_("Guardians answered: %(all)s; the child was asked too: %(n)s"),
            n=assent,
            all=count(work, Consent, by_guardian),
        ),
    ]


def purposes(work: Work) -> list[Figure]:
    """Consents in force by purpose, and those that ran out."""
    own = own_consents(work)
    given = Consent.state == ConsentState.GIVEN
    found = work.session.execute(
        select(Consent.purpose, func.count())
        .where(own, given)
        .group_by(Consent.purpose)
        .order_by(Consent.purpose)
    )
    lines = [
        said(N_("%(purpose)s: %(n)s consents"), purpose=ConsentPurpose(row[0]), n=row[1])
        for row in found
    ]
    over = count(work, Consent, own, given, Consent.expires_on < clock.today())
    return [*lines, wanted_none(N_("Ran out, and still counted as given: %(n)s"), over)]


def quality(work: Work) -> list[Figure]:
    """What is kept right."""
    stale = DirectoryEntry.last_verified_on < clock.today() - STALE_AFTER
    own = SubjectRequest.organisation_id == work.actor.organisation_id
    right = and_(
        SubjectRequest.kind == SubjectRequestKind.CORRECTION,
        SubjectRequest.state == SubjectRequestState.FULFILLED,
    )
    return [
        wanted_none(
            N_("Services in the directory not verified for 90 days: %(n)s"),
            count(work, DirectoryEntry, DirectoryEntry.active, stale),
            Link("directory.index"),
        ),
        said(
            N_("Corrections that people asked for, made: %(n)s"),
            Link("rights.index"),
            n=count(work, SubjectRequest, own, right),
        ),
    ]


def answers(work: Work) -> list[Figure]:
    """That a no counts, and a yes can be taken back."""
    own = own_consents(work)
    after = count(
        work,
        Referral,
        sent_referrals(work),
        Referral.state.in_(OPEN_REFERRAL),
        Referral.consent_id.in_(select(Consent.id).where(Consent.state == ConsentState.WITHDRAWN)),
    )
    return [
        said(
            N_("Refused: %(n)s"), n=count(work, Consent, own, Consent.state == ConsentState.REFUSED)
        ),
        said(
            N_("Withdrawn: %(n)s"),
            in_log(event="consent.withdrawn"),
            n=count(work, Consent, own, Consent.state == ConsentState.WITHDRAWN),
        ),
        wanted_none(N_("Still shared after a consent was withdrawn: %(n)s"), after),
    ]


def transfers(work: Work) -> list[Figure]:
    """What left the organisation, and through which gates."""
    sent = sent_referrals(work)
    today = clock.today()
    lapsed = and_(Organisation.active, Organisation.agreement_until < today)
    receiving = select(Referral.to_organisation_id).where(sent, Referral.state.in_(OPEN_REFERRAL))
    sent_entries = in_log(event="referral.sent")
    return [
        said(N_("Referrals sent: %(n)s"), sent_entries, n=count(work, Referral, sent)),
        wanted_none(
            N_("Shared without consent: %(n)s"),
            count(work, Referral, sent, Referral.consent_id.is_(None)),
            sent_entries,
        ),
        wanted_none(
            N_("Referrals that are late: %(n)s"), count(work, Referral, sent, late_clause())
        ),
        wanted_none(
            N_("Receive data though their agreement has ended: %(n)s"),
            count(work, Organisation, lapsed, Organisation.id.in_(receiving)),
        ),
    ]


def ownership(work: Work) -> list[Figure]:
    """Whose records they are, and who may read them for now."""
    own = select(Case.id).where(Case.organisation_id == work.actor.organisation_id)
    live = and_(Grant.case_id.in_(own), Grant.revoked_at.is_(None), Grant.expires_at > clock.now())
    return [
        said(
            N_("Cases of this organisation: %(n)s"),
            n=count(work, Case, Case.organisation_id == work.actor.organisation_id),
        ),
        said(
            N_("Partners may read a case, each until a day: %(n)s"),
            in_log(event="case.shared"),
            n=count(work, Grant, live),
        ),
    ]


def exceptions(work: Work) -> list[Figure]:
    """Departures from the rules: each with a ground, a second person or a review."""
    own = work.actor.organisation_id
    bare = and_(sent_referrals(work), Referral.consent_id.is_(None))
    waiting, late = count_to_review(work)
    by_two = and_(Approval.organisation_id == own, Approval.state == ApprovalState.APPROVED)
    alone = and_(by_two, Approval.decided_by_id == Approval.asked_by_id)
    return [
        said(
            N_("Referrals without consent, each confirmed by two: %(n)s"),
            in_log(event="referral.sent"),
            n=count(work, Referral, bare),
        ),
        wanted_none(
            N_("Of these, not yet reviewed: %(n)s"), len(open_reviews(work)), Link("home.index")
        ),
        said(
            N_("Cases opened in an emergency: %(all)s; waiting for a review: %(n)s"),
            Link("break_glass.reviews"),
            n=waiting,
            all=count(work, BreakGlass, BreakGlass.organisation_id == own),
        ),
        wanted_none(N_("Reviews overdue: %(n)s"), late, Link("break_glass.reviews")),
        said(
            N_("Acts approved by a second person: %(n)s"),
            in_log(event="approval.approved"),
            n=count(work, Approval, by_two),
        ),
        wanted_none(N_("Approved by whoever asked: %(n)s"), count(work, Approval, alone)),
    ]
