"""The Documents tab and the documents of a request, through the browser."""

import gc
import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from casework.services.cases.closing import approve_closure, request_closure
from casework.services.work import Database
from casework.vocabulary import ClosureReason
from models.case import Case
from tests import sample_files as sample
from tests.conftest import Cast
from tests.integration.conftest import Client
from tests.integration.documents.papers import LETTER, NAME, keep, take_in_somebody
from tests.integration.requests.family import FATHER, MOTHER, registered
from tests.visitor import Visitor

WORKER = "bolormaa.caseworker"
_watched: list[list[tuple[str, int]]] = []


def _note_open(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and _watched:
        path, _mode, flags = arguments
        if isinstance(path, str | bytes | Path) and flags & (os.O_WRONLY | os.O_RDWR):
            _watched[-1].append((os.fsdecode(path), flags))


sys.addaudithook(_note_open)


@contextmanager
def written_files() -> Iterator[list[tuple[str, int]]]:
    """Every path that Python opens for writing inside the block, temporary files among them."""
    _watched.append([])
    try:
        yield _watched[-1]
    finally:
        _watched.pop()


@pytest.fixture
def case_id(database: Database, cast: Cast) -> UUID:
    return take_in_somebody(database, cast[WORKER])


def send(browser: Visitor, path: str, content: bytes, name: str, **answers: str) -> TestResponse:
    answers = {"kind": "passport"} | answers
    with io.BytesIO(content) as file:
        return browser.post(path, data={"file": (file, name), **answers})


@pytest.mark.parametrize("language", ["mn", "en"])
def test_add_look_and_destroy(client: Client, case_id: UUID, language: str) -> None:
    browser = client(WORKER, language=language)
    tab = f"/cases/{case_id}/documents"
    assert {"mn": "хадгалсан баримт алга", "en": "No document is kept"}[language] in (
        browser.get(tab).text
    )
    browser.get(f"{tab}/new")
    answer = send(browser, f"{tab}/new", sample.photo(), "IMG 2041.jpg", kind="passport")
    assert answer.location == tab
    page = browser.get(tab).text
    assert "IMG 2041.jpg" in page
    assert {"mn": "Паспорт", "en": "Passport"}[language] in page
    (address,) = set(re.findall(rf"{tab}/[0-9a-f-]{{36}}", page))
    assert browser.post(address, data={}).status_code == 200  # it asks what for
    saved = browser.post(address, data={"purpose": "case_management"})
    assert saved.data.startswith(b"\xff\xd8\xff")
    assert sample.DEVICE.encode() not in saved.data
    assert browser.post(f"{address}/destroy", data={}).status_code == 200
    gone = browser.post(f"{address}/destroy", data={"reason": "wrong_record"})
    assert gone.location == tab
    assert {"mn": "Устгасан", "en": "Destroyed"}[language] in browser.get(tab).text
    shown = browser.get(address).text
    assert {"mn": "Өөр хүнийх", "en": "belongs to somebody else"}[language] in shown
    assert browser.post(address, data={"purpose": "case_management"}).status_code == 409


def test_a_file_is_handed_out_powerless(
    client: Client, database: Database, cast: Cast, case_id: UUID
) -> None:
    document_id = keep(database, cast[WORKER], case_id)
    saved = client(WORKER).post(
        f"/cases/{case_id}/documents/{document_id}", data={"purpose": "protection"}
    )
    assert saved.data == LETTER
    headers = saved.headers
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    name = re.fullmatch(r'attachment; filename="(.+)"', headers["Content-Disposition"])
    assert name is not None
    assert re.fullmatch(r"document-[0-9a-f]{8}\.txt", name[1])


def test_the_list_asks_for_nothing_of_the_file(
    client: Client, database: Database, cast: Cast, case_id: UUID
) -> None:
    keep(database, cast[WORKER], case_id)
    browser = client(WORKER, language="en")
    page = browser.get(f"/cases/{case_id}/documents").text
    assert NAME in page
    assert "Medical paper" in page
    assert "зүүн гар" not in page
    timeline = browser.get(f"/cases/{case_id}").text
    assert "Document added" in timeline
    assert NAME not in timeline


def test_who_opened_a_document_is_seen(
    client: Client, database: Database, cast: Cast, case_id: UUID
) -> None:
    document_id = keep(database, cast[WORKER], case_id)
    browser = client(WORKER, language="en")
    browser.post(f"/cases/{case_id}/documents/{document_id}", data={"purpose": "referral"})
    page = browser.get(f"/cases/{case_id}/who-saw").text
    assert re.search(r"Documents.*Referral|Referral.*Documents", page, re.DOTALL)


def post_bytes(browser: Visitor, path: str, content: bytes) -> TestResponse:
    """As `send`, without the test client's own temporary file."""
    keys = {"csrf_token": browser.csrf_token(), "idempotency_key": uuid4().hex, "kind": "photo"}
    head = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in keys.items()
    )
    head += '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    body = head.encode() + content + b"\r\n--x--\r\n"
    return browser.post(path, data=body, content_type="multipart/form-data; boundary=x")


