"""Facilities and three movements: one home and in quarantine, one offered, one with seats held."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from sqlalchemy import select

from casework import clock
from casework.services.demo.cast import Cast
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.arriving import arrive
from casework.services.movements.boarding import (
    PRESENT,
    close_manifest,
    depart,
    manifest,
    record_boarding,
)
from casework.services.movements.offers import Word, answer_offer, open_offers, send_offers
from casework.services.movements.planning import MovementPlan, plan_movement
from casework.services.organisations import get_organisation
from casework.services.quarantine.checks import CheckInput, record_checks
from casework.services.quarantine.cost import set_rate
from casework.services.quarantine.facilities import RoomSeries, add_facility, add_rooms
from casework.services.quarantine.samples import send_samples, take_samples
from casework.services.quarantine.stays import check_in, release
from casework.services.work import Database, Work
from casework.vocabulary import (
    HoldState,
    MovementKind,
    Payer,
    ReleaseReason,
    Role,
    RoomKind,
    SampleKind,
    StayState,
    WithdrawalChannel,
)
from models.facility import Facility, Stay
from models.movement import Hold, Movement
from models.return_request import ReturnRequest

#: facility -> the colleague who runs it; the role's own account runs the first
FACILITIES = {"KHANUUL": None, "BAYANGOL": "bayangol", "DARKHAN": "darkhan"}
ROOMS = (
    RoomSeries(101, 140, 1, RoomKind.SINGLE, 1),
    RoomSeries(201, 245, 2, RoomKind.DOUBLE, 2),
    RoomSeries(301, 320, 3, RoomKind.FAMILY, 4),
    RoomSeries(321, 328, 3, RoomKind.ACCESSIBLE, 2),
    RoomSeries(401, 404, 4, RoomKind.ISOLATION, 1),
)
QUARANTINE_NIGHTS = 14
NIGHT_PRICE = Decimal(80_000)
AIRPORT = "Chinggis Khaan (UBN)"


def add_facilities(database: Database, cast: Cast) -> None:
    """Three facilities with their rooms."""
    with database.writing(cast.role(Role.CONSULAR_DESK)) as work:
        if work.session.scalar(select(Facility.id).limit(1)):
            return
        for code in FACILITIES:
            facility = add_facility(work, get_organisation(work, code), aimag="MN11")
            for series in ROOMS:
                add_rooms(work, facility, series)


def run_movements(database: Database, cast: Cast) -> None:
    """The three movements, once."""
    with database.reading(cast.role(Role.CONSULAR_DESK)) as work:
        if work.session.scalar(select(Movement.id).limit(1)):
            return
    today, flight = clock.today(), MovementKind.CHARTER_FLIGHT
    arrived = today - timedelta(days=QUARANTINE_NIGHTS)
    plans = [
        MovementPlan(
            flight, 220, ("KR",), "Incheon", AIRPORT, arrived, arrived,
            Payer.GOVERNMENT, QUARANTINE_NIGHTS,
        ),
        MovementPlan(
            flight, 120, ("US", "AU"), "Seattle", AIRPORT, today + timedelta(days=6),
            today + timedelta(days=7), Payer.SELF, QUARANTINE_NIGHTS,
        ),
        MovementPlan(
            MovementKind.LAND_CONVOY, 60, ("KZ", "RU", "TR"), "Almaty", "Tsagaannuur",
            today + timedelta(days=20), today + timedelta(days=22), Payer.IOM, QUARANTINE_NIGHTS,
        ),
    ]  # fmt: skip
    home, offered, _ = [_allocate(database, cast, plan) for plan in plans]
    random = Random(5)  # noqa: S311 - invented answers
    _offer(database, cast, home, random, refused=0.05, silent=0.0)
    _bring_home(database, cast, home, random)
    _offer(database, cast, offered, random, refused=0.1, silent=0.3)
    _run_quarantine(database, cast, random)


def _allocate(database: Database, cast: Cast, plan: MovementPlan) -> Movement:
    with database.writing(cast.role(Role.CONSULAR_DESK)) as work:
        movement = plan_movement(work, plan)
        work.session.flush()
        allocate_movement(work, movement)
    return movement


def _offer(
    database: Database,
    cast: Cast,
    movement: Movement,
    random: Random,
    refused: float,
    silent: float,
) -> None:
    with database.writing(cast.role(Role.CONSULAR_DESK)) as work:
        send_offers(work, work.session.get_one(Movement, movement.id))
    asked: set[UUID] = set()
    while waiting := _without_an_answer(database, cast, movement) - asked:
        asked |= waiting
        for request_id in sorted(waiting):
            drawn = random.random()
            if drawn >= silent:
                _answer(database, cast, request_id, accepts=drawn >= silent + refused)


def _without_an_answer(database: Database, cast: Cast, movement: Movement) -> set[UUID]:
    with database.reading(cast.role(Role.CONSULAR_DESK)) as work:
        offered = Hold.movement_id == movement.id, Hold.state == HoldState.OFFERED
        return set(work.session.scalars(select(Hold.request_id).where(*offered)))


def _answer(database: Database, cast: Cast, request_id: UUID, *, accepts: bool) -> None:
    text = "Утсаар зөвшөөрсөн." if accepts else "Утсаар татгалзсан, дараагийн нислэгээр ирнэ."
    with database.writing(cast.role(Role.CONSULAR_DESK)) as work:
        request = work.session.get_one(ReturnRequest, request_id)
        officer = work.acting_as(cast.officer_of(request.lodged_at))
        for offer in open_offers(officer, request):
            word = Word(accepts, WithdrawalChannel.PHONE, text)
            answer_offer(officer, request, offer.key, word)


def _bring_home(database: Database, cast: Cast, movement: Movement, random: Random) -> None:
    desk = cast.role(Role.CONSULAR_DESK)
    with database.writing(desk) as work:
        close_manifest(work, work.session.get_one(Movement, movement.id))
    with database.writing(desk) as work:
        flight = work.session.get_one(Movement, movement.id)
        marks = {
            hold.id: ReleaseReason.NO_SHOW if random.random() < 0.02 else PRESENT
            for hold in manifest(work, flight)
        }
        record_boarding(work, flight, marks)
        depart(work, flight)
        arrive(work, flight)


def _run_quarantine(database: Database, cast: Cast, random: Random) -> None:
    for colleague in FACILITIES.values():
        officer = cast.colleague(colleague) if colleague else cast.role(Role.QUARANTINE_OFFICER)
        with database.writing(officer) as work:
            facility = work.session.scalars(
                select(Facility).where(Facility.organisation_id == officer.organisation_id)
            ).one()
            _live_a_day(work, facility, random)


def _live_a_day(work: Work, facility: Facility, random: Random) -> None:
    """Everyone who arrived is let in; most are checked today and some go home."""
    held = Stay.facility_id == facility.id, Stay.state == StayState.HELD
    arrived = work.session.scalars(
        select(Stay)
        .join(Hold, Hold.id == Stay.hold_id)
        .where(*held, Hold.state == HoldState.ARRIVED)
    ).all()
    check_in(work, arrived)
    well = {stay.id: CheckInput(temperature=random.randint(361, 370)) for stay in arrived}
    seen = {stay_id: found for stay_id, found in well.items() if random.random() < 0.8}
    record_checks(work, facility, seen)
    for stay in arrived:
        if stay.id in seen and random.random() < 0.5:
            release(work, stay, negative_test_on=clock.today() - timedelta(days=1))
    inside = [str(stay.id) for stay in arrived if stay.state is StayState.CHECKED_IN]
    if inside:
        send_samples(work, take_samples(work, facility, SampleKind.PCR, inside))
    set_rate(work, facility, None, clock.today() - timedelta(days=90), NIGHT_PRICE)
