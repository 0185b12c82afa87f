"""Each adult is asked alone; a yes opens one case, a no opens nothing, nobody else is told."""

import pytest
from sqlalchemy import select

from casework.errors import InvalidInput, NotFound, Refused
from casework.policy import Permission
from casework.services.access import load
from casework.services.consents.arrival import arrivals_to_ask
from casework.services.consents.ending import withdraw_consent
from casework.services.consents.recording import live_consent
from casework.services.organisations import get_organisation
from casework.services.work import Database
from casework.vocabulary import (
    CaseKind,
    CaseState,
    ConsentPurpose,
    ConsentState,
    DataCategory,
)
from models.case import Case
from models.consent import Consent
from models.return_request import RequestMember
from tests.conftest import Cast
from tests.integration.cases.family import (
    DAUGHTER,
    FATHER,
    MOTHER,
    answered,
    arrived_family,
    names_in,
)
from tests.integration.conftest import Client


def test_a_refusal_is_kept_and_opens_nothing(database: Database, cast: Cast) -> None:
    family = arrived_family(database)
    case_id = answered(database, cast["saruul.desk"], family, MOTHER, yes=False)
    assert case_id is None
    with database.reading(cast["saruul.desk"]) as work:
        assert work.session.scalars(select(Case)).all() == []
        consent = work.session.scalars(select(Consent)).one()
        assert (consent.state, consent.categories) == (ConsentState.REFUSED, [])
        asked = work.session.get_one(RequestMember, family.members[MOTHER])
        other = work.session.get_one(RequestMember, family.members[FATHER])
        assert asked.asked_at is not None
        assert other.asked_at is None
        assert [one.id for one in arrivals_to_ask(work)] == [family.request]


def test_a_yes_opens_one_case_with_everything(database: Database, cast: Cast) -> None:
    family, desk = arrived_family(database), cast["saruul.desk"]
    case_id = answered(database, desk, family, MOTHER, children=(DAUGHTER,))
    again = answered(database, desk, family, MOTHER, children=(DAUGHTER,))
    assert case_id is not None
    assert again == case_id
    with database.reading(cast["enkhbayar.supervisor"]) as work:
        case = load(work, Permission.CASE_READ, Case, case_id)
        assert case.kind is CaseKind.RETURNEE
        assert case.state is CaseState.INTAKE
        assert case.assigned_to_id is None
        assert case.request_id == family.request
        assert case.number.startswith("RC-")
        assert case.number.endswith("-00001")
        assert names_in(work, case_id) == [MOTHER, DAUGHTER]
        iom = get_organisation(work, "IOM").id
        for who in (MOTHER, DAUGHTER):
            purpose = ConsentPurpose.CASE_MANAGEMENT
            person = family.people[who]
            assert live_consent(work, person, purpose, iom, [DataCategory.NEEDS]) is not None
            assert live_consent(work, person, purpose, iom, [DataCategory.PLAN]) is None
    with database.reading(desk) as work, pytest.raises(NotFound):
        load(work, Permission.CASE_READ, Case, case_id)


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [(True, True, True), (True, False, False), (False, True, False)],
)
def test_adults_share_a_case_only_when_both_agree(
    database: Database, cast: Cast, first: bool, second: bool, together: bool
) -> None:
    family, desk = arrived_family(database), cast["saruul.desk"]
    hers = answered(database, desk, family, MOTHER, common=first, children=(DAUGHTER,))
    his = answered(database, desk, family, FATHER, common=second, children=(DAUGHTER,))
    assert hers is not None
    assert his is not None
    assert (hers == his) is together
    with database.reading(cast["enkhbayar.supervisor"]) as work:
        expected = [MOTHER, DAUGHTER, FATHER] if together else [MOTHER, DAUGHTER]
        assert names_in(work, hers) == expected
        if not together:
            assert names_in(work, his) == [FATHER]
        assert arrivals_to_ask(work.acting_as(desk)) == []


