from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from casework.web import reading


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1890000", "1890000"),
        ("1 890 000", "1890000"),
        ("1\u00a0890\u202f000,50 ₮", "1890000.50"),
        ("1,890,000.50", "1890000.50"),
        ("1.890.000,5", "1890000.5"),
        ("1890000,50", "1890000.50"),
        ("1,890", "1890"),
        ("0,75", "0.75"),
    ],
)
def test_amounts_are_read_in_the_ways_people_write_them(typed: str, amount: str) -> None:
    assert reading.parse_amount(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["", "-5", "1 89 000", "1,890,50", "12 34", "1.234.5678", "abc", "1,890.000.00", "٣٤a"]
)
def test_an_amount_that_may_mean_two_things_is_refused(english: Flask, typed: str) -> None:
    with pytest.raises(ValueError, match="1 890 000"):
        reading.parse_amount(typed)


@pytest.mark.parametrize("typed", ["2020-09-14", "14.09.2020", "2020.9.14", "2020/09/14"])
def test_days_are_read_year_first_and_day_first(typed: str) -> None:
    assert reading.parse_date(typed) == date(2020, 9, 14)


@pytest.mark.parametrize("typed", ["31.02.2020", "2020-13-01", "0000-01-01"])
def test_a_day_outside_the_calendar_is_refused(english: Flask, typed: str) -> None:
    with pytest.raises(ValueError, match="no such day"):
        reading.parse_date(typed)


@pytest.mark.parametrize("typed", ["14.9.20", "09/14/2020", "yesterday", "2020-09-14T00:00"])
def test_other_ways_to_write_a_day_are_explained(english: Flask, typed: str) -> None:
    with pytest.raises(ValueError, match="Write the date"):
        reading.parse_date(typed)


@pytest.mark.parametrize(
    ("parse", "typed", "read"),
    [
        (reading.parse_name, "  Оюун   чимэг ", "Оюун чимэг"),
        (reading.parse_name, "O'Brien-Sükhee", "O'Brien-Sükhee"),
        (reading.parse_email, "Bolormaa@IOM.example", "bolormaa@iom.example"),
        (reading.parse_email, "o'brien+home@iom.example", "o'brien+home@iom.example"),
        (reading.parse_phone, "+976 (11) 99-11", "+976 (11) 99-11"),
        (reading.parse_whole_number, "13 000", 13000),
    ],
)
def test_names_and_addresses_are_tidied(
    parse: Callable[[str], object], typed: str, read: object
) -> None:
    assert parse(typed) == read


@pytest.mark.parametrize(
    ("parse", "typed"),
    [
        (reading.parse_name, "Бат5"),
        (reading.parse_name, "<b>"),
        (reading.parse_email, "bolormaa@iom"),
        (reading.parse_email, "a b@iom.example"),
        (reading.parse_email, "a,b@iom.example"),
        (reading.parse_email, "a@iom.example;b"),
        (reading.parse_phone, "99"),
        (reading.parse_phone, "call me"),
        (reading.parse_whole_number, "12.5"),
        (reading.parse_whole_number, "9" * 30),
        (reading.tidy, "a\x00b"),
        (reading.tidy, "a\ud800"),
    ],
)
def test_what_cannot_be_stored_is_refused(parse: Callable[[str], object], typed: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse(typed)


def test_letters_are_composed_and_lines_kept() -> None:
    assert reading.tidy(" Сэтгэи\u0306\r\nхоёр ") == "Сэтгэй\nхоёр"
