"""Figures say nothing about anybody."""

import csv
from io import StringIO

import pytest

from casework.rules.suppression import shown_total, suppressed
from casework.services.statistics.figures import read_figures
from casework.services.work import Database
from casework.vocabulary import CaseState
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.referrals.referral_cast import SECRETS, consent, sent, set_stage


def test_small_cells_and_what_would_give_them_away_are_withheld() -> None:
    assert suppressed({"KR": 40, "US": 3, "AU": 9}) == {"KR": 40, "US": None, "AU": None}
    assert suppressed({"KR": 40, "US": 3, "AU": 2}) == {"KR": 40, "US": None, "AU": None}
    assert suppressed({"KR": 40, "US": 0}) == {"KR": 40, "US": 0}
    assert suppressed({"KR": 4}) == {"KR": None} and shown_total({"KR": 4}) is None
    assert shown_total({"KR": 40, "US": 3, "AU": 9}) == 52
    assert suppressed({}) == {} and shown_total({}) == 0


def test_one_case_is_never_counted_in_public(database: Database, cast: Cast) -> None:
    set_stage(database, cast)
    with database.reading(cast["ganaa.analyst"]) as work:
        tables = {table.title: table for table in read_figures(work).tables}
        assert tables["Cases by state"].rows == [(CaseState.INTAKE, None)]
        assert tables["Cases by state"].total is None
        assert work.reads() == set()


@pytest.mark.parametrize("language", ["mn", "en"])
def test_figures_on_the_page_and_as_a_file(
    database: Database, cast: Cast, client: Client, language: str
) -> None:
    stage = set_stage(database, cast)
    given = consent(database, cast, stage)
    for _ in range(6):
        sent(database, cast, stage, given)
    analyst = client("ganaa.analyst", language=language)
    page = analyst.get("/statistics").text
    assert "<svg" in page and analyst.get("/").status_code == 200
    export = analyst.post("/statistics/export")
    rows = list(csv.reader(StringIO(export.text.lstrip("\ufeff"))))
    assert export.mimetype == "text/csv" and len(rows[0]) == 3
    assert {row[2] for row in rows if row[0] in ("Referrals by outcome",)} <= {"6"}
    for secret in SECRETS.values():
        assert secret not in page and secret not in export.text
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_each_role_counts_within_its_scope(database: Database, cast: Cast, client: Client) -> None:
    stage = set_stage(database, cast)
    given = consent(database, cast, stage)
    for _ in range(5):
        sent(database, cast, stage, given)

    def referrals(name: str) -> int | None:
        with database.reading(cast[name]) as work:
            tables = {table.title: table for table in read_figures(work).tables}
            return tables["Referrals by outcome"].total

    assert referrals("ganaa.analyst") == referrals("naran.coordinator") == 5
    assert referrals("outsider.ngo") == referrals("sarnai.seoul") == 0
    assert referrals("saruul.desk") == 0
    for name, status in (("naran.coordinator", 200), ("oyuna.shelter", 404), ("admin.office", 404)):
        assert client(name).post("/statistics/export").status_code == status
    assert client("admin.office").get("/statistics").status_code == 404
