"""A mission's list goes in once, whole or to be mended."""

import csv
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework.cli import main
from casework.services.requests import importing
from casework.services.requests.importing import ImportReport, import_requests
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import RequestState
from models.audit import AuditEntry
from models.return_request import ReturnRequest
from tests.conftest import Cast
from tests.integration.requests.family import MOTHER, registered

HEADER = (
    "request_ref,submitted_on,country,relation,given_name,sex,birth_date,register_number,"
    "needs,legal_basis,share_with"
)
GOOD = "S-1,2026-10-01,KR,principal,Бат,M,1990-01-01,УБ90010112,no_means,public_task,"
CHILD = "S-1,2026-10-01,KR,child,Номин,F,2018-02-02,,protection,public_task,"
BAD_DATE = "S-2,2026-13-41,KR,principal,Дорж,M,1991-01-01,,protection|health,public_task,"
TWIN = "S-3,2026-10-02,US,principal,Бат,M,1990-01-01,YБ90010112,,public_task,"
NO_SUCH = "S-4,2026-10-02,KR,principal,Туяа,F,1992-03-03,,,public_task,NOBODY"


def file_of(*rows: str) -> BytesIO:
    return BytesIO("\n".join([HEADER, *rows]).encode())


def imported(database: Database, *rows: str, mission: str = "KR", **options: bool) -> ImportReport:
    return import_requests(database, command_actor(), file_of(*rows), mission, **options)


def in_the_system(database: Database, cast: Cast) -> int:
    with database.reading(cast["saruul.desk"]) as work:
        return work.session.scalar(select(func.count()).select_from(ReturnRequest)) or 0


def test_good_go_in_bad_are_told_and_twins_wait(database: Database, cast: Cast) -> None:
    report = imported(database, GOOD, CHILD, BAD_DATE, TWIN, NO_SUCH)
    assert report.counts() == {
        "households": 4,
        "people": 5,
        "imported": 1,
        "rejected": 2,
        "duplicates": 1,
        "unchanged": 0,
    }
    assert [(each.row, each.column) for each in sorted(report.rejects, key=lambda r: r.row)] == [
        (4, "submitted_on"),
        (5, "register_number"),
        (6, "share_with"),
    ]
    with database.reading(cast["saruul.desk"]) as work:
        request = work.session.scalars(select(ReturnRequest)).one()
        assert (request.source_reference, request.state) == ("S-1", RequestState.QUEUED)
        assert [member.protection for member in request.members] == [False, True]
        assert [member.state for member in request.members] == [RequestState.QUEUED] * 2
        assert request.score.reserved


def test_a_reference_that_names_a_person_is_refused(database: Database, cast: Cast) -> None:
    report = imported(database, GOOD.replace("S-1", "УБ90010112"))
    assert (report.imported, report.rejected) == (0, 1)
    assert [each.column for each in report.rejects] == ["request_ref"]
    assert in_the_system(database, cast) == 0


def test_the_same_file_again_changes_nothing(database: Database, cast: Cast) -> None:
    imported(database, GOOD, CHILD)
    again = imported(database, GOOD, CHILD, TWIN)
    assert (again.unchanged, again.imported, again.duplicates) == (1, 0, 1)
    assert in_the_system(database, cast) == 1
    elsewhere = imported(database, GOOD.replace("УБ90010112", ""), mission="US")
    assert elsewhere.imported == 1


def test_a_person_of_the_system_awaits_a_decision(database: Database, cast: Cast) -> None:
    registered(database, cast, replace(MOTHER, register_number="УБ90010112"))
    assert imported(database, GOOD).duplicates == 1
    assert in_the_system(database, cast) == 1


def test_a_protected_person_elsewhere_is_not_told(database: Database, cast: Cast) -> None:
    protected = replace(MOTHER, register_number="УБ90010112", protection=True)
    registered(database, cast, protected)
    assert imported(database, GOOD, mission="US").imported == 1
    with database.reading(command_actor()) as work:
        events = work.session.scalars(
            select(AuditEntry.event).where(AuditEntry.event == "request.duplicate_withheld")
        )
        assert len(events.all()) == 1


def test_a_dry_run_writes_nothing(database: Database, cast: Cast) -> None:
    assert imported(database, GOOD, CHILD, dry_run=True).imported == 1
    assert in_the_system(database, cast) == 0


def test_what_was_interrupted_is_finished(
    database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        f"S-{n},2026-10-01,KR,principal,Бат,M,1990-01-{n:02},,,public_task," for n in range(1, 6)
    ]
    monkeypatch.setattr(importing, "BATCH", 2)
    real, calls = importing.write_batch, []

    def fails_at_the_second(*arguments: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "write_batch", fails_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        imported(database, *rows)
    assert in_the_system(database, cast) == 2
    monkeypatch.setattr(importing, "write_batch", real)
    report = imported(database, *rows)
    assert (report.unchanged, report.imported) == (2, 3)
    assert in_the_system(database, cast) == 5


def test_the_command_answers_with_counts_and_exit_codes(
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CASEWORK_HOME", str(database.settings.home))
    monkeypatch.setenv("CASEWORK_DATABASE_URL", database.settings.database_url)
    monkeypatch.setenv("CASEWORK_KEYSTORE_URL", database.settings.keystore_url)
    file, rejects = tmp_path / "list.csv", tmp_path / "rejects.csv"
    file.write_bytes(file_of(GOOD, CHILD, BAD_DATE).getvalue())
    command = ["requests", "import", str(file), "--mission", "KR", "--json"]
    assert main([*command, "--rejects", str(rejects)]) == 3
    counts = json.loads(capsys.readouterr().out)
    assert (counts["imported"], counts["rejected"]) == (1, 1)
    text = rejects.read_text(encoding="utf-8-sig")
    assert "protection" not in text
    (row,) = csv.DictReader(text.splitlines())
    assert (row["row"], row["column"], row["needs"]) == ("4", "submitted_on", "health")
    rejects.write_text(text.replace("2026-13-41", "2026-10-03"), encoding="utf-8-sig")
    mended = ["requests", "import", str(rejects), "--mission", "KR", "--json"]
    assert main(mended) == 0
    assert json.loads(capsys.readouterr().out)["imported"] == 1
    file.write_bytes("ref;нэр".encode("cp1251"))
    assert main(command) == 2
    assert main([*command[:2], str(tmp_path / "absent.csv"), *command[3:]]) == 2
    assert main([*command[:4], "XX"]) == 2
    assert capsys.readouterr().out == ""


def test_a_scenario_is_written_and_imported(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEWORK_HOME", str(database.settings.home))
    monkeypatch.setenv("CASEWORK_DATABASE_URL", database.settings.database_url)
    monkeypatch.setenv("CASEWORK_KEYSTORE_URL", database.settings.keystore_url)
    file = tmp_path / "scenario.csv"
    assert main(["scenario", "--requests", "40", "--seed", "1", "--out", str(file)]) == 0
    with file.open(encoding="utf-8") as stream:
        assert len(list(csv.DictReader(stream))) == 40
    assert main(["requests", "import", str(file), "--mission", "KR"]) == 0
