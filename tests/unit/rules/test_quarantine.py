"""Nights by date, the release gate and missing checks."""

from datetime import date, timedelta

import pytest

from casework.rules.quarantine import (
    LabTest,
    QuarantineRule,
    Stay,
    is_check_due,
    overdue_checks,
    quarantine_nights,
    release_obstacles,
    rule_book,
)

ARRIVAL = date(2020, 11, 1)
RULE = rule_book().rule_on(ARRIVAL)
LAST_DAY = date(2020, 11, 22)


def _day(number: int) -> date:
    return ARRIVAL + timedelta(days=number)


def _obstacles(today: date, *tests: LabTest, nights: int = 21, rule: QuarantineRule = RULE) -> str:
    stay = Stay(ARRIVAL, nights, tests)
    return " ".join(str(message) for message in release_obstacles(stay, rule, today))


@pytest.mark.parametrize(
    ("arrival", "nights", "vaccinated"),
    [
        (date(2019, 12, 31), 0, 0),
        (date(2020, 2, 1), 21, 21),
        (date(2021, 3, 31), 21, 21),
        (date(2021, 4, 1), 7, 0),
        (date(2022, 2, 13), 7, 0),
        (date(2022, 2, 14), 0, 0),
        (date(2026, 11, 21), 0, 0),
    ],
)
def test_the_rule_of_the_day_of_arrival_counts(arrival: date, nights: int, vaccinated: int) -> None:
    rule = rule_book().rule_on(arrival)
    assert rule.nights_for() == nights
    assert rule.nights_for(vaccinated=True) == vaccinated


def test_the_shipped_rules_say_where_they_are_from_and_that_they_are_provisional() -> None:
    assert rule_book().provisional
    assert "April 2021" in rule_book().source


def test_nights_begin_with_the_arrival() -> None:
    nights = quarantine_nights(ARRIVAL, 21)
    assert (nights[0], nights[-1], len(nights)) == (ARRIVAL, date(2020, 11, 21), 21)
    assert quarantine_nights(ARRIVAL, 0) == ()


def test_release_needs_the_days_served_and_a_fresh_negative_test() -> None:
    assert _obstacles(LAST_DAY, LabTest(_day(19), True)) == ""


def test_a_day_too_early_is_told_with_the_day_of_release() -> None:
    said = _obstacles(_day(20), LabTest(_day(19), True))
    assert said == "Days still to serve: 1. Release is due on 2020-11-22."


@pytest.mark.parametrize(
    ("tests", "words"),
    [
        ((), "A negative test is needed"),
        ((LabTest(_day(20)),), "of 2020-11-21 is still open"),
        ((LabTest(_day(20), False),), "of 2020-11-21, is positive"),
        ((LabTest(_day(17), True),), "of 2020-11-18; it must not be older than 3 days"),
        ((LabTest(_day(20), True), LabTest(_day(20), False)), "is positive"),
        ((LabTest(_day(20), True), LabTest(_day(21))), "still open"),
    ],
)
def test_the_latest_test_decides(tests: tuple[LabTest, ...], words: str) -> None:
    assert words in _obstacles(LAST_DAY, *tests)


def test_a_later_negative_test_outweighs_a_positive_one() -> None:
    assert _obstacles(LAST_DAY, LabTest(_day(18), False), LabTest(_day(20), True)) == ""


def test_without_nights_or_a_rule_nobody_needs_a_test() -> None:
    assert _obstacles(ARRIVAL, nights=0) == ""
    assert _obstacles(LAST_DAY, rule=QuarantineRule(ARRIVAL, 21, None, False)) == ""


def test_overstays_are_counted_from_the_day_of_release() -> None:
    stay = Stay(ARRIVAL, 21)
    assert [stay.days_over(day) for day in (_day(20), LAST_DAY, _day(24))] == [0, 0, 3]


def test_each_day_without_a_check_is_found() -> None:
    stay = Stay(ARRIVAL, 21)
    checked = {_day(0), _day(2)}
    assert overdue_checks(stay, checked, _day(4)) == (_day(1), _day(3))
    assert overdue_checks(stay, checked, ARRIVAL - timedelta(days=1)) == ()
    assert is_check_due(stay, checked, _day(4))
    assert not is_check_due(stay, checked, _day(2))
    assert not is_check_due(stay, (), ARRIVAL - timedelta(days=1))
