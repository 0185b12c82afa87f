"""Moments that go back: named once where they begin, with what it means."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.canonical import moment
from audit.times import Backstep, Times

START = datetime(2026, 11, 21, 9, tzinfo=UTC)


def backsteps(*minutes: float) -> list[Backstep]:
    times = Times()
    for position, minute in enumerate(minutes, start=1):
        times.take(position, moment(START + timedelta(minutes=minute)))
    return times.finish()


@pytest.mark.parametrize(
    ("minutes", "found"),
    [
        ((), []),
        ((0, 1, 2), []),
        ((0, 10, 6, 5.5, 11), []),
        ((0, 100, 20, 101), [(3, 1, True)]),
        ((0, 100, 20, 20.5, 101, 102), [(3, 2, True)]),
        ((0, 100, 20, 101, 30, 102), [(3, 1, True), (5, 1, True)]),
        ((0, 100, 40, 50, 70, 90, 101), [(3, 4, False)]),
        ((0, 100, 40, 41), [(3, 2, False)]),
        ((0, 100, 40, 60, 80, 96, 97, 50, 101), [(3, 3, False), (8, 1, True)]),
    ],
)
def test_backsteps(minutes: tuple[float, ...], found: list[tuple[int, int, bool]]) -> None:
    seen = backsteps(*minutes)
    assert [(step.position, step.count, step.late) for step in seen] == found


def test_they_say_what_they_mean() -> None:
    late, back = backsteps(0, 100, 20, 101)[0], backsteps(0, 100, 40)[0]
    assert "1:20:00 before" in str(late)
    assert "committed late" in str(late)
    assert "the clock was set back" in str(back)


def test_what_is_no_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="month"):
        Times().take(1, "2026-13-01T00:00:00.000000Z")
