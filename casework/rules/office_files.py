"""Office files are ZIP archives: what they are, and that they hold no macro and no bomb.

Only names, sizes and a few parts are read, as bytes; nothing of an archive is ever run, and no XML
is parsed.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final

from casework.messages import N_
from casework.rules.file_refusal import RefusedFile

LARGEST_UNPACKED: Final = 100 * 2**20
MOST_PARTS: Final = 2_000
_LARGEST_LISTING: Final = 2**20
_ENCRYPTED: Final = 0x1
_OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument."
_MACRO_PARTS = re.compile(
    r"(^|/)(vbaproject[^/]*\.bin|vbadata\.xml|activex|oleobject[^/]*|macrosheets)"
    r"|^(basic|scripts)/.|/embeddings/(?![^/]*\.xlsx$)",
    re.IGNORECASE,
)
_RELATION = re.compile(rb"<[\w:]*Relationship\b[^>]*>", re.IGNORECASE)

DAMAGED = N_("The file is damaged and cannot be opened. Save it again, or print it to a PDF.")
BOMB = N_("The file unpacks to more than %(megabytes)s MB. Print it to a PDF and send that.")
ACTIVE = N_(
    "The file holds a macro or an object of another program. Save it without, or print it to a PDF "
    "and send that."
)
OUTSIDE = N_(
    "The file fetches something from outside when it is opened. Print it to a PDF and send that."
)
PASSWORD = N_("The file has a password. Take it away, save the file and send it again.")


def office_format(content: bytes) -> str | None:
    """`docx`, `xlsx`, `odt`, `ods`, or None for any other archive."""
    with _opened(content) as archive:
        names = set(archive.namelist())
        if "[Content_Types].xml" in names:
            main = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
            return next((found for part, found in main.items() if part in names), None)
        if "mimetype" not in names or archive.getinfo("mimetype").file_size > len(names) + 100:
            return None
        kind = archive.read("mimetype").strip()
    formats = {_OPEN_DOCUMENT + b"text": "odt", _OPEN_DOCUMENT + b"spreadsheet": "ods"}
    return formats.get(kind)


def check_office_file(content: bytes) -> None:
    """Raise RefusedFile for macros, foreign objects, links outside, passwords, bombs and damage."""
    with _opened(content) as archive:
        if any(part.flag_bits & _ENCRYPTED for part in archive.infolist()):
            raise RefusedFile(PASSWORD, "encrypted")
        if any(_MACRO_PARTS.search(part) for part in archive.namelist()):
            raise RefusedFile(ACTIVE, "active_content")
        if archive.testzip() is not None:
            raise RefusedFile(DAMAGED, "damaged")
        _check_parts(archive)


def _check_parts(archive: zipfile.ZipFile) -> None:
    for part, text in _listings(archive):
        if part == "[Content_Types].xml" and b"macroenabled" in text.lower():
            raise RefusedFile(ACTIVE, "active_content")
        if part == "META-INF/manifest.xml" and b"encryption-data" in text:
            raise RefusedFile(PASSWORD, "encrypted")
        if part.endswith(".rels") and any(_fetches(found) for found in _RELATION.findall(text)):
            raise RefusedFile(OUTSIDE, "active_content")


def _fetches(relation: bytes) -> bool:
    """Whether opening the file follows this relation; a hyperlink waits for a click."""
    return b'"External"' in relation.replace(b"'", b'"') and b"/hyperlink" not in relation


def _listings(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The parts that say what the archive is made of."""
    for part in archive.infolist():
        name = part.filename
        if name.endswith(".rels") or name in ("[Content_Types].xml", "META-INF/manifest.xml"):
            if part.file_size > _LARGEST_LISTING:
                raise RefusedFile(DAMAGED, "damaged")
            yield name, archive.read(part)


class _opened:  # noqa: N801 - used like a function
    """The archive, once its sizes are known to be bearable; every fault of it is a RefusedFile."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __enter__(self) -> zipfile.ZipFile:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(self._content))
        except Exception:  # zipfile lets any error of a damaged directory through
            raise RefusedFile(DAMAGED, "damaged") from None
        parts = self._archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise RefusedFile(BOMB, "bomb", megabytes=LARGEST_UNPACKED // 2**20)
        return self._archive

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._archive.close()
        if kind is not None and not issubclass(kind, RefusedFile):
            raise RefusedFile(DAMAGED, "damaged") from None
