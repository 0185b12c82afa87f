"""The way of each kind of request through the pages."""

import io
import json
import re
import time
from zipfile import ZipFile

import pypdfium2
import pytest
from sqlalchemy import select

from casework.clock import today
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import SubjectRequestState
from models.audit import AuditEntry
from models.case import Case, Grant
from models.notice import Notice
from models.person import Person
from models.rights import Restriction, SubjectRequest
from tests.access.world import SECRETS, World, build_world
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.visitor import Visitor


@pytest.fixture
def world(database: Database, cast: Cast) -> World:
    return build_world(database, cast)


@pytest.fixture
def wish() -> dict[str, str]:
    return {"asked_by": "person", "received_on": today().isoformat()}


def person_of(world: World, name: str) -> tuple[str, str]:
    """The addresses under which a case's person asks, and the case's own."""
    known = world[name]
    return f"/cases/{known.id}/people/{known.children['person_id']}/data", f"/cases/{known.id}"


def newest(database: Database, cast: Cast) -> SubjectRequest:
    with database.reading(cast["khulan.protection"]) as work:
        rows = work.session.scalars(select(SubjectRequest).order_by(SubjectRequest.id.desc()))
        row = rows.first()
        assert row is not None
    return row


def registered(browser: Visitor, database: Database, cast: Cast, url: str, **data: str) -> str:
    """Register a request from a person's file; the address of the request."""
    answer = browser.post(url, data=data)
    assert answer.status_code == 302, answer.text
    return f"/data-requests/{newest(database, cast).id}"


def checked(officer: Visitor, url: str) -> None:
    answer = officer.post(f"{url}/identity", data={"how": "document_seen", "version": "1"})
    assert answer.status_code == 302


def test_access_from_the_file_to_the_package(
    database: Database, world: World, cast: Cast, client: Client, wish: dict[str, str]
) -> None:
    worker, officer = client("bolormaa.caseworker"), client("khulan.protection", language="en")
    asks, case = person_of(world, "case.assigned")
    assert asks in worker.get(f"{case}/people").text
    url = registered(worker, database, cast, asks, kind="access", **wish)
    number = newest(database, cast).number
    assert number in worker.get("/registered-data-requests").text
    assert worker.get(url).status_code == 404
    page = officer.get("/data-requests").text
    assert number in page
    assert "1 " in page
    refused = officer.post(f"{url}/package")
    assert "really the person" in officer.get(refused.location).text
    checked(officer, url)
    began = time.perf_counter()
    answer = officer.post(f"{url}/package")
    assert time.perf_counter() - began < 30
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={number}.zip"
    with ZipFile(io.BytesIO(answer.data)) as whole:
        assert {"package.json", "package.pdf"} <= set(whole.namelist())
        held = json.loads(whole.read("package.json"))
        paper = pypdfium2.PdfDocument(whole.read("package.pdf"))
    words = " ".join(page.get_textpage().get_text_range() for page in paper)
    assert held["format"] == "casework-access-package/1"
    assert SECRETS["person.register_number"] in words
    assert SECRETS["plan.goal"] in words
    assert "Таны мэдээллийг хэн үзсэн" in words
    assert officer.post(f"{url}/answer", data={"answer": "Гарт нь өгсөн"}).status_code == 302
    row = newest(database, cast)
    assert (row.state, row.packages) == (SubjectRequestState.FULFILLED, 1)
    assert number not in officer.get("/data-requests").text.split("Answered lately")[0]


def test_the_officer_registers_by_a_number_and_never_by_a_name(
    database: Database, world: World, cast: Cast, client: Client, wish: dict[str, str]
) -> None:
    officer = client("khulan.protection", language="en")
    data = {**wish, "kind": "restriction"}
    for text in (SECRETS["person.given_name"], SECRETS["person.phone"], "C-case.nobody"):
        answer = officer.post("/data-requests/new", data={**data, "identifier": text})
        assert "Nobody is known by this number" in answer.text
    answer = officer.post("/data-requests/new", data={**data, "identifier": "C-case.assigned"})
    assert answer.status_code == 302
    assert SECRETS["person.given_name"] in officer.get(answer.location).text
    with database.reading(cast["khulan.protection"]) as work:
        looked = select(AuditEntry).where(AuditEntry.event == "subject_request.looked_up")
        found = [json.loads(one.body)["facts"]["found"] for one in work.session.scalars(looked)]
    assert found == [0, 0, 0, 1]


