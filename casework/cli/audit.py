"""casework audit: verify, checkpoint, export, prove, key, renew-key, countersign, explain"""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

from audit import offline_verifier
from audit.notes import MalformedNoteError, VerifierKey
from audit.problems import Problem, Verification
from casework.actor import system_actor
from casework.cli.arguments import count
from casework.config import Settings
from casework.crypto.cosigning import CosignerPair
from casework.errors import CaseworkError
from casework.services.log.anchoring import anchor_log
from casework.services.log.cosigning import public_half
from casework.services.log.countersigning import countersign
from casework.services.log.explaining import TimeReason, explain_time
from casework.services.log.export import (
    export_checkpoints,
    export_log,
    export_timestamps,
    prove_entry,
)
from casework.services.log.reasons import reason_of
from casework.services.log.signer import log_origin, renew_key, verifier_key
from casework.services.log.state import LogState
from casework.services.log.whole_files import write_whole
from casework.services.protection.verification import verify_log
from casework.services.setup import command_actor, open_database

BROKEN = 1
RESERVED = 3
"""Nothing was altered, but moments go back, or an anchor does not work."""


def add_commands(commands: Any) -> None:
    """Add `audit …`."""
    group = commands.add_parser("audit", help="the log of every act")
    actions = group.add_subparsers(required=True, metavar="ACTION")

    def action(name: str, run: Callable[[Namespace, Settings], int], text: str) -> ArgumentParser:
        parser: ArgumentParser = actions.add_parser(name, help=text)
        parser.set_defaults(run=run)
        return parser

    verify = action("verify", run_verify, "prove that log and records were not altered")
    verify.add_argument("--json", action="store_true", help="one JSON value on standard output")
    verify.add_argument("--export", help="check this export instead of the database")
    verify.add_argument("--anchor", action="append", default=[], help="a file of checkpoints")
    checkpoint = action("checkpoint", run_checkpoint, "sign the log now and tell every anchor")
    checkpoint.add_argument("--json", action="store_true", help="one JSON value")
    export = action("export", run_export, "write the log for an outside auditor")
    export.add_argument("--out", type=Path, required=True, help="a file, one entry a line")
    export.add_argument("--checkpoints", type=Path, help="a file for the signed checkpoints too")
    export.add_argument("--timestamps", type=Path, help="a folder for the timestamps too")
    prove = action("prove", run_prove, "prove that one entry stands in the log")
    prove.add_argument("entry", type=UUID, metavar="ENTRY")
    prove.add_argument("--out", type=Path, help="a file instead of standard output")
    prove.add_argument("--json", action="store_true", help="one JSON value")
    action("key", run_key, "show the log's public key, for an auditor to write down")
    action("renew-key", run_renew_key, "make a new key for the log, vouched for by the old one")
    explain = action("explain", run_explain, "say why an entry is dated before one ahead of it")
    explain.add_argument("position", type=count, metavar="POSITION")
    explain.add_argument("--reason", required=True, choices=[*TimeReason])
    _add_countersigning(action)


def _add_countersigning(action: Callable[..., ArgumentParser]) -> None:
    make = action("countersigner", run_countersigner, "make the key of a second organisation")
    make.add_argument("name", help="as iom.example/casework")
    make.add_argument("--key", type=Path, required=True, help="the new key file")
    sign = action("countersign", run_countersign, "countersign a checkpoint of another's log")
    sign.add_argument("--checkpoint", type=Path, required=True, help="the request to countersign")
    sign.add_argument("--key", type=Path, required=True, help="our key file")
    sign.add_argument("--log", required=True, action="append", help="the log's public key")
    sign.add_argument("--state", type=Path, required=True, help="what we countersigned so far")
    sign.add_argument("--out", type=Path, required=True, help="the countersigned checkpoint")


def run_verify(options: Namespace, settings: Settings) -> int:
    """0 when intact; 1 with the first bad entry named; 3 when only moments go back."""
    if options.export:
        json_too = ["--json"] if options.json else []
        return offline_verifier.main([options.export, *options.anchor, *json_too])
    with closing(open_database(settings)) as database:
        result = verify_log(database, map(Path, options.anchor))
    if options.json:
        print(json.dumps(as_json(result)))
    else:
        print("\n".join(in_words(result)))
    return BROKEN if not result.intact else RESERVED if result.backsteps else 0


