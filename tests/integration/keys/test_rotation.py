"""Keys are renewed while others read and write, and nothing that was readable is lost."""

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from audit.events import COMPARTMENT
from audit.record import Act
from casework.config import Settings
from casework.crypto import rewrapping
from casework.crypto.keyring import Keyring
from casework.crypto.keystore import KeyStore
from casework.crypto.providers import KeyFile
from casework.crypto.rotations import alone, unfinished
from casework.crypto.signing import SigningKeys, verifies
from casework.errors import ConfigurationError, Conflict, FieldUnreadable, InvalidInput, StaleRecord
from casework.services.access import record_in_compartment
from casework.services.idempotency import expect_version
from casework.services.keys import cells, data, domains, roots, running, tokens
from casework.services.protection.compartment import open_detail
from casework.services.setup import command_actor, open_database
from casework.services.users import find_user
from casework.services.work import Database
from casework.vocabulary import KeyDomain, Purpose
from models.audit import AuditEntry
from models.person import Person
from models.return_request import ReturnRequest
from tests.access.world import build_world
from tests.conftest import Cast, on_sqlite
from tests.integration.keys.seeing import GONE, everything, generations, problems, schemes
from tests.integration.requests.family import DAUGHTER, FATHER, MOTHER, registered
from tests.postgresql import bare_connection

ALL = list(KeyDomain)


@pytest.fixture
def family(database: Database, cast: Cast) -> UUID:
    """Oyuunchimeg's registered request."""
    return registered(database, cast, MOTHER, FATHER, DAUGHTER)


@contextmanager
def another_process(database: Database) -> Iterator[Database]:
    """The same data, opened with keys and connections of their own."""
    opened = open_database(database.settings)
    yield opened
    opened.close()


def events(database: Database, prefix: str = "keys.") -> list[str]:
    with bare_connection(database) as connection:
        entries = select(AuditEntry.event).order_by(AuditEntry.at, AuditEntry.id)
        return [name for name in connection.scalars(entries) if name.startswith(prefix)]


def test_a_new_root_and_the_old_one_is_gone(
    database: Database, cast: Cast, family: UUID, tmp_path: Path
) -> None:
    values = everything(database)
    keys = database.settings.keys
    copy = tmp_path / "copied.key"
    copy.write_bytes(keys.read_bytes())
    copy.chmod(0o600)
    old = KeyFile.load(keys).active
    with another_process(database) as other:
        result = roots.rotate_root(database)
        assert result.destroyed == (old,)
        assert everything(other) == values
        registered(other, cast, MOTHER)
    assert KeyFile.load(keys).roots() == [result.root] == [KeyFile.load(keys).active]
    assert {row.root_id for row in database.keystore.domain_keys()} == {result.root}
    with another_process(database) as restarted:
        assert everything(restarted).items() >= values.items()
    with pytest.raises(ConfigurationError, match="not the one that protects"):
        open_database(replace(database.settings, keys=copy))
    assert events(database) == ["keys.rotation_started", "keys.root_rotated"]
    assert problems(database) == []


def test_new_domain_keys_for_everything(database: Database, cast: Cast, family: UUID) -> None:
    values = everything(database)
    signing = SigningKeys(database.keyring)
    before = signing.sign(b"entry")
    old = {row.id for row in database.keystore.domain_keys()}
    with another_process(database) as other:
        assert everything(other) == values
        subjects = len(database.keystore.subject_ids())
        result = domains.rotate_domains(database, ALL, settle=0)
        assert everything(other) == values
        registered(other, cast, MOTHER, by="bold.berlin", code="DE")
    assert result.epochs == dict.fromkeys(ALL, 2)
    assert result.keys == 3 * subjects
    assert not old & {row.id for row in database.keystore.domain_keys()}
    assert len(database.keystore.domain_keys()) == len(ALL)
    assert schemes(database) == {2}
    with another_process(database) as restarted:
        assert everything(restarted).items() >= values.items()
        with restarted.reading(command_actor()) as work:
            assert find_user(work, "sarnai.seoul@demo.example")
        keys = SigningKeys(restarted.keyring)
        assert keys.sign(b"entry") == before
        assert verifies(keys.active().public, before, b"entry")
    assert events(database)[0] == "keys.rotation_started"
    assert events(database)[-1] == "keys.domain_rotated"
    assert problems(database) == []


