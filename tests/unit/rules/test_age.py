"""Birthdays, bands and weeks of pregnancy at their edges."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import InvalidInput
from casework.rules.age import (
    age_band,
    age_on,
    due_date,
    is_child,
    is_infant,
    weeks_pregnant,
)
from casework.vocabulary import AgeBand

TODAY = date(2020, 11, 21)


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        (date(2002, 11, 21), 18),
        (date(2002, 11, 22), 17),
        (date(2020, 11, 21), 0),
        (date(2020, 12, 1), 0),
        (date(1960, 1, 1), 60),
    ],
)
def test_age_turns_on_the_birthday(birth: date, age: int) -> None:
    assert age_on(birth, TODAY) == age


def test_born_on_29_february_has_the_birthday_on_1_march() -> None:
    assert age_on(date(2004, 2, 29), date(2022, 2, 28)) == 17
    assert age_on(date(2004, 2, 29), date(2022, 3, 1)) == 18


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, AgeBand.INFANT),
        (1, AgeBand.INFANT),
        (2, AgeBand.CHILD),
        (13, AgeBand.CHILD),
        (14, AgeBand.YOUTH),
        (17, AgeBand.YOUTH),
        (18, AgeBand.ADULT),
        (59, AgeBand.ADULT),
        (60, AgeBand.ELDER),
        (101, AgeBand.ELDER),
    ],
)
def test_bands_begin_where_their_names_say(age: int, band: AgeBand) -> None:
    assert age_band(TODAY.replace(year=TODAY.year - age), TODAY) is band


def test_child_and_infant_end_on_the_birthday() -> None:
    assert is_child(date(2002, 11, 22), TODAY)
    assert not is_child(date(2002, 11, 21), TODAY)
    assert is_infant(date(2018, 11, 22), TODAY)
    assert not is_infant(date(2018, 11, 21), TODAY)


@given(weeks=st.integers(1, 42), on=st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_weeks_and_due_date_are_two_sides(weeks: int, on: date) -> None:
    due = due_date(weeks, on)
    assert weeks_pregnant(due, on) == weeks
    assert weeks_pregnant(due, on + timedelta(days=6)) == weeks
    assert weeks_pregnant(due, on - timedelta(days=1)) == weeks - 1


def test_a_pregnancy_ends() -> None:
    assert weeks_pregnant(TODAY, TODAY) == 40
    assert weeks_pregnant(TODAY, TODAY + timedelta(weeks=3)) is None
    assert weeks_pregnant(TODAY, TODAY - timedelta(weeks=41)) is None


@pytest.mark.parametrize("weeks", [-1, 0, 43])
def test_impossible_weeks_are_refused(weeks: int) -> None:
    with pytest.raises(InvalidInput, match="from 1 to 42") as refused:
        due_date(weeks, TODAY)
    assert refused.value.field == "pregnancy_weeks"
