"""The case file in the browser: what each sees, in both languages, and who saw it."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from audit.verify import verify
from casework.actor import system_actor
from casework.clock import today
from casework.services.cases.assignment import assign_case
from casework.services.cases.timeline import timeline
from casework.services.cases.who_saw import readers, sightings, who_saw
from casework.services.work import Database
from casework.vocabulary import CaseState, ConsentPurpose, Purpose, TaskState
from models.case import Case, FollowUp, Grant, Note, Task
from models.consent import Consent
from tests.conftest import Cast
from tests.integration.cases.family import (
    DAUGHTER,
    FATHER,
    MOTHER,
    PHONE,
    Family,
    answered,
    arrived_family,
)
from tests.integration.conftest import Client, CountQueries
from tests.postgresql import bare_connection

REGISTER_PAGES = ("", "/people", "/protection", "/tasks", "/follow-ups", "/notes/new", "/state")
MORE_PAGES = ("/close", "/closure", "/assign", "/share", "/exclusions/new", "/consents/new")


@pytest.fixture
def family(database: Database) -> Family:
    return arrived_family(database)


@pytest.fixture
def case_id(database: Database, cast: Cast, family: Family) -> UUID:
    """The mother's case with her daughter, assigned to Bolormaa."""
    opened = answered(
        database,
        cast["saruul.desk"],
        family,
        MOTHER,
        children=(DAUGHTER,),
        others={ConsentPurpose.FAMILY: False, ConsentPurpose.STATISTICS: True},
    )
    assert opened is not None
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        worker = cast["bolormaa.caseworker"].id
        assert worker is not None
        assign_case(work, work.session.get_one(Case, opened), worker)
    return opened


@pytest.mark.parametrize("language", ["mn", "en"])
def test_every_page_of_the_file_opens(client: Client, case_id: UUID, language: str) -> None:
    browser = client("enkhbayar.supervisor", language=language)
    for page in (*REGISTER_PAGES, *MORE_PAGES):
        shown = browser.get(f"/cases/{case_id}{page}")
        assert shown.status_code == 200, page
        assert MOTHER in shown.text
        assert FATHER not in shown.text
        assert MOTHER not in shown.text.split("</title>")[0]
    for page in ("/cases", "/cases/inbox", "/cases/new", "/", f"/cases/{case_id}/who-saw"):
        assert browser.get(page).status_code == 200, page


def test_the_file_warns_and_covers_identifiers(client: Client, case_id: UUID) -> None:
    browser = client("bolormaa.caseworker", language="en")
    page = browser.get(f"/cases/{case_id}").text
    assert "Do not tell the family." in page
    assert "South Korea" in page
    assert "2 people" in page
    people = browser.get(f"/cases/{case_id}/people").text
    assert PHONE not in people
    show = people.split('href="')
    link = next(part.split('"')[0] for part in show if "/show" in part.split('"')[0])
    assert browser.get(link).status_code == 200
    assert browser.post(link, data={"purpose": "case_management"}).status_code == 302
    assert PHONE in browser.get(f"/cases/{case_id}/people").text


def test_others_do_not_even_see_that_there_is_a_file(
    client: Client, case_id: UUID, cast: Cast
) -> None:
    for name in ("otgon.caseworker", "oyuna.shelter", "naran.coordinator", "saruul.desk"):
        browser = client(name, language="en")
        for page in (*REGISTER_PAGES, *MORE_PAGES, "/who-saw"):
            assert browser.get(f"/cases/{case_id}{page}").status_code == 404, (name, page)
    assert "RC-" not in client("otgon.caseworker", language="en").get("/cases").text


