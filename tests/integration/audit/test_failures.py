"""What failed, and what was refused, is in the log too: where and how, never the words."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from casework import clock, jobs
from casework.services.work import Database
from models.audit import AuditEntry
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.postgresql import bare_connection

SECRET = "Оюунчимэг 99112233"


def entries(database: Database, event: str) -> list[dict[str, Any]]:
    with bare_connection(database) as connection:
        statement = select(AuditEntry.body).where(AuditEntry.event == event)
        return [json.loads(body) for body in connection.scalars(statement)]


def test_a_page_that_fails_is_written_down(
    app: Flask, client: Client, database: Database, cast: Cast
) -> None:
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def broken() -> str:
        raise ZeroDivisionError(SECRET)

    app.view_functions["home.index"] = broken
    page = client("sarnai.seoul").get("/")
    assert page.status_code == 500
    (entry,) = entries(database, "page.failed")
    assert entry["outcome"] == "failed"
    assert entry["actor"]["id"] == str(cast["sarnai.seoul"].id)
    assert entry["facts"] == {"page": "home.index", "status": 500, "fault": "ZeroDivisionError"}
    assert SECRET not in json.dumps(entry, ensure_ascii=False)


def test_a_form_without_its_token_is_written_down(client: Client, database: Database) -> None:
    page = client("admin.office").post("/verification", data={"csrf_token": SECRET})
    assert page.status_code == 400
    (entry,) = entries(database, "page.failed")
    assert entry["outcome"] == "refused"
    assert entry["facts"] == {"page": "protection.verify", "status": 400, "fault": "CSRFError"}


def test_a_job_that_fails_is_written_down(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_database: Database) -> int:
        raise ValueError(SECRET)

    monkeypatch.setattr(jobs, "KINDS", {"fail": (fail, 10)})
    (job_id,) = jobs.due_jobs(database)
    jobs.run_job(database, job_id)
    (entry,) = entries(database, "job.failed")
    assert entry["facts"] == {"kind": "fail", "fault": "ValueError"}
    assert entry["cause"] == str(job_id)
    assert entry["actor"]["kind"] == "system"


def test_a_clock_that_jumped_ahead_and_back_stops_no_job(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[int] = []
    monkeypatch.setattr(jobs, "KINDS", {"count": (lambda _: ran.append(1) or 0, 10)})
    real = clock.now
    for shift in (0, 365, 0):
        monkeypatch.setattr(jobs, "now", lambda days=shift: real() + timedelta(days=days))
        for job_id in jobs.due_jobs(database):
            jobs.run_job(database, job_id)
    assert len(ran) == 2
    monkeypatch.setattr(jobs, "now", lambda: real() + timedelta(minutes=11))
    for job_id in jobs.due_jobs(database):
        jobs.run_job(database, job_id)
    assert len(ran) == 3
