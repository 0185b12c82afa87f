"""Setting up with each holder, running without it, and the commands an operator types."""

import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casework.cli import main
from casework.config import Settings
from casework.crypto import rotations
from casework.crypto.files import file_header
from casework.crypto.keystore import KeyStore
from casework.crypto.providers import KeyFile, open_provider
from casework.errors import ConfigurationError, FieldUnreadable
from casework.services.documents.files import path_of, read_file, write_file
from casework.services.keys import data
from casework.services.keys.domains import rewrap_epoch, rotate_domains
from casework.services.keys.roots import rotate_root
from casework.services.organisations import add_organisation
from casework.services.setup import command_actor, initialise, open_database
from casework.services.users import add_user, find_user
from casework.services.work import Database
from casework.vocabulary import KeyDomain, OrganisationKind, Role, RotationKind
from models.document import Document
from tests.access.world import build_world
from tests.conftest import Cast, on_sqlite
from tests.integration.keys.conftest import Hsm
from tests.integration.keys.seeing import everything, problems
from tests.integration.requests.family import MOTHER, registered

ROOT = Path(__file__).resolve().parents[3]
ALL = list(KeyDomain)


def add_someone(database: Database, email: str) -> None:
    with database.writing(command_actor()) as work:
        add_user(work, email=email, role=Role.CASEWORKER, organisation="IOM")


@pytest.mark.parametrize("kind", ["hsm", "kms"])
def test_an_installation_lives_with_each_holder(
    request: pytest.FixtureRequest, empty: Settings, kind: str
) -> None:
    found = request.getfixturevalue(kind)
    settings = replace(empty, key_uri=found.uri if isinstance(found, Hsm) else found)
    database = initialise(settings)
    add_someone(database, "first@demo.example")
    values = everything(database)
    [first] = open_provider(settings).roots()
    initialise(settings).close()
    assert open_provider(settings).roots() == [first]
    assert not settings.keys.exists()
    with other(settings) as running:
        result = rotate_root(database)
        assert (result.destroyed, result.gone_on is None) == ((first,), kind == "hsm")
        rotate_domains(database, ALL, settle=0)
        rewrap_epoch(database, settle=0)
        add_someone(running, "second@demo.example")
        assert everything(running).items() >= values.items()
    assert len(open_provider(settings).roots()) == 1
    database.close()
    with other(settings) as restarted:
        assert everything(restarted).items() >= values.items()
        assert problems(restarted) == []


@contextmanager
def other(settings: Settings) -> Iterator[Database]:
    opened = open_database(settings)
    yield opened
    opened.close()


def test_when_the_hsm_goes_away(hsm: Hsm, empty: Settings) -> None:
    """Reading and saving go on; what needs the root says so; nothing starts."""
    settings = replace(empty, key_uri=hsm.uri)
    database = initialise(settings)
    add_someone(database, "first@demo.example")
    away = hsm.folder / "away"
    with other(settings) as elsewhere:
        values = everything(elsewhere)
        hsm.tokens.rename(away)
        hsm.tokens.mkdir()
        add_someone(elsewhere, "second@demo.example")
        assert everything(elsewhere).items() >= values.items()
        for act in (rotate_root, rewrap_epoch, lambda d: rotate_domains(d, ALL, settle=0)):
            with pytest.raises(ConfigurationError, match="There is no token"):
                act(database)
        with pytest.raises(ConfigurationError, match="There is no token"):
            open_database(settings)
        assert rotations.rotations(database.keystore) == []
        hsm.tokens.rmdir()
        away.rename(hsm.tokens)
        rotate_root(database)
        assert everything(elsewhere).items() >= values.items()
    database.close()