def test_the_timeline_tells_the_whole_thread(
    database: Database, cast: Cast, client: Client, case_id: UUID
) -> None:
    browser = client("bolormaa.caseworker", language="en")
    noted = browser.post(f"/cases/{case_id}/notes/new", data={"text": "Сургуультай ярьсан."})
    assert noted.status_code == 302
    with database.reading(cast["bolormaa.caseworker"]) as work:
        told = [str(item.title) for item in timeline(work, work.session.get_one(Case, case_id))]
    assert told[:2] == ["Note", "Case opened"]
    assert sorted(told[2:5]) == ["Consent given", "Consent given", "Consent refused"]
    assert told[5:] == ["Return request"]
    page = browser.get(f"/cases/{case_id}").text
    said = ("Сургуультай ярьсан.", "bolormaa.caseworker", "Child under 14", "Share with family")
    assert [words for words in said if words not in page] == []
    mongolian = client("enkhbayar.supervisor").get(f"/cases/{case_id}").text
    assert "Case opened" not in mongolian


def test_the_work_of_a_day(database: Database, client: Client, case_id: UUID) -> None:
    browser = client("bolormaa.caseworker", language="en")
    case = f"/cases/{case_id}"
    browser.post(f"{case}/tasks", data={"title": "Call the school", "due_on": today().isoformat()})
    browser.post(f"{case}/follow-ups", data={"due_on": today().isoformat()})
    assert "Call the school" in browser.get(case).text
    home = browser.get("/").text
    assert "follow-up visits this week" in home
    with database.reading(system_actor()) as work:
        task = work.session.scalars(select(Task)).one()
        visit = work.session.scalars(select(FollowUp)).one()
    browser.post(f"{case}/tasks/{task.id}", data={"state": "done"})
    at_home = {"state": "done", "done_on": today().isoformat(), "mode": "visit", "findings": "ok"}
    refused = browser.post(f"{case}/follow-ups/{visit.id}", data=at_home)
    assert "no home visit" in refused.text
    browser.post(f"{case}/follow-ups/{visit.id}", data=at_home | {"mode": "office"})
    browser.post(f"{case}/state", data={"state": "suspended"})
    assert "Suspended" in browser.get(case).text
    with database.reading(system_actor()) as work:
        assert work.session.scalars(select(Task)).one().state is TaskState.DONE
        assert work.session.scalars(select(FollowUp)).one().done_on == today()


def test_closing_through_the_pages(database: Database, client: Client, case_id: UUID) -> None:
    worker = client("bolormaa.caseworker", language="en")
    case = f"/cases/{case_id}"
    closing = {"reason": "goals_met", "note": "She works as a tailor."}
    assert worker.post(f"{case}/close", data=closing).status_code == 302
    supervisor = client("enkhbayar.supervisor", language="en")
    assert "closures to decide" in supervisor.get("/").text
    assert "She works as a tailor." in supervisor.get(f"{case}/closure").text
    unsaid = supervisor.post(f"{case}/closure", data={"approved": "no"})
    assert "Say why" in unsaid.text
    assert supervisor.post(f"{case}/closure", data={"approved": "yes"}).status_code == 302
    closed = worker.get(case).text
    assert "can only be read" in closed
    assert "Write a note" not in closed
    denied = worker.post(f"{case}/notes/new", data={"text": "later"})
    assert "closed and can only be read" in denied.text
    supervisor.post(f"{case}/reopen")
    with database.reading(system_actor()) as work:
        assert work.session.get_one(Case, case_id).state is CaseState.ACTIVE
        assert work.session.scalars(select(Note)).all() == []


def test_consent_sharing_and_exclusion_pages(
    database: Database, cast: Cast, client: Client, case_id: UUID, family: Family
) -> None:
    browser = client("enkhbayar.supervisor", language="en")
    case = f"/cases/{case_id}"
    partner = str(cast["oyuna.shelter"].organisation_id)
    until = (today() + timedelta(days=10)).isoformat()
    share = {"organisation": partner, "until": until}
    assert "Ask them first" in browser.post(f"{case}/share", data=share).text
    yes = {
        "person": str(family.people[MOTHER]),
        "purpose": "case_management",
        "organisation": partner,
        "categories": ["identity"],
        "asked_alone": "yes",
        "language": "mn",
        "form": "oral",
        "given": "yes",
    }
    assert browser.post(f"{case}/consents/new", data=yes).status_code == 302
    assert browser.post(f"{case}/share", data=share).status_code == 302
    assert client("oyuna.shelter").get(case).status_code == 200
    with database.reading(system_actor()) as work:
        consent = work.session.scalars(
            select(Consent).where(Consent.recipient_id == UUID(partner))
        ).one()
        grant = work.session.scalars(select(Grant)).one()
    browser.post(f"{case}/consents/{consent.id}/withdraw", data={})
    assert client("oyuna.shelter").get(case).status_code == 404
    again = browser.post(f"{case}/grants/{grant.id}/end")
    assert again.status_code == 302
    worker = str(cast["bolormaa.caseworker"].id)
    assert browser.post(f"{case}/exclusions/new", data={"user": worker}).status_code == 302
    assert client("bolormaa.caseworker").get(case).status_code == 404


