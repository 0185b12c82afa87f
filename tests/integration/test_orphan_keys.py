"""Keys without data go after a day; keys with data stay."""

from datetime import timedelta

from casework.actor import system_actor
from casework.clock import now
from casework.services.orphan_keys import sweep_orphan_keys
from casework.services.work import Database
from casework.vocabulary import SubjectKind


def test_only_old_keys_without_a_subject_are_swept(database: Database) -> None:
    work = database.writer(system_actor())
    orphan = work.new_subject(SubjectKind.PERSON).id
    work._store_keys()
    work.close()
    kept = database.keystore.subject_ids() - {orphan}

    with database.writing(system_actor()) as sweep:
        assert sweep_orphan_keys(sweep) == 0
    assert database.keystore.subject_ids() == kept | {orphan}

    with database.writing(system_actor()) as sweep:
        assert sweep_orphan_keys(sweep, now() + timedelta(days=2)) == 1
    assert database.keystore.subject_ids() == kept
