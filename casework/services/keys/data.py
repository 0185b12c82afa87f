"""Rotating data keys: a new generation for every subject, and every cell brought under it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from casework.crypto.rewrapping import (
    START,
    add_generation,
    destroy_generations,
    newest_generation,
)
from casework.crypto.rotations import unfinished
from casework.services.keys.cells import cells_left, renew_rows
from casework.services.keys.files import files_left, renew_files
from casework.services.keys.running import SETTLE_SECONDS, note, renewing
from casework.services.setup import command_actor
from casework.services.work import Database
from casework.vocabulary import KeyDomain, RotationKind, SubjectKind
from models.subject import Subject

Tell = Callable[[str], None]


@dataclass(frozen=True)
class DataRotated:
    """The new generation, and what was brought under it.

    `destroyed` counts data keys that are gone; `kept` subjects keep an older one in some domain,
    because the log or a damaged record still stands under it.
    """

    generation: int
    rows: int
    files: int
    destroyed: int
    kept: int


def rotate_data(
    database: Database,
    settle: float = SETTLE_SECONDS,
    *,
    resume_only: bool = False,
    tell: Tell = lambda text: None,
) -> DataRotated | None:
    """New data keys for everyone; rows and files re-encrypted in batches; old keys destroyed.

    What is saved from the first moment on is under the new keys already. Killed at any point, the
    next run goes on; with `resume_only` a run without anything to go on with does nothing and
    returns None. `tell` is given a line for each step.
    """
    store = database.keystore
    if resume_only and unfinished(store) is None:
        return None
    with renewing(
        database, RotationKind.DATA, lambda: {"generation": newest_generation(store) + 1}
    ) as rotation:
        generation: int = rotation.plan["generation"]
        tell(f"Making data keys of generation {generation}")
        _add_generation(database, generation)
        tell("Bringing records under the new keys")
        rows = renew_rows(database, generation)
        tell("Bringing files under the new keys")
        files = renew_files(database, generation)
        tell("Waiting until every request that began before has ended")
        time.sleep(settle)
        kept = _still_needed(database, generation)
        destroyed = destroy_generations(store, generation, kept)
        database.keyring.notice()
        result = DataRotated(generation, rows, files, destroyed, len({who for who, _ in kept}))
        facts = {"generation": generation, "rows": rows, "files": files}
        facts |= {"destroyed": destroyed, "kept": result.kept}
        note(database, "keys.data_rotated", facts)
    return result


def _add_generation(database: Database, generation: int) -> None:
    store, keys = database.keystore, database.keyring.domain_keys
    after: UUID | None = START[0]
    while after is not None:
        after, _ = add_generation(store, keys, generation, after)
    store.announce_renewal()


def _still_needed(database: Database, generation: int) -> set[tuple[UUID, int]]:
    """(subject, domain) under whose older keys something stands that cannot be brought over.

    The sealed details of log entries are under organisations' trafficking keys, and the log is
    never rewritten. Nothing older is written any more: whoever saves began after the first batch
    of rows, and so with the new keys.
    """
    with database.reading(command_actor()) as work:
        kept = cells_left(work, generation) | files_left(work, generation)
        organisations = select(Subject.id).where(Subject.kind == SubjectKind.ORGANISATION)
        kept |= {(row, int(KeyDomain.TRAFFICKING)) for row in work.session.scalars(organisations)}
    return kept
