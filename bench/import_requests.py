"""How long a mission's list of 13,000 people takes to import: `python -m bench.import_requests`."""

import argparse
import tempfile
import time
from pathlib import Path

from bench.scenario import write_scenario
from casework.config import load_settings
from casework.services.requests.importing import import_requests
from casework.services.requests.scoring import refresh_scores
from casework.services.setup import command_actor, initialise


def main() -> None:
    """Import an invented list into a new installation, then again, and print the seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=13_000)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requests.csv"
        write_scenario(people, 1, file)
        database = initialise(load_settings({"CASEWORK_HOME": f"{folder}/home"}))
        for act in ("import", "import again"):
            began = time.perf_counter()
            with file.open("rb") as stream:
                report = import_requests(database, command_actor(), stream, "KR")
            print(f"{act}: {time.perf_counter() - began:.1f} s {report.counts()}")
        began = time.perf_counter()
        refreshed = refresh_scores(database)
        print(f"scores: {time.perf_counter() - began:.1f} s, {refreshed} refreshed")


if __name__ == "__main__":
    main()
