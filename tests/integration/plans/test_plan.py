"""A plan from the first assessment to its outcome, on its pages and in its services."""

from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.errors import InvalidInput, InvalidTransition, NotFound, Refused, StaleRecord
from casework.services.assistance.budget import budget_lines_left, change_line
from casework.services.cases.follow_ups import follow_ups_of
from casework.services.cases.timeline import timeline
from casework.services.plans.approval import approve_plan, plans_waiting, return_plan
from casework.services.plans.progress import end_item, plan_progress, start_item
from casework.services.plans.writing import (
    add_item,
    change_item,
    remove_item,
    submit_plan,
    the_plan,
    write_goal,
)
from casework.services.work import Database
from casework.vocabulary import CaseState, PlanItemState, PlanState
from models.assistance import BudgetLine
from models.plan import Plan
from tests.conftest import Cast
from tests.integration.assistance.money_cast import (
    CASEWORKER,
    SUPERVISOR,
    approved_plan,
    assessed,
    line_facts,
    scene,
    step,
    submitted_plan,
    sums,
    the_case,
)
from tests.integration.conftest import Client


def test_a_plan_is_written_returned_changed_and_approved(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    with database.writing(cast[CASEWORKER]) as work:
        case = the_case(work, here)
        with pytest.raises(InvalidTransition, match="Assess before you plan"):
            write_goal(work, case, "оёдолчин болох")
        assessed(work, here)
        write_goal(work, case, "оёдолчин болох")
        assert case.state is CaseState.PLANNING
        with pytest.raises(InvalidTransition, match="at least one step"):
            submit_plan(work, case)
        first = add_item(work, case, step(here, 100))
        second = add_item(work, case, step(here, 200))
        change_item(work, case, second.id, step(here, 300), second.version)
        remove_item(work, case, first.id)
        submit_plan(work, case)
        # nothing changes while it waits
        for act in (
            lambda: write_goal(work, case, "өөр"),
            lambda: add_item(work, case, step(here, 1)),
            lambda: change_item(work, case, second.id, step(here, 1)),
            lambda: remove_item(work, case, second.id),
            lambda: submit_plan(work, case),
        ):
            with pytest.raises(InvalidTransition, match="waits for approval"):
                act()
    with database.writing(cast[SUPERVISOR]) as work:
        case = the_case(work, here)
        assert [plan.may_approve for plan in plans_waiting(work)] == [True]
        with pytest.raises(InvalidInput):
            return_plan(work, case, " ")
        return_plan(work, case, "зардлыг тодруулах")
        assert plans_waiting(work) == []
    with database.writing(cast[CASEWORKER]) as work:
        case = the_case(work, here)
        assert the_plan(work, case).return_note == "зардлыг тодруулах"
        change_item(work, case, second.id, step(here, 400))
        submit_plan(work, case)
    with database.writing(cast[SUPERVISOR]) as work:
        case = the_case(work, here)
        plan = approve_plan(work, case, the_plan(work, case).version)
        assert (plan.state, case.state) == (PlanState.APPROVED, CaseState.ACTIVE)
        assert plan.approved_by_id == cast[SUPERVISOR].id
        assert sums(work, here) == (400, 0, 4_999_600)
        assert [item.position for item in plan.items] == [1]
        assert len(follow_ups_of(work, case)) == 4
        with pytest.raises(InvalidTransition):
            approve_plan(work, case)
        told = [str(item.title) for item in timeline(work, case)]
        assert {"Assessment", "Plan sent for approval", "Plan approved"} <= set(told)


def test_nobody_approves_what_they_sent(database: Database, cast: Cast, client: Client) -> None:
    here = scene(database, cast)
    with database.writing(cast[SUPERVISOR]) as work:
        case = the_case(work, here)
        assessed(work, here)
        write_goal(work, case, "зорилго")
        add_item(work, case, step(here, 100))
        submit_plan(work, case)
        for decide in (lambda: approve_plan(work, case), lambda: return_plan(work, case, "үгүй")):
            with pytest.raises(Refused):
                decide()
        assert [plan.may_approve for plan in plans_waiting(work)] == [False]
    url = f"/cases/{here.case}/plan"
    own = client(SUPERVISOR)
    assert "plan/approve" not in own.get(url).text
    assert own.post(f"{url}/approve").status_code == 404
    assert own.get(f"{url}/return").status_code == 404
    assert client(CASEWORKER).post(f"{url}/approve").status_code == 404
    other = client("second.supervisor")
    assert "plan/approve" in other.get(url).text
    assert other.post(f"{url}/approve").location == url
    with database.reading(cast[SUPERVISOR]) as work:
        assert work.session.scalars(select(Plan.state)).one() is PlanState.APPROVED
        assert sums(work, here)[0] == 100


def test_an_old_page_approves_nothing(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    submitted_plan(database, cast, here, 100)
    with database.writing(cast[SUPERVISOR]) as work:
        case = the_case(work, here)
        seen = the_plan(work, case).version
        return_plan(work, case, "засах")
    with database.writing(cast[CASEWORKER]) as work:
        submit_plan(work, the_case(work, here))
    with pytest.raises(StaleRecord), database.writing(cast[SUPERVISOR]) as work:
        approve_plan(work, the_case(work, here), seen)


def test_steps_end_once_and_only_after_approval(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    (item,) = submitted_plan(database, cast, here, 100)
    with (
        pytest.raises(InvalidTransition, match="not approved yet"),
        database.writing(cast[CASEWORKER]) as work,
    ):
        start_item(work, the_case(work, here), item)
    with database.writing(cast[SUPERVISOR]) as work:
        approve_plan(work, the_case(work, here))
    with database.writing(cast[CASEWORKER]) as work:
        case = the_case(work, here)
        with pytest.raises(InvalidInput):
            end_item(work, case, item, PlanItemState.DONE, " ")
        start_item(work, case, item)
        shares = plan_progress(work, case)
        assert shares is not None
        assert [row.share for row in shares.items] == [0]
        assert shares.open_items
        end_item(work, case, item, PlanItemState.DONE, "төгссөн")
        for again in (PlanItemState.DONE, PlanItemState.DROPPED):
            with pytest.raises(InvalidTransition, match="already"):
                end_item(work, case, item, again, "дахин")
        with pytest.raises(InvalidTransition):
            start_item(work, case, item)
        shares = plan_progress(work, case)
        assert shares is not None
        assert [row.share for row in shares.items] == [100]
        assert not shares.open_items
        assert sums(work, here) == (0, 0, 5_000_000)


def test_steps_are_paid_by_a_line_in_use_of_the_same_organisation(
    database: Database, cast: Cast
) -> None:
    here = scene(database, cast)
    with database.writing(cast[SUPERVISOR]) as work:
        case = the_case(work, here)
        assessed(work, here)
        write_goal(work, case, "зорилго")
        with pytest.raises(InvalidInput) as refused:
            add_item(work, case, step(here, 100, line=False))
        assert refused.value.field == "line"
        free = add_item(work, case, step(here, 0, line=False))
        assert free.budget_line_id is None
        assert budget_lines_left(work)[0].id == here.line
        line = work.session.get_one(BudgetLine, here.line)
        change_line(work, line, line_facts(Decimal(5_000_000), active=False))
        assert budget_lines_left(work) == []
        with pytest.raises(InvalidInput):
            add_item(work, case, step(here, 100))
        with pytest.raises(NotFound):
            change_item(work, case, UUID(int=1), step(here, 0, line=False))


@pytest.mark.parametrize("language", ["mn", "en"])
def test_the_plan_on_its_pages(
    database: Database, cast: Cast, client: Client, language: str
) -> None:
    here = scene(database, cast)
    with database.writing(cast[CASEWORKER]) as work:
        assessed(work, here)
    browser = client(CASEWORKER, language=language)
    url = f"/cases/{here.case}/plan"
    assert "plan/goal" in browser.get(url).text
    assert browser.get(f"{url}/goal").status_code == 200
    assert browser.post(f"{url}/goal", data={"goal": "оёдолчин болох"}).location == url
    assert "plan/items/new" in browser.get(url).text
    assert browser.get(f"{url}/items/new").status_code == 200
    typed = {
        "kind": "vocational_training",
        "description": "оёдлын сургалт",
        "provider": "Политехник коллеж",
        "planned_cost": "1 890 000,50",
        "starts_on": "2026-11-01",
        "ends_on": "2026-10-01",
    }
    wrong = browser.post(f"{url}/items/new", data=typed)
    assert 'value="1 890 000,50"' in wrong.text
    assert 'href="#ends_on"' in wrong.text
    good = typed | {"ends_on": "2027-01-01", "line": str(here.line)}
    assert browser.post(f"{url}/items/new", data=good).location == url
    page = browser.get(url).text
    assert "Политехник коллеж" in page
    with database.reading(cast[CASEWORKER]) as work:
        plan = the_plan(work, the_case(work, here))
        item, version = plan.items[0].id, plan.version
    assert "оёдлын сургалт" in browser.get(f"{url}/items/{item}").text
    assert browser.post(f"{url}/submit", data={"version": version}).location == url
    supervisor = client(SUPERVISOR, language=language)
    assert supervisor.get(f"{url}/return").status_code == 200
    assert supervisor.post(f"{url}/approve").location == url
    page = browser.get(url).text
    assert f"assistance/new?item={item}" in page
    assert browser.post(f"{url}/items/{item}/start").location == url
    assert browser.get(f"{url}/items/{item}/end").status_code == 200
    ended = {"state": "done", "outcome": "үнэмлэхтэй болсон"}
    assert browser.post(f"{url}/items/{item}/end", data=ended).location == url
    assert "үнэмлэхтэй болсон" in browser.get(url).text


def test_a_refusal_of_approval_is_said(database: Database, cast: Cast, client: Client) -> None:
    here = scene(database, cast)
    submitted_plan(database, cast, here, 5_000_001 - 1)
    with database.writing(cast[SUPERVISOR]) as work:
        line = work.session.get_one(BudgetLine, here.line)
        change_line(work, line, line_facts(Decimal(1_000_000)))
    browser = client(SUPERVISOR, language="en")
    browser.post(f"/cases/{here.case}/plan/approve")
    page = browser.get(f"/cases/{here.case}/plan").text
    assert "the budget line CZ-2026 has 1\u00a0000\u00a0000\u00a0₮ left" in page
    assert "govuk-notification-banner--success" not in page


def test_a_closed_case_is_only_read(database: Database, cast: Cast) -> None:
    here = scene(database, cast)
    (item,) = approved_plan(database, cast, here, 100)
    work = database.writer(cast[CASEWORKER])
    case = the_case(work, here)
    case.state = CaseState.CLOSED
    for act in (
        lambda: write_goal(work, case, "өөр"),
        lambda: start_item(work, case, item),
        lambda: assessed(work, here),
    ):
        with pytest.raises(InvalidTransition, match="closed"):
            act()
    work.close()
