"""Opening the product's data, and making them the first time."""

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import create_engine, make_url, select

from audit.record import Act
from casework.actor import Actor, Origin
from casework.config import Settings
from casework.crypto.keyring import Keyring
from casework.crypto.keystore import KeyStore
from casework.crypto.providers import first_root, open_provider
from casework.crypto.signing import SigningKeys
from casework.errors import ConfigurationError
from casework.messages import N_
from casework.reference.missions import Mission, missions
from casework.services import schema
from casework.services.organisations import add_organisation
from casework.services.policies import publish_default_policy
from casework.services.work import Database, Work
from casework.vocabulary import ActorKind, EntryChannel, OrganisationKind, Purpose
from models.organisation import Organisation

Opened = TypeVar("Opened", Database, KeyStore)


def command_actor() -> Actor:
    """Whoever holds the machine's shell."""
    return Actor(ActorKind.COMMAND, Origin(EntryChannel.COMMAND))


def open_database(settings: Settings) -> Database:
    """The data of this installation; ConfigurationError when keys or schema do not fit."""
    if _is_missing(settings.database_url):
        raise ConfigurationError(N_("There is no database yet. Run: casework init"))
    with _closed_on_failure(open_keystore(settings)) as store:
        keyring = Keyring(store, open_provider(settings))
        with (
            _closed_on_failure(Database(settings, keyring)) as database,
            database.engine.connect() as connection,
        ):
            schema.check_current(connection, database.signer)
        return database


def open_keystore(settings: Settings) -> KeyStore:
    """The wrapped keys of this installation; ConfigurationError when they are missing."""
    if _is_missing(settings.keystore_url):
        raise ConfigurationError(
            N_(
                "The key store is missing. Put it back from its backup: without it nothing can "
                "be read, and no new key is ever made over existing data."
            )
        )
    return KeyStore(settings.keystore_url)


@contextmanager
def _closed_on_failure(opened: Opened) -> Iterator[Opened]:
    try:
        yield opened
    except BaseException:
        opened.close()
        raise


def _is_missing(url: str) -> bool:
    """Whether `url` names an SQLite file that is not there: opening it would make an empty one."""
    parts = make_url(url)
    return parts.get_backend_name() == "sqlite" and not Path(parts.database or "").exists()


def initialise(settings: Settings) -> Database:
    """Make what is missing: folders, keys, schema, the ministry, IOM and the missions.

    Running it again changes nothing but the schema of an older version. Never makes a key where
    data or wrapped keys exist already: that raises ConfigurationError.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (settings.home / "files").mkdir(exist_ok=True, mode=0o700)
    with (
        installation_lock(settings.home, "init"),
        _closed_on_failure(Database(settings, _make_keys(settings))) as database,
    ):
        _upgrade(settings, database)
        with database.writing(command_actor()) as work:
            _first_rows(work)
    return database


def _upgrade(settings: Settings, database: Database) -> None:
    if settings.database_owner_url is None:
        schema.upgrade(database.engine, database.signer)
        return
    owner = create_engine(settings.database_owner_url, hide_parameters=True)
    role = make_url(settings.database_url).username
    try:
        schema.upgrade(owner, database.signer)
        if role:
            schema.grant_use(owner, role)
    finally:
        owner.dispose()


def _make_keys(settings: Settings) -> Keyring:
    if _is_missing(settings.keystore_url):
        _refuse_existing_data(settings)
    with _closed_on_failure(KeyStore(settings.keystore_url)) as store:
        if not store.domain_keys():
            _refuse_existing_data(settings)
            Keyring.initialise(store, *first_root(settings))
        keyring = Keyring(store, open_provider(settings))
        if not store.signing_keys():
            SigningKeys(keyring).make()
        return keyring


def _refuse_existing_data(settings: Settings) -> None:
    if _is_missing(settings.database_url):
        return
    engine = create_engine(settings.database_url, hide_parameters=True)
    with engine.connect() as connection:
        empty = schema.is_empty(connection)
    engine.dispose()
    if not empty:
        raise ConfigurationError(
            N_(
                "There are data but no keys for them: put %(path)s and the key store back from "
                "their backup. No new key is ever made over existing data."
            ),
            path=settings.keys,
        )


def _first_rows(work: Work) -> None:
    if work.session.scalar(select(Organisation.id).limit(1)) is not None:
        return
    add_organisation(
        work,
        code="MFA",
        kind=OrganisationKind.MINISTRY,
        name="MFA · Consular Department",
        name_mn="ГХЯ · Консулын газар",
        country="MN",
    )
    add_organisation(
        work,
        code="IOM",
        kind=OrganisationKind.IOM,
        name="IOM · Ulaanbaatar",
        name_mn="ОУШБ · Улаанбаатар",
        country="MN",
    )
    count = _add_missions(work, missions())
    publish_default_policy(work)
    work.record(
        Act("system.initialised", Purpose.ADMINISTRATION, facts={"organisations": count + 2})
    )


def _add_missions(work: Work, found: Iterable[Mission]) -> int:
    count = 0
    for mission in found:
        add_organisation(
            work,
            code=mission.country,
            kind=OrganisationKind.MISSION,
            name=mission.name_en,
            name_mn=mission.name_mn,
            country=mission.country,
        )
        count += 1
    return count


def data_folder(settings: Settings) -> Path:
    """Where the embedded database lies, whichever home it is opened from; else the home folder."""
    parts = make_url(settings.database_url)
    return Path(parts.database or "").parent if settings.embedded else settings.home


@contextmanager
def installation_lock(home: Path, name: str) -> Iterator[None]:
    """Hold `home`'s lock of this name; ConfigurationError when another process holds it."""
    with (home / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ConfigurationError(
                N_("Another Casework process uses %(home)s. Stop it first."), home=home
            ) from None
        yield
