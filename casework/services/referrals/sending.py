"""Sending a person's referral: with consent at once, without it only after a second person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.rules.referral_clock import acknowledge_by
from casework.services.access import require
from casework.services.protection.officers import watching_officer
from casework.services.referrals.gates import check_agreement, check_consent
from casework.services.referrals.snapshot import Source, cells_of, take_snapshot
from casework.services.referrals.steps import check_sender, step
from casework.services.rights.restriction import require_unrestricted
from casework.services.work import Work
from casework.vocabulary import (
    ConsentException,
    ConsentPurpose,
    DataCategory,
    Purpose,
    ReferralState,
    Role,
    TaskState,
    Urgency,
)
from models.case import Case, Task
from models.organisation import Organisation
from models.person import Person
from models.referral import DirectoryEntry, Referral

#: Who confirms a referral without consent; never the one who wrote it.
SECOND_PERSONS = (Role.SUPERVISOR, Role.PARTNER_COORDINATOR)
#: Days the protection officer has to look at one that was sent.
REVIEW_WITHIN = timedelta(days=3)


@dataclass(frozen=True)
class Proposal:
    """A person, a service of the directory, and what is to be sent."""

    person: Person
    entry: DirectoryEntry
    urgency: Urgency
    reason: str
    categories: Sequence[DataCategory]


def send_referral(work: Work, case: Case, proposal: Proposal, consent_id: UUID | None) -> Referral:
    """Send it through all three gates; InvalidInput names the one that is shut."""
    _check(work, case, proposal)
    recipient = proposal.entry.organisation
    consent = check_consent(work, consent_id, proposal.person, recipient, proposal.categories)
    referral = _draft(work, case, proposal)
    referral.consent_id = consent.id
    _send(work, referral, case, proposal.categories, None)
    return referral


def propose_without_consent(
    work: Work, case: Case, proposal: Proposal, ground: ConsentException, why: str
) -> Referral:
    """Write a referral that waits for a second person, because the person could not be asked.

    Only for a risk to life or a child's best interests; the other two gates stay.
    """
    _check(work, case, proposal)
    if not proposal.categories:
        raise InvalidInput(N_("Tick what may be sent."), "categories")
    referral = _draft(work, case, proposal)
    codes = [category.value for category in proposal.categories]
    referral.without_consent = {"ground": ground.value, "reason": why, "categories": codes}
    _record(
        work,
        "referral.proposed",
        referral,
        {**_facts(proposal.categories, referral, ground)},
    )
    return referral


def confirm(work: Work, referral: Referral) -> None:
    """Send what another person wrote without consent, and ask for a review."""
    require(work, Permission.REFERRAL_CREATE, referral)
    check_sender(work, referral)
    _check_second_person(work, referral)
    stated = _stated(work, referral)
    case = work.session.get_one(Case, referral.case_id)
    check_agreement((referral.from_organisation, referral.to_organisation))
    categories = [DataCategory(code) for code in stated["categories"]]
    work.session.add(_review_task(work, case, referral, stated["reason"]))
    _send(work, referral, case, categories, ConsentException(stated["ground"]))


def discard(work: Work, referral: Referral) -> None:
    """Take back a referral that was never sent."""
    check_sender(work, referral)
    _stated(work, referral)
    number, case_id, subject_id = referral.number, referral.case_id, referral.subject_id
    work.session.delete(referral)
    work.record(
        Act(
            "referral.discarded",
            Purpose.REFERRAL,
            permission=Permission.REFERRAL_CREATE,
            case_id=case_id,
            subjects=[subject_id],
            facts={"number": number},
        )
    )


def may_confirm(work: Work, referral: Referral) -> bool:
    """Whether the actor is a second person for this one."""
    return work.actor.role in SECOND_PERSONS and work.actor.id != referral.created_by_id


def _check(work: Work, case: Case, proposal: Proposal) -> None:
    require(work, Permission.REFERRAL_CREATE, case)
    if proposal.entry.organisation_id == work.actor.organisation_id:
        raise InvalidInput(N_("This service is your own organisation's: no referral is needed."))
    sender = work.session.get_one(Organisation, work.actor.organisation_id)
    check_agreement((sender, proposal.entry.organisation))


def _check_second_person(work: Work, referral: Referral) -> None:
    if not may_confirm(work, referral):
        raise InvalidInput(
            N_("A supervisor or coordinator who did not write this referral confirms it.")
        )


def _stated(work: Work, referral: Referral) -> dict[str, Any]:
    with work.unseen():
        stated = referral.without_consent
    if referral.state is not ReferralState.DRAFT or stated is None:
        raise InvalidInput(N_("This referral was sent already."))
    return stated


def _draft(work: Work, case: Case, proposal: Proposal) -> Referral:
    referral = Referral(
        number=_next_number(work),
        case_id=case.id,
        person_id=proposal.person.id,
        subject_id=proposal.person.subject_id,
        from_organisation_id=work.actor.organisation_id,
        to_organisation_id=proposal.entry.organisation_id,
        purpose=ConsentPurpose.REFERRAL,
        state=ReferralState.DRAFT,
        urgency=proposal.urgency,
        created_by_id=work.actor.id,
        created_at=clock.now(),
        service=proposal.entry.service,
        reason=proposal.reason,
    )
    work.session.add(referral)
    return referral


def _send(
    work: Work,
    referral: Referral,
    case: Case,
    categories: Sequence[DataCategory],
    ground: ConsentException | None,
) -> None:
    person = work.session.get_one(Person, referral.person_id)
    require_unrestricted(work, [person.id])
    referral.snapshot = take_snapshot(Source(work, case, person), categories)
    step(work, referral, ReferralState.SENT)
    referral.sent_at = clock.now()
    referral.acknowledge_by = acknowledge_by(referral.urgency, referral.sent_at)
    steps = {"from": ReferralState.DRAFT.value, "to": ReferralState.SENT.value}
    facts = {**_facts(categories, referral, ground), **steps}
    _record(work, "referral.sent", referral, facts, cells_of(categories))


def _facts(
    categories: Sequence[DataCategory], referral: Referral, ground: ConsentException | None
) -> dict[str, object]:
    return {
        "number": referral.number,
        "recipient": str(referral.to_organisation_id),
        "urgency": referral.urgency.value,
        "ground": ground.value if ground else None,
        "categories": sorted(category.value for category in categories),
    }


def _record(
    work: Work,
    event: str,
    referral: Referral,
    facts: dict[str, object],
    cells: set[str] | None = None,
) -> None:
    work.record(
        Act(
            event,
            Purpose.REFERRAL,
            permission=Permission.REFERRAL_CREATE,
            case_id=referral.case_id,
            subjects=[referral.subject_id],
            cells=cells or (),
            facts=facts,
        )
    )


def _review_task(work: Work, case: Case, referral: Referral, why: str) -> Task:
    return Task(
        subject_id=case.subject_id,
        case_id=case.id,
        assigned_to_id=watching_officer(work, referral.from_organisation_id),
        due_on=clock.today() + REVIEW_WITHIN,
        state=TaskState.OPEN,
        title=f"{referral.number}: {why}",
    )


def _next_number(work: Work) -> str:
    """`RF-2026-00042`: counted anew each year, over all organisations."""
    prefix = f"RF-{clock.today().year}-"
    statement = (
        select(Referral.number)
        .where(Referral.number.startswith(prefix))
        .order_by(func.length(Referral.number).desc(), Referral.number.desc())
        .limit(1)
    )
    with work.beyond("numbers go on from the last of any organisation"):
        last = work.session.scalar(statement)
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:05d}"