@pytest.mark.parametrize("size", [10_000, 600_000, 3_000_000])
def test_no_file_lies_in_clear_even_for_a_moment(
    client: Client, database: Database, case_id: UUID, size: int
) -> None:
    browser, path = client(WORKER), f"/cases/{case_id}/documents/new"
    browser.get(path)
    content = "Оюунцэцэг\n".encode() * (size // 19)
    with written_files() as written:
        assert post_bytes(browser, path, content).status_code == 302
    (kept,) = database.files.iterdir()
    assert [path for path, _ in written] == [str(kept)]
    assert kept.read_bytes().startswith(b"CWF1")


@pytest.mark.filterwarnings("ignore")  # the spooled file is not closed
def test_the_watch_would_see_a_temporary_file(app: Flask, client: Client, case_id: UUID) -> None:
    """With werkzeug's own request the file is spooled to the disk: the test above would fail."""
    browser, path = client(WORKER), f"/cases/{case_id}/documents/new"
    app.request_class = Flask.request_class
    with written_files() as written:
        post_bytes(browser, path, b"a" * 600_000)
        gc.collect()
    assert len(written) > 1


def test_what_is_refused_is_said_beside_the_field(client: Client, case_id: UUID) -> None:
    browser, path = client(WORKER, language="en"), f"/cases/{case_id}/documents/new"
    page = send(browser, path, b"MZ\x90\x00", "scan.pdf", kind="medical")
    assert page.status_code == 200
    assert "Files of this kind are not taken" in page.text
    assert 'href="#file"' in page.text
    assert re.search(r'value="medical" selected', page.text)
    empty = browser.post(path, data={"kind": "medical"})
    assert 'href="#file"' in empty.text


def test_too_large_is_said_in_words(
    app: Flask, client: Client, database: Database, case_id: UUID
) -> None:
    database.settings = replace(database.settings, upload_limit=2**20)
    browser, path = client(WORKER, language="en"), f"/cases/{case_id}/documents/new"
    assert "at most" in post_bytes(browser, path, b"a" * (2**20 + 1)).text
    whole = post_bytes(browser, path, b"a" * (4 * 2**20))
    assert whole.status_code == 413
    assert "3 MB at most" in whole.text
    note = browser.post(f"/cases/{case_id}/notes/new", data={"text": "а" * 3_000_000})
    assert note.status_code == 413


def test_a_stranger_sends_no_large_body(client: Client, case_id: UUID) -> None:
    path = f"/cases/{case_id}/documents/new"
    answer = post_bytes(client(), path, b"a" * 3_000_000)
    assert answer.status_code == 302
    assert answer.location == f"/sign-in?next={path}"


def test_a_closed_case_takes_no_document(
    client: Client, database: Database, cast: Cast, case_id: UUID
) -> None:
    document_id = keep(database, cast[WORKER], case_id)
    with database.writing(cast[WORKER]) as work:
        case = work.session.get_one(Case, case_id)
        request_closure(work, case, ClosureReason.GOALS_MET, "Гэртээ харьсан")
    with database.writing(cast["enkhbayar.supervisor"]) as work:
        approve_closure(work, work.session.get_one(Case, case_id))
    browser, tab = client(WORKER, language="en"), f"/cases/{case_id}/documents"
    assert "Add a document" not in browser.get(tab).text
    assert send(browser, f"{tab}/new", LETTER, "a.txt").status_code in (200, 409)
    browser.post(f"{tab}/{document_id}/destroy", data={"reason": "replaced"})
    assert [path.name for path in database.files.iterdir()] == [str(document_id)]


def test_another_records_document_is_not_found(
    client: Client, database: Database, cast: Cast, case_id: UUID
) -> None:
    other = take_in_somebody(database, cast[WORKER])
    document_id = keep(database, cast[WORKER], other)
    browser = client(WORKER)
    assert browser.get(f"/cases/{case_id}/documents/{document_id}").status_code == 404
    assert browser.get(f"/cases/{other}/documents/{document_id}").status_code == 200
    outsider = client("outsider.ngo")
    assert outsider.get(f"/cases/{other}/documents/{document_id}").status_code == 404
    assert outsider.get(f"/cases/{other}/documents").status_code == 404


def test_a_mission_keeps_papers_of_its_requests(
    client: Client, database: Database, cast: Cast
) -> None:
    request_id = registered(database, cast, MOTHER, FATHER)
    officer, path = client("sarnai.seoul", language="en"), f"/requests/{request_id}/documents"
    assert path in officer.get(f"/requests/{request_id}").text
    form = officer.get(f"{path}/new").text
    together = re.findall(r'name="about" type="radio" value="([0-9a-f-]{36})"', form)
    assert len(together) == 3
    answer = send(officer, f"{path}/new", sample.pdf(), "гэрлэлт.pdf", about=together[-1])
    assert answer.location == path
    page = officer.get(path).text
    assert "гэрлэлт.pdf" in page
    assert "All of them together" in page
    (address,) = set(re.findall(rf"{path}/[0-9a-f-]{{36}}", page))
    saved = officer.post(address, data={"purpose": "return_assistance"})
    assert saved.data == sample.pdf()
    assert saved.mimetype == "application/pdf"
    gone = officer.post(f"{address}/destroy", data={"reason": "replaced"})
    assert gone.location == path
    assert "Destroyed" in officer.get(path).text
    for name in ("bold.berlin", "outsider.ngo", "dorj.khanuul"):
        assert client(name).get(path).status_code == 404
        assert client(name).post(address, data={"purpose": "referral"}).status_code == 404