def test_a_yes_from_the_arrival_is_taken_back_on_the_file(
    database: Database, client: Client, case_id: UUID
) -> None:
    browser = client("bolormaa.caseworker", language="en")
    page = browser.get(f"/cases/{case_id}/protection").text
    links = [part.split('"')[0] for part in page.split('href="')]
    withdraw = next(link for link in links if link.endswith("/withdraw"))
    assert browser.get(withdraw).status_code == 200
    assert browser.post(withdraw).status_code == 302
    assert "Withdrawn" in browser.get(f"/cases/{case_id}/protection").text
    with database.reading(system_actor()) as work:
        taken = select(Consent).where(Consent.withdrawn_on.is_not(None))
        assert len(work.session.scalars(taken).all()) == 1


def test_who_saw_the_file(database: Database, cast: Cast, client: Client, case_id: UUID) -> None:
    client("bolormaa.caseworker", language="en").get(f"/cases/{case_id}/people")
    supervisor = client("enkhbayar.supervisor", language="en")
    supervisor.get(f"/cases/{case_id}")
    page = supervisor.get(f"/cases/{case_id}/who-saw").text
    for words in ("bolormaa.caseworker", "Caseworker", "People", "Case management", "IOM"):
        assert words in page
    with database.reading(cast["khulan.protection"]) as work:
        case = work.session.get_one(Case, case_id)
        assert sightings(work, case).people == 2
        assert {one.page for one in who_saw(work, case)} >= {"cases.people", "cases.show"}
        grouped = readers(work, case)
        assert [one.user and one.user.name for one in grouped] == [
            "enkhbayar.supervisor",
            "bolormaa.caseworker",
        ]
        assert all(one.first <= one.last and one.times for one in grouped)
        assert grouped[0].purposes == (Purpose.CASE_MANAGEMENT,)
    by_one = supervisor.get(f"/cases/{case_id}/who-saw?by={cast['bolormaa.caseworker'].id}").text
    assert by_one.split("<h2")[1].count("<td") == 4 and "cases.people" not in by_one
    other = supervisor.get(f"/cases/{case_id}/who-saw?purpose=statistics").text
    assert "No opening matches." in other
    assert supervisor.get(f"/cases/{case_id}/who-saw?by=nobody&purpose=x").status_code == 200
    officer = client("khulan.protection", language="en")
    seen = officer.get(f"/cases/{case_id}/who-saw")
    assert seen.status_code == 200
    assert MOTHER not in seen.text
    assert officer.get(f"/cases/{case_id}").status_code == 404
    with bare_connection(database) as connection:
        assert verify(connection).intact


def test_lists_ask_no_more_for_more_cases(
    database: Database, cast: Cast, client: Client, queries: CountQueries, case_id: UUID
) -> None:
    browser = client("enkhbayar.supervisor", language="en")
    counts = []
    for number in range(2):
        with queries() as counted:
            browser.get("/cases")
            browser.get("/cases/inbox")
        counts.append(len(counted))
        other = arrived_family(database, f"KR-2026-1000{number}")
        answered(database, cast["saruul.desk"], other, MOTHER)
        answered(database, cast["saruul.desk"], other, FATHER)
    with queries() as counted:
        browser.get("/cases")
        browser.get("/cases/inbox")
    assert len(counted) <= counts[1]
