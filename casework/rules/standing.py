"""What a family is told of its place in the queue, in sentences that can be read aloud to it.

No codes, no exact place (others could be told from it), and never why a place is reserved.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from casework.messages import N_, Message
from casework.rules.priority import REASONS, Score
from casework.vocabulary import Band, DeclineReason, RequestState, WaitingReason

#: How long after a decision the person may appeal; provisional: the 30 days of article 94 of the
#: General Administrative Law of Mongolia, to be confirmed by the ministry.
APPEAL_WINDOW: Final = timedelta(days=30)

#: (up to this position, width of the range told)
_WIDTHS: Final = ((100, 10), (1_000, 50))
_WIDEST: Final = 200

BANDS: Final[Mapping[Band, str]] = {
    Band.RESERVED: N_("A place is reserved for your household. Those places are given first."),
    Band.HIGH: N_("Your household is in the first group of the queue."),
    Band.MEDIUM: N_("Your household is in the second group of the queue."),
    Band.STANDARD: N_("Your household is in the third group of the queue."),
}

NEXT: Final[Mapping[RequestState, str]] = {
    RequestState.SUBMITTED: N_("Next, the mission checks your papers. Then you enter the queue."),
    RequestState.VERIFIED: N_("Your papers are checked. Next, you enter the queue."),
    RequestState.QUEUED: N_(
        "When there is a seat, and a bed if one is needed, you get an offer. "
        "The mission calls you. You need not do anything until then."
    ),
    RequestState.OFFERED: N_("You have an offer. Please tell the mission your answer in time."),
    RequestState.CONFIRMED: N_("You have accepted an offer. The mission tells you when to come."),
    RequestState.TRAVELLING: N_("You are on your way home."),
    RequestState.ARRIVED: N_("You have come home. You may ask for further help."),
    RequestState.DECLINED: N_("Your request was declined. You may appeal."),
    RequestState.WITHDRAWN: N_("You have taken your request back. You may make a new one."),
    RequestState.DUPLICATE: N_("Your household has another request. Ask the mission about it."),
    RequestState.OWN_MEANS: N_("You came home by yourselves. This request is over."),
    RequestState.DRAFT: N_("The request is not sent yet."),
}

DECLINED: Final[Mapping[DeclineReason, str]] = {
    DeclineReason.NOT_A_CITIZEN: N_("We found no papers that show Mongolian citizenship."),
    DeclineReason.NOT_ABROAD: N_("We found that you are not abroad."),
    DeclineReason.ALREADY_RETURNED: N_("We found that you have already come home."),
    DeclineReason.NOT_REACHED: N_("We tried to reach you many times and could not."),
    DeclineReason.OTHER: N_("The mission wrote the reason down. Ask there for its words."),
}

#: Why a journey left the household waiting, and what would have changed it.
LEFT_OUT: Final[Mapping[WaitingReason, tuple[str, str]]] = {
    WaitingReason.NO_DOCUMENT: (
        N_("Somebody of you had no valid travel document, and none was being made."),
        N_("With a travel document for everybody you would have been considered."),
    ),
    WaitingReason.NOT_FIT: (
        N_("By the carrier's rules, somebody of you could not travel on that day."),
        N_("On a day when everybody may travel you would have been considered."),
    ),
    WaitingReason.NO_SEAT: (
        N_("There were fewer seats left than your household needs."),
        N_("With more seats, or more points, you would have had a place."),
    ),
    WaitingReason.NO_ROOM: (
        N_("There were too few free beds in the places of quarantine."),
        N_("With more beds, or more points, you would have had a place."),
    ),
    WaitingReason.NO_ACCESSIBLE_ROOM: (
        N_("The places of quarantine had no suitable room free for your household."),
        N_("With a suitable room you would have had a place."),
    ),
    WaitingReason.NO_ISOLATION_ROOM: (
        N_("The places of quarantine had no separate room free for your household."),
        N_("With a separate room you would have had a place."),
    ),
    WaitingReason.NO_ESCORT: (
        N_("The journey could not take more travellers who need somebody at their side."),
        N_("With one more companion on board you would have had a place."),
    ),
    WaitingReason.LEFT_OUT: (
        N_("Two officers decided together that you travel later."),
        N_("Ask the mission why. You may appeal."),
    ),
    WaitingReason.PLANNED_OTHERWISE: (
        N_("All journeys were planned together, and this one went to others."),
        N_("The plan may have you on another journey; with more points it is an earlier one."),
    ),
}
#: Reasons that say nothing of anybody in the household.
ABOUT_NOBODY: Final = (
    WaitingReason.NO_SEAT,
    WaitingReason.NO_ROOM,
    WaitingReason.PLANNED_OTHERWISE,
)
#: Where the reason may be about somebody whom the family is told nothing of.
UNTOLD: Final = (
    N_("The journey had no seats and beds that suit your whole household."),
    N_("A journey with other seats and beds may suit."),
)


def range_of(position: int) -> tuple[int, int]:
    """First and last place of the range told for an exact `position` from 1."""
    width = next((width for last, width in _WIDTHS if position <= last), _WIDEST)
    first = (position - 1) // width * width + 1
    return first, first + width - 1


def counted(score: Score) -> Iterator[Message]:
    """What gave points, each in a sentence."""
    for criterion, points, _ in score.criteria:
        reason = Message(REASONS[criterion])
        text = N_("%(reason)s. This counts %(points)s points.")
        yield Message(text, {"reason": reason, "points": points})
    values: dict[str, object] = {"days": score.waiting_days, "points": score.waiting_points}
    yield Message(N_("You have waited %(days)s days. This counts %(points)s points."), values)


def left_out_words(reason: WaitingReason, *, whole: bool) -> tuple[Message, Message]:
    """Why, and what would have changed it; `whole`: everybody it may be about can be told of."""
    about_a_member = reason not in ABOUT_NOBODY
    why, change = UNTOLD if about_a_member and not whole else LEFT_OUT[reason]
    return Message(why), Message(change)


def appeal_until(decided_on: date) -> date:
    """The last day of the appeal against a decision of that day."""
    return decided_on + APPEAL_WINDOW
