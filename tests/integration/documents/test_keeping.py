"""Files follow the database: kept with the commit, gone with the rollback, destroyed for good."""

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import Conflict, FieldUnreadable, InvalidInput, InvalidTransition, Refused
from casework.rules.file_refusal import RefusedFile
from casework.services.documents.accepting import accept, tidy_name
from casework.services.documents.files import write_file
from casework.services.documents.keeping import destroy_document, destroy_files, store
from casework.services.documents.reading import (
    documents_about,
    documents_of,
    download,
    find_document,
    open_document,
)
from casework.services.documents.sweeping import sweep_files
from casework.services.work import Database
from casework.vocabulary import DocumentEnd, DocumentKind, Purpose
from models.audit import AuditEntry
from models.case import Case
from models.document import Document
from tests import sample_files as sample
from tests.conftest import Cast
from tests.integration.documents.papers import LETTER, NAME, keep, take_in_somebody
from tests.leaks import leaks
from tests.postgresql import bare_connection

WORKER = "bolormaa.caseworker"


@pytest.fixture
def case_id(database: Database, cast: Cast) -> UUID:
    return take_in_somebody(database, cast[WORKER])


def files(database: Database) -> list[str]:
    return sorted(path.name for path in database.files.iterdir())


def events(database: Database, event: str) -> list[AuditEntry]:
    with bare_connection(database) as connection:
        found = select(AuditEntry.body).where(AuditEntry.event == event).order_by(AuditEntry.id)
        return list(connection.scalars(found))


def test_what_is_kept_comes_back_and_lies_encrypted(
    database: Database, cast: Cast, case_id: UUID
) -> None:
    document_id = keep(database, cast[WORKER], case_id)
    assert files(database) == [str(document_id)]
    assert leaks(database.settings, [LETTER.decode().strip(), NAME]) == []
    with database.writing(cast[WORKER]) as work:
        case = work.session.get_one(Case, case_id)
        document = find_document(work, case, document_id)
        assert (document.name, document.what) == (NAME, DocumentKind.MEDICAL)
        assert document.size == 1024
        opened = download(work, case, document, Purpose.PROTECTION)
        assert (opened.content, opened.type.media_type) == (LETTER, "text/plain")
    (entry,) = events(database, "document.opened")
    assert b'"purpose":"protection"' in entry
    assert b'"document.content"' in entry
    assert str(case_id).encode() in entry
    assert events(database, "personal_data.read") == []  # said once, not twice


def test_folder_and_files_belong_to_the_service_alone(
    database: Database, cast: Cast, case_id: UUID
) -> None:
    old = os.umask(0)
    try:
        path = database.files / str(keep(database, cast[WORKER], case_id))
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_rollback_takes_the_file_with_it(database: Database, cast: Cast, case_id: UUID) -> None:
    with pytest.raises(ZeroDivisionError), database.writing(cast[WORKER]) as work:
        file = accept(work, LETTER, NAME)
        case = work.session.get_one(Case, case_id)
        store(work, case, file, DocumentKind.OTHER, case.subject_id)
        assert len(files(database)) == 1
        raise ZeroDivisionError
    assert files(database) == []


def test_a_destroyed_document_leaves_its_row(database: Database, cast: Cast, case_id: UUID) -> None:
    document_id = keep(database, cast[WORKER], case_id)
    with database.writing(cast[WORKER]) as work:
        case = work.session.get_one(Case, case_id)
        document = find_document(work, case, document_id)
        destroy_document(work, case, document, DocumentEnd.NOT_NEEDED)
        assert files(database) == [str(document_id)]  # until the commit
    assert files(database) == []
    with database.writing(cast[WORKER]) as work:
        case = work.session.get_one(Case, case_id)
        (document,) = documents_of(work, case)
        assert document.destroyed_because is DocumentEnd.NOT_NEEDED
        assert document.destroyed_by_id == cast[WORKER].id
        with pytest.raises(FieldUnreadable):
            download(work, case, document, Purpose.PROTECTION)
        with pytest.raises(InvalidTransition):
            destroy_document(work, case, document, DocumentEnd.NOT_NEEDED)
    (entry,) = events(database, "document.destroyed")
    assert b'"reason":"not_needed"' in entry