def test_another_organisation_gets_a_case_of_its_own(database: Database, cast: Cast) -> None:
    family, desk = arrived_family(database), cast["saruul.desk"]
    hers = answered(database, desk, family, MOTHER)
    his = answered(database, desk, family, FATHER, organisation="MGEC", common=True)
    assert hers is not None
    assert his is not None
    with database.reading(cast["naran.coordinator"]) as work:
        assert load(work, Permission.CASE_READ, Case, his).organisation.code == "MGEC"
        with pytest.raises(NotFound):
            load(work, Permission.CASE_READ, Case, hers)


def test_taking_the_yes_back_ends_it(database: Database, cast: Cast) -> None:
    family, desk = arrived_family(database), cast["saruul.desk"]
    answered(database, desk, family, MOTHER)
    with database.writing(desk) as work:
        consent = work.session.scalars(select(Consent)).one()
        withdraw_consent(work, consent)
        assert consent.state is ConsentState.WITHDRAWN
        iom = get_organisation(work, "IOM").id
        assert live_consent(work, consent.person_id, consent.purpose, iom) is None
    with (
        database.writing(cast["bold.berlin"]) as work,
        work.beyond("the policy alone refuses"),
        pytest.raises(Refused),
    ):
        withdraw_consent(work, work.session.scalars(select(Consent)).one())


def _answers(**changes: object) -> dict[str, object]:
    return {
        "briefed": "y",
        "asked_alone": "yes",
        "language": "mn",
        "form": "oral",
        "case_management": "yes",
        "categories": ["identity", "needs"],
        "common_case": "no",
        "family": "no",
    } | changes


def test_the_pages_ask_one_person_and_tell_nobody(
    database: Database, cast: Cast, client: Client
) -> None:
    family = arrived_family(database)
    desk = client("saruul.desk", language="en")
    household = f"/arrivals/{family.request}"
    assert "KR-2026-00042" in desk.get("/arrivals").text
    page = desk.get(f"{household}/members/{family.members[MOTHER]}").text
    assert MOTHER in page
    assert FATHER not in page
    assert DAUGHTER in page
    with database.reading(cast["saruul.desk"]) as work:
        iom = str(get_organisation(work, "IOM").id)

    url = f"{household}/members/{family.members[MOTHER]}"
    not_alone = desk.post(url, data=_answers(organisation=iom, asked_alone="no"))
    assert "apart from the household" in not_alone.text
    saved = desk.post(url, data=_answers(organisation=iom))
    assert saved.status_code == 302
    after = desk.get(household).text
    assert "Asked" in after
    assert "Not asked yet" in after
    assert "RC-" not in after
    other = desk.get(f"{household}/members/{family.members[FATHER]}").text
    assert MOTHER not in other
    assert "RC-" not in other
    assert desk.get(f"{household}/members/{family.members[DAUGHTER]}").status_code == 404
    assert client("bold.berlin").get(household).status_code == 404
    desk.speak("mn")
    assert desk.get(url).status_code == 200
    assert desk.get("/arrivals").status_code == 200


def test_a_yes_names_an_organisation_and_what_it_may_know(
    database: Database, cast: Cast, client: Client
) -> None:
    family = arrived_family(database)
    desk = client("sarnai.seoul", language="en")
    url = f"/arrivals/{family.request}/members/{family.members[MOTHER]}"
    assert "Say with which organisation." in desk.post(url, data=_answers()).text
    with database.reading(cast["saruul.desk"]) as work:
        iom = str(get_organisation(work, "IOM").id)
        with pytest.raises(InvalidInput):
            answered(database, cast["saruul.desk"], family, MOTHER, yes=True, organisation="NONE")
    page = desk.post(url, data=_answers(organisation=iom, categories=[]))
    assert "Say what may be shared." in page.text
    with database.reading(cast["saruul.desk"]) as work:
        assert work.session.scalars(select(Consent)).all() == []
