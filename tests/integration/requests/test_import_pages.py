"""A list is sent, looked at with the errors beside the rows, imported, and gone."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from audit.record import Act
from casework import clock
from casework.services.requests import import_files
from casework.services.work import Database
from casework.vocabulary import Need, Purpose, RequestState
from models.audit import AuditEntry
from models.intake import ImportFile
from models.return_request import ReturnRequest
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.requests.family import MOTHER, registered
from tests.integration.requests.test_importing import (
    BAD_DATE,
    CHILD,
    GOOD,
    HEADER,
    NO_SUCH,
    TWIN,
    file_of,
)
from tests.visitor import Visitor

AT_BERLIN = "S-9,2026-10-01,DE,principal,Оюунчимэг,F,1990-01-01,УБ90010122,,public_task,"


def sent(browser: Visitor, *rows: str, **more: str) -> Any:
    return browser.post(
        "/requests/import",
        data={"file": (file_of(*rows), "list.csv"), **more},
        content_type="multipart/form-data",
    )


def count(database: Database, cast: Cast, kind: type = ReturnRequest) -> int:
    with database.reading(cast["saruul.desk"]) as work, work.beyond("a test counts"):
        return work.session.scalar(select(func.count()).select_from(kind)) or 0


def test_a_list_is_looked_at_then_imported_once(
    client: Client, database: Database, cast: Cast
) -> None:
    browser = client("sarnai.seoul", language="en")
    address = sent(browser, GOOD, CHILD, BAD_DATE, TWIN, NO_SUCH).headers["Location"]
    page = browser.get(address).text
    assert "Import 1 household" in page
    for told in ("submitted_on", "2026-13-41", "NOBODY", "is already in the one at row 2"):
        assert told in page
    assert "protection" not in page
    assert count(database, cast) == 0
    for _ in range(2):
        browser.post(f"{address}/run")
        assert count(database, cast) == 1
    page = browser.get(address).text
    assert "The list is imported" in page
    assert "Import 1 household" not in page
    with database.reading(cast["saruul.desk"]) as work:
        entry = select(AuditEntry).where(AuditEntry.event == "request.imported")
        with work.beyond("a test looks"):
            assert work.session.scalars(entry).one().actor_id == cast["sarnai.seoul"].id
        assert work.session.scalars(select(ReturnRequest.state)).one() is RequestState.QUEUED


def test_the_rows_to_mend_come_in_the_same_columns(client: Client) -> None:
    browser = client("sarnai.seoul", language="en")
    address = sent(browser, GOOD, BAD_DATE).headers["Location"]
    file = browser.get(f"{address}/rejects")
    lines = file.data.decode("utf-8-sig").splitlines()
    assert lines[0] == f"{HEADER},row,column,reason"
    assert lines[1].startswith("S-2,2026-13-41,KR,principal,Дорж,M,1991-01-01,,health,")
    assert "rows-to-mend.csv" in file.headers["Content-Disposition"]


def test_a_workbook_is_read_too_and_a_formula_is_told(client: Client) -> None:
    book = Workbook()
    for row in (HEADER, GOOD, BAD_DATE.replace("Дорж", "=1+1")):
        book.active.append(row.split(","))
    content = BytesIO()
    book.save(content)
    content.seek(0)
    browser = client("sarnai.seoul", language="en")
    answer = browser.post(
        "/requests/import",
        data={"file": (content, "list.xlsx")},
        content_type="multipart/form-data",
    )
    page = browser.get(answer.headers["Location"]).text
    assert "Import 1 household" in page
    assert "given_name" in page


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty"),
        ("request_ref,given_name\nБат".encode("cp1251"), "not in UTF-8"),
        (b"request_ref,given_name\n1,B", "These columns are missing"),
        (b"PK\x03\x04 broken", "The workbook cannot be opened"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_do(
    client: Client, database: Database, cast: Cast, content: bytes, told: str
) -> None:
    browser = client("sarnai.seoul", language="en")
    page = browser.post(
        "/requests/import",
        data={"file": (BytesIO(content), "list.csv")},
        content_type="multipart/form-data",
    )
    assert told in page.text
    assert count(database, cast, ImportFile) == 0


def test_only_its_sender_sees_a_list(client: Client, database: Database, cast: Cast) -> None:
    address = sent(client("sarnai.seoul"), GOOD).headers["Location"]
    for other in ("bold.berlin", "saruul.desk"):
        assert client(other).get(address).status_code == 404
        assert client(other).post(f"{address}/run").status_code == 404
    assert client("bolormaa.caseworker").get("/requests/import").status_code == 404
    client("sarnai.seoul").post(f"{address}/delete")
    assert count(database, cast, ImportFile) == 0


def test_the_desk_says_whose_list_it_is(client: Client, database: Database, cast: Cast) -> None:
    browser = client("saruul.desk", language="en")
    address = sent(browser, GOOD, mission="DE").headers["Location"]
    browser.post(f"{address}/run")
    with database.reading(cast["bold.berlin"]) as work:
        assert work.session.scalars(select(ReturnRequest)).one().lodged_at.code == "DE"


def test_a_list_is_no_way_to_ask_after_many(
    client: Client, database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(database, cast)
    browser = client("bold.berlin", language="en")
    monkeypatch.setattr("casework.services.requests.duplicates.ANSWERS_AN_HOUR", 1)
    told = sent(browser, AT_BERLIN).headers["Location"]
    assert "already has an active request" in browser.get(told).text
    browser.post(f"{told}/run")
    assert count(database, cast) == 1
    silent = sent(browser, AT_BERLIN).headers["Location"]
    assert "already has an active request" not in browser.get(silent).text
    browser.post(f"{silent}/run")
    assert count(database, cast) == 2
    with database.reading(cast["saruul.desk"]) as work, work.beyond("a test looks"):
        events = work.session.scalars(select(AuditEntry.event)).all()
    assert events.count("request.exists_elsewhere") == 1
    assert events.count("request.duplicate_withheld") == 1


def test_a_protected_person_is_never_told_of(
    client: Client, database: Database, cast: Cast
) -> None:
    registered(database, cast, replace(MOTHER, needs=frozenset({Need.VIOLENCE})))
    browser = client("bold.berlin", language="en")
    page = browser.get(sent(browser, AT_BERLIN).headers["Location"]).text
    assert "already has an active request" not in page


def test_a_long_list_is_imported_by_a_job(
    client: Client, database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_files, "BATCH", 0)
    browser = client("sarnai.seoul", language="en")
    address = sent(browser, GOOD).headers["Location"]
    browser.post(f"{address}/run")
    assert count(database, cast) == 0
    assert "It runs by itself" in browser.get(address).text
    assert browser.post(f"{address}/delete").status_code == 302
    assert count(database, cast, ImportFile) == 1
    assert import_files.run_imports(database) == 1
    assert count(database, cast) == 1
    assert "The list is imported" in browser.get(address).text
    assert import_files.run_imports(database) == 0


def test_old_lists_go(client: Client, database: Database, cast: Cast) -> None:
    address = sent(client("sarnai.seoul"), GOOD).headers["Location"]
    with database.writing(cast["sarnai.seoul"]) as work:
        kept = work.session.get_one(ImportFile, UUID(address.rsplit("/", 1)[1]))
        kept.sent_at = clock.now() - import_files.KEPT - timedelta(minutes=1)
        work.record(Act("request.draft_saved", Purpose.RETURN_ASSISTANCE))
    assert import_files.run_imports(database) == 1
    assert count(database, cast, ImportFile) == 0