def test_one_domain_alone(database: Database, family: UUID) -> None:
    domains.rotate_domains(database, [KeyDomain.TRAFFICKING], settle=0)
    epochs = {KeyDomain(row.domain): row.epoch for row in database.keystore.domain_keys()}
    assert epochs == dict.fromkeys(ALL, 1) | {KeyDomain.TRAFFICKING: 2}
    assert schemes(database) == {1}
    domains.rotate_domains(database, [KeyDomain.SEARCH], settle=0)
    assert schemes(database) == {2}


def test_new_data_keys_for_everybody(database: Database, cast: Cast) -> None:
    """A record of every kind, read before, during and after."""
    build_world(database, cast)
    values = everything(database)
    with another_process(database) as other:
        assert everything(other) == values
        result = data.rotate_data(database, settle=0)
        assert everything(other) == values
    assert result is not None
    assert (result.generation, generations(database)) == (2, {2})
    assert result.rows > 100
    left = database.keystore.subject_keys(database.keystore.subject_ids())
    older = {row.domain for row in left if row.generation == 1}
    assert older == {KeyDomain.TRAFFICKING}  # under which organisations' log entries are sealed
    assert len([row for row in left if row.generation == 1]) == result.kept
    with another_process(database) as restarted:
        assert everything(restarted) == values
    assert events(database)[0] == "keys.rotation_started"
    assert events(database)[-1] == "keys.data_rotated"
    assert "keys.rows_renewed" in events(database)
    assert problems(database) == []
    assert data.rotate_data(database, settle=0, resume_only=True) is None


def test_sealed_details_of_the_log_stay_open(database: Database, cast: Cast) -> None:
    """Entries are never rewritten, so the keys that they stand under are never destroyed."""
    actor = cast["bolormaa.caseworker"]
    with database.writing(actor) as work:
        record_in_compartment(work, {"page": "screening", "case": None})
    for _ in range(2):
        data.rotate_data(database, settle=0)
    domains.rewrap_epoch(database, settle=0)
    with database.reading(actor) as work:
        statement = select(AuditEntry.body).where(AuditEntry.event == COMPARTMENT)
        [body] = work.session.scalars(statement)
        assert open_detail(work, json.loads(body)) == {"page": "screening", "case": None}
        work.forget_reads()


def test_what_is_saved_meanwhile_is_under_the_newest_key(
    database: Database, cast: Cast, family: UUID
) -> None:
    with another_process(database) as other:
        everything(other)
        store = database.keystore
        rewrapping.add_generation(store, database.keyring.domain_keys, 2)
        store.announce_renewal()
        registered(other, cast, MOTHER, by="bold.berlin", code="DE")
        with other.writing(cast["sarnai.seoul"]) as work:
            person = work.session.scalars(select(Person).order_by(Person.id)).first()
            assert person is not None
            cell = other.keyring.seal(
                KeyDomain.IDENTITY, Person.cells["given_name"].place(person), "Оюун"
            )
        assert cell[2:4] == b"\0\2"


