"""Who may travel on the day, as far as a pregnancy says."""

from datetime import date, timedelta

import pytest

from casework.rules.fitness import may_travel

DEPARTURE = date(2026, 11, 21)


@pytest.mark.parametrize(("weeks", "expected"), [(8, True), (35, True), (36, False), (40, False)])
def test_carriers_take_a_pregnancy_until_its_last_weeks(weeks: int, expected: bool) -> None:
    due = DEPARTURE + timedelta(days=280 - 7 * weeks)
    assert may_travel(due, DEPARTURE) is expected


def test_who_expects_no_child_may_travel() -> None:
    assert may_travel(None, DEPARTURE)
    assert may_travel(DEPARTURE - timedelta(days=90), DEPARTURE)
