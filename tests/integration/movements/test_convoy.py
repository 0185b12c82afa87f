"""Convoys: vehicles by crossing point, a household in one vehicle."""

from dataclasses import replace

import pytest

from audit.verify import verify
from casework.errors import InvalidInput, InvalidTransition
from casework.reference.crossings import crossings, land_crossings
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.boarding import close_manifest, manifest
from casework.services.movements.convoy import (
    Vehicle,
    add_vehicle,
    remove_vehicle,
    seat_travellers,
    vehicles_of,
)
from casework.services.movements.offers import (
    Word,
    answer_offer,
    offers_to_hand_over,
    send_offers,
)
from casework.services.movements.planning import plan_movement
from casework.services.work import Database
from casework.vocabulary import MovementKind, WithdrawalChannel
from models.movement import Movement
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import convoy_plan, flight, household
from tests.postgresql import bare_connection

BUS = Vehicle("Автобус 1", 3, "zamyn_uud")
YES = Word(True, WithdrawalChannel.PHONE, "")


def test_the_points_where_the_border_is_crossed() -> None:
    codes = [point.code for point in crossings()]
    assert len(set(codes)) == len(codes)
    assert {"zamyn_uud", "altanbulag"} <= {point.code for point in land_crossings()}
    for point in land_crossings():
        assert point.opposite("mn") and point.opposite("en") and point.country in ("CN", "RU")


def test_a_household_rides_together(database: Database, cast: Cast, client: Client) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        for count in (1, 2, 3):
            household(work, count=count)
        convoy = plan_movement(work, convoy_plan())
        allocate_movement(work, convoy)
        send_offers(work, convoy)
        for offer in offers_to_hand_over(work):
            answer_offer(work, offer.request, offer.key, YES)
        close_manifest(work, convoy)
        add_vehicle(work, convoy, BUS)
        with pytest.raises(InvalidInput, match="already"):
            add_vehicle(work, convoy, BUS)
        with pytest.raises(InvalidInput, match="where it crosses"):
            add_vehicle(work, convoy, replace(BUS, label="2", crossing="chinggis_khaan"))
        with pytest.raises(InvalidInput, match="2 free seats"):
            seat_travellers(work, convoy)
        assert {hold.vehicle for hold in manifest(work, convoy)} == {None}
        add_vehicle(work, convoy, Vehicle("Автобус 2", 3, "altanbulag"))
        assert seat_travellers(work, convoy) == 6
        rides = {hold.request_id: set[str | None]() for hold in manifest(work, convoy)}
        for hold in manifest(work, convoy):
            rides[hold.request_id].add(hold.vehicle)
        assert all(len(ride) == 1 for ride in rides.values())
        with pytest.raises(InvalidTransition, match="Only convoys"):
            add_vehicle(work, flight(work), BUS)
    page = f"/movements/{convoy.id}/vehicles"
    desk = client("saruul.desk", language="en")
    assert "Altanbulag" in desk.get(page).text
    typed = {"label": "Автобус 3", "seats": "40", "crossing": "zamyn_uud"}
    assert desk.post(page, data=typed).status_code == 302
    assert desk.post(f"{page}/remove", data={"label": "Автобус 1"}).status_code == 302
    assert desk.post(f"{page}/seat").status_code == 302
    assert "Автобус 3" in desk.get(f"/movements/{convoy.id}/boarding").text
    with database.writing(cast["saruul.desk"]) as work:
        convoy = work.session.get_one(Movement, convoy.id)
        assert convoy.kind is MovementKind.LAND_CONVOY
        assert [vehicle.label for vehicle in vehicles_of(convoy)] == ["Автобус 2", "Автобус 3"]
        assert None not in {hold.vehicle for hold in manifest(work, convoy)}
        with pytest.raises(InvalidInput, match="no vehicle"):
            remove_vehicle(work, convoy, "Автобус 1")
    with bare_connection(database) as connection:
        assert verify(connection).intact
