"""Ages in whole years and pregnancies in completed weeks, on a given day."""

from datetime import date, timedelta

from casework.errors import InvalidInput
from casework.vocabulary import AgeBand

#: Adult, in Mongolian law and in every international convention the system follows.
ADULT_AGE = 18
#: Carriers let a child below this age sit on a lap.
INFANT_UNDER = 2
#: Days from the first day of the last period to the due date.
PREGNANCY_DAYS = 280
#: No pregnancy lasts longer.
LAST_WEEK = 42

_BANDS = (
    (INFANT_UNDER, AgeBand.INFANT),
    (14, AgeBand.CHILD),
    (ADULT_AGE, AgeBand.YOUTH),
    (60, AgeBand.ADULT),
)


def age_on(birth_date: date, on: date) -> int:
    """Whole years on the day `on`; 0 before birth.

    Whoever was born on 29 February has the birthday on 1 March in other years.
    """
    before_birthday = (on.month, on.day) < (birth_date.month, birth_date.day)
    return max(0, on.year - birth_date.year - before_birthday)


def age_band(birth_date: date, on: date) -> AgeBand:
    """The band that may stand in clear where the age itself may not."""
    age = age_on(birth_date, on)
    return next((band for below, band in _BANDS if age < below), AgeBand.ELDER)


def is_child(birth_date: date, on: date) -> bool:
    """Under 18 on the day `on`."""
    return age_on(birth_date, on) < ADULT_AGE


def is_infant(birth_date: date, on: date) -> bool:
    """Under 2 on the day `on`: may travel on a lap."""
    return age_on(birth_date, on) < INFANT_UNDER


def due_date(weeks: int, on: date) -> date:
    """The due date of a pregnancy in its `weeks`-th completed week on the day `on`.

    Raises `InvalidInput` (field `pregnancy_weeks`) unless `weeks` is 1 to 42.
    """
    if not 1 <= weeks <= LAST_WEEK:
        raise InvalidInput(
            "Weeks of pregnancy are a number from 1 to %(last)s.",
            field="pregnancy_weeks",
            last=LAST_WEEK,
        )
    return on + timedelta(days=PREGNANCY_DAYS - 7 * weeks)


def weeks_pregnant(due: date, on: date) -> int | None:
    """Completed weeks on the day `on`; None before it began and after week 42."""
    weeks = (PREGNANCY_DAYS - (due - on).days) // 7
    return weeks if 0 <= weeks <= LAST_WEEK else None
