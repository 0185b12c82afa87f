"""What one person alone must not do: asked by one, decided by another, once."""

import io
import json
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from casework import clock
from casework.errors import Conflict, InvalidTransition, NotFound, Refused
from casework.services.approvals import deciding
from casework.services.approvals.asking import deciders, waiting_for
from casework.services.approvals.clearance import ask_clearance
from casework.services.approvals.export import Wanted, ask_export, fetch_export
from casework.services.approvals.override import ask_override, end_override, overrides_of
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.replay import replay
from casework.services.setup import command_actor
from casework.services.work import Database, Work
from casework.vocabulary import (
    ApprovalKind,
    ApprovalState,
    ExportPart,
    OverrideKind,
    OverrideReason,
    Purpose,
    Role,
    RoomKind,
    WaitingReason,
)
from models.approval import Approval
from models.audit import AuditEntry, AuditSubject
from models.movement import AllocationOutcome, Movement
from models.notice import Notice
from models.user import User
from tests.access.world import build_world
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import facility, flight, household
from tests.integration.need_to_know.second_people import colleague
from tests.visitor import visitor

#: On PostgreSQL the row itself is out of reach.
WITHHELD = (Refused, NoResultFound)
WHY = "Шинэ ажилтан хамгаалалтын кейс хүлээн авна"


def _movement(work: Work, movement: Movement) -> Movement:
    return work.session.get_one(Movement, movement.id)


def the_only(database: Database, cast: Cast) -> UUID:
    with database.reading(command_actor()) as work:
        return work.session.scalars(select(Approval.id)).one()


def test_a_clearance_needs_two(database: Database, cast: Cast, client: Client) -> None:
    concerned = cast["otgon.caseworker"].id
    supervisor = client("enkhbayar.supervisor", language="en")
    page = supervisor.get("/clearances")
    assert f"/clearances/{concerned}" in page.text
    assert f"/clearances/{cast['enkhbayar.supervisor'].id}" not in page.text
    asked = supervisor.post(f"/clearances/{concerned}", data={"reason": WHY})
    assert asked.status_code == 302
    approval = the_only(database, cast)
    url = f"/approvals/clearance/{approval}"
    assert supervisor.get(url).status_code == 404
    assert supervisor.post(url, data={"approved": "yes"}).status_code == 404
    officer = client("khulan.protection", language="en")
    assert "Somebody asks for your approval." in officer.get("/notices").text
    assert url in officer.get("/approvals").text
    assert WHY in officer.get(url).text
    page = officer.post(url, data={"approved": "no"})
    assert "Write why you refuse." in page.text
    assert officer.post(url, data={"approved": "yes"}).status_code == 302
    with database.reading(command_actor()) as work:
        assert work.session.get_one(User, concerned).cleared
        assert work.session.get_one(Approval, approval).state is ApprovalState.APPROVED
        kinds = work.session.scalars(
            select(AuditEntry.event).where(AuditEntry.event.startswith("approval"))
        )
        assert sorted(kinds) == ["approval.approved", "approval.asked"]
    assert "What you asked for was decided." in supervisor.get("/notices").text
    again = officer.post(url, data={"approved": "yes"})
    assert "This does not wait any more" in again.text


def test_nobody_decides_for_herself(database: Database, cast: Cast) -> None:
    with database.writing(cast["khulan.protection"]) as work:
        user = work.session.get_one(User, cast["second.supervisor"].id)
        approval = ask_clearance(work, user, WHY)
        may = {one.id for one in deciders(work, approval)}
        assert may == {cast["enkhbayar.supervisor"].id}
        with pytest.raises(Conflict):
            ask_clearance(work, user, WHY)
    for name in ("khulan.protection", "second.supervisor", "saruul.desk", "oyuna.shelter"):
        with pytest.raises(WITHHELD), database.writing(cast[name]) as work:
            deciding.approve(work, work.session.get_one(Approval, approval.id))
    with pytest.raises(Refused), database.writing(cast["enkhbayar.supervisor"]) as work:
        ask_clearance(work, work.session.get_one(User, cast["enkhbayar.supervisor"].id), WHY)


