"""The leaver: one act, and nothing of a case shown to who administers it."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from audit.record import Act
from audit.verify import verify
from casework.clock import today
from casework.errors import InvalidInput, Refused
from casework.services.administration.handover import hand_over, open_work, successors
from casework.services.cases.assignment import assign_case
from casework.services.cases.intake import Ground, Newcomer, take_in
from casework.services.work import Database, Work
from casework.vocabulary import LegalBasis, Purpose, Sex, TaskState
from models.case import Case, Task
from models.user import Exclusion, User
from tests.conftest import Cast
from tests.integration.auth.entering_cast import facts
from tests.integration.conftest import Client
from tests.postgresql import bare_connection

BOLORMAA, OTGON = "bolormaa.caseworker", "otgon.caseworker"


def case_of(work: Work, given_name: str) -> Case:
    newcomer = Newcomer(given_name, Sex.FEMALE, date(1990, 5, 4))
    made: Case = take_in(work, newcomer, Ground(LegalBasis.VITAL_INTEREST, "Гэргүй ирэв"))
    return made


@pytest.fixture
def cases(database: Database, cast: Cast) -> list[Case]:
    """Two cases of Bolormaa's, a task on the first; Otgon must never see the second."""
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        made = [case_of(work, "Оюун"), case_of(work, "Сараа")]
        for case in made:
            assign_case(work, case, cast[BOLORMAA].id)
        task = Task(
            subject_id=made[0].subject_id,
            case_id=made[0].id,
            assigned_to_id=cast[BOLORMAA].id,
            due_on=today(),
            state=TaskState.OPEN,
            title="утасдах",
        )
        conflict = Exclusion(
            user_id=cast[OTGON].id, case_id=made[1].id, set_by_id=cast["enkhbayar.supervisor"].id
        )
        work.session.add_all([task, conflict])
        work.record(Act("task.added", Purpose.CASE_MANAGEMENT, facts={"due": "2026-12-01"}))
    return made


def test_the_leavers_work_goes_to_a_colleague_in_one_act(
    client: Client, database: Database, cast: Cast, cases: list[Case]
) -> None:
    leaver, admin = client(BOLORMAA), client("admin.office", language="en")
    url = f"/admin/users/{cast[BOLORMAA].id}/hand-over"
    page = admin.get(url)
    for word in ("Оюун", "Сараа", "утасдах", cases[0].number):
        assert word not in page.text
    assert "govuk-error-summary" in admin.post(url, data={"successor": ""}).text
    outsider = str(cast["outsider.ngo"].id)
    assert "govuk-error-summary" in admin.post(url, data={"successor": outsider}).text
    assert admin.post(url, data={"successor": str(cast[OTGON].id)}).status_code == 302
    assert leaver.get("/").location == "/sign-in"
    with database.reading(cast["enkhbayar.supervisor"]) as work:
        first, second = (work.session.get_one(Case, case.id) for case in cases)
        assert first.assigned_to_id == cast[OTGON].id
        assert second.assigned_to_id is None
        assert work.session.scalars(select(Task.assigned_to_id)).one() == cast[OTGON].id
        user = work.session.get_one(User, cast[BOLORMAA].id)
        assert not user.active and not user.cleared
    told = {"to": str(cast[OTGON].id), "cases": 2, "tasks": 1, "referrals": 0, "unassigned": 1}
    assert facts(database, "user.handed_over") == [told]
    with bare_connection(database) as connection:
        problems = [str(one) for one in verify(connection).problems]
        assert [one for one in problems if "still waits" not in one] == []
    for name in (OTGON, "enkhbayar.supervisor"):
        assert "дуусаагүй ажлыг шилжүүл" in client(name).get("/notices").text


def test_a_supervisor_hands_work_over_and_the_account_stays(
    client: Client, database: Database, cast: Cast, cases: list[Case]
) -> None:
    supervisor = client("enkhbayar.supervisor")
    assert str(cast[BOLORMAA].id) in supervisor.get("/admin/work").text
    url = f"/admin/work/{cast[BOLORMAA].id}/hand-over"
    second = str(cast["second.supervisor"].id)
    assert supervisor.post(url, data={"successor": second}).status_code == 302
    assert client(BOLORMAA).get("/").status_code == 200
    with database.reading(cast["enkhbayar.supervisor"]) as work:
        user = work.session.get_one(User, cast[BOLORMAA].id)
        assert open_work(work, user).count == 0
    for name in (OTGON, "naran.coordinator", "admin.office", "khulan.protection"):
        assert client(name).get(url).status_code == 404, name


def test_only_who_keeps_the_account_ends_it(database: Database, cast: Cast) -> None:
    for name in ("enkhbayar.supervisor", "khulan.protection", BOLORMAA, "naran.coordinator"):
        with database.writing(cast[name]) as work:
            with pytest.raises((Refused, InvalidInput, NoResultFound)):
                user = work.session.get_one(User, cast[BOLORMAA].id)
                hand_over(work, user, cast[OTGON].id)
            work.end()


def test_who_has_no_open_work_needs_no_successor(
    client: Client, database: Database, cast: Cast
) -> None:
    url = f"/admin/users/{cast['ganaa.analyst'].id}/hand-over"
    assert client("admin.office").post(url).status_code == 302
    with database.reading(cast["admin.office"]) as work:
        assert not work.session.get_one(User, cast["ganaa.analyst"].id).active
        officer = work.session.get_one(User, cast["sarnai.seoul"].id)
        assert successors(work, officer) == [], "nobody else works at that mission"
