"""When a person must have an answer about her data."""

from datetime import date, timedelta

from casework.rules.subject_requests import OPEN, Haste, deadlines
from casework.vocabulary import SubjectRequestKind, SubjectRequestState

DAY = date(2026, 3, 2)


def test_every_kind_has_a_deadline_and_it_is_said_to_be_provisional() -> None:
    rules = deadlines()
    assert set(rules.days) == set(SubjectRequestKind)
    assert all(count > 0 for count in rules.days.values())
    assert rules.provisional


def test_the_last_day_and_its_one_extension() -> None:
    rules = deadlines()
    due = rules.due(SubjectRequestKind.ACCESS, DAY)
    assert due == DAY + timedelta(days=rules.days[SubjectRequestKind.ACCESS])
    assert rules.extended(due) == due + timedelta(days=rules.extension_days)


def test_how_near_the_day_is() -> None:
    rules = deadlines()
    assert rules.haste(DAY, DAY + timedelta(days=1)) is Haste.OVERDUE
    assert rules.haste(DAY, DAY) is Haste.SOON
    assert rules.haste(DAY, DAY - timedelta(days=rules.amber_days)) is Haste.SOON
    assert rules.haste(DAY, DAY - timedelta(days=rules.amber_days + 1)) is Haste.IN_TIME


def test_what_is_still_open() -> None:
    assert OPEN == (
        SubjectRequestState.RECEIVED,
        SubjectRequestState.IDENTITY_CHECKED,
        SubjectRequestState.IN_PROGRESS,
    )