def test_what_nobody_decides_expires(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing(cast["khulan.protection"]) as work:
        user = work.session.get_one(User, cast["otgon.caseworker"].id)
        approval = ask_clearance(work, user, WHY)
    later = clock.now() + timedelta(days=7, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(InvalidTransition), database.writing(cast["enkhbayar.supervisor"]) as work:
        assert deciding.count_waiting(work) == 0
        deciding.approve(work, work.session.get_one(Approval, approval.id))
    assert deciding.expire_approvals(database) == 1
    assert deciding.expire_approvals(database) == 0
    with database.writing(cast["khulan.protection"]) as work:
        user = work.session.get_one(User, cast["otgon.caseworker"].id)
        assert waiting_for(work, ApprovalKind.CLEARANCE, user) == []
        ask_clearance(work, user, WHY)


def test_a_file_of_names_is_fetched_once_by_who_asked(
    database: Database, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = build_world(database, cast)
    supervisor = client("enkhbayar.supervisor", language="en")
    wanted = {"parts": ["numbers", "contact"], "purpose": "protection", "reason": WHY}
    assert supervisor.post("/exports/new", data=wanted).status_code == 302
    with database.reading(command_actor()) as work:
        newest = select(Approval).where(Approval.asked_by_id == cast["enkhbayar.supervisor"].id)
        mine = [one for one in work.session.scalars(newest) if one.details.get("records", 0) > 1]
        approval = mine[0].id
    fetch = {"export": str(approval)}
    assert supervisor.post("/exports/file", data=fetch).status_code == 409
    url = f"/approvals/identified_export/{approval}"
    assert client("second.supervisor").post(url, data={"approved": "yes"}).status_code == 302
    assert client("second.supervisor").post("/exports/file", data=fetch).status_code == 404
    answer = supervisor.post("/exports/file", data=fetch)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="records.xlsx"'
    rows = list(load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0][:3] == ("Case", "State", "Name")
    numbers = {row[0] for row in rows[1:]}
    assert "C-case.assigned" in numbers
    assert "C-case.outside" not in numbers
    assert all("ӨҮ85041512" in row for row in rows[1:])
    assert supervisor.post("/exports/file", data=fetch).status_code == 409
    with database.reading(command_actor()) as work:
        entry = work.session.scalars(
            select(AuditEntry).where(AuditEntry.event == "export.identified")
        ).one()
        told = work.session.scalars(
            select(AuditSubject.subject_id).where(AuditSubject.id == entry.id)
        ).all()
        assert len(told) >= len(numbers)
        assert json.loads(entry.body)["purpose"] == "protection"
        assert world["case.assigned"].id not in told


def test_an_approved_file_waits_a_day_at_most(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_world(database, cast)
    asker = colleague(database, cast, "tamir.desk", Role.CONSULAR_DESK, "MFA")
    with database.writing(asker) as work:
        wanted = Wanted((ExportPart.BIRTH_DATE,), country="KR")
        approval = ask_export(work, wanted, Purpose.RETURN_ASSISTANCE, WHY)
    with database.writing(cast["saruul.desk"]) as work:
        deciding.approve(work, work.session.get_one(Approval, approval.id))
    with pytest.raises(NotFound), database.writing(cast["saruul.desk"]) as work:
        fetch_export(work, approval.id)
    with database.writing(asker) as work:
        export = fetch_export(work, approval.id)
        assert export.of_requests
        assert {row[0] for row in export.rows} >= {"R-request.kr"}
        work.session.rollback()
    tomorrow = clock.now() + timedelta(hours=24, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    with pytest.raises(InvalidTransition), database.writing(asker) as work:
        fetch_export(work, approval.id)


def test_the_order_is_departed_from_by_two(database: Database, cast: Cast, client: Client) -> None:
    """The last of the queue goes first, the first is left out, and each has its reason."""
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 2))
        first, middle, last = (household(work, waiting_days=days) for days in (30, 20, 10))
        movement = flight(work, seats=1)
    second = colleague(database, cast, "tamir.desk", Role.CONSULAR_DESK, "MFA")
    asked = ((last, OverrideKind.PIN), (first, OverrideKind.EXCLUDE))
    for request, kind in asked:
        what = (request.reference, kind, OverrideReason.SECURITY, WHY)
        with pytest.raises(Refused), database.writing(cast["saruul.desk"]) as work:
            ask_override(work, _movement(work, movement), *what)
        with database.writing(second) as work:
            approval = ask_override(work, _movement(work, movement), *what)
        asked_page = client("saruul.desk").get(f"/approvals/allocation_override/{approval.id}")
        assert request.reference in asked_page.text
        with database.writing(cast["saruul.desk"]) as work:
            deciding.approve(work, work.session.get_one(Approval, approval.id))
    with database.writing(cast["saruul.desk"]) as work:
        result = allocate_movement(work, _movement(work, movement))
        placed = {placement.request_id for placement in result.allocation.placed}
        assert placed == {str(last.id)}
        reasons = {one.request_id: one.reason for one in result.allocation.waiting}
        assert reasons[str(first.id)] is WaitingReason.LEFT_OUT
        assert reasons[str(middle.id)] is WaitingReason.NO_SEAT
        assert replay(work, result.run) == result.allocation
        outcome = work.session.scalars(
            select(AllocationOutcome).where(AllocationOutcome.request_id == first.id)
        ).one()
        assert outcome.reason == "left_out"
    with database.writing(cast["saruul.desk"]) as work:
        for row in overrides_of(work, _movement(work, movement)):
            end_override(work, _movement(work, movement), row.id)
    with database.writing(cast["saruul.desk"]) as work:
        result = allocate_movement(work, _movement(work, movement))
        assert {one.request_id for one in result.allocation.placed} == {str(first.id)}


def test_an_unknown_request_is_not_told_from_one_that_does_not_wait(
    app: Flask, database: Database, cast: Cast
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        movement = flight(work, seats=1)
    second = colleague(database, cast, "tamir.desk", Role.CONSULAR_DESK, "MFA")
    browser = visitor(app, database, second, "en")
    address = f"/movements/{movement.id}/overrides/new"
    assert browser.get(address).status_code == 200
    page = browser.post(
        address,
        data={"reference": "KR-2026-99999", "kind": "pin", "code": "security", "reason": WHY},
    )
    assert "No request of this number waits in the queue." in page.text


def test_a_notice_is_read_once(database: Database, cast: Cast, client: Client) -> None:
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        ask_clearance(work, work.session.get_one(User, cast["otgon.caseworker"].id), WHY)
    officer = client("khulan.protection", language="en")
    assert "Notices (1)" in officer.get("/").text
    assert "True" not in officer.get("/notices").text
    assert officer.post("/notices/read").status_code == 302
    assert "Notices (1)" not in officer.get("/").text
    with database.reading(command_actor()) as work:
        told = work.session.scalars(select(Notice)).all()
        assert {one.user_id for one in told} == {
            cast["khulan.protection"].id,
            cast["second.supervisor"].id,
        }
