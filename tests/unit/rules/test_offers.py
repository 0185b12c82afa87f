"""How long an offer waits."""

from datetime import UTC, date, datetime, timedelta

import pytest

from casework.rules.offers import closing_time, offer_ends, time_left

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
DEPARTS = date(2026, 12, 1)
MIDNIGHT = datetime(2026, 12, 1, 16, tzinfo=UTC)  # in Ulaanbaatar


def test_nobody_answers_after_the_day_of_departure() -> None:
    assert closing_time(DEPARTS, None) == MIDNIGHT
    assert closing_time(DEPARTS, NOW) == NOW
    assert closing_time(DEPARTS, MIDNIGHT + timedelta(days=1)) == MIDNIGHT


def test_an_offer_ends_with_its_hours_or_the_closing_time() -> None:
    two_days = timedelta(hours=48)
    assert offer_ends(NOW, two_days, MIDNIGHT) == NOW + two_days
    assert offer_ends(MIDNIGHT - timedelta(hours=3), two_days, MIDNIGHT) == MIDNIGHT


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(0), "over"),
        (timedelta(seconds=20), "1 minutes left"),
        (timedelta(minutes=59), "59 minutes left"),
        (timedelta(hours=47, minutes=59), "47 hours left"),
        (timedelta(hours=60), "2 days left"),
    ],
)
def test_what_is_left_is_said_in_words(left: timedelta, words: str) -> None:
    assert str(time_left(NOW + left, NOW)) == words
