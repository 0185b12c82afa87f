"""Facilities and rooms: by the desk everywhere, by an officer at her own."""

import pytest

from casework.errors import InvalidInput, InvalidTransition, Refused
from casework.policy import Permission
from casework.services.organisations import get_organisation
from casework.services.quarantine.facilities import (
    RoomSeries,
    add_facility,
    add_rooms,
    change_facility,
    change_room,
    facilities,
    rooms_of,
)
from casework.services.work import Database
from casework.vocabulary import RoomKind
from models.facility import Facility
from tests.conftest import Cast
from tests.integration.quarantine.conftest import Scene


def test_an_officer_describes_her_own_facility_only(database: Database, cast: Cast) -> None:
    with database.writing(cast["dorj.khanuul"]) as work:
        with pytest.raises(Refused):
            add_facility(work, get_organisation(work, "GOBI"))
        own = add_facility(work, get_organisation(work, "KHANUUL"), turnover_days=2)
        assert add_rooms(work, own, RoomSeries(201, 220, 2, RoomKind.DOUBLE, 2)) == 20
        [line] = facilities(work, Permission.FACILITY_MANAGE)
        assert (line.rooms, line.beds) == (20, 40)
        with pytest.raises(InvalidInput, match="already"):
            add_facility(work, get_organisation(work, "KHANUUL"))
        with pytest.raises(InvalidInput, match="Room 210 exists"):
            add_rooms(work, own, RoomSeries(210, 230, 2, RoomKind.SINGLE, 1))
        with pytest.raises(InvalidInput, match="before the first"):
            add_rooms(work, own, RoomSeries(310, 301, 3, RoomKind.SINGLE, 1))
    with database.writing(cast["saruul.desk"]) as work:
        with pytest.raises(InvalidInput, match="no quarantine"):
            add_facility(work, get_organisation(work, "MGEC"))
        assert len(facilities(work, Permission.FACILITY_MANAGE)) == 1
    with database.reading(cast["tuya.gobi"]) as work:
        assert facilities(work, Permission.FACILITY_MANAGE) == []


def test_a_bed_in_use_is_not_taken_away(database: Database, cast: Cast, arrived: Scene) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        place: Facility = arrived.facility(work)
        used, spare = rooms_of(work, place)[:2]
        with pytest.raises(InvalidTransition, match="held or somebody"):
            change_room(work, used, kind=RoomKind.SINGLE, beds=1, active=True)
        change_room(work, spare, kind=RoomKind.FAMILY, beds=3, active=False)
        with pytest.raises(InvalidTransition, match="can close"):
            change_facility(work, place, aimag=None, turnover_days=1, active=False)
        change_facility(work, place, aimag=None, turnover_days=3, active=True)
        assert place.turnover_days == 3
