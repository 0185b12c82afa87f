"""An account that opens unusually much is told to a protection officer, once."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework import clock
from casework.rules.need_to_know import limits
from casework.services.access import record_refusal
from casework.services.activity import count_alerts, list_alerts, watch_activity
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import ActivityKind
from models.audit import AuditEntry
from tests.access.world import World, build_world
from tests.conftest import Cast
from tests.integration.conftest import Client


@pytest.fixture
def world(database: Database, cast: Cast) -> World:
    return build_world(database, cast)


@pytest.fixture
def low_limits(database: Database, tmp_path: Path) -> None:
    """An installation's own figures: three of anything within an hour."""
    ours = Path("casework/rules/data/need_to_know.json").read_text(encoding="utf-8")
    kinds = ("opened", "revealed", "refused")
    activity = [{"kind": kind, "minutes": 60, "threshold": 3} for kind in kinds]
    path = tmp_path / "limits.json"
    path.write_text(json.dumps(json.loads(ours) | {"activity": activity}), encoding="utf-8")
    database.settings = replace(database.settings, limits=path)


@pytest.mark.usefixtures("low_limits")
def test_many_pages_and_many_refusals(
    database: Database, cast: Cast, client: Client, world: World
) -> None:
    worker = client("bolormaa.caseworker")
    for _ in range(3):
        worker.get(f"/cases/{world['case.assigned'].id}")
    assert watch_activity(database) == 0
    worker.get(f"/cases/{world['case.assigned'].id}")
    for _ in range(4):
        worker.get(f"/cases/{world['case.outside'].id}")
    assert watch_activity(database) == 2
    assert watch_activity(database) == 0
    officer = client("khulan.protection", language="en")
    assert "An account shows unusual activity." in officer.get("/notices").text
    page = officer.get("/activity")
    assert "bolormaa.caseworker" in page.text
    assert "4 in 60 minutes" in page.text
    with database.reading(cast["khulan.protection"]) as work:
        alerts = [one for one in list_alerts(work) if one.user_id == cast["bolormaa.caseworker"].id]
        assert {one.kind for one in alerts} == {ActivityKind.OPENED, ActivityKind.REFUSED}
        before = count_alerts(work)
    assert officer.post(f"/activity/{alerts[0].id}/seen").status_code == 302
    with database.reading(cast["khulan.protection"]) as work:
        assert count_alerts(work) == before - 1
    with database.reading(command_actor()) as work:
        events = work.session.scalars(
            select(AuditEntry.event).where(AuditEntry.event.startswith("activity."))
        ).all()
        assert sorted(events) == ["activity.alerted", "activity.alerted", "activity.seen"]
    assert client("enkhbayar.supervisor").get("/activity").status_code == 404


@pytest.mark.usefixtures("low_limits")
def test_shown_identifiers_count_and_the_window_ends(
    database: Database, cast: Cast, client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = client("bolormaa.caseworker")
    case = world["case.assigned"]
    show = f"/cases/{case.id}/people/{case.children['person_id']}/show"
    for _ in range(4):
        worker.post(show, data={"purpose": "protection"})
    assert watch_activity(database) >= 1
    with database.reading(cast["khulan.protection"]) as work:
        kinds = {one.kind for one in list_alerts(work) if one.count == 4}
        assert ActivityKind.REVEALED in kinds
    later = clock.now() + timedelta(minutes=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert watch_activity(database) == 0


def test_usual_work_alerts_nobody(database: Database, cast: Cast) -> None:
    most = max(one.threshold for one in limits().activity if one.kind is ActivityKind.REFUSED)
    for _ in range(most):
        record_refusal(database, cast["otgon.caseworker"], None, "case", "x")
    assert watch_activity(database) == 0
    record_refusal(database, cast["otgon.caseworker"], None, "case", "x")
    assert watch_activity(database) == 1


def test_the_figures_are_data_and_provisional() -> None:
    assert limits().provisional
    assert limits().break_glass == timedelta(hours=1)
    assert limits().approval == timedelta(days=7)


def test_no_file_opens_a_case_for_longer_than_an_hour(tmp_path: Path) -> None:
    ours = Path("casework/rules/data/need_to_know.json").read_text(encoding="utf-8")
    path = tmp_path / "limits.json"
    path.write_text(json.dumps(json.loads(ours) | {"break_glass_minutes": 600}), encoding="utf-8")
    assert limits(path).break_glass == timedelta(hours=1)
