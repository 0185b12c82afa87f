"""Who may travel on the day: pregnancy, newborns, what a doctor said."""

from datetime import date, timedelta

import pytest

from casework.rules.fitness import DoctorsStatement, Fitness, fitness_gaps, limits_on, may_travel
from casework.vocabulary import MovementKind, Need, TravelGap

DEPARTURE = date(2026, 11, 21)


def pregnant(weeks: int, **known: object) -> Fitness:
    return Fitness(due_date=DEPARTURE + timedelta(days=280 - 7 * weeks), **known)  # type: ignore[arg-type]


def said(days_ago: int, *, fit: bool = True, valid_days: int | None = None) -> DoctorsStatement:
    return DoctorsStatement(DEPARTURE - timedelta(days=days_ago), fit, valid_days)


@pytest.mark.parametrize(("weeks", "expected"), [(8, True), (35, True), (36, False), (40, False)])
def test_carriers_take_a_pregnancy_until_its_last_weeks(weeks: int, expected: bool) -> None:
    assert may_travel(pregnant(weeks), DEPARTURE) is expected


@pytest.mark.parametrize(("weeks", "expected"), [(31, True), (32, False)])
def test_twins_end_earlier(weeks: int, expected: bool) -> None:
    assert may_travel(pregnant(weeks, multiple=True), DEPARTURE) is expected


def test_who_expects_no_child_may_travel() -> None:
    assert may_travel(Fitness(), DEPARTURE)
    assert may_travel(Fitness(due_date=DEPARTURE - timedelta(days=90)), DEPARTURE)


@pytest.mark.parametrize(("days", "expected"), [(0, False), (6, False), (7, True)])
def test_a_newborn_waits_a_week(days: int, expected: bool) -> None:
    born = DEPARTURE - timedelta(days=days)
    assert may_travel(Fitness(newborn_on=born), DEPARTURE) is expected


@pytest.mark.parametrize(
    ("traveller", "gaps"),
    [
        (pregnant(27), []),
        (pregnant(28), [TravelGap.NO_STATEMENT]),
        (pregnant(28, statement=said(3)), []),
        (pregnant(28, statement=said(11)), [TravelGap.STATEMENT_TOO_OLD]),
        (pregnant(28, statement=said(11, valid_days=30)), []),
        (Fitness(needs={Need.HEALTH}), [TravelGap.NO_STATEMENT]),
        (Fitness(needs={Need.DISABILITY}), []),
        (Fitness(statement=said(1, fit=False)), [TravelGap.SAID_NOT_FIT]),
        (Fitness(statement=said(40, fit=False)), []),
    ],
)
def test_a_statement_counts_for_the_day_of_departure(
    traveller: Fitness, gaps: list[TravelGap]
) -> None:
    assert fitness_gaps(traveller, DEPARTURE) == gaps


def test_what_can_still_be_brought_keeps_nobody_from_an_offer() -> None:
    assert may_travel(Fitness(needs={Need.HEALTH}), DEPARTURE)
    assert not may_travel(Fitness(statement=said(1, fit=False)), DEPARTURE)


def test_a_bus_asks_for_no_statement() -> None:
    assert fitness_gaps(pregnant(30), DEPARTURE, MovementKind.LAND_CONVOY) == []


def test_every_kind_of_movement_has_limits_and_none_before_the_first() -> None:
    assert all(limits_on(DEPARTURE, kind) for kind in MovementKind)
    assert limits_on(date(2019, 12, 31), MovementKind.RAIL) is None
