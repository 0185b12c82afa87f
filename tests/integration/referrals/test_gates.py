"""Nothing of a person travels before all three gates stand open."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from casework.errors import InvalidInput
from casework.services.administration.organisations import change_organisation
from casework.services.consents.ending import withdraw_consent
from casework.services.organisations import get_organisation
from casework.services.referrals.lists import Box, count_box
from casework.services.referrals.sending import (
    confirm,
    propose_without_consent,
    send_referral,
)
from casework.services.work import Database
from casework.vocabulary import ConsentException, DataCategory, ReferralState, TaskState
from models.case import Case, Task
from models.consent import Consent
from models.referral import Referral
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.referrals.referral_cast import (
    REASON,
    Stage,
    consent,
    proposal,
    referral,
    set_stage,
)

IDENTITY = DataCategory.IDENTITY


def refused(
    database: Database,
    cast: Cast,
    stage: Stage,
    consent_id: UUID | None,
    categories: tuple[DataCategory, ...] = (IDENTITY,),
) -> str:
    """The sentence with which sending is refused; nothing is left behind."""
    with (
        pytest.raises(InvalidInput) as error,
        database.writing(cast["bolormaa.caseworker"]) as work,
    ):
        case = work.session.get_one(Case, stage.case)
        send_referral(work, case, proposal(work, stage, categories=categories), consent_id)
    with database.reading(cast["bolormaa.caseworker"]) as work:
        assert work.session.scalar(select(func.count()).select_from(Referral)) == 0
    return str(error.value)


def test_every_shut_gate_is_named(database: Database, cast: Cast) -> None:
    stage = set_stage(database, cast)
    assert "no consent" in refused(database, cast, stage, None)
    assert "no consent" in refused(database, cast, stage, uuid4())
    elsewhere = consent(database, cast, stage, recipient="OUTSIDE")
    assert "no consent" in refused(database, cast, stage, elsewhere)

    given = consent(database, cast, stage)
    wider = (IDENTITY, DataCategory.CONTACT)
    assert "did not agree" in refused(database, cast, stage, given, wider)
    assert "Tick" in refused(database, cast, stage, given, ())

    with database.writing(cast["bolormaa.caseworker"]) as work:
        withdraw_consent(work, work.session.get_one(Consent, given))
    assert "no longer valid" in refused(database, cast, stage, given)


def test_an_expired_agreement_stops_even_a_consented_referral(
    database: Database, cast: Cast
) -> None:
    stage = set_stage(database, cast)
    given = consent(database, cast, stage)
    with database.writing(cast["admin.office"]) as work:
        mgec = get_organisation(work, "MGEC")
        change_organisation(work, mgec, {"agreement_until": date(2020, 1, 1)}, None)
    assert "agreement" in refused(database, cast, stage, given)


def test_without_consent_needs_a_second_person_and_a_review(database: Database, cast: Cast) -> None:
    stage = set_stage(database, cast)
    with database.writing(cast["bolormaa.caseworker"]) as work:
        case = work.session.get_one(Case, stage.case)
        draft = propose_without_consent(
            work, case, proposal(work, stage), ConsentException.RISK_TO_LIFE, "Амь насанд аюултай"
        )
        assert draft.state is ReferralState.DRAFT and draft.snapshot is None
    with pytest.raises(InvalidInput), database.writing(cast["bolormaa.caseworker"]) as work:
        confirm(work, referral(work, draft.id))
    with database.reading(cast["oyuna.shelter"]) as work:
        assert count_box(work, Box.RECEIVED) == 0
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        confirm(work, referral(work, draft.id))
    with database.reading(cast["enkhbayar.supervisor"]) as work:
        found = referral(work, draft.id)
        assert found.state is ReferralState.SENT
        assert found.snapshot is not None and list(found.snapshot) == ["categories", "identity"]
        task = work.session.scalars(select(Task)).one()
        assert task.assigned_to_id == cast["khulan.protection"].id
        assert task.state is TaskState.OPEN


def test_a_forged_consent_in_the_form_is_refused_in_words(
    database: Database, cast: Cast, client: Client
) -> None:
    stage = set_stage(database, cast)
    given = consent(database, cast, stage)
    browser = client("bolormaa.caseworker", language="en")
    url = f"/cases/{stage.case}/people/{stage.person}/refer/{stage.service}"
    assert "Only what the person agreed" in browser.get(url).text
    answers = {
        "urgency": "urgent",
        "reason": REASON,
        "categories": "identity",
        "consent_id": str(uuid4()),
    }
    page = browser.post(url, data=answers)
    assert page.status_code == 200 and "no consent of this person" in page.text
    assert REASON in page.text

    with database.writing(cast["bolormaa.caseworker"]) as work:
        withdraw_consent(work, work.session.get_one(Consent, given))
    page = browser.post(url, data={**answers, "consent_id": str(given)})
    assert "Record consent" in page.text and "no longer valid" in page.text
    with database.reading(cast["bolormaa.caseworker"]) as work:
        assert work.session.scalar(select(func.count()).select_from(Referral)) == 0