def test_a_form_opened_before_a_rotation_is_saved_after_it(
    database: Database, cast: Cast, family: UUID
) -> None:
    """Re-encryption raises versions; only what somebody changed makes a form stale."""
    with database.reading(cast["sarnai.seoul"]) as work:
        request = work.session.get_one(ReturnRequest, family)
        person = request.members[0].person
        shown = person.version
    data.rotate_data(database, settle=0)
    data.rotate_data(database, settle=0)
    with database.reading(cast["sarnai.seoul"]) as work:
        renewed = work.session.get_one(Person, person.id)
        assert renewed.version == shown + 2
        expect_version(renewed, shown)
        expect_version(renewed, shown + 1)
        with pytest.raises(StaleRecord):
            expect_version(renewed, shown - 1)
        with pytest.raises(StaleRecord):
            expect_version(renewed, shown + 3)
    with database.writing(cast["sarnai.seoul"]) as work:
        changed = work.session.get_one(Person, person.id)
        changed.phone = "+82109999999"
        said = {"channel": "mission_desk"}
        work.record(Act("request.data_confirmed", Purpose.RETURN_ASSISTANCE, facts=said))
    with database.reading(cast["sarnai.seoul"]) as work:
        changed = work.session.get_one(Person, person.id)
        expect_version(changed, shown + 3)
        for version in (shown, shown + 2):
            with pytest.raises(StaleRecord):
                expect_version(changed, version)


def test_a_subject_made_during_a_rotation_is_never_left_under_a_removed_key(
    database: Database, cast: Cast
) -> None:
    """Its keys are made before the old domain key goes and stored after."""
    with another_process(database) as other:
        new = other.keyring.new_subject(UUID(int=77))
        domains.rotate_domains(database, ALL, settle=0)
        with pytest.raises(ConfigurationError, match="nothing new can be protected"):
            other.keyring.store_subjects([new])
        other.keyring.notice()
        other.keyring.store_subjects([new])
        living = {row.id for row in database.keystore.domain_keys()}
        assert {row.domain_key_id for row in database.keystore.subject_keys([new.subject_id])}
        assert {
            row.domain_key_id for row in database.keystore.subject_keys([new.subject_id])
        } <= living


def test_an_erased_person_stays_erased_after_the_epoch(
    database: Database, cast: Cast, family: UUID, tmp_path: Path
) -> None:
    """Old copies of data and key store, with the provider as it is now, open nothing."""
    copies = replace(
        database.settings,
        keystore_url=copied(database.settings, tmp_path),
    )
    with database.reading(cast["sarnai.seoul"]) as work:
        request = work.session.get_one(ReturnRequest, family)
        erased, living = (member.person.subject_id for member in request.members[:2])
    values = everything(database)
    if database.settings.embedded:
        shutil.copy(database.settings.home / "casework.db", tmp_path / "old data.db")
    database.keystore.destroy([erased])
    result = domains.rewrap_epoch(database, settle=0)
    assert result.epoch == 2
    left = everything(database)
    assert {key for key, value in left.items() if value == GONE} == {
        key for key, value in left.items() if value != values[key]
    }
    assert GONE in left.values()
    assert database.keyring.holds(living)
    with pytest.raises(ConfigurationError, match="not the one that protects"):
        open_database(copies)
    if database.settings.embedded:
        backup = replace(database.settings, database_url=f"sqlite:///{tmp_path / 'old data.db'}")
        restored = Database(backup, database.keyring)
        assert everything(restored) == left
        restored.engine.dispose()
    store = KeyStore(copies.keystore_url)
    assert store.subject_keys([erased])
    provider = database.keyring.domain_keys.provider
    for row in store.domain_keys():
        with pytest.raises(ConfigurationError):
            provider.unwrap(row.root_id, row.wrapped, row.associated)
    store.close()
    assert events(database)[-1] == "keys.epoch_started"
    assert problems(database) == []


def copied(settings: Settings, folder: Path) -> str:
    """A copy of the key store, as a backup holds it."""
    source, target = KeyStore(settings.keystore_url), KeyStore(f"sqlite:///{folder / 'old.db'}")
    target.add_domain_keys(source.domain_keys())
    rows = source.subject_keys(source.subject_ids())
    target.add_subject_keys(lambda existing: rows)
    source.close()
    target.close()
    return f"sqlite:///{folder / 'old.db'}"


