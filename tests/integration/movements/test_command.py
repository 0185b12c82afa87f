"""`casework movements allocate`, by id and by reference."""

import json

import pytest

from casework.cli import build_parser, movements
from casework.config import Settings
from casework.errors import InvalidInput
from casework.services.work import Database
from tests.conftest import Cast
from tests.integration.movements.scene import flight, household


def test_the_answer_counts_households_and_people(
    database: Database, cast: Cast, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        household(work, count=2, waiting_days=40)
        household(work, count=2, waiting_days=1)
        movement = flight(work, 3, nights=0)
    for name in (str(movement.id), movement.reference):
        options = build_parser().parse_args(["movements", "allocate", name, "--json"])
        assert movements.run_allocate(options, settings) == 0
        answer = json.loads(capsys.readouterr().out)
        assert (answer["placed"], answer["waiting"]) == (1, 1)
        assert (answer["people_placed"], answer["people_waiting"]) == (2, 2)
        assert answer["status"] == "first_fit"
        assert answer["binding"] == ["no_seat"]
        assert answer["seconds"] >= 0
    options = build_parser().parse_args(["movements", "allocate", "M-1999-001"])
    with pytest.raises(InvalidInput, match="no movement M-1999-001"):
        movements.run_allocate(options, settings)
    options = build_parser().parse_args(["movements", "expire", "--json"])
    assert movements.run_expire(options, settings) == 0
    assert json.loads(capsys.readouterr().out) == {"people": 0}
