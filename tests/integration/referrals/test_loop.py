"""The loop, from the caseworker's form to the partner's outcome, with both clocks."""

from datetime import timedelta
from uuid import UUID

import pytest

from casework import clock
from casework.rules.workflow import REFERRAL
from casework.services.cases.opening import cases_of
from casework.services.consents.ending import withdraw_consent
from casework.services.consents.recording import (
    Answer,
    Asking,
    record_consent,
)
from casework.services.directory.entries import add_entry
from casework.services.organisations import get_organisation
from casework.services.referrals.answering import accept, acknowledge
from casework.services.referrals.lists import Box, list_referrals
from casework.services.work import Database
from casework.vocabulary import (
    ConsentForm,
    ConsentPurpose,
    DataCategory,
    Language,
    ReferralState,
)
from models.case import Case
from models.consent import Consent
from models.person import Person
from tests.conftest import Cast
from tests.integration.conftest import Client, CountQueries
from tests.integration.referrals.referral_cast import (
    REASON,
    SECRETS,
    Stage,
    consent,
    organisation,
    referral,
    sent,
    service_values,
    set_stage,
)
from tests.visitor import Visitor


def state_of(database: Database, cast: Cast, referral_id: UUID) -> ReferralState:
    with database.reading(cast["bolormaa.caseworker"]) as work:
        return referral(work, referral_id).state


def send_in_browser(browser: Visitor, stage: Stage, consent_id: UUID) -> UUID:
    answers = {
        "urgency": "emergency",
        "reason": REASON,
        "categories": ["identity"],
        "consent_id": str(consent_id),
    }
    url = f"/cases/{stage.case}/people/{stage.person}/refer/{stage.service}"
    page = browser.post(url, data=answers)
    assert page.status_code == 302, page.text
    return UUID(page.headers["Location"].rsplit("/", 1)[1])


@pytest.mark.parametrize("language", ["mn", "en"])
def test_the_loop_closes_in_single_taps(
    database: Database, cast: Cast, client: Client, language: str
) -> None:
    stage = set_stage(database, cast)
    given = consent(database, cast, stage, categories=(DataCategory.IDENTITY,))
    worker = client("bolormaa.caseworker", language=language)
    assert worker.get(f"/cases/{stage.case}/referrals/new").status_code == 200
    referral_id = send_in_browser(worker, stage, given)
    url = f"/referrals/{referral_id}"

    partner = client("oyuna.shelter", language=language)
    home = partner.get("/").text
    assert SECRETS["given_name"] in home and "23 " in home
    page = partner.get(url)
    assert SECRETS["given_name"] in page.text and REASON in page.text

    for step in ("acknowledge", "accept", "begin"):
        assert partner.post(f"{url}/{step}").status_code == 302
    day = (clock.today() + timedelta(days=2)).isoformat()
    assert partner.post(f"{url}/appointment", data={"on": day, "at": "14:30"}).status_code == 302
    assert f"{day} 14:30" in worker.get(url).text
    assert (
        partner.post(f"{url}/complete", data={"outcome": "Гурван удаа уулзсан"}).status_code == 302
    )
    assert state_of(database, cast, referral_id) is ReferralState.COMPLETED

    assert "Гурван удаа уулзсан" in worker.get(url).text
    ended = partner.get(url).text
    assert SECRETS["given_name"] not in ended and REASON not in ended
    assert worker.get(f"/cases/{stage.case}").status_code == 200
    assert worker.get(f"/cases/{stage.case}/referrals").status_code == 200


def test_only_what_was_agreed_reaches_the_partner(
    database: Database, cast: Cast, client: Client
) -> None:
    stage = set_stage(database, cast)
    given = consent(database, cast, stage, categories=(DataCategory.IDENTITY,))
    referral_id = sent(database, cast, stage, given)
    with database.reading(cast["oyuna.shelter"]) as work:
        snapshot = referral(work, referral_id).snapshot
        assert snapshot is not None
        assert set(snapshot) == {"categories", "identity"}
        assert set(snapshot["identity"]) == {
            "ovog",
            "patronymic",
            "given_name",
            "latin_name",
            "sex",
            "birth_date",
        }
    partner = client("oyuna.shelter")
    for url in ("/", "/referrals", f"/referrals/{referral_id}"):
        page = partner.get(url).text
        for name in ("phone", "safe_contact", "register_number", "passport_number", "email"):
            assert SECRETS[name] not in page, (url, name)
    assert partner.get(f"/cases/{stage.case}").status_code == 404


