from datetime import date

import pytest

from casework.errors import InvalidInput
from casework.reference import dates
from casework.reference.dates import parsed_date


@pytest.mark.parametrize(
    "text", ["2020-05-31", "31.05.2020", "2020.05.31", "2020/5/31", " 31.5.2020 "]
)
def test_one_day_however_written(text: str) -> None:
    assert parsed_date(text) == date(2020, 5, 31)


@pytest.mark.parametrize("text", ["2020-02-30", "31.04.2020", "2020-13-01", "0000-01-01"])
def test_impossible_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parsed_date(text)
    assert refused.value.message.text == dates.IMPOSSIBLE


@pytest.mark.parametrize("text", ["0001-01-01", "1799-12-31", "01.01.2101", "9999-12-31"])
def test_year_that_no_living_person_or_plan_needs_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parsed_date(text)
    assert refused.value.message.text == dates.ANOTHER_AGE


@pytest.mark.parametrize(
    "text", ["", "05/31/2020", "31.05.20", "yesterday", "20200531", "٢٠٢٠-٠٥-٣١"]
)
def test_other_forms_are_refused_with_the_two_accepted(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parsed_date(text)
    assert refused.value.message.text == dates.UNREADABLE
