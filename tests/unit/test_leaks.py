"""The search for leaks finds a text however it was written."""

import base64
import gzip
import json
import sqlite3
import zipfile
import zlib
from pathlib import Path

import pytest

from casework.config import load_settings
from tests.leaks import leaks

TEXT = "Цэвээнравдан"
WRITTEN = {
    "plain": f"name: {TEXT}".encode(),
    "utf-16": TEXT.encode("utf-16"),
    "json": json.dumps({"name": TEXT}).encode(),
    "json in json": json.dumps(json.dumps({"name": TEXT})).encode(),
    "hex": b"x" + TEXT.encode().hex().encode(),
    "base64": base64.b64encode(f"12 {TEXT} 34".encode()),
    "base64 shifted": base64.urlsafe_b64encode(f"1 {TEXT} 34".encode()),
    "zlib": b"head" + zlib.compress(f"name {TEXT}".encode()),
    "gzip": b"head" + gzip.compress(json.dumps([TEXT]).encode()) + b"tail",
    "capitals": TEXT.upper().encode(),
    "repr": repr(TEXT.encode()).encode(),
}


@pytest.mark.parametrize("form", WRITTEN)
def test_a_text_is_found(tmp_path: Path, form: str) -> None:
    settings = load_settings({"CASEWORK_HOME": str(tmp_path)})
    (tmp_path / "log").write_bytes(b"other " * 500 + WRITTEN[form])
    assert len(leaks(settings, [TEXT, "Бямбадорж"])) >= 1
    assert leaks(settings, ["Бямбадорж"]) == []


def test_a_text_is_found_in_databases_archives_and_names(tmp_path: Path) -> None:
    settings = load_settings({"CASEWORK_HOME": str(tmp_path)})
    database = sqlite3.connect(tmp_path / "casework.db")
    database.execute("CREATE TABLE person (name TEXT)")
    database.execute("INSERT INTO person VALUES (?)", (TEXT,))
    database.commit()
    database.close()
    with zipfile.ZipFile(tmp_path / "list.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", TEXT * 3)
    (tmp_path / TEXT).mkdir()
    found = leaks(settings, [TEXT])
    assert [
        any(part in place for place in found) for part in ("casework.db", "xlsx", "name of")
    ] == [True] * 3
