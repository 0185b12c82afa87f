"""Measure whether a withheld record can be told from a missing one by how long the answer takes.

    python -m bench.refusals [--rounds 400] [--home DIR]

Makes an installation with one case in a folder of its own, asks for the withheld one and for ids
that nobody has, in random order, and prints medians in microseconds with the share of rounds in
which the withheld one was slower (0.5: no difference) and its two-sided p (sign test).
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from math import erfc, sqrt
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

from audit.record import Act
from casework import clock
from casework.config import load_settings
from casework.errors import NotFound
from casework.policy import Permission
from casework.services.access import load, record_refusal
from casework.services.organisations import get_organisation
from casework.services.setup import command_actor, initialise
from casework.services.users import actor_of, add_user
from casework.services.work import Database
from casework.vocabulary import CaseKind, CaseState, Purpose, Role, SubjectKind
from models.case import Case
from models.user import User


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--home", type=Path, default=None)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = arguments.home or Path(folder) / "home"
        database = initialise(load_settings({"CASEWORK_HOME": str(home)}))
        report = _measured(database, arguments.rounds)
        database.close()
    json.dump(report, sys.stdout, indent=1)
    print()


def _measured(database: Database, rounds: int) -> dict[str, object]:
    ask, withheld = _question(database)
    random = Random(7)
    times: dict[str, list[float]] = {"withheld": [], "missing": []}
    for _ in range(rounds + 20):
        for kind in random.sample(sorted(times), 2):
            case_id = withheld if kind == "withheld" else uuid4()
            started = time.perf_counter()
            ask(case_id)
            times[kind].append((time.perf_counter() - started) * 1e6)
    kept = {kind: found[20:] for kind, found in times.items()}
    pairs = list(zip(kept["withheld"], kept["missing"], strict=True))
    slower = sum(one > other for one, other in pairs)
    medians = {f"{kind}_us": round(statistics.median(found)) for kind, found in kept.items()}
    difference = round(statistics.median(one - other for one, other in pairs))
    return {
        "rounds": rounds,
        **medians,
        "median_difference_us": difference,
        "slower_share": round(slower / rounds, 3),
        "p": round(erfc(abs(2 * slower - rounds) / sqrt(2 * rounds)), 3),
    }


def _question(database: Database) -> tuple[Callable[[UUID], None], UUID]:
    """Asking for a case as a page does, with its entry; and the id of one that is withheld."""
    with database.writing(command_actor()) as work:
        case = Case(
            number="RC-2026-00001",
            subject_id=work.new_subject(SubjectKind.CASE).id,
            kind=CaseKind.DIRECT,
            state=CaseState.ACTIVE,
            organisation_id=get_organisation(work, "IOM").id,
            opened_on=clock.today(),
        )
        work.session.add(case)
        user = add_user(work, email="worker@demo.example", role=Role.CASEWORKER, organisation="IOM")
        work.record(
            Act("organisation.added", Purpose.ADMINISTRATION, facts={"code": "", "kind": ""})
        )
    with database.reading(command_actor()) as work:
        actor = actor_of(work, work.session.get_one(User, user.id), command_actor().origin)

    def ask(case_id: UUID) -> None:
        with database.reading(actor) as work:
            try:
                load(work, Permission.CASE_READ, Case, case_id)
            except NotFound:
                pass
            else:
                raise AssertionError("the case is not withheld")
        record_refusal(database, actor, Permission.CASE_READ, "case", str(case_id))

    return ask, case.id


if __name__ == "__main__":
    main()
