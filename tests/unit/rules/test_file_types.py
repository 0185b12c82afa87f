"""A file is taken by what stands in it, whatever its name says."""

import io
import time
import zipfile

import pytest

from casework.rules.file_refusal import RefusedFile
from casework.rules.file_types import TAKEN, recognise, type_of
from casework.rules.office_files import LARGEST_UNPACKED, MOST_PARTS
from tests import sample_files as sample

TAKEN_FILES = {
    "паспорт.pdf": sample.pdf(),
    "IMG_2041.JPG": sample.photo(),
    "IMG_2041.jpeg": sample.photo(),
    "зураг.png": sample.photo("PNG"),
    "зураг.webp": sample.photo("WEBP"),
    "өргөдөл.docx": sample.docx(),
    "жагсаалт.xlsx": sample.xlsx(),
    "өргөдөл.odt": sample.open_document(),
    "жагсаалт.ods": sample.open_document("spreadsheet"),
    "тэмдэглэл.txt": "Өлгий, Баян-Өлгий\n".encode(),
    "тоо.csv": "\ufeffнэр,тоо\nБат,1\n".encode(),
}


def reason(content: bytes, name: str) -> str:
    with pytest.raises(RefusedFile) as refused:
        recognise(content, name)
    assert refused.value.field == "file"
    assert str(refused.value.message)
    return refused.value.reason


@pytest.mark.parametrize("name", TAKEN_FILES)
def test_taken(name: str) -> None:
    found = recognise(TAKEN_FILES[name], name)
    assert name.rpartition(".")[2].lower() in found.endings
    assert type_of(found.media_type) is found


def test_every_type_that_is_taken_has_a_sample() -> None:
    assert {recognise(content, name) for name, content in TAKEN_FILES.items()} == set(TAKEN)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00" + bytes(100), "scan.pdf"),
        (b"MZ\x90\x00" + bytes(100), "tool.exe"),
        (b"\x7fELF" + bytes(100), "photo.jpg"),
        (b"GIF89a" + bytes(100), "photo.gif"),
        (b"\x1f\x8b\x08" + bytes(100), "letter.txt"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), "letter.docx"),
        ("бичиг".encode("cp1251"), "note.txt"),
        (b"a\x00b", "note.txt"),
        (b"   \n", "note.txt"),
        (sample.archive({"anything.txt": b"x"}), "letter.docx"),
        (sample.archive({"mimetype": b"application/epub+zip"}), "book.odt"),
    ],
)
def test_other_kinds_are_not_taken(content: bytes, name: str) -> None:
    assert reason(content, name) == "type"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (sample.pdf(), "letter.docx"),
        (sample.pdf(), "letter.pdf.exe"),
        (sample.pdf(), "letter"),
        (sample.photo(), "photo.png"),
        (sample.docx(), "table.xlsx"),
        (b"<script>alert(1)</script>", "page.html"),
        (b"<svg onload='alert(1)'/>", "drawing.svg"),
    ],
)
def test_a_name_that_says_otherwise(content: bytes, name: str) -> None:
    assert reason(content, name) == "name"


def test_a_telephones_own_format_is_named() -> None:
    content = b"\x00\x00\x00\x18ftypheic" + bytes(50)
    with pytest.raises(RefusedFile, match="HEIC"):
        recognise(content, "IMG_1.heic")


def test_an_old_or_locked_office_file() -> None:
    """Word locks a DOCX by wrapping it in the old format."""
    assert reason(sample.OLE, "letter.docx") == "encrypted"


@pytest.mark.parametrize(
    "content",
    [
        sample.docx(word__vbaProject_dot_bin=b"x"),
        sample.docx(word__vbaData_dot_xml=b"x"),
        sample.docx(word__activeX__activeX1_dot_xml=b"x"),
        sample.docx(word__embeddings__oleObject1_dot_bin=b"x"),
        sample.docx(word__embeddings__tool_dot_exe=b"x"),
        sample.archive(
            {
                "[Content_Types].xml": b"application/vnd.ms-word.document.macroEnabled.main+xml",
                "word/document.xml": b"x",
            }
        ),
    ],
)
def test_macros_and_foreign_objects(content: bytes) -> None:
    assert reason(content, "letter.docx") == "active_content"


