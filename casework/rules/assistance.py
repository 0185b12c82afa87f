"""What is still promised of a plan's step, and when assistance needs a second person."""

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from casework.rules.money import MNT, Money

_DATA = Path(__file__).with_name("data") / "assistance_rules.json"


@dataclass(frozen=True)
class ApprovalRule:
    """Assistance worth more than `above` in one entry must stand in an approved plan."""

    above: Money
    source: str
    provisional: bool


@cache
def approval_rule() -> ApprovalRule:
    """The rule as shipped."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    above = Money(Decimal(data["approval_above_mnt"]), MNT)
    return ApprovalRule(above, data["source"], data["provisional"])


def still_promised(planned: Decimal, spent: Decimal) -> Decimal:
    """What a step's commitment still holds after `spent` of it; spending more takes no more."""
    return max(planned - spent, Decimal(0))


def change_of_promise(planned: Decimal, spent: Decimal, amount: Decimal) -> Decimal:
    """By how much the commitment changes when `amount` more is spent; negative gives back."""
    return still_promised(planned, spent + amount) - still_promised(planned, spent)