def test_a_destruction_undone_leaves_the_file(
    database: Database, cast: Cast, case_id: UUID
) -> None:
    document_id = keep(database, cast[WORKER], case_id)
    with pytest.raises(ZeroDivisionError), database.writing(cast[WORKER]) as work:
        case = work.session.get_one(Case, case_id)
        destroy_document(work, case, find_document(work, case, document_id), DocumentEnd.REPLACED)
        raise ZeroDivisionError
    assert files(database) == [str(document_id)]


def test_savepoints_neither_lose_nor_destroy(database: Database, cast: Cast, case_id: UUID) -> None:
    document_id = keep(database, cast[WORKER], case_id)
    with database.writing(cast[WORKER]) as work:
        file = accept(work, LETTER, NAME)
        case = work.session.get_one(Case, case_id)
        kept = store(work, case, file, DocumentKind.OTHER, case.subject_id)
        with work.session.begin_nested():
            pass
        with pytest.raises(ZeroDivisionError), work.session.begin_nested():
            destroy_files(work, [case.people[0].person.subject_id])
            raise ZeroDivisionError
    assert files(database) == sorted([str(document_id), str(kept.id)])


def test_erasing_ends_every_document_of_a_person(
    database: Database, cast: Cast, case_id: UUID
) -> None:
    keep(database, cast[WORKER], case_id)
    with database.writing(cast[WORKER]) as work:
        file = accept(work, LETTER, NAME)
        case = work.session.get_one(Case, case_id)
        of_case = store(work, case, file, DocumentKind.OTHER, case.subject_id)
        subject_id = case.people[0].person.subject_id
    with database.writing(cast[WORKER]) as work:
        assert destroy_files(work, [subject_id]) == 1
        work.record(
            Act(
                "document.destroyed",
                Purpose.ADMINISTRATION,
                facts={"document": str(of_case.id), "reason": DocumentEnd.ERASED.value},
            )
        )
        assert destroy_files(work, [subject_id]) == 0
    assert files(database) == [str(of_case.id)]
    with database.reading(cast[WORKER]) as work:
        (document,) = documents_about(work, [subject_id])
        assert document.destroyed_because is DocumentEnd.ERASED


def test_without_its_key_a_file_does_not_open(
    database: Database, cast: Cast, case_id: UUID
) -> None:
    document_id = keep(database, cast[WORKER], case_id)
    with database.reading(cast[WORKER]) as work:
        document = work.session.get_one(Document, document_id)
        database.keystore.destroy([document.subject_id])
        database.keyring.forget(document.subject_id)
        with pytest.raises(FieldUnreadable):
            open_document(work, document)


def test_a_file_in_anothers_place_does_not_open(
    database: Database, cast: Cast, case_id: UUID
) -> None:
    first, second = (keep(database, cast[WORKER], case_id) for _ in range(2))
    (database.files / str(first)).replace(database.files / str(second))
    with database.reading(cast[WORKER]) as work:
        for document_id in (first, second):
            with pytest.raises(FieldUnreadable):
                open_document(work, work.session.get_one(Document, document_id))


