"""Dates as people write them."""

import re
from datetime import date

from casework.errors import InvalidInput
from casework.messages import N_

_YEAR_FIRST = re.compile(r"([0-9]{4})[-./]([0-9]{1,2})[-./]([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")

UNREADABLE = N_("Write the date as year-month-day (2020-05-31) or day.month.year (31.05.2020).")
IMPOSSIBLE = N_("There is no such day in the calendar. Check day, month and year.")
ANOTHER_AGE = N_("The year must lie between 1800 and 2100. Check day, month and year.")
#: Older birth dates have a refusal of their own, and no plan reaches further; far beyond, sums of
#: days fail.
YEARS = range(1800, 2101)


def parsed_date(text: str) -> date:
    """Return the date written in `text`: ISO, with dots or slashes year first, or DD.MM.YYYY.

    Raises InvalidInput for any other form, for a day that does not exist, and for a year that no
    living person or plan can need.
    """
    text = text.strip()
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    else:
        raise InvalidInput(UNREADABLE)
    try:
        day_written = date(int(year), int(month), int(day))
    except ValueError:
        raise InvalidInput(IMPOSSIBLE) from None
    if day_written.year not in YEARS:
        raise InvalidInput(ANOTHER_AGE)
    return day_written
