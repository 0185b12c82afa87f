"""Daily checks: many at once, one a person and day."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from audit.verify import verify
from casework.errors import InvalidInput, InvalidTransition
from casework.services.quarantine.board import board
from casework.services.quarantine.checks import CheckInput, record_checks
from casework.services.quarantine.stays import check_in, move_stay
from casework.services.work import Database
from casework.vocabulary import StayState
from models.audit import AuditEntry
from models.facility import DailyCheck
from tests.conftest import Cast
from tests.integration.movements.scene import facility
from tests.integration.quarantine.conftest import Scene
from tests.postgresql import bare_connection

FEVER = CheckInput(temperature=382, symptoms="Ханиалга")


def test_the_last_check_of_a_day_counts(database: Database, cast: Cast, arrived: Scene) -> None:
    with database.writing(cast["dorj.khanuul"]) as work:
        place, stays = arrived.facility(work), arrived.stays(work)
        check_in(work, stays)
        found = {stay.id: CheckInput() for stay in stays}
        assert record_checks(work, place, found | {uuid4(): FEVER}) == 3
        assert record_checks(work, place, found) == 0
        assert record_checks(work, place, {stays[1].id: FEVER}) == 1
        checks = work.session.scalars(select(DailyCheck)).all()
        assert len(checks) == 3
        [ill] = [check for check in checks if check.stay_id == stays[1].id]
        assert (ill.well, ill.temperature, ill.symptoms) == (False, 382, "Ханиалга")
        assert board(work, place).missing == ()
        events = select(AuditEntry.id).where(AuditEntry.event == "checks.recorded")
        assert len(work.session.scalars(events).all()) == 2
    with bare_connection(database) as connection:
        assert verify(connection).intact


def test_impossible_checks_are_refused(database: Database, cast: Cast, arrived: Scene) -> None:
    with database.writing(cast["dorj.khanuul"]) as work:
        place, stays = arrived.facility(work), arrived.stays(work)
        check_in(work, stays)
        with pytest.raises(InvalidInput, match="between"):
            record_checks(work, place, {stays[0].id: CheckInput(temperature=500)})
        move_stay(work, stays[0], StayState.HOSPITALISED, "Түргэн")
        with pytest.raises(InvalidTransition, match="has left meanwhile"):
            record_checks(work, place, {stays[0].id: CheckInput()})


def test_another_facilitys_people_are_left_out(
    database: Database, cast: Cast, arrived: Scene
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        gobi = facility(work, code="GOBI").id
    with database.writing(cast["dorj.khanuul"]) as work:
        check_in(work, arrived.stays(work))
    with database.writing(cast["tuya.gobi"]) as work:
        place = work.session.get_one(type(arrived.facility(work)), gobi)
        assert record_checks(work, place, {arrived.stay_ids[0]: CheckInput()}) == 0