def test_a_full_disk_saves_nothing(
    database: Database, cast: Cast, case_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("casework.services.documents.files.seal_file", full)
    with pytest.raises(Conflict, match="could not keep"):
        keep(database, cast[WORKER], case_id)
    assert files(database) == []
    with database.reading(cast[WORKER]) as work:
        assert documents_of(work, work.session.get_one(Case, case_id)) == []


def test_only_people_of_the_record_and_who_may(
    database: Database, cast: Cast, case_id: UUID
) -> None:
    other = take_in_somebody(database, cast[WORKER])
    with database.writing(cast[WORKER]) as work:
        file = accept(work, LETTER, NAME)
        case, stranger = (work.session.get_one(Case, one) for one in (case_id, other))
        with pytest.raises(InvalidInput, match="whose"):
            store(work, case, file, DocumentKind.OTHER, stranger.subject_id)
        outsider = work.acting_as(cast["outsider.ngo"])
        with pytest.raises(Refused):
            store(outsider, case, file, DocumentKind.OTHER, case.subject_id)
        with pytest.raises(Refused):
            documents_of(outsider, case)
        work.end()


def test_a_partner_takes_back_only_what_she_sent(
    database: Database, cast: Cast, case_id: UUID
) -> None:
    """Being let read and add is not being let destroy."""
    document_id = keep(database, cast[WORKER], case_id)
    with database.writing(cast["otgon.caseworker"]) as work:
        with work.beyond("a test looks"):
            case = work.session.get_one(Case, case_id)
            document = work.session.get_one(Document, document_id)
        with pytest.raises(Refused):
            destroy_document(work, case, document, DocumentEnd.NOT_NEEDED)
        work.end()
    assert files(database) == [str(document_id)]


def test_too_large_and_empty(database: Database, cast: Cast) -> None:
    database.settings = replace(database.settings, upload_limit=2_000)
    with database.writing(cast[WORKER]) as work:
        for content, sentence in ((b"a" * 2_001, "at most"), (b"", "empty")):
            with pytest.raises(RefusedFile, match=sentence):
                accept(work, content, "a.txt")
    said = events(database, "document.refused")
    assert [b'"reason":"size"' in said[0], b'"reason":"empty"' in said[1]] == [True, True]
    assert b'"outcome":"refused"' in said[0]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/Паспорт.pdf", "Паспорт.pdf"),
        ("C:\\Users\\Бат\\Паспорт.PDF", "Паспорт.PDF"),
        ("Пас\u202eфдп.txt", "Пасфдп.txt"),
        ("Оюунаа\u0306.txt", "Оюунаӑ.txt"),
        ("  a\tb \n.txt", "ab.txt"),
        ("х" * 300 + ".pdf", "х" * 150 + ".pdf"),
    ],
)
def test_names_are_tidied(sent: str, kept: str) -> None:
    assert tidy_name(sent) == kept


@pytest.mark.parametrize("name", ["", ".", "..", "...", "passport", "/", ".pdf", "a.\u202e"])
def test_names_that_say_nothing(name: str) -> None:
    with pytest.raises(RefusedFile):
        tidy_name(name)


@pytest.fixture
def days_pass(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def pass_(days: int) -> None:
        then = clock.now() + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda: then)

    return pass_


def test_the_sweep_removes_strays_and_counts_what_is_missing(
    database: Database, cast: Cast, case_id: UUID, days_pass: Callable[[int], None]
) -> None:
    kept, lost = (keep(database, cast[WORKER], case_id) for _ in range(2))
    assert sweep_files(database) == 0
    assert events(database, "files.swept") == []
    (database.files / str(lost)).unlink()
    stray, foreign = database.files / str(UUID(int=7)), database.files / "README"
    half = database.files / f"{kept}.new"
    for path in (stray, foreign, half):
        path.write_bytes(b"CWF1")
    assert sweep_files(database) == 1
    assert {stray, foreign} <= set(database.files.iterdir())  # may wait for its row
    days_pass(2)
    assert sweep_files(database) == 3
    assert files(database) == sorted([str(kept), "README"])  # never what is not ours
    last = events(database, "files.swept")[-1]
    assert b'"missing":1' in last
    assert b'"orphans":2' in last


def test_the_sweep_finishes_a_destruction_cut_short(
    database: Database, cast: Cast, case_id: UUID, days_pass: Callable[[int], None]
) -> None:
    document_id = keep(database, cast[WORKER], case_id)
    path: Path = database.files / str(document_id)
    content = path.read_bytes()
    with database.writing(cast[WORKER]) as work:
        case = work.session.get_one(Case, case_id)
        document = find_document(work, case, document_id)
        destroy_document(work, case, document, DocumentEnd.REPLACED)
    path.write_bytes(content)
    days_pass(2)
    assert sweep_files(database) == 1
    assert files(database) == []


def test_nothing_is_written_over(database: Database, cast: Cast, case_id: UUID) -> None:
    document_id = keep(database, cast[WORKER], case_id)
    with database.reading(cast[WORKER]) as work:
        document = work.session.get_one(Document, document_id)
        with pytest.raises(Conflict):
            write_file(work, document, b"something else")
    assert sample.EICAR not in (database.files / str(document_id)).read_bytes()
