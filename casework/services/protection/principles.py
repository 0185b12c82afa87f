"""The 13 data-protection principles of IOM, each with what the product does and counted evidence.

Titles and their order: IOM Data Protection Manual (2010). Counts are taken from the records at
the moment the page is made; a principle without any says None.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from casework import clock
from casework.messages import N_, Message
from casework.services.directory.entries import STALE_AFTER
from casework.services.protection.verification import last_verified
from casework.services.referrals.lists import late_clause
from casework.services.work import Work
from casework.vocabulary import ConsentPurpose, ConsentState, Outcome, ReferralState
from models.audit import AuditEntry
from models.base import Base
from models.case import Case
from models.concern import Concern
from models.consent import Consent
from models.organisation import Organisation
from models.referral import DirectoryEntry, Referral
from models.user import User

Clause = ColumnElement[bool]
Evidence = Callable[[Work], list[Message]]


@dataclass(frozen=True)
class Principle:
    """A principle, what keeps it here, and what the records show now."""

    number: int
    title: str
    control: str
    evidence: list[Message]


def principles(work: Work) -> list[Principle]:
    """All 13, in their order."""
    return [
        Principle(number, title, control, evidence(work) if evidence else [])
        for number, (title, control, evidence) in enumerate(_PRINCIPLES, start=1)
    ]


def _count(work: Work, model: type[Base], *where: Clause | InstrumentedAttribute[bool]) -> int:
    statement = select(func.count()).select_from(model).where(*where)
    return work.session.scalar(statement) or 0


def _own(work: Work) -> Clause:
    cases = select(Case.id).where(Case.organisation_id == work.actor.organisation_id)
    return Consent.case_id.in_(cases) | (Consent.recipient_id == work.actor.organisation_id)


def _sent(work: Work) -> Clause:
    return Referral.from_organisation_id == work.actor.organisation_id


def _collected(work: Work) -> list[Message]:
    alone = _count(work, Consent, _own(work), Consent.asked_alone)
    whole = _count(work, Consent, _own(work))
    return [Message(N_("Asked alone: %(n)s of %(all)s answers"), {"n": alone, "all": whole})]


def _purposes(work: Work) -> list[Message]:
    found = work.session.execute(
        select(Consent.purpose, func.count())
        .where(_own(work), Consent.state == ConsentState.GIVEN)
        .group_by(Consent.purpose)
        .order_by(Consent.purpose)
    )
    return [
        Message(N_("%(purpose)s: %(n)s consents"), {"purpose": ConsentPurpose(row[0]), "n": row[1]})
        for row in found
    ]


def _quality(work: Work) -> list[Message]:
    before = clock.today() - STALE_AFTER
    stale = _count(work, DirectoryEntry, DirectoryEntry.last_verified_on < before)
    return [Message(N_("Services in the directory not verified for 90 days: %(n)s"), {"n": stale})]


def _answers(work: Work) -> list[Message]:
    refused = _count(work, Consent, _own(work), Consent.state == ConsentState.REFUSED)
    withdrawn = _count(work, Consent, _own(work), Consent.state == ConsentState.WITHDRAWN)
    return [
        Message(N_("Refused: %(n)s"), {"n": refused}),
        Message(N_("Withdrawn: %(n)s"), {"n": withdrawn}),
    ]


def _transfers(work: Work) -> list[Message]:
    was_sent = Referral.state != ReferralState.DRAFT
    whole = _count(work, Referral, _sent(work), was_sent)
    bare = _count(work, Referral, _sent(work), was_sent, Referral.consent_id.is_(None))
    late = _count(work, Referral, _sent(work), late_clause())
    lapsed = _count(
        work,
        Organisation,
        Organisation.active,
        Organisation.agreement_until < clock.today(),
    )
    return [
        Message(N_("Referrals sent: %(n)s"), {"n": whole}),
        Message(N_("Shared without consent: %(n)s"), {"n": bare}),
        Message(N_("Referrals that are late: %(n)s"), {"n": late}),
        Message(N_("Agreements that have ended: %(n)s"), {"n": lapsed}),
    ]


def _confidential(work: Work) -> list[Message]:
    own = work.actor.organisation_id
    cleared = _count(work, User, User.organisation_id == own, User.active, User.cleared)
    refused = _count(work, AuditEntry, _by_colleagues(work), AuditEntry.outcome == Outcome.REFUSED)
    return [
        Message(N_("Users with clearance for protected records: %(n)s"), {"n": cleared}),
        Message(N_("Refused attempts in the log: %(n)s"), {"n": refused}),
    ]


def _by_colleagues(work: Work) -> Clause:
    colleagues = select(User.id).where(User.organisation_id == work.actor.organisation_id)
    return AuditEntry.actor_id.in_(colleagues)


def _seen(work: Work) -> list[Message]:
    read = AuditEntry.event == "personal_data.read"
    count = _count(work, AuditEntry, _by_colleagues(work), read)
    return [Message(N_("Views of personal data in the log: %(n)s"), {"n": count})]


def _secure(work: Work) -> list[Message]:
    at = last_verified(work)
    if at is None:
        return [Message(N_("The log was not verified from these pages yet."))]
    return [Message(N_("The log was last verified on %(at)s"), {"at": at})]


def _oversight(work: Work) -> list[Message]:
    own = Concern.organisation_id == work.actor.organisation_id
    return [Message(N_("Concerns about workers: %(n)s"), {"n": _count(work, Concern, own)})]


def _exceptions(work: Work) -> list[Message]:
    bare = _count(
        work,
        Referral,
        _sent(work),
        Referral.consent_id.is_(None),
        Referral.state != ReferralState.DRAFT,
    )
    return [Message(N_("Referrals without consent, each confirmed by two: %(n)s"), {"n": bare})]


_PRINCIPLES: tuple[tuple[str, str, Evidence | None], ...] = (
    (
        N_("Lawful and fair collection"),
        N_("Each answer keeps who asked, when, in which language and how."),
        _collected,
    ),
    (
        N_("Specified and legitimate purpose"),
        N_("Every consent and every act names its purpose; sharing for another is refused."),
        _purposes,
    ),
    (
        N_("Data quality"),
        N_("Duplicates are asked about, changes keep their history, entries of the directory age."),
        _quality,
    ),
    (
        N_("Consent"),
        N_("One question at a time, a no is kept as well, and a yes can be taken back at once."),
        _answers,
    ),
    (
        N_("Transfer to third parties"),
        N_("Consent, purpose and agreement are checked before anything is sent."),
        _transfers,
    ),
    (
        N_("Confidentiality"),
        N_("Roles reach only their own records; protected records need a clearance."),
        _confidential,
    ),
    (
        N_("Access and transparency"),
        N_("Who saw a person's data, when and why can be told at any time."),
        _seen,
    ),
    (
        N_("Data security"),
        N_("Personal data are encrypted field by field, and the log proves that none was altered."),
        _secure,
    ),
    (
        N_("Retention of personal data"),
        N_("Destroying a person's keys makes the data unreadable for ever."),
        None,
    ),
    (
        N_("Application of the principles"),
        N_("The same rules hold for files as for fields."),
        None,
    ),
    (
        N_("Ownership of personal data"),
        N_("Every record belongs to one organisation; partners see what a grant names."),
        None,
    ),
    (
        N_("Oversight, compliance and internal remedies"),
        N_("Concerns about a worker go past caseworker and supervisor to this page."),
        _oversight,
    ),
    (
        N_("Exceptions"),
        N_("Sharing without consent needs a stated ground, a second person and a review."),
        _exceptions,
    ),
)
