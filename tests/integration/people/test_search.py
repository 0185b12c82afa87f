"""People are found by any spelling, and only within one's work."""

import json
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from casework.cli import main
from casework.errors import InvalidInput, Refused
from casework.services.cases.opening import Opening, open_case
from casework.services.organisations import get_organisation
from casework.services.people.search import Found, search_people
from casework.services.requests.editing import change_member
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import CaseKind, LegalBasis
from models.audit import AuditEntry
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.requests.family import FATHER, MOTHER, REGISTER, read, registered


def found(
    database: Database, cast: Cast, text: str, by: str = "sarnai.seoul", limit: int = 20
) -> list[Found]:
    with database.writing(cast[by]) as work:
        return search_people(work, text, limit)


@pytest.fixture
def references(database: Database, cast: Cast) -> list[str]:
    """Oyuunchimeg twice and Ganbold in Seoul, Oyuunchimeg's namesake in Berlin."""
    ids = [
        registered(database, cast, MOTHER, FATHER, source_reference="S-9"),
        registered(
            database, cast, replace(MOTHER, birth_date=date(1975, 2, 2)), source_reference="S-1"
        ),
        registered(database, cast, MOTHER, by="bold.berlin", code="DE"),
    ]
    with database.reading(cast["saruul.desk"]) as work:
        return [read(work, each).reference for each in ids]


@pytest.mark.parametrize(
    "text",
    ["Оюунчимэг", "оюунчмэг", "Oyuunchimeg", "oyunchimeg tserendorj", "Ц. Оюунчимэг"],
)
def test_any_spelling_finds_her_best_first(
    database: Database, cast: Cast, references: list[str], text: str
) -> None:
    people = found(database, cast, text)
    assert [each.request_ref for each in people] == ["S-1", "S-9"]
    assert people[0].score > 0.8


def test_the_policy_stands_before_every_result(
    database: Database, cast: Cast, references: list[str]
) -> None:
    assert len(found(database, cast, "Оюунчимэг", "saruul.desk")) == 3
    assert len(found(database, cast, "Оюунчимэг", "saruul.desk", limit=2)) == 2
    assert [each.request_ref for each in found(database, cast, REGISTER, "bold.berlin")] == [
        references[2]
    ]
    assert found(database, cast, "Оюунчимэг", "bolormaa.caseworker") == []
    assert found(database, cast, references[0], "bold.berlin") == []
    assert len(found(database, cast, references[0])) == 2
    with database.writing(cast["ganaa.analyst"]) as work, pytest.raises(Refused):
        search_people(work, "Оюунчимэг")


def test_a_caseworker_finds_the_people_of_her_cases(database: Database, cast: Cast) -> None:
    request_id = registered(database, cast)
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        iom = get_organisation(work, "IOM")
        with work.beyond("a household of a mission"):
            people = [read(work, request_id).members[0].person]
        case = open_case(work, Opening(iom, people, CaseKind.RETURNEE, LegalBasis.CONSENT))
    supervisor = found(database, cast, "Оюунчимэг", "enkhbayar.supervisor")
    assert [(each.case.number, each.request) for each in supervisor if each.case] == [
        (case.number, None)
    ]
    assert found(database, cast, "Оюунчимэг", "bolormaa.caseworker") == []


@pytest.mark.parametrize("text", ["YБ 90010122", "e1234567", "+82 10-1234-5678"])
def test_numbers_are_exact(database: Database, cast: Cast, text: str) -> None:
    registered(database, cast)
    assert [each.score for each in found(database, cast, text)] == [1.0]
    assert found(database, cast, "УБ90010132") == []


def test_a_changed_name_and_number_are_found_at_once(database: Database, cast: Cast) -> None:
    request_id = registered(database, cast)
    assert found(database, cast, "Оюунчимэг")
    with database.writing(cast["sarnai.seoul"]) as work:
        request = read(work, request_id)
        said = replace(MOTHER, given_name="Сарангэрэл", register_number="УБ90010132")
        change_member(work, request, request.members[0], said, request.members[0].version)
    assert found(database, cast, "Сарангэрэл")
    assert found(database, cast, "УБ90010132")
    assert found(database, cast, REGISTER) == []


def test_the_log_keeps_a_hash_of_the_words(database: Database, cast: Cast) -> None:
    registered(database, cast)
    found(database, cast, "Оюунчимэг")
    with database.reading(command_actor()) as work:
        body = work.session.scalars(
            select(AuditEntry.body).where(AuditEntry.event == "person.searched")
        ).one()
    facts = json.loads(body)["facts"]
    assert facts["results"] == 1
    assert len(facts["terms"]) == 64
    assert "Оюунчимэг".encode() not in body
    with database.writing(cast["sarnai.seoul"]) as work, pytest.raises(InvalidInput):
        search_people(work, " … ")


def test_the_page_keeps_words_out_of_addresses(
    client: Client, database: Database, cast: Cast
) -> None:
    registered(database, cast)
    browser = client("sarnai.seoul", language="en")
    assert "Find a person" in browser.get("/people/search").text
    page = browser.post("/people/search", data={"text": "oyunchimeg"})
    assert "Цэрэндорж Оюунчимэг" in page.text
    assert "Nobody found" in browser.post("/people/search", data={"text": "Zzzz"}).text
    assert "There is a problem" in browser.post("/people/search", data={"text": "…"}).text


def test_the_command_searches_as_a_user(
    database: Database,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    registered(database, cast, source_reference="S-1")
    monkeypatch.setenv("CASEWORK_HOME", str(database.settings.home))
    monkeypatch.setenv("CASEWORK_DATABASE_URL", database.settings.database_url)
    monkeypatch.setenv("CASEWORK_KEYSTORE_URL", database.settings.keystore_url)
    command = ["people", "search", "oyunchimeg", "--json", "--as"]
    assert main([*command, "sarnai.seoul@demo.example"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["name"] == "Цэрэндорж Оюунчимэг"
    assert (row["latin_name"], row["request_ref"]) == ("Tserendorj Oyuunchimeg", "S-1")
    assert main([*command, "bold.berlin@demo.example"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main([*command, "nobody@demo.example"]) == 2
