"""The two clocks of a referral: to say that it arrived, then to say yes or no."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, floor

from casework.vocabulary import ReferralState, Urgency

#: Hours to acknowledge, from the moment it is sent (inter-agency form: 24 h, 72 h, two weeks).
ACKNOWLEDGE_HOURS = {Urgency.EMERGENCY: 24, Urgency.URGENT: 72, Urgency.NORMAL: 14 * 24}
#: Hours to accept or decline, from the acknowledgement (provisional: no source gives a figure).
ACCEPT_HOURS = {Urgency.EMERGENCY: 24, Urgency.URGENT: 72, Urgency.NORMAL: 7 * 24}
#: A clock with less than this share of its time left asks for an eye soon.
SOON = 0.25

OPEN = (
    ReferralState.SENT,
    ReferralState.ACKNOWLEDGED,
    ReferralState.ACCEPTED,
    ReferralState.IN_PROGRESS,
)
ENDED = (
    ReferralState.COMPLETED,
    ReferralState.DECLINED,
    ReferralState.CANCELLED,
    ReferralState.EXPIRED,
)


def acknowledge_by(urgency: Urgency, sent_at: datetime) -> datetime:
    """When the receiving organisation must have said that the referral arrived."""
    return sent_at + timedelta(hours=ACKNOWLEDGE_HOURS[urgency])


def accept_by(urgency: Urgency, acknowledged_at: datetime) -> datetime:
    """When it must have accepted or declined."""
    return acknowledged_at + timedelta(hours=ACCEPT_HOURS[urgency])


@dataclass(frozen=True)
class Clock:
    """What a running clock shows: whole hours left, or hours late when `late`."""

    due: datetime
    hours: int
    late: bool
    soon: bool

    @property
    def colour(self) -> str:
        """Red when late, amber when little is left, else blue; the words say it too."""
        return "red" if self.late else "amber" if self.soon else "blue"


def running_clock(
    state: ReferralState,
    urgency: Urgency,
    due: tuple[datetime | None, datetime | None],
    at: datetime,
) -> Clock | None:
    """The clock that runs in `state`: `due` are acknowledge_by and accept_by; None when none does.

    Hours left are rounded down and hours late up, so that nobody has more time than it says.
    """
    if state is ReferralState.SENT:
        moment, hours = due[0], ACKNOWLEDGE_HOURS[urgency]
    elif state is ReferralState.ACKNOWLEDGED:
        moment, hours = due[1], ACCEPT_HOURS[urgency]
    else:
        return None
    if moment is None:
        return None
    left = (moment - at) / timedelta(hours=1)
    late = left < 0
    return Clock(moment, ceil(-left) if late else floor(left), late, left < hours * SOON)
