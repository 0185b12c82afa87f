from pathlib import Path

from bench.scenario import SNAPSHOT, write_scenario
from casework.rules.household_file import read_households


def test_benchmark_scenario_is_a_file_to_import(tmp_path: Path) -> None:
    write_scenario(20, 3, tmp_path / "requests.csv")
    with (tmp_path / "requests.csv").open("rb") as stream:
        file = read_households(stream, SNAPSHOT)
    assert sum(len(household.members) for household in file.households) == 20
