"""Amounts with their currency, in decimals only; a float is refused.

Rounding is half up to the currency's minor unit, as Mongolian accounts are kept.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from casework.errors import InvalidInput

MNT = "MNT"
#: Amounts stay below this in any currency.
_LIMIT = Decimal(10) ** 15

#: Digits after the point where they are not two (ISO 4217).
_MINOR_UNITS = {
    **dict.fromkeys(
        (
            *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"),
            *("UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def minor_units(currency: str) -> int:
    """Digits after the point in amounts of an ISO 4217 currency."""
    return _MINOR_UNITS.get(currency, 2)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """`amount` to the currency's minor unit, half up."""
    return amount.quantize(Decimal(1).scaleb(-minor_units(currency)), ROUND_HALF_UP)


@dataclass(frozen=True)
class Money:
    """An amount in whole minor units of an ISO 4217 currency.

    Raises `TypeError` for anything but a `Decimal`, `InvalidInput` (field `amount` or `currency`)
    for an amount finer than the minor unit, no number or 10^15 and more, or a malformed currency.
    """

    amount: Decimal
    currency: str = MNT

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError("an amount of money is a Decimal")
        if not re.fullmatch("[A-Z]{3}", self.currency):
            raise InvalidInput(
                "A currency is three capital letters, such as MNT.", field="currency"
            )
        if not self.amount.is_finite():
            raise InvalidInput("An amount must be a number.", field="amount")
        if abs(self.amount) >= _LIMIT:
            raise InvalidInput("This amount is too large to be right.", field="amount")
        exact = rounded(self.amount, self.currency)
        if exact != self.amount:
            raise InvalidInput(
                "Amounts in %(currency)s have at most %(digits)s digits after the point.",
                field="amount",
                currency=self.currency,
                digits=minor_units(self.currency),
            )
        object.__setattr__(self, "amount", exact)

    def __str__(self) -> str:
        return f"{self.amount:,f} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        self._require_same_currency(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._require_same_currency(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._require_same_currency(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        self._require_same_currency(other)
        return self.amount <= other.amount

    def _require_same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise InvalidInput(
                "An amount in %(other)s cannot be counted in %(currency)s.",
                field="currency",
                other=other.currency,
                currency=self.currency,
            )


@dataclass(frozen=True)
class Rate:
    """Tögrög for one unit of `currency` on a day; raises `InvalidInput` unless above zero."""

    currency: str
    mnt_per_unit: Decimal
    on: date

    def __post_init__(self) -> None:
        if not self.mnt_per_unit.is_finite() or self.mnt_per_unit <= 0:
            raise InvalidInput("An exchange rate must be above zero.", field="rate")


@dataclass(frozen=True)
class MntEquivalent:
    """What an amount was worth in tögrög, and the rate and day that say so."""

    amount: Money
    rate: Rate


def in_mnt(money: Money, rate: Rate) -> MntEquivalent:
    """The tögrög equivalent at `rate`, which must be for the currency of `money`."""
    if money.currency != rate.currency:
        raise InvalidInput(
            "The exchange rate is for %(rate)s, the amount is in %(currency)s.",
            field="rate",
            rate=rate.currency,
            currency=money.currency,
        )
    return MntEquivalent(Money(rounded(money.amount * rate.mnt_per_unit, MNT), MNT), rate)


def remaining(ceiling: Money, committed: Money, spent: Money) -> Money:
    """What a budget line has left; `committed` is what is promised and not yet spent."""
    return ceiling - committed - spent
