"""A flight that arrived today with three households for Khan-Uul."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select

from casework.services.movements.allocation import allocate_movement
from casework.services.movements.arriving import arrive
from casework.services.movements.boarding import (
    PRESENT,
    close_manifest,
    depart,
    manifest,
    record_boarding,
)
from casework.services.movements.offers import (
    Word,
    answer_offer,
    offers_to_hand_over,
    send_offers,
)
from casework.services.work import Database, Work
from casework.vocabulary import Need, RoomKind, WithdrawalChannel
from models.facility import Facility, Stay
from tests.conftest import Cast
from tests.integration.movements.scene import facility, flight, household, person


@dataclass(frozen=True)
class Scene:
    """Ids of the facility and of its stays, by room."""

    facility_id: UUID
    stay_ids: tuple[UUID, ...]

    def facility(self, work: Work) -> Facility:
        return work.session.get_one(Facility, self.facility_id)

    def stays(self, work: Work) -> list[Stay]:
        return [work.session.get_one(Stay, stay_id) for stay_id in self.stay_ids]


@pytest.fixture
def arrived(database: Database, cast: Cast) -> Scene:
    with database.writing(cast["saruul.desk"]) as work:
        place = facility(work, (RoomKind.DOUBLE, 2, 2), (RoomKind.ACCESSIBLE, 1, 1))
        household(work, count=2, waiting_days=30)
        household(work, person(0, needs=[Need.DISABILITY, Need.VIOLENCE]), waiting_days=20)
        movement = flight(work, 4, in_days=0)
        allocate_movement(work, movement)
        send_offers(work, movement)
        for offer in offers_to_hand_over(work):
            answer_offer(work, offer.request, offer.key, Word(True, WithdrawalChannel.PHONE, ""))
        close_manifest(work, movement)
        record_boarding(work, movement, {hold.id: PRESENT for hold in manifest(work, movement)})
        depart(work, movement)
        arrive(work, movement)
        stays = work.session.scalars(select(Stay)).all()
        ids = tuple(stay.id for stay in sorted(stays, key=lambda stay: stay.room.number))
        return Scene(place.id, ids)