def test_the_key_of_an_erased_subject_leaves_every_process(
    database: Database, cast: Cast, family: UUID
) -> None:
    with another_process(database) as other:
        with other.reading(cast["sarnai.seoul"]) as work:
            request = work.session.get_one(ReturnRequest, family)
            person = request.members[0].person
            assert person.given_name == "Оюунчимэг"
            assert other.keyring.holds(person.subject_id)
            database.keystore.destroy([person.subject_id])
            assert person.given_name == "Оюунчимэг"  # this unit of work began before
        with other.reading(cast["sarnai.seoul"]) as work:
            assert work.session.get_one(ReturnRequest, family)
            assert not other.keyring.holds(person.subject_id)
            place = Person.cells["given_name"].place(person)
            with pytest.raises(FieldUnreadable):
                other.keyring.unseal(place, person.given_name_cell)  # type: ignore[attr-defined]


def test_two_rotations_at_once_are_refused(database: Database) -> None:
    other = KeyStore(database.settings.keystore_url)
    with alone(other), pytest.raises(Conflict, match="Another process is renewing keys"):
        roots.rotate_root(database)
    other.close()
    roots.rotate_root(database)


def test_a_root_in_use_or_unknown_is_not_destroyed(database: Database) -> None:
    provider = database.keyring.domain_keys.provider
    [used] = provider.roots()
    with pytest.raises(InvalidInput, match="in use"):
        roots.destroy_root(database, used)
    with pytest.raises(InvalidInput, match="There is no root key"):
        roots.destroy_root(database, "0000")
    provider.make_root("feedfacefeedface")
    domains.rotate_domains(database, [KeyDomain.IDENTITY], settle=0)
    with pytest.raises(ConfigurationError, match="in use"):
        roots.destroy_root(database, "feedfacefeedface")  # the file's active one
    roots.rotate_root(database)
    assert roots.destroy_root(database, "feedfacefeedface") is None
    assert events(database)[-1] == "keys.root_destroyed"


STEPS: dict[str, Callable[[Database], Any]] = {
    "root": roots.rotate_root,
    "domain": lambda database: domains.rotate_domains(database, ALL, settle=0),
    "data": lambda database: data.rotate_data(database, settle=0),
    "epoch": lambda database: domains.rewrap_epoch(database, settle=0),
}
#: Where a rotation may be killed: before one of these, or right after it.
PLACES: dict[str, list[tuple[Any, str]]] = {
    "root": [(KeyFile, "make_root"), (roots, "rewrap_domain_keys"), (KeyFile, "destroy_root")],
    "domain": [
        (domains, "add_domain_keys"),
        (domains, "rewrap_subject_keys"),
        (tokens, "_renew_next"),
        (domains, "remove_domain_keys"),
    ],
    "data": [
        (data, "add_generation"),
        (cells, "_renew_next"),
        (data, "_still_needed"),
        (data, "destroy_generations"),
    ],
    "epoch": [(domains, "add_domain_keys"), (domains, "_renew"), (KeyFile, "destroy_root")],
}


