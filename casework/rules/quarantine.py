"""Quarantine on arrival: how many nights the day's rule asks for, and when a stay may end."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from casework.messages import Message

_DATA = Path(__file__).with_name("data") / "quarantine_rules.json"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class QuarantineRule:
    """What is asked of those who arrive from `applies_from` on, until the next rule.

    `test_within_days`: release needs a negative test not older than this; None asks for no test.
    `test_days`: the days of quarantine, the first is 1, on which everybody gives a sample.
    """

    applies_from: date
    nights: int
    test_within_days: int | None
    vaccinated_exempt: bool
    test_days: tuple[int, ...] = ()

    def nights_for(self, *, vaccinated: bool = False) -> int:
        """Nights a traveller owes."""
        return 0 if vaccinated and self.vaccinated_exempt else self.nights

    def samples_due(self, arrival: date, taken: int, today: date) -> int:
        """Samples that should have been taken by `today` beyond those that were."""
        day = (today - arrival).days + 1
        return max(0, sum(due <= day for due in self.test_days) - taken)


@dataclass(frozen=True)
class RuleBook:
    """The dated rules, oldest first; `provisional` ones are to be confirmed, and said to be."""

    rules: tuple[QuarantineRule, ...]
    source: str
    provisional: bool

    def rule_on(self, arrival: date) -> QuarantineRule:
        """The rule for those who arrive on that day; no quarantine before the first rule."""
        none_yet = QuarantineRule(date.min, 0, None, False)
        return next((r for r in reversed(self.rules) if r.applies_from <= arrival), none_yet)


@cache
def rule_book() -> RuleBook:
    """The rules as shipped."""
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    rules = [
        QuarantineRule(
            **(
                entry
                | {
                    "applies_from": date.fromisoformat(entry["applies_from"]),
                    "test_days": tuple(entry["test_days"]),
                }
            )
        )
        for entry in data["rules"]
    ]
    ordered = tuple(sorted(rules, key=lambda rule: rule.applies_from))
    return RuleBook(ordered, data["source"], data["provisional"])


@dataclass(frozen=True)
class LabTest:
    """A test taken in quarantine; `negative` is None until the result is known."""

    taken_on: date
    negative: bool | None = None


@dataclass(frozen=True)
class Stay:
    """A traveller's quarantine: `nights` as ordered, extensions included."""

    first_night: date
    nights: int
    tests: tuple[LabTest, ...] = ()

    @property
    def release_due(self) -> date:
        """The day after the last night."""
        return self.first_night + self.nights * _DAY

    def days_over(self, today: date) -> int:
        """Days the stay has gone on beyond its end; 0 while it has not."""
        return max(0, (today - self.release_due).days)


def quarantine_nights(first_night: date, nights: int) -> tuple[date, ...]:
    """The nights for which a traveller who arrives on `first_night` needs a bed."""
    return tuple(first_night + day * _DAY for day in range(nights))


def release_obstacles(stay: Stay, rule: QuarantineRule, today: date) -> tuple[Message, ...]:
    """What still stands against release; empty when the traveller may go."""
    obstacles = []
    days_left = (stay.release_due - today).days
    if days_left > 0:
        obstacles.append(
            Message(
                "Days still to serve: %(days)s. Release is due on %(due)s.",
                {"days": days_left, "due": stay.release_due},
            )
        )
    if stay.tests or (stay.nights and rule.test_within_days is not None):
        obstacles += _test_obstacles(stay.tests, rule.test_within_days, today)
    return tuple(obstacles)


def _test_obstacles(
    tests: tuple[LabTest, ...], within_days: int | None, today: date
) -> list[Message]:
    if not tests:
        return [Message("A negative test is needed before release.")]
    # Of two tests on one day the one that stands in the way counts.
    latest = max(tests, key=lambda test: (test.taken_on, test.negative is not True))
    if latest.negative is None:
        return [
            Message("The result of the test of %(day)s is still open.", {"day": latest.taken_on})
        ]
    if not latest.negative:
        return [Message("The latest test, of %(day)s, is positive.", {"day": latest.taken_on})]
    if within_days is not None and (today - latest.taken_on).days > within_days:
        return [
            Message(
                "The latest test is of %(day)s; it must not be older than %(days)s days.",
                {"day": latest.taken_on, "days": within_days},
            )
        ]
    return []


def is_check_due(stay: Stay, checked_on: Collection[date], today: date) -> bool:
    """Whether today's check of a traveller still in quarantine has not been recorded."""
    return stay.first_night <= today and today not in checked_on


def overdue_checks(stay: Stay, checked_on: Collection[date], today: date) -> tuple[date, ...]:
    """Days before `today` without a check, for a traveller who has been in quarantine since."""
    days = quarantine_nights(stay.first_night, max(0, (today - stay.first_night).days))
    return tuple(day for day in days if day not in checked_on)
