"""Concerns that nobody but the protection officer reads, and the log in words."""

import pytest
from sqlalchemy import select, text

from audit.events import EVENTS
from casework.cli import audit as command
from casework.cli import main
from casework.config import Settings
from casework.labels_events import EVENT_LABELS
from casework.services.referrals.sending import confirm, propose_without_consent
from casework.services.work import Database
from casework.vocabulary import ConsentException
from models.audit import AuditEntry
from models.case import Case
from models.concern import Concern
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.referrals.referral_cast import (
    proposal,
    referral,
    set_stage,
)
from tests.postgresql import bare_connection

TEXT = "Ажилтан үйлчлүүлэгчээс мөнгө шаардсан"


def test_a_concern_reaches_only_the_protection_officer(
    database: Database, cast: Cast, client: Client
) -> None:
    stage = set_stage(database, cast)
    worker = client("bolormaa.caseworker")
    data = {"kind": "exploitation", "text": TEXT}
    assert worker.post(f"/cases/{stage.case}/concern", data=data).status_code == 302
    assert client("oyuna.shelter").post("/raise-concern", data=data).status_code == 302
    with database.reading(cast["khulan.protection"]) as work:
        found = work.session.scalars(select(Concern).order_by(Concern.id)).all()
        assert [concern.case_id for concern in found] == [stage.case, None]
        entries = work.session.scalars(
            select(AuditEntry).where(AuditEntry.event == "concern.recorded")
        ).all()
        assert {entry.case_id for entry in entries} == {None}
        assert all(str(stage.case) not in entry.body.decode() for entry in entries)
    officer = client("khulan.protection")
    assert officer.get("/concerns").status_code == 200
    assert TEXT in officer.get(f"/concerns/{found[0].id}").text
    for name in ("bolormaa.caseworker", "enkhbayar.supervisor", "admin.office", "oyuna.shelter"):
        browser = client(name)
        assert browser.get("/concerns").status_code == 404
        assert browser.get(f"/concerns/{found[0].id}").status_code == 404
    supervisor = client("enkhbayar.supervisor")
    for page in (f"/cases/{stage.case}", f"/cases/{stage.case}/protection", "/"):
        assert TEXT not in supervisor.get(page).text


def test_a_concern_is_closed_with_words(database: Database, cast: Cast, client: Client) -> None:
    client("sarnai.seoul").post("/raise-concern", data={"kind": "abuse", "text": TEXT})
    with database.reading(cast["khulan.protection"]) as work:
        url = f"/concerns/{work.session.scalars(select(Concern)).one().id}"
    officer = client("khulan.protection", language="en")
    page = officer.post(url, data={"state": "closed", "action": "", "version": "1"})
    assert "Write what was done" in page.text
    data = {"state": "closed", "action": "Хариуцлага тооцсон", "version": "1"}
    assert officer.post(url, data=data).status_code == 302
    page = officer.post(url, data={**data, "state": "received", "version": "2"})
    assert "cannot become" in page.text


def test_the_officer_reviews_what_went_without_consent(
    database: Database, cast: Cast, client: Client
) -> None:
    stage = set_stage(database, cast)
    with database.writing(cast["bolormaa.caseworker"]) as work:
        case = work.session.get_one(Case, stage.case)
        draft = propose_without_consent(
            work, case, proposal(work, stage), ConsentException.RISK_TO_LIFE, "Амь нас"
        )
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        confirm(work, referral(work, draft.id))
    officer = client("khulan.protection", language="en")
    home = officer.get("/").text
    assert draft.number in home and "Shared without consent: 1" in home
    action = home.split("/reviews/")[1].split('"')[0]
    for name in ("bolormaa.caseworker", "enkhbayar.supervisor", "sarnai.seoul"):
        assert client(name).post(f"/cases/{stage.case}/reviews/{action}").status_code == 404
    assert officer.post(f"/cases/{stage.case}/reviews/{action}").status_code == 302
    assert draft.number not in officer.get("/").text


def test_every_event_has_a_name() -> None:
    assert set(EVENT_LABELS) == set(EVENTS)


def test_verification_on_the_page_and_the_command(
    database: Database,
    settings: Settings,
    cast: Cast,
    client: Client,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_stage(database, cast)
    admin = client("admin.office", language="en")
    assert "The log is intact" in admin.post("/verification").text
    assert "Last verified" in admin.get("/verification").text
    assert client("bolormaa.caseworker").post("/verification").status_code == 404
    result = command.as_json(command.verify_log(database))
    assert result["intact"] and result["problems"] == 0 and result["first"] is None

    monkeypatch.setattr("casework.cli.load_settings", lambda: settings)
    assert main(["audit", "verify"]) == 0
    assert "intact" in capsys.readouterr().out
    with bare_connection(database) as connection, connection.begin():
        connection.execute(text("UPDATE directory_entry SET hours = '24/7'"))
    assert main(["audit", "verify", "--json"]) == 1
    result = command.as_json(command.verify_log(database))
    assert not result["intact"] and result["problems"] == 2
    assert result["first"]["entry"] and result["first"]["row"].startswith("directory_entry ")
    assert main(["audit", "verify"]) == 1
    assert result["first"]["entry"] in capsys.readouterr().out
    assert "The log is not intact" in admin.post("/verification").text
