"""The desk plans a season, looks at it, and holds the plan's places for a movement."""

import pytest

from casework.services.movements.allocation import find_movement
from casework.services.movements.offers import Word, answer_offer, open_offers, send_offers
from casework.services.movements.reading import run_page, runs_of
from casework.services.season.asked import ask_plan, latest_season_job
from casework.services.season.checking import check_stored
from casework.services.season.store import latest_plan, planned_for
from casework.services.season.using import use_plan
from casework.services.work import Database
from casework.vocabulary import JobState, RoomKind, WaitingReason, WithdrawalChannel
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import facility, flight, holds, household


@pytest.fixture
def references(database: Database, cast: Cast) -> list[str]:
    """Two flights from Seoul two days apart, three single rooms, four people in the queue."""
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 3))
        for number in range(4):
            household(work, waiting_days=20 * number)
        return [flight(work, seats).reference for seats in (1, 5)]


@pytest.mark.parametrize("language", ["mn", "en"])
def test_a_season_is_planned_looked_at_and_held(
    database: Database, cast: Cast, client: Client, references: list[str], language: str
) -> None:
    desk = client("saruul.desk", language=language)
    assert desk.get("/season").status_code == 200
    assert desk.post("/season").status_code == 302
    with database.reading(cast["saruul.desk"]) as work:
        plan = latest_plan(work)
        assert plan is not None
        assert (plan.placed, plan.waiting) == (3, 1)
        movement = find_movement(work, references[1])
    assert references[1] in desk.get("/season").text
    page = f"/movements/{movement.id}/season"
    assert desk.get(page).status_code == 200
    assert desk.post(page).status_code == 302
    with database.reading(cast["saruul.desk"]) as work:
        movement = find_movement(work, references[1])
        planned = [m for m in plan.figures["movements"] if m["id"] == str(movement.id)]
        assert len(holds(work, movement)) == planned[0]["people"] > 0
        run = runs_of(work, movement)[0]
        assert run.status == "season"
        waiting = run_page(work, run, placed=False)
        assert waiting.people_waiting == len(waiting.outcomes) == run.waiting > 0
        assert {one.reason for one in waiting.outcomes} == {WaitingReason.PLANNED_OTHERWISE}
        assert check_stored(work, references[1]).faults == ()
        assert check_stored(work, str(plan.id)).faults == ()


def test_what_is_given_back_leaves_the_plan_of_other_movements_alone(
    database: Database, cast: Cast, client: Client
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 3))
        for number in range(4):
            household(work, waiting_days=20 * number)
        references = [flight(work, seats).reference for seats in (1, 2)]
    client("saruul.desk").post("/season")
    with database.writing(cast["saruul.desk"]) as work:
        movement, ahead = (find_movement(work, reference) for reference in references)
        plan = latest_plan(work)
        assert plan is not None
        planned = {outcome.request_id for outcome in planned_for(work, plan, ahead.id)}
        use_plan(work, movement)
        send_offers(work, movement)
        [refused] = [hold.request for hold in holds(work, movement)]
        [offer] = open_offers(work, refused)
        answer_offer(work, refused, offer.key, Word(False, WithdrawalChannel.PHONE, "Үгүй гэв"))
        [handed_on] = holds(work, movement)
        assert handed_on.request_id not in planned | {refused.id}
        use_plan(work, ahead)
        assert {hold.request_id for hold in holds(work, ahead)} == planned


def test_a_season_without_movements_says_what_to_do(client: Client) -> None:
    desk = client("saruul.desk", language="en")
    desk.post("/season")
    assert "No movement is planned. Plan flights and convoys first." in desk.get("/season").text
    assert "ended already" in desk.get(desk.post("/season/stop").location).text


def test_a_plan_under_way_can_be_stopped(database: Database, cast: Cast, client: Client) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        ask_plan(work)
    desk = client("saruul.desk", language="en")
    assert "Stop it" in desk.get("/season").text
    assert desk.post("/season/stop").status_code == 302
    with database.reading(cast["saruul.desk"]) as work:
        job = latest_season_job(work)
        assert job is not None
        assert job.state is JobState.CANCELLED


def test_nobody_else_sees_the_plan(client: Client) -> None:
    assert client("sarnai.seoul").get("/season").status_code == 404