def test_macros_of_an_open_document() -> None:
    content = sample.open_document(Basic__Standard__Module1=b"Sub Main")
    assert reason(content, "letter.odt") == "active_content"


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject", "frame", "image"])
def test_a_file_that_fetches_from_outside(kind: str) -> None:
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": b"<w:document/>",
        "word/_rels/settings.xml.rels": sample.relations(kind, "https://evil.example/t.dotm"),
    }
    assert reason(sample.archive(parts), "letter.docx") == "active_content"


def test_a_table_within_a_chart_is_usual() -> None:
    content = sample.docx(word__embeddings__Microsoft_Excel_Sheet_dot_xlsx=sample.xlsx())
    assert recognise(content, "letter.docx").format == "DOCX"


def test_a_locked_open_document() -> None:
    manifest = {"META-INF__manifest.xml": b"<manifest:encryption-data/>"}
    assert reason(sample.open_document(**manifest), "letter.odt") == "encrypted"


def test_bombs() -> None:
    zeros = bytes(LARGEST_UNPACKED // 2 + 1)
    deep = sample.docx(word__media__a_dot_png=zeros, word__media__b_dot_png=zeros)
    assert len(deep) < 200_000
    began = time.monotonic()
    assert reason(deep, "letter.docx") == "bomb"
    assert time.monotonic() - began < 1  # nothing was unpacked
    wide = sample.docx(**{f"p{number}": b"" for number in range(MOST_PARTS)})
    assert reason(wide, "letter.docx") == "bomb"


def test_a_bomb_that_lies_about_its_size() -> None:
    """The directory says 100 bytes; unpacking stops there and finds another checksum."""
    content = bytearray(sample.docx(word__media__a_dot_png=bytes(5_000_000)))
    size = (5_000_000).to_bytes(4, "little")
    assert content.count(size) == 2
    assert reason(bytes(content.replace(size, (100).to_bytes(4, "little"))), "a.docx") == "damaged"


def test_a_damaged_archive() -> None:
    whole = sample.docx()
    for content in (whole[:-30], whole[:60], b"PK\x03\x04" + bytes(60)):
        assert reason(content, "letter.docx") == "damaged"


def test_a_locked_archive() -> None:
    target = io.BytesIO(sample.docx())
    with zipfile.ZipFile(target) as archive:
        first = archive.infolist()[0].header_offset
    content = bytearray(target.getvalue())
    content[first + 6] |= 1
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    assert reason(bytes(content), "letter.docx") == "encrypted"


@pytest.mark.parametrize(
    "content",
    [
        sample.pdf(b"<</S/JavaScript/JS(app.alert(1))>>"),
        sample.pdf(b"<</S/J#61vaScript/JS(1)>>"),
        sample.pdf(b"<</S/Launch/F(cmd.exe)>>"),
        sample.pdf(b"<</Names<</EmbeddedFiles 4 0 R>>>>"),
        sample.pdf(b"<</AcroForm<</XFA [1 0 R]>>>>"),
        sample.pdf(hidden=b"<</S/JavaScript/JS(app.alert(1))>>"),
    ],
)
def test_a_pdf_that_does_something(content: bytes) -> None:
    assert reason(content, "letter.pdf") == "active_content"


def test_a_locked_or_broken_pdf() -> None:
    assert reason(sample.pdf(trailer=b"/Encrypt 5 0 R"), "letter.pdf") == "encrypted"
    assert reason(sample.pdf()[:-20], "letter.pdf") == "damaged"


def test_a_pdf_that_unpacks_without_end_is_looked_at_quickly() -> None:
    began = time.monotonic()
    recognise(sample.pdf(hidden=bytes(100_000_000)), "letter.pdf")
    assert time.monotonic() - began < 5
