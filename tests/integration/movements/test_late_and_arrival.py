"""After the manifest is closed: who joins late, what leaves as a file, who really arrived."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdfium2
import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from audit.verify import verify
from casework.errors import InvalidInput, InvalidTransition
from casework.services.approvals.deciding import approve
from casework.services.approvals.override import ask_override
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.arriving import HERE, MISSING, complete_arrival, reconcile
from casework.services.movements.boarding import (
    PRESENT,
    close_manifest,
    depart,
    manifest,
    record_boarding,
)
from casework.services.movements.late import LATE, LateAddition, add_late
from casework.services.movements.offers import (
    Word,
    answer_offer,
    offers_to_hand_over,
    send_offers,
)
from casework.services.movements.reception import Reception, record_reception, takers
from casework.services.movements.replay import replay
from casework.services.work import Database, Work
from casework.vocabulary import (
    HoldState,
    LateReason,
    MovementState,
    OverrideKind,
    OverrideReason,
    ReceptionNeed,
    ReleaseReason,
    RequestState,
    Role,
    RoomKind,
    StayState,
    WithdrawalChannel,
)
from models.audit import AuditEntry
from models.facility import Stay
from models.movement import AllocationRun, Hold, Movement
from models.return_request import ReturnRequest
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import facility, flight, household, person
from tests.integration.need_to_know.second_people import colleague
from tests.postgresql import bare_connection

YES = Word(True, WithdrawalChannel.IN_PERSON, "")
WORD = "Өөрөө утсаар зөвшөөрсөн"


class Scene:
    """A closed flight with two travellers, and two households that wait, in order."""

    def __init__(self, database: Database, cast: Cast) -> None:
        with database.writing(cast["saruul.desk"]) as work:
            facility(work, (RoomKind.SINGLE, 1, 2))
            for days in (40, 39):
                household(work, waiting_days=days)
            self.next = household(work, waiting_days=20).reference
            self.last = household(work, waiting_days=5).reference
            movement = flight(work, 2)
            self.movement = movement.id
            allocate_movement(work, movement)
            send_offers(work, movement)
            for offer in offers_to_hand_over(work):
                answer_offer(work, offer.request, offer.key, YES)
            close_manifest(work, movement)

    def of(self, work: Work) -> Movement:
        return work.session.get_one(Movement, self.movement)


@pytest.fixture
def scene(database: Database, cast: Cast) -> Scene:
    return Scene(database, cast)


def request_of(work: Work, reference: str) -> ReturnRequest:
    found = select(ReturnRequest).where(ReturnRequest.reference == reference)
    return work.session.scalars(found).one()


def late(reference: str, reason: LateReason = LateReason.NO_SHOW_REPLACED) -> LateAddition:
    return LateAddition(reference, reason, WORD)


def test_the_next_in_order_takes_the_place_of_a_no_show(
    database: Database, cast: Cast, scene: Scene
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        movement = scene.of(work)
        with pytest.raises(InvalidInput, match="does not fit"):
            add_late(work, movement, late(scene.next))
        missing, _ = manifest(work, movement)
        record_boarding(work, movement, {missing.id: ReleaseReason.NO_SHOW})
        with pytest.raises(InvalidInput, match="stand before"):
            add_late(work, movement, late(scene.last))
        with pytest.raises(InvalidInput, match="said yes"):
            add_late(work, movement, LateAddition(scene.next, LateReason.SEAT_ADDED, ""))
        with pytest.raises(InvalidInput, match="waits in the queue"):
            add_late(work, movement, late("KR-1900-1"))
        with pytest.raises(InvalidTransition, match="Nobody can join"):
            add_late(work, movement, late(scene.next, LateReason.CAME_UNLISTED))
        assert add_late(work, movement, late(scene.next)) == 1
        joined = request_of(work, scene.next)
        assert joined.state is RequestState.CONFIRMED
        [hold] = work.session.scalars(select(Hold).where(Hold.request_id == joined.id))
        assert (hold.state, hold.word) == (HoldState.CONFIRMED, WORD)
        assert hold.room_id is not None
        stay = work.session.scalars(select(Stay).where(Stay.hold_id == hold.id)).one()
        assert stay.state is StayState.HELD
        run = work.session.scalars(select(AllocationRun).where(AllocationRun.status == LATE)).one()
        assert [placed.request_id for placed in replay(work, run).placed] == [str(joined.id)]
    with bare_connection(database) as connection:
        assert verify(connection).intact


def test_another_household_joins_only_when_two_people_put_it_first(
    database: Database, cast: Cast, scene: Scene
) -> None:
    second = colleague(database, cast, "tamir.desk", Role.CONSULAR_DESK, "MFA")
    with database.writing(cast["saruul.desk"]) as work:
        movement = scene.of(work)
        missing, _ = manifest(work, movement)
        record_boarding(work, movement, {missing.id: ReleaseReason.NO_SHOW})
    with database.writing(second) as work:
        kind, code = OverrideKind.PIN, OverrideReason.FAMILY_REUNION
        asked = ask_override(work, scene.of(work), scene.last, kind, code, "Хүүхэд нь хүлээж байна")
    with database.writing(cast["saruul.desk"]) as work:
        approve(work, work.session.get_one(type(asked), asked.id))
        assert add_late(work, scene.of(work), late(scene.last)) == 1


def test_who_came_and_who_did_not(database: Database, cast: Cast, scene: Scene) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        movement = scene.of(work)
        first, second = manifest(work, movement)
        with pytest.raises(InvalidTransition, match="departure is recorded"):
            reconcile(work, movement, {first.id: HERE}, {})
        record_boarding(work, movement, {first.id: PRESENT, second.id: PRESENT})
        depart(work, movement)
    with database.writing(cast["sarnai.seoul"]) as work:
        movement = scene.of(work)
        with pytest.raises(InvalidInput, match="what is known"):
            reconcile(work, movement, {second.id: MISSING}, {second.id: "  "})
        assert reconcile(work, movement, {first.id: HERE}, {}) == 1
        assert reconcile(work, movement, {first.id: HERE}, {}) == 0
        with pytest.raises(InvalidTransition, match="Neither here nor explained"):
            complete_arrival(work, movement)
        assert reconcile(work, movement, {second.id: MISSING}, {second.id: "Транзитэд үлдсэн"}) == 1
        gone = work.session.get_one(Hold, second.id)
        assert (gone.release_reason, gone.difference) == (MISSING, "Транзитэд үлдсэн")
        assert gone.request.state is RequestState.QUEUED
    with database.writing(cast["saruul.desk"]) as work:
        movement = scene.of(work)
        assert add_late(work, movement, late(scene.last, LateReason.CAME_UNLISTED)) == 1
        assert request_of(work, scene.last).state is RequestState.TRAVELLING
        with pytest.raises(InvalidTransition, match="Neither here nor explained"):
            complete_arrival(work, movement)
        assert reconcile(work, movement, {}, {}, rest_is_here=True) == 1
        assert complete_arrival(work, movement) == 2
        assert movement.state is MovementState.ARRIVED
        assert request_of(work, scene.last).state is RequestState.ARRIVED
    with bare_connection(database) as connection:
        assert verify(connection).intact


def test_who_came_unlisted_without_a_free_bed_is_still_here(
    database: Database, cast: Cast, scene: Scene
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        movement = scene.of(work)
        record_boarding(work, movement, {hold.id: PRESENT for hold in manifest(work, movement)})
        depart(work, movement)
        assert add_late(work, movement, late(scene.next, LateReason.CAME_UNLISTED)) == 1
        hold = work.session.scalars(
            select(Hold).where(Hold.request_id == request_of(work, scene.next).id)
        ).one()
        assert (hold.state, hold.room_id) == (HoldState.BOARDED, None)


def test_the_carriers_file_holds_text_only_and_is_accounted_for(
    database: Database, cast: Cast, client: Client
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        household(work, person(0))
        odd = replace(person(0), given_name="=Болор", passport_number="E1000001")
        household(work, odd).members[0].passport_expires_on = date(2031, 5, 17)
        movement = flight(work, 4, nights=0)
        allocate_movement(work, movement)
        send_offers(work, movement)
        for offer in offers_to_hand_over(work):
            answer_offer(work, offer.request, offer.key, YES)
        close_manifest(work, movement)
    mission = client("sarnai.seoul", language="en")
    path = f"/movements/{movement.id}/manifest/file"
    assert mission.get(path).status_code == 200
    asked = {"recipient": "carrier", "purpose": "return_assistance"}
    assert mission.post(path, data=asked).status_code == 200  # as what?
    sheet = mission.post(path, data=asked | {"form": "xlsx"})
    rows = list(load_workbook(BytesIO(sheet.data)).active.iter_rows(values_only=True))
    assert rows[0][:5] == ("Surname", "Given names", "Sex", "Date of birth", "Nationality")
    assert {row[0] for row in rows[1:]} == {"TSEREN"}
    assert {row[1]: row[6] for row in rows[1:]} == {"BOLORMAA": "E1000000", "=BOLOR": "E1000001"}
    assert {row[1]: str(row[7])[:10] for row in rows[1:]}["=BOLOR"] == "2031-05-17"
    assert {row[2:5:2] for row in rows[1:]} == {("F", "MNG")}
    printed = mission.post(path, data=asked | {"form": "pdf"})
    [page] = pypdfium2.PdfDocument(BytesIO(printed.data))
    assert "TSEREN" in page.get_textpage().get_text_range()
    assert client("bold.berlin").get(path).status_code == 404
    with bare_connection(database) as connection:
        told = select(AuditEntry.body).where(AuditEntry.event == "manifest.handed_out")
        bodies = connection.scalars(told).all()
    assert len(bodies) == 2
    assert all(b"person.passport_number" in body and b'"carrier"' in body for body in bodies)


def test_reception_says_what_must_stand_ready(database: Database, cast: Cast, scene: Scene) -> None:
    with database.writing(cast["sarnai.seoul"]) as work:
        movement = scene.of(work)
        first, second = manifest(work, movement)
        ready = Reception((ReceptionNeed.WHEELCHAIR,), str(takers(work)[0].id))
        told = {first.id: ready, second.id: Reception()}
        assert record_reception(work, movement, told) == 1
        assert record_reception(work, movement, told) == 0
        with pytest.raises(InvalidInput, match="on the list"):
            record_reception(work, movement, {first.id: Reception((), "somewhere")})
        work.end()
    with database.reading(cast["bold.berlin"]) as work:
        assert manifest(work, scene.of(work)) == []