def test_a_correction_reaches_the_person_and_who_received_her_data(
    database: Database, world: World, cast: Cast, client: Client, wish: dict[str, str]
) -> None:
    worker, officer = client("bolormaa.caseworker"), client("khulan.protection", language="en")
    asks, _case = person_of(world, "case.referred")
    data = {**wish, "kind": "correction", "phone": "+97699001122", "sex": "M"}
    url = registered(worker, database, cast, asks, **data)
    checked(officer, url)
    page = officer.get(f"{url}/correct").text
    assert "+97699001122 (recorded: +97688776655)" in page
    answer = officer.post(f"{url}/correct", data={"fields": ["phone"], "answer": ""})
    assert answer.status_code == 302
    with database.reading(cast["khulan.protection"]) as work:
        row = work.session.get_one(SubjectRequest, newest(database, cast).id)
    with database.reading(command_actor()) as work:
        person = work.session.get_one(Person, row.person_id)
        assert (person.phone, person.sex.value) == ("+97699001122", "F")
        assert row.state is SubjectRequestState.FULFILLED
        told = work.session.scalars(select(Notice).where(Notice.kind == "data_corrected")).all()
        assert {one.user_id for one in told} == {cast["naran.coordinator"].id}
    assert "залруулсан" in client("naran.coordinator").get("/notices").text


def test_restricted_data_stop_and_ask_for_a_reason(
    database: Database, world: World, cast: Cast, client: Client, wish: dict[str, str]
) -> None:
    worker, officer = client("otgon.caseworker"), client("khulan.protection", language="en")
    partner = client("oyuna.shelter")
    asks, case = person_of(world, "case.granted")
    assert partner.get(case).status_code == 200
    url = registered(worker, database, cast, asks, kind="restriction", **wish)
    checked(officer, url)
    version = {"version": str(newest(database, cast).version)}
    assert officer.post(f"{url}/restrict", data=version).status_code == 302
    assert partner.get(case).status_code == 404
    asked = worker.get(case)
    assert asked.location == f"{case}/restricted"
    assert worker.post(asked.location, data={"reason": "safety"}).location == case
    page = worker.get(case)
    assert page.status_code == 200
    assert "хязгаарласан" in page.text
    assert client("otgon.caseworker").get(case).status_code == 302
    with database.reading(cast["khulan.protection"]) as work:
        grants = work.session.scalars(
            select(Grant).where(Grant.case_id == world["case.granted"].id)
        )
        assert all(grant.revoked_at for grant in grants)
    assert "Lift the restriction" in officer.get(url).text
    assert officer.post(f"{url}/lift").status_code == 302
    with database.reading(cast["khulan.protection"]) as work:
        asked_for = Restriction.subject_request_id == newest(database, cast).id
        assert work.session.scalars(select(Restriction).where(asked_for)).one().lifted_at
    assert client("otgon.caseworker").get(case).status_code == 200


def test_time_officer_refusal_and_hold(
    database: Database, world: World, cast: Cast, client: Client, wish: dict[str, str]
) -> None:
    worker, officer = client("bolormaa.caseworker"), client("khulan.protection", language="en")
    asks, _case = person_of(world, "case.assigned")
    url = registered(worker, database, cast, asks, kind="objection", **wish)
    due = newest(database, cast).due_on
    assert officer.post(f"{url}/time", data={"reason": "complex"}).status_code == 302
    assert newest(database, cast).due_on > due
    assert "can be extended once" in officer.post(f"{url}/time", data={"reason": "complex"}).text
    khulan = str(cast["khulan.protection"].id)
    assert officer.post(f"{url}/officer", data={"officer": khulan}).status_code == 302
    hold = {"reason": "court", "authority": "Шүүх 12"}
    assert officer.post(f"{url}/hold", data=hold).status_code == 302
    page = officer.get(url).text
    assert "Legal hold: Court proceedings" in page
    lift = re.search(r'action="(/data-requests/[^"]*/lift)"', page)
    assert lift
    assert officer.post(lift[1]).status_code == 302
    assert "Legal hold" not in officer.get(url).text.split("History")[0]
    data = {"reason": "legal_duty", "answer": "Хуулиар", "version": "99"}
    assert officer.post(f"{url}/refuse", data=data).status_code in (200, 409)
    data["version"] = str(newest(database, cast).version)
    assert officer.post(f"{url}/refuse", data=data).status_code == 302
    assert newest(database, cast).state is SubjectRequestState.REFUSED


def test_what_is_wrong_is_said(
    database: Database, world: World, cast: Cast, client: Client, wish: dict[str, str]
) -> None:
    worker = client("bolormaa.caseworker", language="en")
    asks, _case = person_of(world, "case.assigned")
    page = worker.post(asks, data={**wish, "kind": "correction"})
    assert "Say what is wrong" in page.text
    page = worker.post(asks, data={**wish, "kind": "access", "asked_by": "guardian"})
    assert "Say who asks" in page.text
    other = world["case.outside"]
    stranger = f"/cases/{world['case.assigned'].id}/people/{other.children['person_id']}/data"
    assert worker.get(stranger).status_code == 404
    assert client("outsider.ngo").get(asks).status_code == 404
    with database.reading(cast["khulan.protection"]) as work:
        assert work.session.get_one(Case, world["case.assigned"].id).state.value == "active"
