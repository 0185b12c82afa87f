"""Which files are taken: by what stands in them, never by what their names or senders say."""

import re
from dataclasses import dataclass
from typing import Final

from casework.messages import N_
from casework.rules.file_refusal import RefusedFile
from casework.rules.office_files import check_office_file, office_format
from casework.rules.pdf_files import check_pdf

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_OLE: Final = b"\xd0\xcf\x11\xe0"
_HEIC: Final = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif")

UNKNOWN = N_(
    "Files of this kind are not taken. Send a PDF, JPEG, PNG, WebP, DOCX, XLSX, ODT, ODS, TXT or "
    "CSV file; anything else can be printed to a PDF."
)
OLD_OFFICE = N_(
    "This is an old Office file, or one with a password. Open it, take the password away and save "
    "it as DOCX, XLSX or PDF."
)
HEIC = N_("This photograph is in the HEIC format. Save it as JPEG and send that.")
OTHER_NAME = N_(
    "The name ends in “.%(ending)s”, but the file is a %(format)s file. Give it the right ending, "
    "or look whether it is the file you mean."
)


@dataclass(frozen=True)
class FileType:
    """A kind of file that is taken; the first of `endings` is the one it is given back with."""

    media_type: str
    endings: tuple[str, ...]
    image: bool = False

    @property
    def format(self) -> str:
        """What people call it."""
        return self.endings[0].upper()


_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument"
_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument"
PDF = FileType("application/pdf", ("pdf",))
JPEG = FileType("image/jpeg", ("jpg", "jpeg"), image=True)
PNG = FileType("image/png", ("png",), image=True)
WEBP = FileType("image/webp", ("webp",), image=True)
TEXT = FileType("text/plain", ("txt",))
CSV = FileType("text/csv", ("csv",))
OFFICE = {
    "docx": FileType(f"{_OPEN_XML}.wordprocessingml.document", ("docx",)),
    "xlsx": FileType(f"{_OPEN_XML}.spreadsheetml.sheet", ("xlsx",)),
    "odt": FileType(f"{_OPEN_DOCUMENT}.text", ("odt",)),
    "ods": FileType(f"{_OPEN_DOCUMENT}.spreadsheet", ("ods",)),
}
TAKEN: Final = (PDF, JPEG, PNG, WEBP, *OFFICE.values(), TEXT, CSV)
_BY_MEDIA_TYPE = {each.media_type: each for each in TAKEN}


def type_of(media_type: str) -> FileType:
    """The type that a stored document has."""
    return _BY_MEDIA_TYPE[media_type]


def recognise(content: bytes, name: str) -> FileType:
    """The type of `content`, which its `name` must agree with and which must be harmless to keep.

    Raises RefusedFile for every other type, for a password, a macro or a script inside, for what
    unpacks to more than it may, and for a name that says otherwise.
    """
    found = _recognised(content, _ending(name))
    if _ending(name) not in found.endings:
        raise RefusedFile(OTHER_NAME, "name", ending=_ending(name), format=found.format)
    return found


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def _recognised(content: bytes, ending: str) -> FileType:
    if content.startswith(b"%PDF-"):
        check_pdf(content)
        return PDF
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return _image(content) or _text(content, ending)


def _image(content: bytes) -> FileType | None:
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return WEBP
    if content[4:12] in _HEIC:
        raise RefusedFile(HEIC, "type")
    return None


def _office(content: bytes) -> FileType:
    found = office_format(content)
    if found is None:
        raise RefusedFile(UNKNOWN, "type")
    check_office_file(content)
    return OFFICE[found]


def _text(content: bytes, ending: str) -> FileType:
    if content.startswith(_OLE):
        raise RefusedFile(OLD_OFFICE, "encrypted")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedFile(UNKNOWN, "type") from None
    if not text.strip() or _CONTROL.search(text):
        raise RefusedFile(UNKNOWN, "type")
    return CSV if ending == "csv" else TEXT
