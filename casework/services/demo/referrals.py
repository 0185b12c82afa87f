"""Partners' services, and referrals at every step of the loop."""

import json
from pathlib import Path
from random import Random
from uuid import UUID

from sqlalchemy import select

from casework.actor import Actor
from casework.services.consents.recording import Answer, Asking, record_consent
from casework.services.demo.cases import words
from casework.services.demo.cast import Cast
from casework.services.directory.entries import add_entry
from casework.services.organisations import get_organisation
from casework.services.referrals import answering
from casework.services.referrals.sending import Proposal, send_referral
from casework.services.work import Database, Work
from casework.vocabulary import (
    ConsentForm,
    ConsentPurpose,
    DataCategory,
    Language,
    ReferralDecline,
    Role,
    ServiceKind,
    Urgency,
)
from models.case import Case
from models.referral import DirectoryEntry, Referral

CATEGORIES = (DataCategory.IDENTITY, DataCategory.CONTACT, DataCategory.NEEDS)
#: organisation code -> who answers there
ANSWERED_BY = {"ITGEL": "itgel", "UR": "ur", "LABOUR": "labour"}


def add_directory(database: Database, cast: Cast) -> None:
    """The services of the invented partners."""
    entries = json.loads(Path(__file__).with_name("directory.json").read_text("utf-8"))
    with database.writing(cast.role(Role.SUPERVISOR)) as work:
        if work.session.scalar(select(DirectoryEntry.id).limit(1)):
            return
        for entry in entries:
            organisation = get_organisation(work, entry.pop("organisation"))
            entry["service"] = ServiceKind(entry["service"])
            add_entry(work, organisation.id, entry)


def refer(database: Database, cast: Cast, case_ids: list[UUID]) -> int:
    """Refer the people of these cases, and let the partners answer as far as they got."""
    random = Random(13)  # noqa: S311 - invented answers
    with database.reading(cast.role(Role.SUPERVISOR)) as work:
        services = list(work.session.scalars(select(DirectoryEntry).order_by(DirectoryEntry.id)))
    for case_id in case_ids:
        with database.writing(cast.role(Role.SUPERVISOR)) as work:
            case = work.session.get_one(Case, case_id)
            entry = work.session.get_one(DirectoryEntry, random.choice(services).id)
            referral = _send(work, case, entry, random)
            partner = _partner(cast, entry.organisation.code)
            _answer(work.acting_as(partner), referral, random)
    return len(case_ids)


def _partner(cast: Cast, code: str) -> Actor:
    colleague = ANSWERED_BY.get(code)
    return cast.colleague(colleague) if colleague else cast.role(Role.PARTNER_WORKER)


def _send(work: Work, case: Case, entry: DirectoryEntry, random: Random) -> Referral:
    person = case.people[0].person
    asking = Asking(ConsentForm.WRITTEN, Language.MN, asked_alone=True, case=case)
    answer = Answer(person, ConsentPurpose.REFERRAL, True, entry.organisation, CATEGORIES)
    consent = record_consent(work, answer, asking)
    urgency = random.choices(list(Urgency), (1, 3, 6))[0]
    reason = random.choice(words()["reasons"])
    proposal = Proposal(person, entry, urgency, reason, CATEGORIES)
    return send_referral(work, case, proposal, consent.id)


def _answer(work: Work, referral: Referral, random: Random) -> None:
    steps = random.choices(range(6), (3, 2, 2, 1, 5, 1))[0]
    if steps == 5:
        answering.acknowledge(work, referral)
        answering.decline(work, referral, ReferralDecline.NO_CAPACITY)
        return
    if steps >= 1:
        answering.acknowledge(work, referral)
    if steps >= 2:
        answering.accept(work, referral)
    if steps >= 3:
        answering.begin(work, referral)
    if steps >= 4:
        answering.complete(work, referral, random.choice(words()["outcomes"]))
