"""With the application's checks switched off nobody sees, changes or adds a foreign row."""

import sys
from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, true
from sqlalchemy.exc import ProgrammingError

from casework.actor import Actor
from casework.app import create_app
from casework.errors import NotFound
from casework.policy import Permission, can
from casework.services.access import load, require
from casework.services.scopes import visible
from casework.services.work import Work
from models.base import Base
from models.case import Case
from models.concern import Concern
from models.facility import Stay
from models.movement import Movement
from models.referral import Referral
from models.return_request import ReturnRequest
from models.user import User
from tests.access.expectations import allowed
from tests.access.routes import Route, routes
from tests.access.world import Known
from tests.conftest import CAST, on_postgresql
from tests.integration.row_security.conftest import Place, rows_of
from tests.visitor import visitor

pytestmark = on_postgresql

EVERYBODY = pytest.mark.parametrize("name", CAST)

#: Which permissions of the matrix open a row at all, by class; of quarantine officers, the last.
OPENED_BY: dict[type[Base], tuple[str, ...]] = {
    ReturnRequest: ("return_request:read",),
    Movement: ("movement:read",),
    Stay: ("stay:read",),
    Case: ("case:read", "case:who_saw", "referral:create", "consent:withdraw"),
    Referral: ("referral:read",),
    Concern: ("concern:read",),
}

