"""Spreadsheet files: every cell is a day or text, never a formula."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from xlsxwriter import Workbook

from casework.web.i18n import shown

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """One sheet. What somebody typed stays text whatever it begins with, so nothing is computed
    and no link is followed; codes stand as their labels in the page's language.
    """
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, heading, bold)
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(line, column, value, day)
                elif value is not None:
                    sheet.write_string(line, column, shown(value))
    return file.getvalue()
