"""Where somebody is safe: for few, for a purpose, after confirming who one is, and nowhere else."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from casework import clock
from casework.actor import system_actor
from casework.services.cases.safe_location import write_safe_location
from casework.services.work import Database
from models.audit import AuditEntry
from models.case import Case
from tests.access.world import World, build_world
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.leaks import leaks

PLACE = "Сонгинохайрхан 14-р хороо, 7 дугаар хаалга"
PURPOSE = {"purpose": "protection"}


@pytest.fixture
def world(database: Database, cast: Cast) -> World:
    return build_world(database, cast)


@pytest.fixture
def case_id(database: Database, cast: Cast, world: World) -> UUID:
    """A case of Bolormaa's on which the place is written down."""
    case_id = world["case.assigned"].id
    with database.writing(world.actors["bolormaa.caseworker"]) as work:
        write_safe_location(work, work.session.get_one(Case, case_id), PLACE, None)
    return case_id


@pytest.mark.parametrize("language", ["mn", "en"])
def test_it_is_shown_once_for_a_purpose(
    client: Client, database: Database, case_id: UUID, language: str
) -> None:
    worker = client("bolormaa.caseworker", language=language)
    page = f"/cases/{case_id}/safe-location"
    assert page in worker.get(f"/cases/{case_id}/protection").text
    assert PLACE not in worker.get(page).text
    assert PLACE not in worker.post(page, data={"purpose": ""}).text
    assert PLACE in worker.post(page, data=PURPOSE).text
    assert PLACE not in worker.get(page).text
    with database.reading(system_actor()) as work:
        shown = select(AuditEntry.body).where(AuditEntry.event == "safe_location.shown")
        [entry] = [json.loads(body) for body in work.session.scalars(shown)]
    assert (entry["purpose"], entry["case"]) == ("protection", str(case_id))


def test_who_saw_it_is_told_apart_from_the_rest_of_the_file(client: Client, case_id: UUID) -> None:
    client("bolormaa.caseworker").post(f"/cases/{case_id}/safe-location", data=PURPOSE)
    officer = client("khulan.protection", language="en")
    assert "Safe location" in officer.get(f"/cases/{case_id}/who-saw").text


def test_whoever_signed_in_long_ago_confirms_first(
    client: Client, case_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = client("bolormaa.caseworker")
    moment = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr("casework.clock.now", lambda: moment)
    asked = worker.get(f"/cases/{case_id}/safe-location")
    assert asked.location.startswith("/sign-in/confirm")
    assert PLACE not in worker.post(f"/cases/{case_id}/safe-location", data=PURPOSE).text


@pytest.mark.parametrize("name", ["otgon.caseworker", "khulan.protection", "saruul.desk"])
def test_others_find_nothing(client: Client, case_id: UUID, name: str) -> None:
    browser = client(name)
    for page in ("safe-location", "safe-location/write"):
        assert browser.get(f"/cases/{case_id}/{page}").status_code == 404
        assert browser.post(f"/cases/{case_id}/{page}", data=PURPOSE).status_code == 404


def test_no_other_page_of_the_case_shows_it(client: Client, case_id: UUID) -> None:
    worker = client("bolormaa.caseworker")
    for part in ("", "/people", "/protection", "/plan", "/assistance", "/referrals"):
        answer = worker.get(f"/cases/{case_id}{part}")
        assert answer.status_code == 200, part
        assert PLACE not in answer.text


def test_it_is_replaced_unseen_and_taken_away(
    client: Client, database: Database, case_id: UUID
) -> None:
    worker = client("bolormaa.caseworker", language="en")
    write = f"/cases/{case_id}/safe-location/write"
    page = worker.get(write)
    assert page.status_code == 200 and PLACE not in page.text
    assert worker.post(write, data={"place": "Өөр газар"}).status_code == 302
    assert "Өөр газар" in worker.post(f"/cases/{case_id}/safe-location", data=PURPOSE).text
    assert worker.post(write, data={"place": ""}).status_code == 302
    nothing = worker.post(f"/cases/{case_id}/safe-location", data=PURPOSE).text
    assert "Nobody wrote one down." in nothing


def test_no_file_holds_it(database: Database, case_id: UUID) -> None:
    if database.settings.embedded:
        assert leaks(database.settings, [PLACE]) == []