def test_keys_renewed_while_a_process_cannot_reach_the_holder(
    hsm: Hsm, empty: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on with what it knows and refuses, in words, to make what nobody could find."""
    settings = replace(empty, key_uri=hsm.uri)
    database = initialise(settings)
    add_someone(database, "first@demo.example")
    with other(settings) as cut_off:
        with cut_off.reading(command_actor()) as work:
            user = find_user(work, "first@demo.example")
            assert user is not None
        provider: Any = cut_off.keyring.domain_keys.provider
        monkeypatch.setattr(provider, "place", replace(provider.place, token="out of reach"))
        rotate_domains(database, ALL, settle=0)
        with cut_off.reading(command_actor()) as work:
            found = work.session.get_one(type(user), user.id)
            with pytest.raises(FieldUnreadable, match="key provider does not answer"):
                assert found.name
        with pytest.raises(ConfigurationError, match="key provider does not answer"):
            add_someone(cut_off, "second@demo.example")
        monkeypatch.undo()
        monkeypatch.setattr("casework.crypto.domain_keys.ASK_AGAIN_SECONDS", 0)
        monkeypatch.setenv("SOFTHSM2_CONF", str(hsm.folder / "softhsm2.conf"))
        add_someone(cut_off, "second@demo.example")
    database.close()


def test_files_come_under_the_new_key(database: Database, cast: Cast) -> None:
    build_world(database, cast)
    with database.writing(command_actor()) as work:
        document = work.session.query(Document).order_by(Document.id).first()
        assert document is not None
        path_of(work, document).unlink(missing_ok=True)
        write_file(work, document, b"passport page" * 10_000)
        path, document_id = path_of(work, document), document.id
    before = path.read_bytes()
    with other(database.settings) as elsewhere:
        result = data.rotate_data(database, settle=0)
        assert result is not None
        assert result.files >= 1
        assert file_header(path)[1] == 2
        assert path.read_bytes() != before
        assert path.stat().st_mode & 0o777 == 0o600
        assert [each.name for each in path.parent.iterdir() if each.suffix] == []
        with elsewhere.reading(command_actor()) as work:
            found = work.session.get_one(Document, document_id)
            assert read_file(work, found) == b"passport page" * 10_000
            work.forget_reads()


def test_a_damaged_file_keeps_its_key(database: Database, cast: Cast) -> None:
    """Nothing is thrown away that might still be mended from a backup."""
    build_world(database, cast)
    with database.writing(command_actor()) as work:
        document = work.session.query(Document).order_by(Document.id).first()
        assert document is not None
        path_of(work, document).unlink(missing_ok=True)
        write_file(work, document, b"passport page")
        path, document_id = path_of(work, document), document.id
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"\0")
    data.rotate_data(database, settle=0)
    path.write_bytes(whole)
    with database.reading(command_actor()) as work:
        found = work.session.get_one(Document, document_id)
        assert read_file(work, found) == b"passport page"
        work.forget_reads()


def command(settings: Settings, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setenv("CASEWORK_HOME", str(settings.home))
    monkeypatch.setenv("CASEWORK_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CASEWORK_KEYSTORE_URL", settings.keystore_url)
    return main(["keys", *arguments])


def test_what_an_operator_types(
    database: Database,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    registered(database, cast, MOTHER)
    settings = database.settings
    database.close()

    def typed(*arguments: str) -> str:
        assert command(settings, monkeypatch, *arguments) == 0, arguments
        return capsys.readouterr().out

    status = json.loads(typed("status", "--json"))
    assert set(status) == {
        "provider",
        "away",
        "roots",
        "unused_roots",
        "domain_keys",
        "subjects",
        "generations",
        "rotations",
        "signing_keys",
    }
    assert (status["provider"], status["away"], status["unused_roots"]) == ("keyfile", None, [])
    assert len(status["domain_keys"]) == 5
    [old] = status["roots"]
    assert old in typed("rotate", "root")
    assert "New domain keys: narrative" in typed(
        "rotate", "domain", "--domain", "narrative", "--settle", "0"
    )
    assert "There is no interrupted rotation" in typed("rotate", "data", "--resume")
    assert "generation 2" in typed("rotate", "data", "--settle", "0")
    assert "Epoch 3 has begun" in typed("rewrap-epoch", "--settle", "0")
    said = typed("status")
    assert "epoch 3" in said
    assert said.count("finished") == 4
    status = json.loads(typed("status", "--json"))
    assert [each["kind"] for each in status["rotations"]] == ["root", "domain", "data", "epoch"]
    open_provider(settings).make_root("feedfacefeedface")
    assert "keys destroy-root feedfacefeedface" in typed("status")


def test_a_passphrase_is_set_and_taken_away(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    settings = database.settings
    database.close()
    secret = tmp_path / "passphrase"
    secret.write_text("short")
    secret.chmod(0o600)
    way = ("protect", "--passphrase-file", str(secret))
    assert command(settings, monkeypatch, *way) == 2
    assert "at least 12 characters" in capsys.readouterr().err
    secret.write_text("a long passphrase")
    assert command(settings, monkeypatch, *way) == 0
    monkeypatch.setenv("CASEWORK_KEYS_PASSPHRASE_FILE", str(secret))
    assert command(settings, monkeypatch, "rotate", "root") == 0
    secret.write_text("a mistyped passphrase")
    assert command(settings, monkeypatch, "rotate", "root") == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("casework: The passphrase of the key file")
    assert "Traceback" not in captured.err
    assert command(settings, monkeypatch, "status") == 1
    assert "does not answer" in capsys.readouterr().out
    secret.write_text("a long passphrase")
    assert command(settings, monkeypatch, "protect", "--remove") == 0
    assert not KeyFile.load(settings.keys).protected
    with pytest.raises(SystemExit):
        command(settings, monkeypatch, *way, "--remove")


TYPED_ONCE = """
import os, subprocess, sys
from casework.cli.server import _typed_once
from casework.config import load_settings
from casework.crypto.providers import open_provider

settings, inherited = _typed_once(load_settings())
open_provider(settings)
os.environ["CASEWORK_KEYS_PASSPHRASE_FILE"] = str(settings.passphrase_file)
child = (
    "from casework.config import load_settings;"
    "from casework.crypto.providers import open_provider;"
    "print(open_provider(load_settings()).roots())"
)
raise SystemExit(subprocess.run([sys.executable, "-c", child], pass_fds=inherited).returncode)
"""


def test_a_passphrase_typed_once_serves_every_process(database: Database) -> None:
    """The server asks at its terminal; workers and jobs read what was typed."""
    database.close()
    file = KeyFile.load(database.settings.keys)
    file.protect("typed at the terminal")
    environment = os.environ | {
        "CASEWORK_HOME": str(database.settings.home),
        "CASEWORK_DATABASE_URL": database.settings.database_url,
        "CASEWORK_KEYSTORE_URL": database.settings.keystore_url,
    }
    master, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", TYPED_ONCE],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=ROOT,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        prompt = b"Passphrase of the root key: "
        assert process.stderr.read(len(prompt)) == prompt
        os.write(master, b"typed at the terminal\n")
        out, err = process.communicate(timeout=60)
    os.close(master)
    os.close(terminal)
    assert (process.returncode, out.decode().strip()) == (0, str([file.active])), err


def test_an_interrupted_rotation_is_seen(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rotations.begin(database.keystore, RotationKind.ROOT, {"root": "0123456789abcdef", "old": []})
    database.close()
    assert command(database.settings, monkeypatch, "status") == 1
    assert "INTERRUPTED" in capsys.readouterr().out
    assert command(database.settings, monkeypatch, "rotate", "data") == 2
    assert "Finish it first: casework keys rotate root" in capsys.readouterr().err
    assert command(database.settings, monkeypatch, "rotate", "root") == 0
    assert command(database.settings, monkeypatch, "status") == 0


@on_sqlite
def test_a_lost_key_store_has_no_status(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database.close()
    (database.settings.home / "keys.db").unlink()
    assert command(database.settings, monkeypatch, "status") == 2
    assert "The key store is missing" in capsys.readouterr().err
    assert not (database.settings.home / "keys.db").exists()


def test_the_watch_for_changes_is_one_question(database: Database) -> None:
    """What every unit of work pays: far less than a page."""
    store: KeyStore = database.keystore
    with database.writing(command_actor()) as work:
        add_organisation(work, code="X1", kind=OrganisationKind.NGO, name="X")
    database.keyring.notice()
    started = time.perf_counter()
    for _ in range(200):
        database.keyring.notice()
    each = (time.perf_counter() - started) / 200
    assert store.changes_after(store.last_change()) == []
    assert each < 0.01
