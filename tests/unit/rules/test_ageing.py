"""In time, look soon, late: by the state of a request and the days since it was asked."""

from datetime import date

from casework.rules.ageing import age_limits, request_age
from casework.vocabulary import RequestAge, RequestState


def test_each_limit_is_the_first_day_of_the_worse_age() -> None:
    for state, limits in age_limits().items():
        assert limits.soon < limits.late
        ages = [request_age(state, days) for days in (limits.soon - 1, limits.soon, limits.late)]
        assert ages == [RequestAge.IN_TIME, RequestAge.LOOK_SOON, RequestAge.LATE]


def test_what_is_over_is_never_late() -> None:
    for state in (RequestState.ARRIVED, RequestState.WITHDRAWN, RequestState.DRAFT):
        assert request_age(state, 9999) is None


def test_the_day_and_the_count_of_days_agree() -> None:
    today, limits = date(2026, 11, 28), age_limits()[RequestState.SUBMITTED]
    last = limits.asked_by(RequestAge.LATE, today)
    assert limits.age((today - last).days) is RequestAge.LATE
    assert limits.age((today - last).days - 1) is RequestAge.LOOK_SOON
