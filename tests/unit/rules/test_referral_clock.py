from datetime import UTC, datetime, timedelta

from casework.rules.referral_clock import (
    ENDED,
    OPEN,
    accept_by,
    acknowledge_by,
    running_clock,
)
from casework.vocabulary import ReferralState, Urgency

SENT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def at(hours: float) -> datetime:
    return SENT + timedelta(hours=hours)


def test_the_first_clock_is_that_of_the_urgency() -> None:
    assert acknowledge_by(Urgency.EMERGENCY, SENT) == at(24)
    assert acknowledge_by(Urgency.URGENT, SENT) == at(72)
    assert acknowledge_by(Urgency.NORMAL, SENT) == at(14 * 24)


def test_a_clock_never_gives_more_time_than_there_is() -> None:
    due = (acknowledge_by(Urgency.EMERGENCY, SENT), None)

    def shown(hours: float) -> tuple[int, bool, str]:
        clock = running_clock(ReferralState.SENT, Urgency.EMERGENCY, due, at(hours))
        assert clock is not None
        return clock.hours, clock.late, clock.colour

    assert shown(0.1) == (23, False, "blue")
    assert shown(18.5) == (5, False, "amber")
    assert shown(24) == (0, False, "amber")
    assert shown(24.1) == (1, True, "red")
    assert shown(50) == (26, True, "red")


def test_the_second_clock_runs_from_the_acknowledgement_and_then_none() -> None:
    due = (at(72), accept_by(Urgency.URGENT, at(10)))
    clock = running_clock(ReferralState.ACKNOWLEDGED, Urgency.URGENT, due, at(12))
    assert clock is not None and clock.due == at(82) and clock.hours == 70
    for state in (ReferralState.DRAFT, ReferralState.ACCEPTED, *ENDED):
        assert running_clock(state, Urgency.URGENT, due, at(500)) is None
    assert {*OPEN, *ENDED, ReferralState.DRAFT} == set(ReferralState)
