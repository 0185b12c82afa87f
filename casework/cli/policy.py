"""casework policy simulate, fairness"""

import json
import sys
from argparse import Namespace
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from casework.cli.arguments import day
from casework.config import Settings
from casework.errors import InvalidInput
from casework.messages import N_
from casework.rules.fairness import Line
from casework.rules.policy_moves import Simulation
from casework.rules.priority import Policy, problems
from casework.services.policy.simulating import simulate
from casework.services.setup import command_actor, open_database
from casework.services.statistics.fairness import Period, read_fairness

WRONG = 2


def add_commands(commands: Any) -> None:
    """Add `policy simulate` and `policy fairness`."""
    group = commands.add_parser("policy", help="the published order of return")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    try_out = actions.add_parser("simulate", help="who would move under another policy")
    try_out.add_argument("file", type=Path, metavar="FILE", help="a policy (docs/priority.md)")
    try_out.add_argument("--json", action="store_true", help="one JSON value on standard output")
    try_out.set_defaults(run=run_simulate)
    fair = actions.add_parser("fairness", help="who waited how long and got a place, by group")
    fair.add_argument("--from", dest="first", type=day, metavar="DAY", help="2026-01-31")
    fair.add_argument("--to", dest="last", type=day, metavar="DAY", help="2026-12-31")
    fair.add_argument("--from-log", action="store_true", help="recompute from the audit log")
    fair.add_argument("--json", action="store_true", help="one JSON value on standard output")
    fair.set_defaults(run=run_fairness)


def run_simulate(options: Namespace, settings: Settings) -> int:
    """Exit 0 with who moves; 2 when the policy is wrong, with each setting named."""
    data = _read(options.file)
    wrong = list(problems(data))
    for problem in wrong:
        print(f"casework: {problem.field}: {problem}", file=sys.stderr)
    if wrong:
        return WRONG
    with (
        closing(open_database(settings)) as database,
        database.reading(command_actor()) as work,
    ):
        found = simulate(work, Policy.parse(data))
    if options.json:
        print(json.dumps(found.as_dict()))
    else:
        _say(found)
    return 0


def run_fairness(options: Namespace, settings: Settings) -> int:
    """Print the fairness report of a period, small cells withheld."""
    period = Period.of(options.first, options.last)
    with (
        closing(open_database(settings)) as database,
        database.reading(command_actor()) as work,
    ):
        found = read_fairness(work, period, from_log=options.from_log)
    lines = [("all", found.whole)]
    lines += [(grouping.value, line) for grouping, table in found.tables.items() for line in table]
    rows = [{"by": by, "group": str(line.group or ""), **_figures(line)} for by, line in lines]
    if options.json:
        span = {"from": period.first.isoformat(), "to": period.last.isoformat()}
        print(json.dumps({**span, "lines": rows}))
        return 0
    for row in rows:
        print("  ".join("withheld" if value is None else str(value) for value in row.values()))
    return 0


def _figures(line: Line) -> dict[str, int | None]:
    return {
        "asked": line.asked,
        "placed": line.placed,
        "share_percent": line.share,
        "median_days": line.median,
        "ninetieth_days": line.ninetieth,
    }


def _read(path: Path) -> Mapping[str, object]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(
            N_("A file cannot be opened: %(reason)s."), reason=error.strerror or "?"
        ) from None
    except ValueError:
        raise InvalidInput(N_("The file is not JSON.")) from None
    if not isinstance(data, dict):
        raise InvalidInput(N_("The file must hold one JSON object: a policy."))
    return data


def _say(found: Simulation) -> None:
    whole = found.whole
    print(f"{whole.households} households wait: {whole.up} move up, {whole.down} move down.")
    for grouping, groups in found.groups.items():
        for group, moves in groups:
            print(
                f"{grouping.value:<15} {group!s:<20} {moves.households:>6} households "
                f"{moves.up:>6} up {moves.down:>6} down, median {moves.median:+g}"
            )
