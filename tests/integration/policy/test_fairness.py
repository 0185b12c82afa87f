"""Waiting and acceptance by group: right, without names, and the same from the log."""

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from casework.cli import main
from casework.clock import today
from casework.errors import InvalidInput, Refused
from casework.rules.fairness import Grouping, Line, Report, Traveller, report
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.offers import send_offers
from casework.services.statistics.fairness import Period, read_fairness
from casework.services.work import Database
from casework.vocabulary import Need, RoomKind, Sex
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.movements.scene import facility, flight, household, person

PLACED, WAITING = 6, 5
YEAR = Period.of(today() - timedelta(days=365), None)


def line(found: Report, grouping: Grouping, group: object) -> Line:
    return next(one for one in found.tables[grouping] if one.group == group)


def people(country: str, sex: Sex, waited: int | None, count: int) -> list[Traveller]:
    groups = {Grouping.COUNTRY: frozenset({country}), Grouping.SEX: frozenset({sex})}
    return [Traveller(groups, waited)] * count


def test_median_percentile_and_share_of_a_group() -> None:
    waits = [one for days in range(1, 12) for one in people("KR", Sex.FEMALE, days, 1)]
    found = report([*waits, *people("KR", Sex.FEMALE, None, 9)])
    assert line(found, Grouping.COUNTRY, "KR") == Line("KR", 20, 11, 6, 10)
    assert found.whole == Line(None, 20, 11, 6, 10) and found.whole.share == 55


@pytest.mark.parametrize(("placed", "waiting"), [(4, 30), (30, 4), (2, 2)])
def test_a_group_with_a_small_cell_is_withheld_with_another(placed: int, waiting: int) -> None:
    few = people("AU", Sex.MALE, 5, placed) + people("AU", Sex.MALE, None, waiting)
    others = people("KR", Sex.FEMALE, 5, 40) + people("KR", Sex.FEMALE, None, 40)
    third = people("US", Sex.OTHER, 5, 90) + people("US", Sex.OTHER, None, 90)
    found = report([*few, *others, *third])
    assert line(found, Grouping.COUNTRY, "AU") == Line("AU", None, None, None, None)
    hidden = [one for one in found.tables[Grouping.COUNTRY] if one.asked is None]
    assert len(hidden) >= 2 and found.whole.asked is not None


def test_nobody_asked() -> None:
    assert report([]).whole == Line(None, 0, 0, None, None) and report([]).whole.share is None


def placed(database: Database, cast: Cast) -> None:
    """Six people who were offered a place, five who were not: there were no more seats."""
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 20))
        movement = flight(work, seats=PLACED)
        for number in range(PLACED + WAITING):
            need = Need.HEALTH if number < PLACED else Need.VIOLENCE
            household(work, person(0, needs=[need]), waiting_days=10 + number)
        allocate_movement(work, movement)
        send_offers(work, movement)


def test_the_log_gives_the_same_figures_as_the_records(database: Database, cast: Cast) -> None:
    placed(database, cast)
    for period in (YEAR, Period.of(today() - timedelta(days=13), None)):
        with database.reading(cast["ganaa.analyst"]) as work:
            found = read_fairness(work, period)
            assert found == read_fairness(work, period, from_log=True)
            assert work.reads() == set()
    with database.reading(cast["ganaa.analyst"]) as work:
        assert read_fairness(work, YEAR).whole.asked == PLACED + WAITING
        before = Period.of(None, today() - timedelta(days=1))
        assert read_fairness(work, before, from_log=True).whole.asked == 0


def test_protection_is_no_group(database: Database, cast: Cast) -> None:
    placed(database, cast)
    with database.reading(cast["ganaa.analyst"]) as work:
        groups = {one.group for one in read_fairness(work, YEAR).tables[Grouping.NEED]}
    assert groups <= {Need.HEALTH, "none"}


def test_who_may_count_and_where(database: Database, cast: Cast) -> None:
    placed(database, cast)
    with database.reading(cast["bold.berlin"]) as work:
        assert read_fairness(work, YEAR).whole.asked == 0
    with database.reading(cast["admin.office"]) as work, pytest.raises(Refused):
        read_fairness(work, YEAR)
    with pytest.raises(InvalidInput):
        Period.of(today(), today() - timedelta(days=1))


@pytest.mark.parametrize("language", ["mn", "en"])
def test_the_report_on_a_page_as_files_and_by_command(
    database: Database,
    cast: Cast,
    client: Client,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    placed(database, cast)
    analyst = client("ganaa.analyst", language=language)
    page = analyst.get("/statistics/fairness").text
    assert "<svg" in page and "Болормаа" not in page
    wrong = analyst.get("/statistics/fairness?first=2026-02-01&last=2026-01-01").text
    assert "<svg class" not in wrong and "2026-02-01" in wrong
    sent = analyst.post("/statistics/fairness/export", data={"kind": "csv"})
    rows = list(csv.reader(StringIO(sent.text.lstrip("\ufeff"))))
    assert rows[1][2:5] == ["11", "6", "55"]
    sent = analyst.post("/statistics/fairness/export", data={"kind": "xlsx"})
    sheet = load_workbook(BytesIO(sent.data)).active
    assert [[str(cell or "") for cell in row] for row in sheet.values] == rows
    monkeypatch.setenv("CASEWORK_HOME", str(database.settings.home))
    monkeypatch.setenv("CASEWORK_DATABASE_URL", database.settings.database_url)
    monkeypatch.setenv("CASEWORK_KEYSTORE_URL", database.settings.keystore_url)
    capsys.readouterr()
    answers = []
    for more in ((), ("--from-log",)):
        assert main(["policy", "fairness", "--json", *more]) == 0
        answers.append(json.loads(capsys.readouterr().out))
    assert answers[0] == answers[1] and answers[0]["lines"][0]["placed"] == PLACED
