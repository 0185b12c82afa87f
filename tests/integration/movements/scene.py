"""Households in the queue, a facility with rooms, a flight from Seoul: the stage of these tests."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.services.movements.planning import MovementPlan, plan_movement
from casework.services.organisations import get_organisation
from casework.services.quarantine.facilities import RoomSeries, add_facility, add_rooms
from casework.services.requests.household_input import HouseholdInput, PersonInput
from casework.services.requests.registering import register_request
from casework.services.work import Work
from casework.vocabulary import (
    Channel,
    DocumentStatus,
    LegalBasis,
    MessageKind,
    MovementKind,
    Need,
    Payer,
    Purpose,
    Relation,
    RequestState,
    RoomKind,
    Sex,
)
from models.facility import Facility
from models.message import OutgoingMessage
from models.movement import Hold, Movement
from models.return_request import ReturnRequest

BORN = date(1990, 5, 17)
NIGHTS = 7
NAMES = ("Болормаа", "Ганбаатар", "Оюунчимэг", "Тэмүүлэн", "Сарнай", "Нямдорж")


def person(
    number: int,
    *,
    needs: Iterable[Need] = (),
    born: date = BORN,
    document: DocumentStatus | None = DocumentStatus.VALID,
    due: date | None = None,
    protection: bool = False,
) -> PersonInput:
    return PersonInput(
        relation=Relation.PRINCIPAL if number == 0 else Relation.OTHER_RELATIVE,
        given_name=NAMES[number % len(NAMES)],
        patronymic="Цэрэн",
        sex=Sex.FEMALE,
        birth_date=born,
        needs=frozenset(needs),
        document_status=document,
        due_date=due,
        protection=protection,
        passport_number=f"E{1000000 + number}",
    )


def household(
    work: Work,
    *people: PersonInput,
    count: int = 1,
    mission: str = "KR",
    waiting_days: int = 10,
    apart: Iterable[int] = (),
) -> ReturnRequest:
    """A household in the queue; `waiting_days` decides who comes first among equals."""
    members = people or tuple(person(number) for number in range(count))
    request = register_request(
        work,
        HouseholdInput(
            organisation=get_organisation(work, mission),
            channel=Channel.MISSION_DESK,
            submitted_on=clock.today() - timedelta(days=waiting_days),
            country=mission,
            legal_basis=LegalBasis.PUBLIC_TASK,
            members=members,
        ),
        state=RequestState.QUEUED,
    )
    for position in apart:
        request.members[position].travels_apart = True
    said = {"channel": "mission_desk"}
    work.record(Act("request.data_confirmed", Purpose.RETURN_ASSISTANCE, facts=said))
    return request


def written_to(work: Work, kind: MessageKind) -> set[UUID]:
    """The requests about which a message of this kind was asked for."""
    rows = select(OutgoingMessage.request_id).where(OutgoingMessage.kind == kind)
    return set(work.session.scalars(rows))


def facility(
    work: Work, *rooms: tuple[RoomKind, int, int], code: str = "KHANUUL", turnover: int = 1
) -> Facility:
    """A facility with series of rooms: (kind, beds, how many)."""
    made = add_facility(work, get_organisation(work, code), turnover_days=turnover)
    for floor, (kind, beds, count) in enumerate(rooms, start=1):
        first = 100 * floor + 1
        add_rooms(work, made, RoomSeries(first, first + count - 1, floor, kind, beds))
    return made


def flight(
    work: Work,
    seats: int = 10,
    *,
    nights: int = NIGHTS,
    reserved: int = 0,
    in_days: int = 10,
    countries: tuple[str, ...] = ("KR",),
) -> Movement:
    day = clock.today() + timedelta(days=in_days)
    return plan_movement(
        work,
        MovementPlan(
            kind=MovementKind.CHARTER_FLIGHT,
            seats=seats,
            origin_countries=countries,
            origin_city="Seoul",
            point_of_entry="Chinggis Khaan",
            departs_on=day,
            arrives_on=day,
            payer=Payer.GOVERNMENT,
            quarantine_nights=nights,
            reserved_percent=reserved,
        ),
    )


def convoy_plan() -> MovementPlan:
    """A convoy of ten seats from Seoul's people, without quarantine."""
    day = clock.today() + timedelta(days=10)
    return MovementPlan(
        kind=MovementKind.LAND_CONVOY,
        seats=10,
        origin_countries=("KR",),
        origin_city="Erenhot",
        point_of_entry="Zamyn-Uud",
        departs_on=day,
        arrives_on=day,
        payer=Payer.GOVERNMENT,
        quarantine_nights=0,
    )


def holds(work: Work, movement: Movement) -> list[Hold]:
    """The movement's holds that were not given back."""
    statement = select(Hold).where(Hold.movement_id == movement.id, Hold.release_reason.is_(None))
    return list(work.session.scalars(statement))
