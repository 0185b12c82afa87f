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
        assert answer["status"] == "optimal"
        assert answer["objective"] == answer["bound"] > 0
        assert answer["gap"] == 0
        assert answer["binding"] == [
            {"limit": "seats", "more": 1, "households": 1, "people": 2, "nights": None}
        ]
        assert answer["seconds"] >= 0
    wide = ["movements", "allocate", movement.reference, "--what-if", "seats=+1", "--json"]
    assert movements.run_allocate(build_parser().parse_args(wide), settings) == 0
    tried = json.loads(capsys.readouterr().out)
    assert (tried["placed"], tried["before"]["placed"]) == (2, 1)
    assert (len(tried["moved_in"]), tried["moved_out"]) == (1, [])
    options = build_parser().parse_args(["movements", "allocate", "M-1999-001"])
    with pytest.raises(InvalidInput, match="no movement M-1999-001"):
        movements.run_allocate(options, settings)
    options = build_parser().parse_args(["movements", "expire", "--json"])
    assert movements.run_expire(options, settings) == 0
    assert json.loads(capsys.readouterr().out) == {"people": 0}
