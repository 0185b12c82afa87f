"""A stay as the rules of quarantine see it."""

from datetime import date

from casework.rules.quarantine import QuarantineRule, rule_book
from casework.rules.quarantine import Stay as Quarantine
from models.facility import Stay


def quarantine_of(stay: Stay) -> Quarantine:
    """The stay as the rules of quarantine see it."""
    return Quarantine(stay.first_night, (stay.last_night - stay.first_night).days + 1)


def arrival_of(stay: Stay) -> date:
    """The day of arrival in the country, whatever facility came first."""
    return stay.arrived_on or stay.first_night


def rule_of(stay: Stay) -> QuarantineRule:
    """The rule of the day of arrival."""
    return rule_book().rule_on(arrival_of(stay))