def test_withdrawing_consent_closes_the_partners_view_at_once(
    database: Database, cast: Cast, client: Client
) -> None:
    stage = set_stage(database, cast)
    given = consent(database, cast, stage)
    referral_id = sent(database, cast, stage, given)
    partner = client("oyuna.shelter", language="en")
    assert SECRETS["given_name"] in partner.get(f"/referrals/{referral_id}").text
    with database.writing(cast["bolormaa.caseworker"]) as work:
        withdraw_consent(work, work.session.get_one(Consent, given))
    for url in ("/", "/referrals", f"/referrals/{referral_id}"):
        page = partner.get(url).text
        assert SECRETS["given_name"] not in page and REASON not in page
        assert "Withdrawn by the person" in page
    partner.post(f"/referrals/{referral_id}/acknowledge")
    assert state_of(database, cast, referral_id) is ReferralState.SENT
    assert "withdrew the consent" in partner.get(f"/referrals/{referral_id}").text
    worker = client("bolormaa.caseworker")
    assert worker.post(f"/referrals/{referral_id}/cancel").status_code == 302
    assert state_of(database, cast, referral_id) is ReferralState.CANCELLED


def test_both_clocks_escalate_and_nothing_expires_in_silence(
    database: Database, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = set_stage(database, cast)
    referral_id = sent(database, cast, stage, consent(database, cast, stage))
    real = clock.now

    def late(who: str) -> list[str]:
        with database.reading(cast[who]) as work:
            return [line.referral.number for line in list_referrals(work, Box.LATE).lines]

    def on_hour(hours: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: real() + timedelta(hours=hours))

    on_hour(71)
    assert late("naran.coordinator") == []
    on_hour(73)
    for who in ("naran.coordinator", "enkhbayar.supervisor", "bolormaa.caseworker"):
        assert len(late(who)) == 1
    with database.writing(cast["oyuna.shelter"]) as work:
        acknowledge(work, referral(work, referral_id))
    assert late("naran.coordinator") == []
    on_hour(73 + 73)
    assert len(late("naran.coordinator")) == 1
    with database.writing(cast["oyuna.shelter"]) as work:
        accept(work, referral(work, referral_id))
    on_hour(5000)
    assert late("naran.coordinator") == []
    assert state_of(database, cast, referral_id) is ReferralState.ACCEPTED


def test_another_partner_sees_nothing_at_any_state(
    database: Database, cast: Cast, client: Client
) -> None:
    stage = set_stage(database, cast)
    referral_id = sent(database, cast, stage, consent(database, cast, stage))
    outsider = client("outsider.ngo")
    url = f"/referrals/{referral_id}"
    partner = client("oyuna.shelter")
    for step in ("acknowledge", "accept", "begin", "complete"):
        for path in (url, f"{url}/decline", f"{url}/complete", f"{url}/assign"):
            assert outsider.get(path).status_code == 404
        for path in ("acknowledge", "accept", "begin", "cancel", "decline", "confirm", "case"):
            assert outsider.post(f"{url}/{path}").status_code == 404
        data = {"outcome": "Болсон"} if step == "complete" else {}
        assert partner.post(f"{url}/{step}", data=data).status_code == 302
    assert outsider.get(url).status_code == 404
    assert SECRETS["given_name"] not in outsider.get("/referrals?box=ended").text


def test_each_side_keeps_to_its_own_steps(database: Database, cast: Cast, client: Client) -> None:
    stage = set_stage(database, cast)
    referral_id = sent(database, cast, stage, consent(database, cast, stage))
    url = f"/referrals/{referral_id}"
    client("bolormaa.caseworker").post(f"{url}/acknowledge")
    client("oyuna.shelter").post(f"{url}/cancel")
    assert state_of(database, cast, referral_id) is ReferralState.SENT
    partner = client("oyuna.shelter")
    assert partner.post(f"{url}/decline", data={"reason": "no_capacity"}).status_code == 302
    assert state_of(database, cast, referral_id) is ReferralState.DECLINED
    assert REFERRAL.is_final(ReferralState.DECLINED)


def test_a_walk_in_is_referred_to_iom_and_taken_on(
    database: Database, cast: Cast, client: Client
) -> None:
    stage = set_stage(database, cast)
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        iom = add_entry(work, organisation(work, "IOM"), service_values()).id
    partner = client("oyuna.shelter", language="en")
    answers = {
        "given_name": "Энхжин",
        "patronymic": "Бат",
        "sex": "F",
        "age": "31",
        "phone": "99887766",
        "safe_contact": "Мессеж бичихгүй",
        "service": str(iom),
        "consent_form": "oral",
        "consent_on": clock.today().isoformat(),
        "categories": ["identity"],
        "urgency": "normal",
        "reason": "Буцаж ирсэн, ажил хэрэгтэй",
    }
    page = partner.post("/referrals/new", data={**answers, "age": ""})
    assert "Give the birth date, or the age." in page.text and "Энхжин" in page.text
    page = partner.post("/referrals/new", data=answers)
    assert page.status_code == 302, page.text
    url = page.headers["Location"]
    assert "Энхжин" in partner.get(url).text

    worker = client("otgon.caseworker", language="en")
    assert worker.get(url).status_code == 404
    supervisor = client("enkhbayar.supervisor", language="en")
    assert "Энхжин" in supervisor.get("/referrals").text
    to = {"user": str(cast["otgon.caseworker"].id)}
    assert supervisor.post(f"{url}/assign", data=to).status_code == 302
    page = worker.get(url).text
    assert "Энхжин" in page and "99887766" not in page and "Мессеж" not in page
    worker.post(f"{url}/acknowledge")
    worker.post(f"{url}/accept")
    assert "Open a case" not in worker.get(url).text
    assert worker.post(f"{url}/case").status_code == 302
    assert "has not agreed" in worker.get("/").text

    with database.writing(cast["oyuna.shelter"]) as work:
        found = referral(work, UUID(url.rsplit("/", 1)[1]))
        own = Stage(found.case_id, found.person_id, iom, iom)
    with database.writing(cast["oyuna.shelter"]) as work:
        record_consent(
            work,
            Answer(
                work.session.get_one(Person, own.person),
                ConsentPurpose.CASE_MANAGEMENT,
                True,
                get_organisation(work, "IOM"),
                (DataCategory.IDENTITY,),
            ),
            Asking(
                ConsentForm.ORAL,
                Language.MN,
                asked_alone=True,
                case=work.session.get_one(Case, own.case),
            ),
        )
    assert "Open a case" in worker.get(url).text
    assert worker.post(f"{url}/case").status_code == 302
    assert stage.case != own.case


def test_the_partner_opens_its_own_case_once_and_only_while_it_helps(
    database: Database, cast: Cast, client: Client
) -> None:
    stage = set_stage(database, cast)
    referral_id = sent(database, cast, stage, consent(database, cast, stage))
    consent(database, cast, stage, purpose=ConsentPurpose.CASE_MANAGEMENT)
    partner = client("oyuna.shelter", language="en")
    url = f"/referrals/{referral_id}"

    def cases_after_asking() -> int:
        assert partner.post(f"{url}/case").status_code == 302
        with database.reading(cast["oyuna.shelter"]) as work:
            return len(cases_of(work, stage.person, organisation(work, "MGEC")))

    assert cases_after_asking() == 0
    assert "Accept the referral before you open a case." in partner.get(url).text
    for step in ("acknowledge", "accept"):
        partner.post(f"{url}/{step}")
    assert f"{url}/case" in partner.get(url).text
    assert [cases_after_asking(), cases_after_asking()] == [1, 1]
    page = partner.get(url).text
    assert "has an open case of this person already" in page
    assert f"{url}/case" not in page


def test_a_long_inbox_asks_no_more_than_a_short_one(
    database: Database, cast: Cast, client: Client, queries: CountQueries
) -> None:
    stage = set_stage(database, cast)
    given = consent(database, cast, stage)
    partner = client("oyuna.shelter")
    counts = []
    for _ in range(2):
        for _ in range(4):
            sent(database, cast, stage, given)
        with queries() as counted:
            partner.get("/referrals")
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_the_case_tells_of_its_referrals(database: Database, cast: Cast, client: Client) -> None:
    stage = set_stage(database, cast)
    referral_id = sent(database, cast, stage, consent(database, cast, stage))
    with database.writing(cast["oyuna.shelter"]) as work:
        acknowledge(work, referral(work, referral_id))
    page = client("bolormaa.caseworker").get(f"/cases/{stage.case}").text
    assert "RF-" in page and "→ Хүйсийн тэгш эрхийн төв" in page
    assert "Зуучлал хүлээж авснаа мэдэгдсэн" in page