def killed(database: Database, kind: str, place: Any, name: str, after: bool) -> int:
    """Rotate in a process of its own that kills itself there; returns what it ended by."""
    child = os.fork()
    if child == 0:  # pragma: no cover - it never comes back
        step = getattr(place, name)

        def die(*args: Any, **kwargs: Any) -> None:
            if after:
                step(*args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(place, name, die)
        try:
            STEPS[kind](open_database(database.settings))
        finally:
            os._exit(9)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("kind", [*STEPS])
def test_killed_at_any_step_it_goes_on(
    database: Database, cast: Cast, family: UUID, kind: str
) -> None:
    values = everything(database)
    for place, name in PLACES[kind]:
        for after in (False, True):
            assert killed(database, kind, place, name, after) == -signal.SIGKILL, name
            with another_process(database) as other:
                assert everything(other) == values, f"killed around {name}"
                with other.reading(command_actor()) as work:
                    assert find_user(work, "dorj.khanuul@demo.example"), name
    interrupted = unfinished(database.keystore)
    assert interrupted is not None
    if kind != "root":
        with pytest.raises(Conflict, match=f"Finish it first: casework keys .*{kind}"):
            roots.rotate_root(database)
    STEPS[kind](database)
    assert unfinished(database.keystore) is None
    with another_process(database) as other:
        assert everything(other) == values
    epochs = {row.epoch for row in database.keystore.domain_keys()}
    assert epochs == ({2} if kind in ("domain", "epoch") else {1})
    assert generations(database) == ({2} if kind == "data" else {1})
    assert len(database.keyring.domain_keys.provider.roots()) == 1
    assert problems(database) == []


def works_until(database: Database, cast: Cast, stop: Path, report: Path) -> None:
    """Save and read again and again, as a worker does; write down how often it failed."""
    done = failed = 0
    while not stop.exists():
        try:
            request_id = registered(database, cast, MOTHER, FATHER)
            with database.reading(cast["sarnai.seoul"]) as work:
                request = work.session.get_one(ReturnRequest, request_id)
                assert request.members[0].person.given_name == "Оюунчимэг"
            with database.reading(command_actor()) as work:
                assert find_user(work, "sarnai.seoul@demo.example")
        except Exception as error:
            failed += 1
            report.with_suffix(".errors").write_text(repr(error))
        done += 1
        time.sleep(0.02)
    report.write_text(f"{done} {failed}")


def test_no_request_fails_while_everything_is_rotated(
    database: Database, cast: Cast, family: UUID, tmp_path: Path
) -> None:
    """Two processes save and read while root, domains, data and epoch are renewed."""
    stop, workers = tmp_path / "stop", []
    for number in range(2):
        child = os.fork()
        if child == 0:  # pragma: no cover - another process
            try:
                report = tmp_path / f"worker{number}"
                works_until(open_database(database.settings), cast, stop, report)
            finally:
                os._exit(0)
        workers.append(child)
    time.sleep(0.3)
    for rotate in STEPS.values():
        rotate(database)
    stop.touch()
    for child in workers:
        os.waitpid(child, 0)
    reports = [(tmp_path / f"worker{number}").read_text().split() for number in range(2)]
    errors = [path.read_text() for path in tmp_path.glob("*.errors")]
    assert [failed for _, failed in reports] == ["0", "0"], errors
    assert all(int(done) > 3 for done, _ in reports)
    assert GONE not in everything(database).values()
    assert generations(database) >= {2}
    assert schemes(database) == {3}
    assert problems(database) == []


@on_sqlite
def test_an_older_key_store_gains_what_it_lacks(database: Database, family: UUID) -> None:
    values = everything(database)
    with database.keystore.changing() as connection:
        for table in ("key_change", "rotation", "kept_secret"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        connection.exec_driver_sql("DROP INDEX uq_domain_key_domain_epoch")
    with another_process(database) as other:
        assert everything(other) == values
        roots.rotate_root(other)


@on_sqlite
def test_databases_are_made_for_their_owner_alone(database: Database) -> None:
    files = [path for path in database.settings.home.iterdir() if path.is_file()]
    assert {path.name for path in files} >= {"casework.db", "keys.db", "root.key"}
    modes = {path.name: path.stat().st_mode & 0o777 for path in files}
    assert {name for name, mode in modes.items() if mode & 0o077} - {"init.lock"} == set()


def test_settling_is_as_long_as_a_request_may_take() -> None:
    assert running.SETTLE_SECONDS == 120


def test_a_keyring_asks_the_provider_only_once(database: Database, family: UUID) -> None:
    class Counting:
        name = "counting"
        asked = 0

        def unwrap(self, root_id: str, wrapped: bytes, associated: bytes) -> bytes:
            self.asked += 1
            provider = database.keyring.domain_keys.provider
            return provider.unwrap(root_id, wrapped, associated)

    provider: Any = Counting()
    keyring = Keyring(database.keystore, provider)
    assert provider.asked == len(ALL)
    keyring.load(database.keystore.subject_ids())
    keyring.notice()
    assert provider.asked == len(ALL)