#: Child tables and the columns that lead to the rows they belong to.
CHILDREN = {
    "assessment": {"case_id": Case},
    "assistance_entry": {"case_id": Case},
    "case_person": {"case_id": Case},
    "follow_up": {"case_id": Case},
    "plan": {"case_id": Case},
    "plan_item": {"case_id": Case},
    "note": {"case_id": Case, "request_id": ReturnRequest, "stay_id": Stay},
    "task": {"case_id": Case, "request_id": ReturnRequest},
    "consent": {"case_id": Case, "request_id": ReturnRequest},
    "document": {"case_id": Case, "request_id": ReturnRequest},
    "referral_event": {"referral_id": Referral},
    "daily_check": {"stay_id": Stay},
    "request_score": {"request_id": ReturnRequest},
    "allocation_outcome": {"request_id": ReturnRequest},
    "season_outcome": {"request_id": ReturnRequest},
    "allocation_run": {"movement_id": Movement},
}


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first line gone: every list is whole, every act allowed."""
    off: dict[Callable[..., Any], Callable[..., Any]] = {
        visible: lambda *_: true(),
        can: lambda *_: True,
        require: lambda *_: None,
    }
    for module in [module for name, module in sys.modules.items() if name.startswith("casework.")]:
        for attribute, value in list(vars(module).items()):
            if isinstance(value, FunctionType) and value in off:
                monkeypatch.setattr(module, attribute, off[value])


def opened(name: str, known: Known) -> bool:
    permissions = OPENED_BY[known.model]
    if known.model is ReturnRequest and CAST[name][0] == "quarantine_officer":
        permissions = ("person:search",)
    return any(allowed(name, permission, known.standing) for permission in permissions)


def seen(work: Work, table: str) -> set[UUID]:
    """Ids of the rows of `table` that a bare SELECT gives."""
    return set(work.session.execute(text(f'SELECT id FROM "{table}"')).scalars())


def is_shared_with(place: Place, name: str, row: Any) -> bool:
    """A consent to share with the organisation for which she works on cases."""
    works_on_cases = CAST[name][0].value.startswith(("caseworker", "supervisor", "partner_"))
    organisation_id = place.world.actors[name].organisation_id
    return works_on_cases and row.get("recipient_id") == organisation_id


@EVERYBODY
def test_a_bare_select_gives_what_the_matrix_opens(
    place: Place, unchecked: None, name: str
) -> None:
    roots: dict[type[Base], set[UUID]] = {}
    with place.database.reading(place.world.actors[name]) as work:
        for model in OPENED_BY:
            expected = {known.id for known in place.world.of(model) if opened(name, known)}
            roots[model] = set(work.session.scalars(select(model.id)))
            assert roots[model] == expected, (name, model)
        for table, parents in CHILDREN.items():
            expected = {
                row["id"]
                for row in rows_of(place.database, table)
                if any(row[column] in roots[parent] for column, parent in parents.items())
                or is_shared_with(place, name, row)
            }
            assert seen(work, table) == expected, (name, table)


@EVERYBODY
def test_people_are_seen_through_their_requests_cases_and_referrals_only(
    place: Place, unchecked: None, name: str
) -> None:
    database, known = place.database, place.world.of
    reach = {each.id for model in OPENED_BY for each in known(model) if opened(name, each)}
    role = CAST[name][0].value
    through = {"request_member": "request_id", "case_person": "case_id", "referral": "id"}
    if role not in ("caseworker", "supervisor", "partner_worker", "partner_coordinator"):
        through = {"request_member": "request_id"}
    if role in ("protection_officer", "analyst", "administrator"):
        through = {}
    expected = {
        row["person_id"]
        for table, column in through.items()
        for row in rows_of(database, table)
        if row[column] in reach
    }
    with database.reading(place.world.actors[name]) as work:
        assert seen(work, "person") == expected


@EVERYBODY
def test_accounts_are_seen_in_the_own_organisation_only(
    place: Place, unchecked: None, name: str
) -> None:
    actor = place.world.actors[name]
    with place.database.reading(actor) as work:
        found = set(work.session.scalars(select(User.organisation_id)))
        assert found == {actor.organisation_id} or name == "admin.office"


@cache
def pages() -> list[Route]:
    return [route for route in routes() if route.method == "GET" and route.access.record]


def test_no_page_opens_a_foreign_record(
    place: Place, unchecked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(place.database.settings, place.database)
    asked = 0
    for name in ("sarnai.seoul", "dorj.khanuul", "bolormaa.caseworker", "outsider.ngo"):
        browser = visitor(app, place.database, place.world.actors[name])
        for route in pages():
            model = route.access.record
            if model not in OPENED_BY:
                continue
            reached = [known for known in route.records(place.world) if known is not None]
            for known in [known for known in reached if not opened(name, known)][:1]:
                answer = browser.get(route.url(known))
                assert answer.status_code == 404, (name, str(route), known.name)
                asked += 1
    assert asked > 60


def refused(work: Work, statement: str, **values: object) -> bool:
    """Whether the database refuses the statement, or finds no row for it to change."""
    savepoint = work.session.begin_nested()
    try:
        result = work.session.execute(text(statement), values)
        return bool(result.rowcount == 0)  # type: ignore[attr-defined]
    except ProgrammingError as error:
        assert "row-level security" in str(error.orig)
        return True
    finally:
        savepoint.rollback()


def test_nobody_writes_into_a_foreign_record(place: Place, unchecked: None) -> None:
    world = place.world
    foreign, own = world["case.unassigned"], world["case.assigned"]
    note = (
        "INSERT INTO note (id, version, subject_id, case_id, written_by_id, written_at) "
        "SELECT gen_random_uuid(), 1, subject_id, :case, :me, now() FROM note LIMIT 1"
    )
    actor = world.actors["bolormaa.caseworker"]
    with place.database.writing(actor) as work:
        assert not refused(work, note, case=own.id, me=actor.id)
        assert refused(work, note, case=foreign.id, me=actor.id)
        for statement in (
            'UPDATE "case" SET assigned_to_id = :me WHERE id = :case',
            'DELETE FROM "case" WHERE id = :case',
            "UPDATE note SET written_by_id = :me WHERE case_id = :case",
        ):
            assert refused(work, statement, case=foreign.id, me=actor.id), statement
        moved = "UPDATE note SET case_id = :foreign WHERE case_id = :own"
        assert refused(work, moved, foreign=foreign.id, own=own.id)
        work.session.rollback()


def raised(actor: Actor, world: Any) -> dict[str, dict[str, Any]]:
    """Statements by which somebody would open more to herself."""
    case = {"case": world["case.unassigned"].id, "me": actor.id, "org": actor.organisation_id}
    emergency = (
        "INSERT INTO break_glass (id, version, case_id, subject_id, user_id, organisation_id, "
        "opened_at, ends_at, review_due_on, reason) SELECT gen_random_uuid(), 1, :case, "
        "subject_id, :me, :org, now(), now() + interval '1 hour', current_date, ''::bytea "
        'FROM "user" LIMIT 1'
    )
    grant = (
        'INSERT INTO "grant" (id, version, case_id, organisation_id, purpose, granted_by_id, '
        "expires_at) VALUES (gen_random_uuid(), 1, :case, :org, 'joint_case', :me, "
        "now() + interval '1 hour')"
    )
    return {
        "UPDATE \"user\" SET role = 'supervisor' WHERE id = :me": {"me": actor.id},
        'UPDATE "user" SET organisation_id = :org WHERE id = :me': {
            "me": actor.id,
            "org": world["organisation.MGEC"].id,
        },
        "DELETE FROM exclusion WHERE user_id = :me": {"me": actor.id},
        emergency: case,
        grant: case,
    }


@pytest.mark.parametrize("name", ["outsider.ngo", "bolormaa.caseworker", "second.supervisor"])
def test_nobody_opens_more_to_herself(place: Place, unchecked: None, name: str) -> None:
    actor = place.world.actors[name]
    with place.database.writing(actor) as work:
        for statement, values in raised(actor, place.world).items():
            if name == "second.supervisor" and "= 'supervisor'" in statement:
                continue
            assert refused(work, statement, **values), statement
        work.session.rollback()


def test_a_foreign_record_looks_like_none(place: Place, unchecked: None) -> None:
    with place.database.reading(place.world.actors["outsider.ngo"]) as work:
        for known in (place.world["case.assigned"].id, uuid4()):
            with pytest.raises(NotFound):
                load(work, Permission.CASE_READ, Case, known)
