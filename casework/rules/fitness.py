"""Fitness to travel on the day of departure, as far as a rule can say it.

The limits of carriers are dated data (`data/carrier_limits.json`) and provisional. What a carrier
refuses keeps a traveller from an offer; what can still be brought before departure does not.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from casework.rules.age import weeks_pregnant
from casework.vocabulary import MovementKind, Need, TravelGap

_DATA = Path(__file__).with_name("data") / "carrier_limits.json"

#: What keeps a traveller from an offer; other gaps can be closed until the day.
HARD: Final = frozenset({TravelGap.PREGNANCY_TOO_FAR, TravelGap.NEWBORN, TravelGap.SAID_NOT_FIT})


@dataclass(frozen=True)
class CarrierLimits:
    """What carriers ask for a kind of movement, from a day on; weeks are completed weeks.

    `carrier` is None for what holds for all. A statement is asked from `statement_from_week` of a
    pregnancy and for the needs of `statement_for`, and is `statement_days` old at most.
    """

    applies_from: date
    carrier: str | None
    kinds: frozenset[MovementKind]
    single_last_week: int
    multiple_last_week: int
    statement_from_week: int | None
    newborn_days: int
    statement_for: frozenset[Need]
    statement_days: int


@dataclass(frozen=True)
class DoctorsStatement:
    """What a doctor said on a day; good for so many days, the carrier's own number when None."""

    written_on: date
    fit: bool
    valid_days: int | None = None


@dataclass(frozen=True, repr=False)
class Fitness:
    """What is known of a traveller. `newborn_on`: the birth date of an infant, else None."""

    due_date: date | None = None
    multiple: bool = False
    newborn_on: date | None = None
    needs: Collection[Need] = ()
    statement: DoctorsStatement | None = None

    @property
    def may_keep_back(self) -> bool:
        """Whether anything of this could keep the traveller from some journey."""
        return bool(self.due_date or self.newborn_on or self.statement)


@cache
def _limits() -> tuple[CarrierLimits, ...]:
    """Oldest first, those of one carrier after those of all."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    return tuple(
        sorted(
            (_read(limit) for limit in data["limits"]),
            key=lambda limit: (limit.applies_from, limit.carrier or ""),
        )
    )


def _read(limit: dict[str, Any]) -> CarrierLimits:
    values = limit | {
        "applies_from": date.fromisoformat(limit["applies_from"]),
        "kinds": frozenset(map(MovementKind, limit["kinds"])),
        "statement_for": frozenset(map(Need, limit["statement_for"])),
    }
    return CarrierLimits(**values)


def limits_on(
    departure: date, kind: MovementKind, carrier: str | None = None
) -> CarrierLimits | None:
    """The limits in force on the day; None before the first."""
    in_force = [
        limit
        for limit in _limits()
        if limit.applies_from <= departure
        and kind in limit.kinds
        and limit.carrier in (None, carrier)
    ]
    return in_force[-1] if in_force else None


def fitness_gaps(
    traveller: Fitness,
    departure: date,
    kind: MovementKind = MovementKind.CHARTER_FLIGHT,
    carrier: str | None = None,
) -> list[TravelGap]:
    """What stands between the traveller and the journey on the day.

    A pregnancy whose week cannot be told (over, or not begun) is no obstacle.
    """
    limits = limits_on(departure, kind, carrier)
    if limits is None:
        return []
    weeks = weeks_pregnant(traveller.due_date, departure) if traveller.due_date else None
    gaps = []
    if weeks is not None and weeks > _last_week(limits, multiple=traveller.multiple):
        gaps.append(TravelGap.PREGNANCY_TOO_FAR)
    if traveller.newborn_on and (departure - traveller.newborn_on).days < limits.newborn_days:
        gaps.append(TravelGap.NEWBORN)
    statement = _statement_gap(traveller, weeks, departure, limits)
    return [*gaps, statement] if statement else gaps


def _last_week(limits: CarrierLimits, *, multiple: bool) -> int:
    return limits.multiple_last_week if multiple else limits.single_last_week


def _statement_gap(
    traveller: Fitness, weeks: int | None, departure: date, limits: CarrierLimits
) -> TravelGap | None:
    statement = traveller.statement
    last = last_good_day(statement, limits) if statement else None
    if statement and last and departure <= last:
        return None if statement.fit else TravelGap.SAID_NOT_FIT
    begins = limits.statement_from_week
    by_week = begins is not None and weeks is not None and weeks >= begins
    if by_week or limits.statement_for & set(traveller.needs):
        return TravelGap.STATEMENT_TOO_OLD if statement else TravelGap.NO_STATEMENT
    return None


def last_good_day(statement: DoctorsStatement, limits: CarrierLimits) -> date:
    """The last day of departure for which the statement counts."""
    return statement.written_on + timedelta(days=statement.valid_days or limits.statement_days)


def may_travel(
    traveller: Fitness, departure: date, kind: MovementKind = MovementKind.CHARTER_FLIGHT
) -> bool:
    """Whether carriers take the traveller on the day, and no doctor says otherwise."""
    return not HARD & set(fitness_gaps(traveller, departure, kind))
