"""What an amount in another currency was worth in tögrög, as somebody wrote it down."""

from datetime import date
from decimal import Decimal

from casework import clock
from casework.errors import InvalidInput
from casework.messages import N_
from casework.rules.money import MNT, Rate


def rate_used(
    currency: str, rate: Decimal | None, rate_on: date | None, given_on: date
) -> Rate | None:
    """The rate of the day, the one the money was given on by default; None for tögrög.

    Raises InvalidInput without a rate, or for a day to come.
    """
    if currency == MNT:
        return None
    if rate is None:
        raise InvalidInput(
            N_("Write how many tögrög one %(currency)s was worth."), "rate", currency=currency
        )
    on = rate_on or given_on
    if on > clock.today():
        raise InvalidInput(N_("The day of the rate cannot be in the future."), "rate_on")
    return Rate(currency, rate, on)
