"""casework movements plan-season, check"""

import json
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import Any

from casework.cli.arguments import day
from casework.config import Settings
from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.season.checking import check_stored
from casework.services.season.plan_file import plan_file, summary
from casework.services.season.planning import Planned, make_plan
from casework.services.season.store import new_plan, store_plan
from casework.services.setup import command_actor, open_database

WRONG = 1


def add_actions(actions: Any) -> None:
    """Add `plan-season` and `check` to `movements`."""
    plan = actions.add_parser("plan-season", help="plan all movements together (docs/season.md)")
    plan.add_argument("--out", type=Path, metavar="PLAN.json", help="write every assignment")
    plan.add_argument("--on", type=day, metavar="DATE", help="the day whose points count")
    plan.add_argument("--json", action="store_true", help="one JSON value on standard output")
    plan.set_defaults(run=run_plan)
    check = actions.add_parser("check", help="prove a stored plan or allocation, without a solver")
    check.add_argument("id", metavar="ID", help="of a plan or a run, or a movement's reference")
    check.add_argument("--json", action="store_true", help="one JSON value on standard output")
    check.set_defaults(run=run_check)


def run_plan(options: Namespace, settings: Settings) -> int:
    """Plan, prove, store and print."""
    with closing(open_database(settings)) as database:
        planned = make_plan(database, command_actor(), options.on)
        with database.writing(command_actor()) as work:
            plan_id = str(store_plan(work, new_plan(work), planned).id)
    answer = {"id": plan_id, **summary(planned.asked, planned.plan, planned.milliseconds)}
    if options.out is not None:
        _write(options.out, planned)
    print(json.dumps(answer) if options.json else _in_words(answer))
    return 0


def run_check(options: Namespace, settings: Settings) -> int:
    """Name every fault; exit 1 when there is one."""
    with (
        closing(open_database(settings)) as database,
        database.reading(command_actor()) as work,
        work.unseen(),
    ):
        checked = check_stored(work, options.id)
    if options.json:
        print(json.dumps(checked.as_json()))
    else:
        for code, text in checked.faults:
            print(f"{code}: {text}")
        print(f"{checked.kind} {checked.id}: {len(checked.faults)} faults.")
    return WRONG if checked.faults else 0


def _write(path: Path, planned: Planned) -> None:
    content = plan_file(planned.asked, planned.plan, planned.milliseconds)
    try:
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            N_("A file cannot be opened: %(reason)s."), reason=error.strerror or "?"
        ) from None


def _in_words(answer: dict[str, Any]) -> str:
    return (
        "{requests_planned} of {requests} requests travel ({people_planned} of {people} people) on "
        "{movements} movements.\n".format(**answer["totals"])
        + "{points} points, at most {bound} are possible (gap {gap:.2%}); highest score first "
        "{greedy_points}, first come {first_come_points}; {seconds} s.".format(**answer)
    )
