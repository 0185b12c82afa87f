"""The ledger: who answered for whom, when a yes ends, and who is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.clock import today
from casework.errors import InvalidInput
from casework.services.cases.sharing import share_case
from casework.services.consents.ending import expire_consents, withdraw_consent
from casework.services.consents.ledger import ledgers
from casework.services.consents.recording import Answer, Asking, Giver, live_consent, record_consent
from casework.services.organisations import get_organisation
from casework.services.work import Database, Work
from casework.vocabulary import (
    AskedBy,
    Assent,
    ConsentForm,
    ConsentPurpose,
    ConsentState,
    DataCategory,
    Language,
    NoticeKind,
)
from models.case import Case, Grant
from models.consent import Consent
from models.notice import Notice
from models.person import Person
from models.user import User
from tests.conftest import Cast
from tests.integration.cases.family import DAUGHTER, MOTHER, Family, answered, arrived_family
from tests.integration.conftest import Client

DESK, SUPERVISOR = "saruul.desk", "enkhbayar.supervisor"


def to_shelter(work: Work, case: Case, person: Person, **asked: object) -> Consent:
    shelter = get_organisation(work, "MGEC")
    answer = Answer(person, ConsentPurpose.CASE_MANAGEMENT, True, shelter, [DataCategory.IDENTITY])
    return record_consent(
        work, answer, Asking(ConsentForm.ORAL, Language.MN, True, case=case, **asked)
    )


def family_case(database: Database, cast: Cast) -> tuple[Family, Case]:
    family = arrived_family(database)
    case_id = answered(database, cast[DESK], family, MOTHER, children=(DAUGHTER,))
    with database.reading(cast[SUPERVISOR]) as work:
        return family, work.session.get_one(Case, case_id)


def told(work: Work, kind: NoticeKind) -> set[str]:
    """Roles of everybody who was told."""
    statement = select(User.role).join(Notice, Notice.user_id == User.id)
    with work.beyond("a test looks"):
        return {role.value for role in work.session.scalars(statement.where(Notice.kind == kind))}


def test_a_parent_answers_for_the_child_that_comes_along(database: Database, cast: Cast) -> None:
    family, _case = family_case(database, cast)
    with database.reading(cast[SUPERVISOR]) as work:
        childs = work.session.scalars(
            select(Consent).where(Consent.person_id == family.people[DAUGHTER])
        ).one()
        assert childs.given_by is AskedBy.GUARDIAN
        assert childs.guardian_id == family.people[MOTHER]
        assert childs.assent is Assent.NOT_ASKED


def test_a_guardian_is_named_and_the_childs_no_counts(database: Database, cast: Cast) -> None:
    family, case = family_case(database, cast)
    guardian = Giver(AskedBy.GUARDIAN, guardian="Дулам, эмээ", assent=Assent.GIVEN)
    refused = [
        (Giver(), "given_by"),
        (Giver(AskedBy.GUARDIAN), "guardian"),
        (Giver(AskedBy.GUARDIAN, guardian="Дулам, эмээ"), "assent"),
        (Giver(AskedBy.GUARDIAN, guardian="Дулам, эмээ", assent=Assent.REFUSED), "assent"),
    ]
    with database.writing(cast[SUPERVISOR]) as work:
        child = work.session.get_one(Person, family.people[DAUGHTER])
        row = work.session.get_one(Case, case.id)
        for giver, field in refused:
            with pytest.raises(InvalidInput) as error:
                to_shelter(work, row, child, giver=giver)
            assert error.value.field == field
        kept = to_shelter(work, row, child, giver=guardian, interpreter="Сараа")
    with database.reading(cast[SUPERVISOR]) as work:
        stored = work.session.get_one(Consent, kept.id)
        assert (stored.guardian, stored.interpreter) == ("Дулам, эмээ", "Сараа")


def test_the_last_day_of_a_yes_ends_what_it_opened(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    family, case = family_case(database, cast)
    with database.writing(cast[SUPERVISOR]) as work:
        row = work.session.get_one(Case, case.id)
        until = today() + timedelta(days=10)
        for member in row.people:
            giver = (
                Giver()
                if member.person.age_band == "18-59"
                else Giver(AskedBy.GUARDIAN, guardian_id=family.people[MOTHER], assent=Assent.GIVEN)
            )
            to_shelter(work, row, member.person, expires_on=until, giver=giver)
        grant = share_case(work, row, get_organisation(work, "MGEC"), until + timedelta(days=30))
    assert expire_consents(database) == 0
    later = today() + timedelta(days=11)
    monkeypatch.setattr("casework.clock.today", lambda: later)
    assert expire_consents(database) == 2
    with database.reading(cast[SUPERVISOR]) as work:
        assert work.session.get_one(Grant, grant.id).revoked_at is not None
        states = work.session.scalars(select(Consent.state).where(Consent.expires_on == until))
        assert set(states) == {ConsentState.EXPIRED}
        assert told(work, NoticeKind.CONSENT_EXPIRED) == {"partner_worker", "partner_coordinator"}


def test_taking_it_back_closes_the_case_and_tells_the_partner(
    database: Database, cast: Cast
) -> None:
    family, case = family_case(database, cast)
    with database.writing(cast[SUPERVISOR]) as work:
        row = work.session.get_one(Case, case.id)
        mother = work.session.get_one(Person, family.people[MOTHER])
        given = to_shelter(work, row, mother)
        grant = share_case(work, row, get_organisation(work, "MGEC"), today() + timedelta(days=30))
    with database.writing(cast[SUPERVISOR]) as work:
        withdraw_consent(work, work.session.get_one(Consent, given.id))
    with database.reading(cast[SUPERVISOR]) as work:
        assert work.session.get_one(Grant, grant.id).revoked_at is not None
        assert told(work, NoticeKind.CONSENT_WITHDRAWN) == {"partner_worker", "partner_coordinator"}
        shelter = get_organisation(work, "MGEC")
        purpose = ConsentPurpose.CASE_MANAGEMENT
        assert live_consent(work, family.people[MOTHER], purpose, shelter.id) is None


def test_a_yes_taken_back_between_form_and_submit_opens_nothing(
    database: Database, cast: Cast
) -> None:
    family, case = family_case(database, cast)
    with database.writing(cast[SUPERVISOR]) as work:
        row = work.session.get_one(Case, case.id)
        given = to_shelter(work, row, work.session.get_one(Person, family.people[MOTHER]))
    with database.writing(cast[SUPERVISOR]) as work:
        withdraw_consent(work, work.session.get_one(Consent, given.id))
    with pytest.raises(InvalidInput), database.writing(cast[SUPERVISOR]) as work:
        row = work.session.get_one(Case, case.id)
        share_case(work, row, get_organisation(work, "MGEC"), today() + timedelta(days=3))
    with database.reading(cast[SUPERVISOR]) as work:
        assert work.session.scalars(select(Grant)).all() == []


def test_the_ledger_shows_the_latest_answer_first(
    database: Database, cast: Cast, client: Client
) -> None:
    family, case = family_case(database, cast)
    with database.writing(cast[SUPERVISOR]) as work:
        row = work.session.get_one(Case, case.id)
        mother = work.session.get_one(Person, family.people[MOTHER])
        asking = Asking(ConsentForm.ORAL, Language.MN, True, case=row)
        record_consent(work, Answer(mother, ConsentPurpose.PHOTO, True), asking)
        record_consent(work, Answer(mother, ConsentPurpose.PHOTO, False), asking)
    with database.reading(cast[SUPERVISOR]) as work:
        (person, standings), *_ = ledgers(work, work.session.get_one(Case, case.id))
        assert person.id == family.people[MOTHER]
        photo = next(one for one in standings if one.purpose is ConsentPurpose.PHOTO)
        assert photo.latest.state is ConsentState.REFUSED
        assert [one.state for one in photo.answers[1:]] == [ConsentState.WITHDRAWN]
        assert not photo.holds and photo.shared == []
    page = client(SUPERVISOR, language="en").get(f"/cases/{case.id}/consents")
    assert "Consent ledger" in page.text and "Earlier answers" in page.text
    assert "an adult of the household" in page.text
