"""The benchmark's scenario: requests of the 2020 operation, invented, as a file to import."""

from datetime import date
from pathlib import Path

from casework.rules.scenario import write_scenario as write_to

#: The day of the published snapshot.
SNAPSHOT = date(2020, 11, 30)


def write_scenario(requests: int, seed: int, out: Path, until: date = SNAPSHOT) -> None:
    """Write `requests` people, in about 1.6 times fewer households, to the CSV file `out`."""
    with out.open("w", encoding="utf-8", newline="") as stream:
        write_to(requests, seed, until, stream)
