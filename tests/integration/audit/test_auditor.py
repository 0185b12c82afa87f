"""What an outside auditor gets and does: export, key, proofs, the offline verifier by itself."""

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from audit import offline_verifier
from audit.notes import MalformedNoteError, VerifierKey
from casework.cli import main
from casework.config import Settings
from casework.errors import NotFound
from casework.services.log.anchoring import anchor_log
from casework.services.log.cosigner import ANSWER, REQUEST
from casework.services.log.explaining import TimeReason, explain_time
from casework.services.log.export import NotYetSignedError, prove_entry
from casework.services.log.file_anchor import read_notes
from casework.services.log.signer import log_origin, renew_key, verifier_key
from casework.services.log.syslog_anchor import TAG, one_line
from casework.services.protection.verification import verify_log
from casework.services.setup import command_actor
from casework.services.work import Database
from tests.conftest import Cast
from tests.integration.audit.attacker import attack, entries
from tests.integration.audit.test_checkpoints import act, anchored_at, events

VERIFIER = Path(offline_verifier.__file__)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "anchor.log"


@pytest.fixture
def commands(database: Database, place: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database on which `main([...])` works, its log anchored at `place`."""
    log = anchored_at(database, f"file:{place}")
    settings: Settings = log.settings
    monkeypatch.setattr("casework.cli.load_settings", lambda: settings)
    return log


def run(*arguments: object, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    code = main([str(argument) for argument in arguments])
    told = capsys.readouterr()
    return code, told.out + told.err


def offline(*arguments: object, alone: bool = False) -> tuple[int, dict[str, Any]]:
    """The verifier as an auditor runs it: a copy of one file, in an empty folder."""
    command = [sys.executable, "-I", *(["-S"] if alone else []), str(VERIFIER)]
    done = subprocess.run(
        [*command, *map(str, arguments), "--json"],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": os.environ["PATH"]},
    )
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def test_an_auditor_checks_an_export(
    commands: Database,
    cast: Cast,
    place: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    export, checkpoints = tmp_path / "log.jsonl", tmp_path / "checkpoints.txt"
    for count in (2, 3):
        act(commands, cast, count)
        assert run("audit", "checkpoint", capsys=capsys)[0] == 0
    code, told = run(
        "audit", "export", "--out", export, "--checkpoints", checkpoints, capsys=capsys
    )
    assert code == 0
    lines = export.read_bytes().splitlines()
    assert f"{len(lines)} entries" in told
    assert all(json.loads(line)["v"] == 1 for line in lines)
    assert events(commands, "audit.exported") == [{"entries": len(lines)}]
    assert checkpoints.read_text() == place.read_text()
    key = run("audit", "key", capsys=capsys)[1].strip()
    assert VerifierKey.read(key).name == log_origin(commands)
    for alone in (False, True):  # with the package for signatures, and with nothing at all
        code, report = offline(export, place, "--key", key, alone=alone)
        assert (code, report["key"]) == (0, "given")
        assert (report["entries"], report["covered"]) == (len(lines), len(lines))
    assert offline(export, place)[1]["key"] == "from the anchor"
    for path in (checkpoints, place):
        assert main(["audit", "verify", "--export", str(export), "--anchor", str(path)]) == 0
    assert "SOUND" in capsys.readouterr().out
    assert run("audit", "verify", "--anchor", checkpoints, capsys=capsys)[0] == 0


def test_a_system_log_is_an_anchor_too(
    commands: Database, cast: Cast, place: Path, tmp_path: Path
) -> None:
    act(commands, cast)
    anchor_log(commands)
    syslog = tmp_path / "syslog"
    lines = [f"Nov 21 09:00:00 host {TAG}{one_line(note)}" for note in read_notes(place)]
    syslog.write_text("Nov 21 08:00:00 host cron: nothing\n" + "\n".join(lines) + "\n")
    export = exported(commands, tmp_path)
    key = verifier_key(commands, log_origin(commands))
    code, report = offline(export, syslog, "--key", key)
    assert (code, report["covered"]) == (0, read_notes(place)[-1].checkpoint.size)
    code, report = offline(export, syslog)
    assert (code, report["key"]) == (3, "none"), "unsigned is not sound"


def exported(database: Database, folder: Path) -> Path:
    with attack(database) as connection:
        path = folder / "export.jsonl"
        path.write_bytes(b"".join(entry.body + b"\n" for entry in entries(connection)))
    return path


def test_files_that_are_none_are_named(
    commands: Database, cast: Cast, place: Path, tmp_path: Path
) -> None:
    act(commands, cast)
    anchor_log(commands)
    export = exported(commands, tmp_path)
    empty, absent, picture = (tmp_path / name for name in ("empty", "absent", "picture"))
    empty.touch()
    picture.write_bytes(bytes(range(256)) * 9)
    for arguments, said in (
        ((export,), "at least one anchor"),
        ((absent, place), "absent cannot be read"),
        ((export, absent), "absent cannot be read"),
        ((place, export), "right order"),
        ((picture, place), "right order"),
        ((export, empty), "holds no checkpoint"),
        ((export, picture), "holds"),
        ((export, place, "--key", "nonsense"), "no verifier key"),
        ((export, place, "--key", "a+b+AAAA"), "no verifier key"),
        (("--proof", export), "is no proof"),
    ):
        code, report = offline(*arguments)
        assert code == 2, arguments
        assert said in report["problem"], report
    code, report = offline(empty, place)
    assert (code, report["first"]["position"]) == (1, 1)


@pytest.mark.parametrize(
    "line",
    [
        b'{"v": 1}',
        b"{}",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"v":1.0}',
        b'{"v":9007199254740993}',
        '{"ключ":1}'.encode(),
        b'{"a":1,"a":1}',
    ],
)
def test_a_line_that_is_no_entry_is_named(
    commands: Database, cast: Cast, place: Path, tmp_path: Path, line: bytes
) -> None:
    act(commands, cast)
    anchor_log(commands)
    export = exported(commands, tmp_path)
    lines = export.read_bytes().splitlines()
    lines[20] = line
    export.write_bytes(b"\n".join(lines) + b"\n")
    code, report = offline(export, place)
    assert code == 1
    assert report["first"]["position"] == 21


def test_one_entry_is_proven(
    commands: Database,
    cast: Cast,
    place: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for count in (3, 6, 1):
        act(commands, cast, count)
        anchor_log(commands)
    key = verifier_key(commands, log_origin(commands))
    proof = tmp_path / "entry.tlog-proof"
    with attack(commands) as connection:
        known = entries(connection)
    for entry in (known[0], known[-2], known[-5], known[-10], known[30]):
        assert run("audit", "prove", entry.id, "--out", proof, capsys=capsys)[0] == 0
        code, report = offline("--proof", proof, place, "--key", key)
        assert (code, report["entry"]["id"]) == (0, str(entry.id))
        assert report["position"] == entry.position
    code, told = run("audit", "prove", known[-1].id, "--json", capsys=capsys)
    assert json.loads(told)["entry"] == str(known[-1].id)
    assert json.loads(told)["proof"].startswith("c2sp.org/tlog-proof@v1\nextra ")
    good = proof.read_text()
    for forged in (
        good.replace("index ", "index 1"),
        good.replace("extra ey", "extra fy"),
        good.replace("\n\n", "\n" + "A" * 43 + "=\n\n", 1),
        good.split("\n\n")[0],
        "",
    ):
        proof.write_text(forged)
        assert offline("--proof", proof, place, "--key", key)[0] == 2
    act(commands, cast)
    with attack(commands) as connection:
        newest = entries(connection)[-1].id
    with commands.reading(cast["admin.office"]) as work:
        with pytest.raises(NotYetSignedError):
            prove_entry(work, newest)
        with pytest.raises(NotFound):
            prove_entry(work, uuid4())
    assert run("audit", "prove", UUID(int=1), capsys=capsys)[0] == 2


def test_a_new_key_is_vouched_for_by_the_old(
    commands: Database, cast: Cast, place: Path, tmp_path: Path
) -> None:
    first = verifier_key(commands, log_origin(commands))
    act(commands, cast)
    anchor_log(commands)
    for _ in range(2):
        newer = renew_key(commands)
        assert verifier_key(commands, log_origin(commands)) == newer
        act(commands, cast)
        assert anchor_log(commands).sound
    commands.settings = anchored_at(commands, f"file:{place}").settings
    assert verify_log(commands).intact
    export = exported(commands, tmp_path)
    for alone in (False, True):
        assert offline(export, place, "--key", first, alone=alone)[0] == 0
    code, report = offline(export, place, "--key", newer)
    assert (code, report["first"]["what"]) == (1, "a checkpoint is not signed with a trusted key")


def test_an_odd_moment_can_be_explained(
    commands: Database,
    cast: Cast,
    place: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from audit import record

    real = record.now
    monkeypatch.setattr(record, "now", lambda: real() + timedelta(hours=3))
    act(commands, cast, 2)
    monkeypatch.setattr(record, "now", real)
    act(commands, cast, 2)
    anchor_log(commands)
    code, told = run("audit", "verify", capsys=capsys)
    assert code == 3
    assert "the clock was set back" in told
    code, told = run("audit", "verify", "--json", capsys=capsys)
    found = json.loads(told)
    assert (code, found["intact"], found["backsteps"]) == (3, True, 1)
    position = found["first"]["position"]
    export = exported(commands, tmp_path)
    assert offline(export, place)[0] == 3
    explain = ("audit", "explain", position, "--reason", "clock_set_back")
    assert run(*explain, capsys=capsys)[0] == 0
    assert run("audit", "verify", capsys=capsys)[0] == 0
    anchor_log(commands)
    assert offline(exported(commands, tmp_path), place)[0] == 0
    with commands.writing(command_actor()) as work:
        explain_time(work, 10_000, TimeReason.COMMITTED_LATE)
    assert run("audit", "verify", capsys=capsys)[0] == 0, "an explanation of nothing hides nothing"


def test_a_second_organisation_countersigns_with_files(
    commands: Database,
    cast: Cast,
    place: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key_file, state, folder = (tmp_path / name for name in ("iom.key", "iom.state", "shared"))
    folder.mkdir()
    made = run("audit", "countersigner", "iom.example/casework", "--key", key_file, capsys=capsys)
    assert made[0] == 0
    cosigner = made[1].strip()
    assert run("audit", "countersigner", "x", "--key", key_file, capsys=capsys)[0] == 2
    assert key_file.stat().st_mode & 0o077 == 0
    log = anchored_at(commands, f"file:{place}", f"cosigner:{cosigner}@{folder}")
    log_key = verifier_key(log, log_origin(log))
    sign = ["audit", "countersign", "--checkpoint", folder / REQUEST, "--key", key_file]
    sign += ["--log", log_key, "--state", state, "--out", folder / ANSWER]
    for count in (1, 2):
        act(log, cast, count)
        anchor_log(log)
        code, told = run(*sign, capsys=capsys)
        assert code == 0, told
        assert anchor_log(log).sound
    assert len(read_notes(state)) == 2
    answer = (folder / ANSWER).read_bytes()
    code, told = run(*sign, capsys=capsys)
    assert code == 2
    assert "NOT countersigned: another checkpoint was cosigned last" in told
    assert (folder / ANSWER).read_bytes() == answer
    export = exported(log, tmp_path)
    code, report = offline(export, state, "--key", log_key, "--cosigner", cosigner)
    assert (code, report["countersigned"]) == (
        0,
        {"iom.example/casework": read_notes(state)[-1].checkpoint.size},
    )
    code, report = offline(export, place, "--key", log_key, "--cosigner", cosigner)
    assert code == 1
    assert "countersigned no checkpoint" in report["first"]["what"]
    (folder / REQUEST).write_text("hello")
    assert run(*sign, capsys=capsys)[0] == 2
    sign[7] = "nonsense"
    assert run(*sign, capsys=capsys)[0] == 2


def test_the_disk_is_full_while_the_log_is_exported(
    commands: Database, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = tmp_path / "export.jsonl"
    export.write_text("the one before")
    (tmp_path / ".export.jsonl.new").symlink_to("/dev/full")
    code, told = run("audit", "export", "--out", export, capsys=capsys)
    assert code == 2
    assert "The disk is full" in told
    assert export.read_text() == "the one before"
    assert [path.name for path in tmp_path.iterdir() if "export" in path.name] == ["export.jsonl"]
    assert events(commands, "audit.exported") == []


def test_the_verifier_is_one_file_for_an_old_python(tmp_path: Path) -> None:
    import ast

    text = VERIFIER.read_text()
    tree = ast.parse(text, feature_version=(3, 8))
    imported = {
        name.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    } | {
        (node.module or "").split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    assert imported <= set(sys.stdlib_module_names) | {"cryptography", "__future__"}
    alone = shutil.copy(VERIFIER, tmp_path / "verifier.py")
    done = subprocess.run(
        [sys.executable, "-I", "-S", alone, "--help"], capture_output=True, text=True, check=True
    )
    assert "FOR THE AUDITOR" in done.stdout


def test_a_key_in_the_settings_is_the_one_believed(commands: Database, cast: Cast) -> None:
    from dataclasses import replace

    act(commands, cast)
    anchor_log(commands)
    key = verifier_key(commands, log_origin(commands))
    commands.settings = replace(commands.settings, log_keys=(str(key),))
    assert verify_log(commands).intact
    other = VerifierKey(key.name, bytes(32))
    commands.settings = replace(commands.settings, log_keys=(str(other),))
    assert "not trusted" in str(verify_log(commands).first)
    with pytest.raises(MalformedNoteError):
        VerifierKey.read("nonsense")