def in_words(result: Verification) -> list[str]:
    """The result for a person."""
    confirmed = [f"{place} confirms {size} entries." for place, size in result.agreed.items()]
    counted = f"{result.entries} entries, {result.rows} rows."
    if not result.intact:
        found = f"{len(result.problems)} problems"
        return [f"The log is not intact ({found}). First: {result.first}", *confirmed]
    if result.backsteps:
        found = f"{len(result.backsteps)} moments do not fit. First: {result.first}"
        advice = "Find out why, then: casework audit explain POSITION --reason …"
        return [f"The log is intact: {counted}", *confirmed, found, advice]
    return [f"The log is intact: {counted}", *confirmed]


def as_json(result: Verification) -> dict[str, Any]:
    """{"intact", "entries", "rows", "problems", "backsteps", "first", …}: counts of findings."""
    return {
        "intact": result.intact,
        "entries": result.entries,
        "rows": result.rows,
        "problems": len(result.problems),
        "backsteps": len(result.backsteps),
        "first": _first(result.first) if result.first else None,
        "origin": result.origin,
        "root": result.root.hex(),
        "confirmed": result.agreed,
    }


def _first(problem: Problem) -> dict[str, Any]:
    return {
        "entry": str(problem.entry_id) if problem.entry_id else None,
        "position": problem.position,
        "until": problem.until or problem.position,
        "what": problem.what,
        "row": problem.row,
    }


def run_checkpoint(options: Namespace, settings: Settings) -> int:
    """0 when signed and every anchor has it; 3 when an anchor failed; 2 when refused."""
    with closing(open_database(settings)) as database:
        state = anchor_log(database)
    if options.json:
        anchors = {anchor.label: [anchor.size, anchor.reason] for anchor in state.anchors}
        print(json.dumps({"entries": state.entries, "signed": state.size, "anchors": anchors}))
    else:
        print("\n".join(_state_in_words(state)))
    return 0 if state.sound else RESERVED


def _state_in_words(state: LogState) -> list[str]:
    lines = [f"{state.size} of {state.entries} entries are signed."]
    for anchor in state.anchors:
        if anchor.reason:
            lines.append(f"{anchor.label} FAILS: {reason_of(anchor.reason)}")
        else:
            lines.append(f"{anchor.label} has {anchor.size}.")
    return lines


def run_export(options: Namespace, settings: Settings) -> int:
    """Write the log, and the checkpoints if asked."""
    with closing(open_database(settings)) as database:
        entries = export_log(database, options.out)
        print(f"{entries} entries are in {options.out}")
        if options.checkpoints:
            found = export_checkpoints(database, options.checkpoints)
            print(f"{found} checkpoints are in {options.checkpoints}")
        if options.timestamps:
            found = export_timestamps(database, options.timestamps)
            print(f"{found} timestamps are in {options.timestamps}")
    return 0


def run_prove(options: Namespace, settings: Settings) -> int:
    """Print the proof, or write it to a file."""
    with closing(open_database(settings)) as database, database.reading(system_actor()) as work:
        proof = prove_entry(work, options.entry)
    if options.json:
        proof = json.dumps({"entry": str(options.entry), "proof": proof}) + "\n"
    if options.out:
        write_whole(options.out, proof)
    else:
        print(proof, end="")
    return 0


def run_key(_options: Namespace, settings: Settings) -> int:
    """Print the public key that signs now."""
    with closing(open_database(settings)) as database:
        print(verifier_key(database, log_origin(database)))
    return 0


def run_renew_key(_options: Namespace, settings: Settings) -> int:
    """Make a new key; an auditor who pinned the old one need not do anything."""
    with closing(open_database(settings)) as database:
        print(renew_key(database))
    return 0


def run_explain(options: Namespace, settings: Settings) -> int:
    """Write the explanation into the log."""
    with (
        closing(open_database(settings)) as database,
        database.writing(command_actor()) as work,
    ):
        explain_time(work, options.position, TimeReason(options.reason))
    return 0


def run_countersigner(options: Namespace, _settings: Settings) -> int:
    """Make a key pair and print its public half."""
    try:
        pair = CosignerPair.create(options.key, options.name)
    except FileExistsError:
        raise CaseworkError("%(path)s is there already", path=options.key) from None
    print(public_half(pair))
    return 0


def run_countersign(options: Namespace, _settings: Settings) -> int:
    """Countersign, or say why not (exit code 2)."""
    try:
        log = [VerifierKey.read(text) for text in options.log]
    except MalformedNoteError as error:
        raise CaseworkError("--log: %(error)s", error=error) from None
    pair = CosignerPair.load(options.key)
    note = countersign(options.checkpoint, options.state, options.out, pair, log)
    print(f"{note.checkpoint.size} entries are countersigned in {options.out}")
    return 0
