"""A movement that changes after places were given out, and who pays for whom."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.errors import InvalidInput, InvalidTransition, StaleRecord
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.changing import Terms, change_movement, lost_by_change
from casework.services.movements.costs import (
    approve_costs,
    assign_funder,
    change_payers,
    costs_of,
)
from casework.services.movements.offers import send_offers
from casework.services.movements.planning import cancel_movement
from casework.services.work import Database, Work
from casework.vocabulary import (
    HoldState,
    MessageKind,
    MovementState,
    Need,
    Payer,
    RequestState,
    RoomKind,
)
from models.movement import Hold, Movement
from models.return_request import ReturnRequest
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import (
    NIGHTS,
    facility,
    flight,
    holds,
    household,
    person,
    written_to,
)
from tests.integration.movements.test_allocation import prove_no_room_is_shared


def terms(movement: Movement, days: int = 0, **changes: object) -> Terms:
    shift = timedelta(days=days)
    values: dict[str, object] = {
        "seats": movement.seats,
        "departs_on": movement.departs_on + shift,
        "arrives_on": movement.arrives_on + shift,
        "point_of_entry": movement.point_of_entry,
        "reserved_percent": movement.reserved_percent,
        "medical_escorts": None,
        "funder_seats": {},
    }
    return Terms(**(values | changes))  # type: ignore[arg-type]


def test_a_flight_a_day_later_keeps_who_can_travel_and_frees_who_cannot(
    database: Database, cast: Cast
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 3))
        movement = flight(work, 5)
        limit = movement.departs_on + timedelta(days=29)  # fit on the day, not the day after
        well = household(work, waiting_days=9)
        near_birth = household(work, person(0, needs=[Need.PREGNANT], due=limit), waiting_days=90)
        allocate_movement(work, movement)
        before = {hold.request_id: hold.room_id for hold in holds(work, movement)}
        assert set(before) == {well.id, near_birth.id}
        send_offers(work, movement)
        [kept] = [hold for hold in holds(work, movement) if hold.request_id == well.id]
        ends = kept.expires_at
        changed = change_movement(work, movement, terms(movement, days=1))
        assert (changed.moved, changed.released) == (1, 1)
        assert kept.room_id == before[well.id]
        assert kept.first_night == movement.arrives_on
        assert kept.last_night == movement.arrives_on + timedelta(days=NIGHTS - 1)
        assert ends and kept.expires_at and kept.expires_at > ends
        assert near_birth.state is RequestState.QUEUED
        assert [hold.request_id for hold in lost_by_change(work, movement)] == [near_birth.id]
        assert written_to(work, MessageKind.NEWS) == {well.id, near_birth.id}


def test_nobody_is_written_to_before_offers_went_out_or_when_the_day_stays(
    database: Database, cast: Cast
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        movement = flight(work, 5, nights=0)
        household(work)
        allocate_movement(work, movement)
        change_movement(work, movement, terms(movement, days=1))
        send_offers(work, movement)
        change_movement(work, movement, terms(movement, seats=9))
        assert written_to(work, MessageKind.NEWS) == set()


def test_who_was_offered_a_journey_hears_when_it_is_called_off(
    database: Database, cast: Cast
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        movement = flight(work, 5, nights=0)
        request = household(work)
        allocate_movement(work, movement)
        send_offers(work, movement)
        cancel_movement(work, movement)
        assert written_to(work, MessageKind.NEWS) == {request.id}


def test_who_finds_the_room_taken_on_the_new_nights_gets_another_or_none(
    database: Database, cast: Cast
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 2), turnover=0)
        for days in (30, 20):
            household(work, waiting_days=days)
        first, second = flight(work, 2, in_days=10), flight(work, 2, in_days=10 + NIGHTS)
        allocate_movement(work, first)
        household(work, waiting_days=5)
        allocate_movement(work, second)
        changed = change_movement(work, first, terms(first, days=2))
        assert (changed.moved, changed.released) == (1, 1)
        work.session.flush()
        prove_no_room_is_shared(work)


def test_terms_that_contradict_are_named(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        household(work, count=2)
        movement = flight(work, 4, nights=0)
        allocate_movement(work, movement)
        wrong: list[tuple[Terms, str]] = [
            (terms(movement, seats=1), "2 seats are given out"),
            (terms(movement, arrives_on=movement.departs_on - timedelta(days=1)), "arrive before"),
            (terms(movement, reserved_percent=50, funder_seats={Payer.IOM: 3}), "5 seats are kept"),
            (terms(movement, seats=0), "from 1 to"),
        ]
        for each, words in wrong:
            with pytest.raises(InvalidInput, match=words):
                change_movement(work, movement, each)
        with pytest.raises(StaleRecord):
            change_movement(work, movement, terms(movement), movement.version - 1)
        movement.state = MovementState.MANIFEST_CLOSED
        with pytest.raises(InvalidTransition, match="until the manifest"):
            change_movement(work, movement, terms(movement))
        work.end()


def test_seats_kept_for_a_funder_go_to_its_people_first(database: Database, cast: Cast) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        movement = flight(work, 2, nights=0)
        ahead = [household(work, waiting_days=200) for _ in range(2)]
        funded = household(work, waiting_days=1)
        assign_funder(work, movement, funded.reference, Payer.IOM)
        change_movement(work, movement, terms(movement, funder_seats={Payer.IOM: 1}))
        allocate_movement(work, movement)
        placed = {hold.request_id: hold for hold in holds(work, movement)}
        assert set(placed) == {min(ahead, key=lambda r: _tie(r)).id, funded.id}
        assert placed[funded.id].funder is Payer.IOM
        assert placed[funded.id].payer is Payer.IOM
        with pytest.raises(InvalidInput, match="no request"):
            assign_funder(work, movement, "KR-0", Payer.IOM)


def _tie(request: ReturnRequest) -> int:
    assert request.score is not None
    return request.score.tie_break


def test_each_traveller_s_costs_are_approved_and_asked_again_when_another_pays(
    database: Database, cast: Cast
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.DOUBLE, 2, 1))
        household(work, count=2)
        movement = flight(work, 2)
        allocate_movement(work, movement)
        ids = {hold.id for hold in holds(work, movement)}
        assert [line.open for line in costs_of(work, movement)] == [True, True]
        assert approve_costs(work, movement, ids, ticket=True, quarantine=False) == 2
        assert all(line.open for line in costs_of(work, movement))
        approve_costs(work, movement, ids, ticket=True, quarantine=True)
        assert not any(line.open for line in costs_of(work, movement))
        one = next(iter(ids))
        change_payers(work, movement, {one}, Payer.ASSISTANCE_FUND, None)
        hold = work.session.get_one(Hold, one)
        assert (hold.payer, hold.ticket_approved_at) == (Payer.ASSISTANCE_FUND, None)
        assert hold.quarantine_approved_by_id == cast["saruul.desk"].id
        for act in _empty(work, movement):
            with pytest.raises(InvalidInput):
                act()


def _empty(work: Work, movement: Movement) -> list[Callable[[], object]]:
    return [
        lambda: approve_costs(work, movement, set(), ticket=True, quarantine=True),
        lambda: change_payers(work, movement, set(), None, None),
    ]


@pytest.mark.parametrize("language", ["mn", "en"])
def test_the_desk_changes_and_approves_on_pages(
    database: Database, cast: Cast, client: Client, language: str
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.DOUBLE, 2, 2))
        request = household(work, count=2)
        movement = flight(work, 4)
        allocate_movement(work, movement)
    desk = client("saruul.desk", language=language)
    page = f"/movements/{movement.id}"
    assert request.reference in desk.get(f"{page}/costs").text
    nothing = desk.post(f"{page}/costs", data={"act": "approve"})
    assert nothing.status_code == 200
    sent = desk.post(f"{page}/costs", data={"act": "approve", "hold": _ids(database, cast)})
    assert sent.status_code == 302
    other = {"act": "change", "ticket_payer": "iom", "hold": [*_ids(database, cast), "x"]}
    assert desk.post(f"{page}/costs", data=other).status_code == 302
    assigned = desk.post(f"{page}/funder", data={"reference": request.reference, "payer": "iom"})
    assert assigned.status_code == 302
    unknown = desk.post(f"{page}/funder", data={"reference": "KR-0", "payer": "iom"})
    assert unknown.status_code == 200
    assert desk.get(f"{page}/change").status_code == 200
    day = movement.departs_on + timedelta(days=1)
    typed = {
        "departs_on": day.isoformat(),
        "arrives_on": day.isoformat(),
        "point_of_entry": "ULN",
        "seats": "4",
        "reserved_percent": "0",
        "iom": "2",
    }
    assert desk.post(f"{page}/change", data=typed | {"seats": "1"}).status_code == 200
    changed = desk.post(f"{page}/change", data=typed)
    assert changed.location.endswith("/changed")
    assert desk.get(changed.location).status_code == 200
    assert day.isoformat() in desk.get(page).text
    mission = client("sarnai.seoul", language=language)
    assert mission.get(f"{page}/costs").status_code == 404


def _ids(database: Database, cast: Cast) -> list[str]:
    with database.reading(cast["saruul.desk"]) as work:
        live: list[UUID] = list(
            work.session.scalars(select(Hold.id).where(Hold.state == HoldState.HELD))
        )
        return [str(hold_id) for hold_id in live]
