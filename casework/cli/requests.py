"""casework requests import, queue"""

import json
import sys
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import Any

from casework.cli.arguments import count
from casework.config import Settings
from casework.errors import InvalidInput
from casework.messages import N_
from casework.rules.household_rejects import write_rejects
from casework.services.requests.importing import ImportReport, import_requests
from casework.services.requests.queue import QueuedRequest, read_queue
from casework.services.requests.scoring import refresh_scores
from casework.services.setup import command_actor, open_database

INCOMPLETE = 3


def add_commands(commands: Any) -> None:
    """Add `requests import` and `requests queue`."""
    group = commands.add_parser("requests", help="return requests")
    actions = group.add_subparsers(required=True, metavar="ACTION")
    load = actions.add_parser("import", help="import a mission's list (docs/import-format.md)")
    load.add_argument("file", type=Path, metavar="FILE")
    load.add_argument("--mission", required=True, metavar="CODE")
    load.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    load.add_argument("--rejects", type=Path, metavar="OUT", help="CSV of the rows to mend")
    load.add_argument("--json", action="store_true", help="one JSON value on standard output")
    load.set_defaults(run=run_import)
    queue = actions.add_parser("queue", help="who travels next, in the published order")
    queue.add_argument("--limit", type=count, metavar="N")
    queue.add_argument("--json", action="store_true", help="one JSON value on standard output")
    queue.set_defaults(run=run_queue)


def run_import(options: Namespace, settings: Settings) -> int:
    """Exit 0 when all is in, 3 when some were rejected or are duplicates."""
    try:
        with closing(open_database(settings)) as database, options.file.open("rb") as stream:
            report = import_requests(
                database, command_actor(), stream, options.mission, dry_run=options.dry_run
            )
        if options.rejects is not None:
            _write_rejects(options.rejects, report)
    except OSError as error:
        raise InvalidInput(
            N_("A file cannot be opened: %(reason)s."), reason=error.strerror or "?"
        ) from None
    if options.json:
        print(json.dumps(report.counts()))
    else:
        _say(report, dry_run=options.dry_run, rejects=options.rejects)
    return 0 if report.complete else INCOMPLETE


def _write_rejects(out: Path, report: ImportReport) -> None:
    if not report.rejects:
        out.unlink(missing_ok=True)
        return
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        write_rejects(stream, report.columns, report.rejects)


def _say(report: ImportReport, *, dry_run: bool, rejects: Path | None) -> None:
    verb = "would be imported" if dry_run else "imported"
    print(
        f"{report.households} households, {report.people} people: {report.imported} {verb}, "
        f"{report.unchanged} unchanged, {report.rejected} rejected, "
        f"{report.duplicates} duplicates awaiting a decision."
    )
    if report.complete:
        return
    if rejects is not None:
        print("The rows to mend are in the rejects file.")
        return
    for reject in report.rejects[:20]:
        print(f"row {reject.row}, {reject.column or 'row'}: {reject.reason}", file=sys.stderr)
    if len(report.rejects) > 20:
        print("Write them all to a file with --rejects OUT.", file=sys.stderr)


def run_queue(options: Namespace, settings: Settings) -> int:
    """Print the waiting requests in order."""
    with closing(open_database(settings)) as database:
        refresh_scores(database)
        with database.reading(command_actor()) as work:
            rows = read_queue(work, options.limit)
    if options.json:
        print(json.dumps([_as_json(row) for row in rows]))
        return 0
    for row in rows:
        print(
            f"{row.reference:<16} {row.mission:<6} {row.band.value:<9} {row.points:>5} "
            f"{row.people:>3}  {row.submitted_on}"
        )
    return 0


def _as_json(row: QueuedRequest) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "mission": row.mission,
        "band": row.band.value,
        "points": row.points,
        "people": row.people,
        "submitted_on": row.submitted_on.isoformat(),
    }
