"""Visits fall on the same day of later months, or on a short month's last."""

from datetime import date

import pytest

from casework.rules.follow_up import Schedule, months_after, schedule


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 5), 12, date(2027, 12, 5)),
        (date(2026, 6, 15), 6, date(2026, 12, 15)),
    ],
)
def test_months_after(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


def test_the_shipped_schedule_is_provisional() -> None:
    assert schedule().provisional
    assert schedule().months == (1, 3, 6, 12)
    assert Schedule((1, 3), provisional=False).days(date(2026, 11, 21)) == [
        date(2026, 12, 21),
        date(2027, 2, 21),
    ]
