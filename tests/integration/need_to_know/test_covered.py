"""Identifiers are not in a page's source until they were asked for with a purpose."""

from datetime import date

import pytest
from sqlalchemy import select

from audit.record import Act
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import Purpose, Sex
from models.audit import AuditEntry
from models.person import Person
from models.referral import Referral
from tests.access.world import World, build_world
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import household
from tests.visitor import Visitor

BORN = date(1985, 4, 15)
IDENTIFIERS = ("ӨҮ85041512", "E7654321", "+97688776655", "who@example.mn", "1985-04-15")


@pytest.fixture
def world(database: Database, cast: Cast) -> World:
    """Everybody has every identifier; a referral carries birth date and contact."""
    made = build_world(database, cast)
    with database.writing(command_actor()) as work:
        for person in work.session.scalars(select(Person)):
            person.birth_date, person.email = BORN, "who@example.mn"
        referral = work.session.get_one(Referral, made["referral.sent"].id)
        referral.snapshot = {
            "categories": ["identity", "contact"],
            "identity": {
                "ovog": None,
                "patronymic": "Цэрэн",
                "given_name": "Сараа",
                "latin_name": None,
                "sex": Sex.FEMALE.value,
                "birth_date": "1985-04-15",
            },
            "contact": {
                "phone": "+97688776655",
                "email": "who@example.mn",
                "safe_contact": None,
                "language": "mn",
            },
        }
        work.record(Act("system.initialised", Purpose.ADMINISTRATION, facts={"organisations": 0}))
    return made


def shown(browser: Visitor, url: str) -> set[str]:
    page = browser.get(url, follow_redirects=True)
    assert page.status_code == 200, url
    return {text for text in IDENTIFIERS if text in page.text}


def test_no_page_shows_them_unasked(client: Client, world: World) -> None:
    request, case = world["request.arrived"], world["case.assigned"]
    pages = {
        "sarnai.seoul": [
            "/requests",
            f"/requests/{request.id}",
            f"/requests/{request.id}/members/{request.children['member_id']}",
            f"/requests/{request.id}/members/{request.children['member_id']}/edit",
            f"/requests/{request.id}/members/{request.children['member_id']}/privacy",
            f"/movements/{world['movement.khanuul'].id}/manifest",
            f"/movements/{world['movement.khanuul'].id}/boarding",
            "/offers",
        ],
        "saruul.desk": ["/requests/queue", "/", f"/movements/{world['movement.khanuul'].id}"],
        "dorj.khanuul": ["/", "/facilities", f"/stays/{world['stay.KHANUUL'].id}"],
        "bolormaa.caseworker": [
            "/cases",
            "/",
            *(f"/cases/{case.id}{tab}" for tab in ("", "/people", "/protection", "/plan")),
            f"/cases/{case.id}/referrals",
            f"/requests/{request.id}",
        ],
        "oyuna.shelter": [f"/referrals/{world['referral.sent'].id}", "/referrals"],
    }
    found = {
        (name, url): leaked
        for name, urls in pages.items()
        for url in urls
        if (leaked := shown(client(name), url))
    }
    assert found == {}


def test_a_search_shows_the_year_at_most(database: Database, cast: Cast, client: Client) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        household(work)
    page = client("sarnai.seoul").post("/people/search", data={"text": "Болормаа"})
    assert page.status_code == 200
    assert "1990" in page.text
    assert "1990-05-17" not in page.text
    assert "E1000000" not in page.text


def test_the_manifest_shows_numbers_for_a_purpose(
    database: Database, cast: Cast, client: Client, world: World
) -> None:
    officer = client("sarnai.seoul")
    manifest = f"/movements/{world['movement.khanuul'].id}/manifest"
    answer = officer.post(f"{manifest}/show", data={"purpose": "return_assistance"})
    assert answer.location == manifest
    assert shown(officer, manifest) == {"E7654321", "1985-04-15"}
    assert shown(client("sarnai.seoul"), manifest) == set()
    assert client("bolormaa.caseworker").get(f"{manifest}/show").status_code == 404
    with database.reading(command_actor()) as work:
        entry = work.session.scalars(
            select(AuditEntry).where(AuditEntry.event == "identity.revealed")
        ).one()
        assert entry.actor_id == cast["sarnai.seoul"].id


def test_a_referral_shows_contact_to_whom_it_is_assigned(client: Client, world: World) -> None:
    url = f"/referrals/{world['referral.sent'].id}"
    assert client("oyuna.shelter").get(f"{url}/show").status_code == 404
    coordinator = client("naran.coordinator")
    assert shown(coordinator, url) == set()
    assert coordinator.post(f"{url}/show", data={"purpose": "referral"}).location == url
    assert shown(coordinator, url) == {"+97688776655", "who@example.mn", "1985-04-15"}


def test_changing_a_person_asks_first(client: Client, world: World) -> None:
    request = world["request.kr"]
    edit = f"/requests/{request.id}/members/{request.children['member_id']}/edit"
    officer = client("sarnai.seoul")
    show = f"/requests/{request.id}/people/{request.children['person_id']}/show"
    assert officer.get(edit).location == show
    half = officer.post(edit, data={"given_name": ""})
    assert not [text for text in IDENTIFIERS if text in half.text]
    officer.post(show, data={"purpose": "return_assistance"})
    assert shown(officer, edit) == set(IDENTIFIERS)
