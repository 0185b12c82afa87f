"""What nights cost, by funder; why people overstay. No names anywhere."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.services.quarantine.cost import (
    cost_statement,
    explain_overstay,
    rates_of,
    set_rate,
)
from casework.services.quarantine.facilities import room_numbered
from casework.services.quarantine.moves import change_room
from casework.services.quarantine.stays import check_in
from casework.services.work import Database
from casework.vocabulary import OverstayReason, Payer, RoomKind
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import NIGHTS
from tests.integration.quarantine.conftest import Scene

PRICE = Decimal(80_000)


def test_a_month_by_funder_and_kind(
    database: Database, cast: Cast, arrived: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today()
    with database.writing(cast["dorj.khanuul"]) as work:
        place, stays = arrived.facility(work), arrived.stays(work)
        check_in(work, stays)
        set_rate(work, place, None, today, PRICE)
        set_rate(work, place, RoomKind.ACCESSIBLE, today, 2 * PRICE)
        with pytest.raises(InvalidInput, match="begins on this day"):
            set_rate(work, place, None, today, PRICE)
        change_room(work, stays[0], room_numbered(work, place, "102"), "Чимээтэй")
        with pytest.raises(InvalidTransition, match="not too long"):
            explain_overstay(work, stays[0], OverstayReason.NO_HOME)
        assert len(rates_of(work, place)) == 2
        told = cost_statement(work, today.replace(day=1))
        assert {(line.payer, line.kind, line.nights) for line in told.lines} == {
            (Payer.GOVERNMENT, RoomKind.DOUBLE, 2),
            (Payer.GOVERNMENT, RoomKind.ACCESSIBLE, 1),
        }
        assert told.total == 4 * PRICE
    later = clock.now() + timedelta(days=NIGHTS + 1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with database.writing(cast["dorj.khanuul"]) as work:
        explain_overstay(work, arrived.stays(work)[0], OverstayReason.NO_HOME)
        told = cost_statement(work, clock.today().replace(day=1))
        assert told.overstays == {OverstayReason.NO_HOME: 1, None: 2}
    with database.reading(cast["tuya.gobi"]) as work:
        assert cost_statement(work, today.replace(day=1)).lines == ()


def test_the_pages(database: Database, cast: Cast, client: Client, arrived: Scene) -> None:
    place, stay = f"/facilities/{arrived.facility_id}", f"/stays/{arrived.stay_ids[0]}"
    today = clock.today().isoformat()
    for language, day in (("mn", today), ("en", "2020-01-01")):
        officer = client("dorj.khanuul", language=language)
        officer.post(f"{place}/arrivals")
        assert officer.get(f"{place}/prices").status_code == 200
        price = {"amount": "80 000", "applies_from": day}
        assert officer.post(f"{place}/prices", data=price).status_code == 302
        assert officer.get("/facilities/costs").status_code == 200
        assert officer.get("/facilities/costs?month=May").status_code == 404
    sheet = load_workbook(BytesIO(officer.get("/facilities/costs.xlsx").data)).active
    assert sheet is not None
    assert sheet.cell(2, 1).value == "KHANUUL"
    assert officer.get(f"{stay}/overstay").status_code == 200
    assert officer.post(f"{stay}/overstay", data={"reason": "no_home"}).status_code == 200
    with database.writing(cast["dorj.khanuul"]) as work:
        late = arrived.stays(work)[0]
        late.first_night = late.last_night = clock.today() - timedelta(days=1)
        explain_overstay(work, late, OverstayReason.OTHER)
    assert officer.post(f"{stay}/overstay", data={"reason": "no_home"}).status_code == 302
    assert officer.get(stay).status_code == 200
