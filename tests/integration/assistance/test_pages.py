"""Logging assistance as its users do it, in both languages."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from audit.record import Act
from casework.clock import now, today
from casework.services.assistance.budget import change_line
from casework.services.work import Database
from casework.vocabulary import GrantPurpose, Purpose
from models.assistance import AssistanceEntry, BudgetLine
from models.case import Case, Grant
from tests.conftest import Cast
from tests.integration.assistance.money_cast import (
    CASEWORKER,
    SUPERVISOR,
    Scene,
    approved_plan,
    line_facts,
    scene,
    sums,
)
from tests.integration.conftest import Client, CountQueries


def entry(scene: Scene, **values: Any) -> dict[str, Any]:
    return {
        "form": "money",
        "what": "өвлийн хувцас",
        "amount": "250 000",
        "line": str(scene.line),
        "given_on": today().isoformat(),
    } | values


def number_of(database: Database, cast: Cast, here: Scene) -> str:
    with database.reading(cast[SUPERVISOR]) as work:
        return work.session.get_one(Case, here.case).number


@pytest.mark.parametrize("language", ["mn", "en"])
def test_a_caseworker_logs_from_anywhere(
    database: Database, cast: Cast, client: Client, language: str
) -> None:
    here = scene(database, cast)
    (sewing,) = approved_plan(database, cast, here, 1_000_000)
    browser = client(CASEWORKER, language=language)
    words = {"mn": "Тусламж бүртгэх", "en": "Log assistance"}[language]
    assert words in browser.get("/").text

    listed = browser.get("/assistance/new")
    number = number_of(database, cast, here)
    assert number in listed.text
    found = browser.get("/assistance/new", query_string={"number": str(int(number[-5:]))})
    assert found.location == f"/cases/{here.case}/assistance/new"
    assert number not in browser.get("/assistance/new?number=99999").text

    page = browser.get(f"{found.location}?item={sewing}")
    assert f'value="{sewing}" selected' in page.text
    assert "1\u00a0000\u00a0000\u00a0₮)" in page.text
    assert f'value="{here.line}" selected' in page.text
    assert f'value="{today().isoformat()}"' in page.text

    saved = browser.post(found.location, data=entry(here, item=str(sewing), receipt="A-17"))
    assert saved.location == f"/cases/{here.case}/assistance"
    log = browser.get(saved.location)
    assert "өвлийн хувцас" in log.text
    assert "250\u00a0000\u00a0₮" in log.text
    assert "A-17" in log.text
    # the page proposes the line that paid last
    assert f'value="{here.line}" selected' in browser.get(found.location).text
    assert "өвлийн хувцас" in browser.get(f"/cases/{here.case}").text
    with database.reading(cast[SUPERVISOR]) as work:
        assert sums(work, here) == (750_000, 250_000, 4_000_000)


def test_wrong_input_keeps_what_was_typed(database: Database, cast: Cast, client: Client) -> None:
    here = scene(database, cast)
    browser = client(CASEWORKER)
    url = f"/cases/{here.case}/assistance/new"
    page = browser.post(url, data=entry(here, amount="1 890 000,50", what="", receipt="Б-2"))
    assert page.status_code == 200
    assert 'value="1 890 000,50"' in page.text
    assert 'value="Б-2"' in page.text
    assert 'href="#what"' in page.text
    page = browser.post(url, data=entry(here, amount="сая", delivered_by="Дорж"))
    assert 'value="сая"' in page.text
    assert 'value="Дорж"' in page.text
    assert 'href="#amount"' in page.text
    # what the service refuses keeps everything too, and says how much is left
    with database.writing(cast[SUPERVISOR]) as work:
        line = work.session.get_one(BudgetLine, here.line)
        change_line(work, line, line_facts(Decimal("1000.50")))
    page = browser.post(url, data=entry(here, amount="1 000,51"))
    assert 'value="1 000,51"' in page.text
    assert "1\u00a0000,50\u00a0₮" in page.text
    assert 'href="#amount"' in page.text
    saved = browser.post(url, data=entry(here, amount="1 000,50"))
    assert saved.status_code == 302
    with database.reading(cast[SUPERVISOR]) as work:
        stored = work.session.scalars(select(AssistanceEntry)).one()
        assert stored.amount == Decimal("1000.50")


def test_a_double_click_records_once(database: Database, cast: Cast, client: Client) -> None:
    here = scene(database, cast)
    browser = client(CASEWORKER)
    for _ in range(2):
        sent = entry(here, idempotency_key="the same page")
        assert browser.post(f"/cases/{here.case}/assistance/new", data=sent).status_code == 302
    with database.reading(cast[SUPERVISOR]) as work:
        assert sums(work, here) == (0, 250_000, 4_750_000)


def test_an_entry_is_reversed_on_its_page(database: Database, cast: Cast, client: Client) -> None:
    here = scene(database, cast)
    browser = client(CASEWORKER, language="en")
    browser.post(f"/cases/{here.case}/assistance/new", data=entry(here))
    log = browser.get(f"/cases/{here.case}/assistance").text
    url = re.search(r'href="([^"]+/reverse)"', log)
    assert url is not None
    assert browser.get(url[1]).status_code == 200
    assert "govuk-error-summary" in browser.post(url[1], data={"reason": ""}).text
    assert browser.post(url[1], data={"reason": "wrong person"}).status_code == 302
    log = browser.get(f"/cases/{here.case}/assistance").text
    assert "wrong person" in log
    assert "/reverse" not in log
    assert "reversed already" in browser.post(url[1], data={"reason": "again"}).text
    with database.reading(cast[SUPERVISOR]) as work:
        assert sums(work, here) == (0, 0, 5_000_000)


def test_others_find_nothing(database: Database, cast: Cast, client: Client) -> None:
    here = scene(database, cast)
    for stranger in ("otgon.caseworker", "outsider.ngo", "oyuna.shelter", "saruul.desk"):
        browser = client(stranger)
        for path in ("assistance", "assistance/new", "plan", "assessments"):
            assert browser.get(f"/cases/{here.case}/{path}").status_code == 404
        assert (
            browser.post(f"/cases/{here.case}/assistance/new", data=entry(here)).status_code == 404
        )
    assert (
        number_of(database, cast, here)
        not in client("otgon.caseworker").get("/assistance/new").text
    )
    assert client("saruul.desk").get("/assistance/new").status_code == 404


def test_a_partner_records_on_a_granted_case(
    database: Database, cast: Cast, client: Client
) -> None:
    here = scene(database, cast)
    (sewing,) = approved_plan(database, cast, here, 1_000_000)
    share(database, cast, here, "oyuna.shelter")
    browser = client("oyuna.shelter")
    url = f"/cases/{here.case}/assistance/new"
    page = browser.get(url).text
    assert str(here.line) not in page
    assert str(sewing) not in page
    # IOM's line and step are not hers to spend
    refused = browser.post(url, data=entry(here))
    assert refused.status_code == 200
    sent = {"form": "service", "what": "хоол, байр", "given_on": today().isoformat()}
    assert browser.post(url, data=sent).status_code == 302
    # her own organisation's money is not counted here
    money = sent | {"form": "money", "amount": "30 000", "currency": "MNT"}
    assert browser.post(url, data=money).status_code == 302
    with database.reading(cast[SUPERVISOR]) as work:
        assert sums(work, here) == (1_000_000, 0, 4_000_000)
        entries = work.session.scalars(select(AssistanceEntry)).all()
        assert [given.budget_line_id for given in entries] == [None, None]
    # and what she recorded is hers alone to reverse
    page = client(CASEWORKER, language="en").get(
        f"/cases/{here.case}/assistance/{entries[0].id}/reverse"
    )
    assert "Another organisation recorded this entry" in page.text
    assert 'name="reason"' not in page.text


def share(database: Database, cast: Cast, here: Scene, partner: str) -> None:
    with database.writing(cast[SUPERVISOR]) as work:
        work.session.add(
            Grant(
                case_id=here.case,
                organisation_id=cast[partner].organisation_id,
                purpose=GrantPurpose.JOINT_CASE,
                granted_by_id=cast[SUPERVISOR].id,
                expires_at=now() + timedelta(days=30),
            )
        )
        work.record(
            Act(
                "case.shared",
                Purpose.CASE_MANAGEMENT,
                case_id=here.case,
                facts={"organisation": "MGEC", "until": "2030-01-01"},
            )
        )


def test_the_log_does_not_ask_once_a_row(
    database: Database, cast: Cast, client: Client, queries: CountQueries
) -> None:
    here = scene(database, cast)
    browser = client(CASEWORKER)

    def statements() -> int:
        browser.get(f"/cases/{here.case}/assistance")
        with queries() as counted:
            browser.get(f"/cases/{here.case}/assistance")
        return len(counted)

    browser.post(f"/cases/{here.case}/assistance/new", data=entry(here))
    few = statements()
    for _ in range(5):
        browser.post(f"/cases/{here.case}/assistance/new", data=entry(here))
    assert statements() <= few + 1


def test_a_supervisor_keeps_the_budget_lines(
    database: Database, cast: Cast, client: Client
) -> None:
    here = scene(database, cast)
    approved_plan(database, cast, here, 1_000_000)
    browser = client(SUPERVISOR, language="en")
    listed = browser.get("/budget-lines").text
    assert "CZ-2026" in listed
    assert "4\u00a0000\u00a0000\u00a0₮" in listed
    new = {
        "code": "EU-7",
        "currency": "EUR",
        "name": "Return 2026",
        "funder": "EU",
        "ceiling": "12 500,50",
        "starts_on": "2026-01-01",
        "ends_on": "2025-01-01",
    }
    page = browser.post("/budget-lines/new", data=new)
    assert 'value="12 500,50"' in page.text
    assert 'href="#ends_on"' in page.text
    assert browser.post("/budget-lines/new", data=new | {"ends_on": "2030-01-01"}).location
    assert "12\u00a0500.50\u00a0EUR" in browser.get("/budget-lines").text

    url = f"/budget-lines/{here.line}"
    page = browser.get(url).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    changed = new | {"ceiling": "999 999", "active": "no", "ends_on": "2030-01-01"}
    low = browser.post(url, data=changed | {"version": version[1]})
    assert 'href="#ceiling"' in low.text
    assert 'value="999 999"' in low.text
    good = changed | {"ceiling": "1 000 000", "version": version[1]}
    assert browser.post(url, data=good).status_code == 302
    # the same old page again: both versions are shown
    assert browser.post(url, data=good | {"name": "Other"}).status_code == 409
    assert "out of use" in browser.get("/budget-lines").text
    assert client(CASEWORKER).get("/budget-lines").status_code == 404
    assert client("outsider.ngo").get(url).status_code == 404
