"""Opening a mission's file: CSV or XLSX bytes become rows of text, or a reason why not."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import BinaryIO, Final

from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from casework.errors import InvalidInput

LARGEST_FILE: Final = 50 * 2**20
_LARGEST_UNPACKED: Final = 200 * 2**20
_MOST_ROWS: Final = 100_000
_MOST_COLUMNS: Final = 200
_LONGEST_HEADER: Final = 60
_MEGABYTE: Final = 2**20
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS: Final = ",;\t"
_BETWEEN_HEADER_WORDS = re.compile(r"[\s\-]+")


@dataclass(frozen=True, repr=False)
class SourceRow:
    """One row as it stands in the file; `number` counts from 1, the header."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Table:
    """The header, in lower case with underscores, and the rows that are not blank."""

    columns: tuple[str, ...]
    rows: tuple[SourceRow, ...]


def read_table(stream: BinaryIO) -> Table:
    """Return the table in `stream`, an XLSX workbook's first sheet or CSV in UTF-8.

    Raises InvalidInput, saying what to do, for a file too large, in another encoding, damaged,
    without a header or without rows.
    """
    content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise InvalidInput(
            "The file is larger than %(megabytes)s MB. Split it and import the parts.",
            megabytes=LARGEST_FILE // _MEGABYTE,
        )
    records = _sheet_records(content) if content.startswith(_ZIP) else _csv_records(content)
    return _table(records)


def _table(records: Iterable[list[str]]) -> Table:
    numbered = enumerate(records, start=1)
    _, header = next(numbered, (1, []))
    columns = tuple(_column_name(cell) for cell in header)
    if not any(columns):
        raise InvalidInput("The file is empty. Its first row has to name the columns.")
    filled = (SourceRow(number, tuple(cells)) for number, cells in numbered if any(cells))
    rows = tuple(islice(filled, _MOST_ROWS + 1))
    if len(rows) > _MOST_ROWS:
        raise InvalidInput(
            "The file has more than %(rows)s rows. Split it and import the parts.", rows=_MOST_ROWS
        )
    if not rows:
        raise InvalidInput("The file names its columns but has no people in it.")
    return Table(columns, rows)


def _column_name(header: str) -> str:
    return _BETWEEN_HEADER_WORDS.sub("_", header.casefold())[:_LONGEST_HEADER]


def _tidy(text: str) -> str:
    one_line_end = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", one_line_end).strip()


def _csv_records(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first_line = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for record in reader:
            yield [_tidy(cell) for cell in record[:_MOST_COLUMNS]]
    except csv.Error:
        raise InvalidInput(
            "The file cannot be split into cells near line %(line)s: a quotation mark is missing "
            "or a cell is too long. Open it in a spreadsheet and save it as “CSV UTF-8”.",
            line=reader.line_num,
        ) from None


def _decoded(content: bytes) -> str:
    if content.startswith(_OLD_EXCEL):
        raise InvalidInput(
            "This is an old Excel file (.xls). Open it and save it as XLSX or “CSV UTF-8”."
        )
    if content.startswith(_UTF16) or b"\0" in content:
        raise _wrong_encoding("UTF-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _wrong_encoding("Windows-1251") from None


def _wrong_encoding(encoding: str) -> InvalidInput:
    return InvalidInput(
        "The file is not in UTF-8; it looks like %(encoding)s. "
        "Open it in a spreadsheet and save it as “CSV UTF-8”.",
        encoding=encoding,
    )


def _sheet_records(content: bytes) -> Iterator[list[str]]:
    try:
        _check_unpacked_size(content)
        yield from _first_sheet(content)
    except InvalidInput:
        raise
    except Exception:  # zipfile and openpyxl let any error of a damaged file's parts through
        raise InvalidInput(
            "The workbook cannot be opened. Save it again as XLSX, or as “CSV UTF-8”."
        ) from None


def _check_unpacked_size(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > _LARGEST_UNPACKED:
        raise InvalidInput(
            "The workbook unpacks to more than %(megabytes)s MB. "
            "Copy the rows into a new workbook, or split it.",
            megabytes=_LARGEST_UNPACKED // _MEGABYTE,
        )


def _first_sheet(content: bytes) -> Iterator[list[str]]:
    workbook = load_workbook(io.BytesIO(content), read_only=True)
    try:
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()
        for record in sheet.iter_rows(values_only=True):
            yield [_sheet_text(value) for value in record[:_MOST_COLUMNS]]
    finally:
        workbook.close()


def _sheet_text(value: object) -> str:
    """Return a cell as it would stand in CSV; a formula keeps its leading equals sign."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, ArrayFormula | DataTableFormula):
        return "="
    return _tidy(str(value))
