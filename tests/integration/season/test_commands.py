"""`casework scenario season`, `scenario load` and `movements plan-season`, on real files."""

import csv
import json
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from audit.record import Act
from casework.cli import build_parser
from casework.config import Settings
from casework.errors import InvalidInput
from casework.rules.season_scenario import write_season
from casework.services.movements.allocation import allocate_movement
from casework.services.movements.offers import Word, answer_offer, open_offers, send_offers
from casework.services.season.loading import load_season
from casework.services.season.planning import make_plan
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import Purpose, RoomKind, WithdrawalChannel
from models.movement import Movement
from models.season import SeasonOutcome
from tests.conftest import Cast
from tests.integration.movements.scene import facility, flight, holds, household

REQUESTS = 40


def run(settings: Settings, *arguments: str) -> int:
    options = build_parser().parse_args(arguments)
    code: int = options.run(options, settings)
    return code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A season of forty requests: two seats a movement, one room of each size a facility."""
    out = tmp_path / "season"
    write_season(7, out, requests=REQUESTS)
    return out


def test_a_season_is_loaded_once_and_planned(
    database: Database, settings: Settings, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(settings, "scenario", "load", str(folder), "--json") == 0
    first = json.loads(capsys.readouterr().out)
    assert (first["requests"], first["movements"], first["facilities"]) == (REQUESTS, 142, 14)
    assert run(settings, "scenario", "load", str(folder), "--json") == 0
    again = json.loads(capsys.readouterr().out)
    assert (again["requests"], again["movements"], again["rooms"]) == (0, 0, 0)

    out = folder / "PLAN.json"
    assert run(settings, "movements", "plan-season", "--out", str(out), "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["greedy_points"] <= answer["points"] <= answer["bound"]
    assert_a_stranger_agrees(folder, json.loads(out.read_text()))
    assert run(settings, "movements", "check", answer["id"], "--json") == 0
    assert json.loads(capsys.readouterr().out)["right"] is True

    spoil(database, answer["id"])
    assert run(settings, "movements", "check", answer["id"], "--json") == 1
    codes = {fault["code"] for fault in json.loads(capsys.readouterr().out)["faults"]}
    assert "double_booked" in codes
    with pytest.raises(InvalidInput, match="is stored under M-9"):
        run(settings, "movements", "check", "M-9")


def test_an_allocated_movement_is_checked_from_the_places_it_holds(
    database: Database, cast: Cast, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.SINGLE, 1, 2), (RoomKind.DOUBLE, 2, 2))
        for number in range(4):
            household(work, count=1 + number % 2, waiting_days=20 * number)
        movement = flight(work, 4)
        work.session.flush()
        run_id = str(allocate_movement(work, movement).run.id)
    for name in (movement.reference, run_id):
        assert run(settings, "movements", "check", name, "--json") == 0
        assert json.loads(capsys.readouterr().out)["kind"] == "allocation"
    with database.writing(command_actor()) as work:
        held = holds(work, work.session.get_one(Movement, movement.id))
        one = next(hold for hold in held if hold.request_id != held[0].request_id)
        one.room_id = held[0].room_id
        facts = {"status": "optimal", "placed": 0, "waiting": 0}
        work.record(Act("movement.allocated", Purpose.RETURN_ASSISTANCE, facts=facts))
    assert run(settings, "movements", "check", movement.reference) == 1
    assert "One room was given to 2 households." in capsys.readouterr().out


def test_places_handed_on_are_checked_with_those_before(
    database: Database, cast: Cast, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        facility(work, (RoomKind.DOUBLE, 2, 2))
        families = [household(work, count=2, waiting_days=20 * n) for n in range(3)]
        movement = flight(work, 4)
        allocate_movement(work, movement)
        send_offers(work, movement)
        [offer] = open_offers(work, families[2])
        no = Word(accepts=False, channel=WithdrawalChannel.PHONE, text="Явахгүй гэв")
        answer_offer(work, families[2], offer.key, no)
        assert {hold.request_id for hold in holds(work, movement)} == {
            families[0].id,
            families[1].id,
        }
    assert run(settings, "movements", "check", movement.reference) == 0
    with database.writing(command_actor()) as work:
        first, *_, last = holds(work, work.session.get_one(Movement, movement.id))
        assert first.request_id != last.request_id
        first.room_id = last.room_id
        facts = {"status": "optimal", "placed": 0, "waiting": 0}
        work.record(Act("movement.allocated", Purpose.RETURN_ASSISTANCE, facts=facts))
    capsys.readouterr()
    assert run(settings, "movements", "check", movement.reference) == 1
    assert "3 people of 2 households sleep there" in capsys.readouterr().out


def spoil(database: Database, plan_id: str) -> None:
    """Put two parties of one movement into the same room, past every service."""
    with database.writing(command_actor()) as work:
        plan = UUID(plan_id)
        outcomes = work.session.scalars(
            select(SeasonOutcome).where(
                SeasonOutcome.plan_id == plan, SeasonOutcome.movement_id.is_not(None)
            )
        ).all()
        alone = [outcome for outcome in outcomes if outcome.people == 1]
        one, other = next(
            (one, other)
            for one in alone
            for other in alone
            if one is not other and one.first_night == other.first_night
        )
        other.rooms = dict.fromkeys(other.rooms, next(iter(one.rooms.values())))
        facts = {"status": "flow", "placed": 0, "waiting": 0}
        work.record(Act("season.planned", Purpose.RETURN_ASSISTANCE, facts=facts))


def assert_a_stranger_agrees(folder: Path, plan: dict[str, object]) -> None:
    """What docs/season.md says can be checked with the files alone."""
    requests: dict[str, list[dict[str, str]]] = {}
    for row in rows(folder / "requests.csv"):
        requests.setdefault(row["request_ref"], []).append(row)
    movements = {row["reference"]: row for row in rows(folder / "movements.csv")}
    beds = {f"{r['facility']}/{r['number']}": int(r["beds"]) for r in rows(folder / "rooms.csv")}
    assignments = plan["assignments"]
    assert isinstance(assignments, list) and assignments
    points = 0
    for each in assignments:
        household, movement = requests[each["request_ref"]], movements[each["movement"]]
        assert each["people"] == len(household)
        assert household[0]["country"] in movement["origin_countries"].split("|")
        assert household[0]["submitted_on"] <= movement["departs_on"]
        assert each["first_night"] == movement["arrives_on"]
        nights = date.fromisoformat(each["last_night"]) - date.fromisoformat(each["first_night"])
        assert nights.days + 1 == int(movement["quarantine_nights"])
        assert sum(beds[name] for name in each["rooms"]) >= each["people"]
        points += each["points"] * each["people"]
    assert points == plan["points"]
    assert len({each["request_ref"] for each in assignments}) == len(assignments)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_same_seed_writes_the_same_files(settings: Settings, tmp_path: Path) -> None:
    for name in ("a", "b"):
        arguments = ["--seed", "3", "--requests", "20", "--out", str(tmp_path / name)]
        assert run(settings, "scenario", "season", *arguments) == 0
    for file in ("requests", "movements", "facilities", "rooms"):
        one, other = (tmp_path / name / f"{file}.csv" for name in ("a", "b"))
        assert one.read_bytes() == other.read_bytes()


def test_each_fault_is_named_with_file_line_and_column(
    database: Database, settings: Settings, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    movements = folder / "movements.csv"
    lines = movements.read_text().splitlines()
    values = dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
    values |= {"seats": "0", "origin_countries": "XX"}
    lines[1] = ",".join(values.values())
    movements.write_text("\n".join([*lines, lines[2]]))
    with (folder / "rooms.csv").open("a") as stream:
        stream.write("NOWHERE,1,1,single,1\n")
    assert run(settings, "scenario", "load", str(folder)) == 3
    said = capsys.readouterr().err
    assert "movements.csv, line 2, seats: Write a whole number from 1 to 1000." in said
    assert "movements.csv, line 2, origin_countries:" in said
    assert "movements.csv, line 144, reference: It stands in line 3 already." in said
    assert "rooms.csv, line 962, facility:" in said
    with pytest.raises(InvalidInput, match="No movement is planned"):
        make_plan(database, command_actor())


def test_a_request_that_cannot_go_in_is_named_by_its_line_in_the_file(
    database: Database, folder: Path
) -> None:
    path = folder / "requests.csv"
    content = rows(path)
    content[5]["birth_date"] = "2020-13-41"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(content[0]))
        writer.writeheader()
        writer.writerows(content)
    loaded = load_season(database, command_actor(), folder)
    assert loaded.rejected == 1
    assert ("requests.csv", 7, "birth_date") in {
        (fault.file, fault.line, fault.column) for fault in loaded.faults
    }


def test_a_missing_file_and_an_empty_queue_are_said(database: Database, folder: Path) -> None:
    (folder / "requests.csv").write_text((folder / "requests.csv").read_text().splitlines()[0])
    with pytest.raises(InvalidInput, match=r"requests\.csv: .*no people in it"):
        load_season(database, command_actor(), folder)
    (folder / "rooms.csv").unlink()
    with pytest.raises(InvalidInput, match=r"rooms\.csv cannot be read"):
        load_season(database, command_actor(), folder)
