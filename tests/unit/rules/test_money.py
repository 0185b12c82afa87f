"""Decimals, currencies and what a budget line has left."""

from datetime import date
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import InvalidInput
from casework.rules.money import MNT, Money, Rate, in_mnt, minor_units, remaining, rounded

RATE_DAY = date(2020, 11, 20)
amounts = st.decimals(Decimal(-(10**12)), Decimal(10**12), places=2)


def _mnt(text: str) -> Money:
    return Money(Decimal(text))


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError):
        Money(cast(Decimal, 0.1))


@pytest.mark.parametrize(
    ("amount", "currency", "field"),
    [
        ("0.001", "MNT", "amount"),
        ("0.5", "KRW", "amount"),
        ("NaN", "MNT", "amount"),
        ("Infinity", "MNT", "amount"),
        ("1E+15", "MNT", "amount"),
        ("1E+40", "MNT", "amount"),
        ("1", "mnt", "currency"),
        ("1", "TUGRIK", "currency"),
        ("1", "", "currency"),
    ],
)
def test_what_is_no_amount_is_refused(amount: str, currency: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Money(Decimal(amount), currency)
    assert refused.value.field == field


def test_minor_units_are_the_currency_s() -> None:
    assert [minor_units(code) for code in ("MNT", "USD", "KRW", "KWD")] == [2, 2, 0, 3]
    assert str(Money(Decimal("5"), "USD").amount) == "5.00"
    assert str(Money(Decimal("5.00"), "KRW").amount) == "5"


def test_halves_are_rounded_up() -> None:
    assert rounded(Decimal("2.5"), "KRW") == 3
    assert rounded(Decimal("-2.5"), "KRW") == -3
    assert rounded(Decimal("0.125"), MNT) == Decimal("0.13")


@given(first=amounts, second=amounts)
def test_nothing_is_lost_in_a_sum(first: Decimal, second: Decimal) -> None:
    total = Money(first) + Money(second)
    assert total - Money(second) == Money(first)
    assert (-total).amount == -total.amount
    assert (Money(first) < Money(second)) is (first < second)
    assert (Money(first) <= Money(second)) is (first <= second)


def test_currencies_do_not_mix() -> None:
    dollars = Money(Decimal(1), "USD")
    with pytest.raises(InvalidInput, match="in USD cannot be counted in MNT"):
        _mnt("1") + dollars
    with pytest.raises(InvalidInput):
        _mnt("1") - dollars
    with pytest.raises(InvalidInput):
        assert _mnt("1") < dollars
    with pytest.raises(InvalidInput):
        assert _mnt("1") <= dollars


def test_a_tugrik_equivalent_carries_its_rate_and_day() -> None:
    rate = Rate("USD", Decimal("2851.345"), RATE_DAY)
    worth = in_mnt(Money(Decimal("10.01"), "USD"), rate)
    assert worth.amount == _mnt("28541.96")
    assert worth.rate.on == RATE_DAY


def test_a_rate_must_be_of_the_currency_and_above_zero() -> None:
    with pytest.raises(InvalidInput, match="rate is for USD, the amount is in EUR"):
        in_mnt(Money(Decimal(1), "EUR"), Rate("USD", Decimal(2850), RATE_DAY))
    for wrong in ("0", "-1", "NaN"):
        with pytest.raises(InvalidInput, match="above zero"):
            Rate("USD", Decimal(wrong), RATE_DAY)


def test_a_line_has_left_what_is_neither_promised_nor_spent() -> None:
    assert remaining(_mnt("1000000"), _mnt("250000"), _mnt("749999.50")) == _mnt("0.50")
    assert remaining(_mnt("10"), _mnt("11"), _mnt("0")) == _mnt("-1")
