"""Where a movement stands on its way, step by step, for its page."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from casework.messages import N_, Message
from casework.services.movements.handing_on import closes_at
from casework.services.movements.reading import MovementFigures
from casework.services.work import Work
from casework.vocabulary import HoldState, MovementState
from models.movement import AllocationRun, Hold

#: The states that a movement has passed when it is in one of them, in their order.
WAY = (
    MovementState.PLANNED,
    MovementState.ALLOCATING,
    MovementState.OFFERS_SENT,
    MovementState.MANIFEST_CLOSED,
    MovementState.DEPARTED,
    MovementState.ARRIVED,
)
TRAVELLING = (HoldState.CONFIRMED, HoldState.BOARDED, HoldState.ARRIVED)


@dataclass(frozen=True)
class Step:
    """One step: whether it is taken, when (a moment or a day), and in figures how far it is."""

    name: Message
    done: bool
    at: datetime | date | None = None
    figures: Message | None = None


def timeline(work: Work, figures: MovementFigures) -> list[Step]:
    """Allocated, offered, answered, closed, boarded, departed, arrived; nothing once cancelled."""
    movement, people = figures.movement, figures.people
    if movement.state not in WAY:
        return []
    passed = WAY.index(movement.state)
    first_run, first_offer = _beginnings(work, figures)
    waiting = people[HoldState.OFFERED]
    confirmed = sum(people[state] for state in TRAVELLING)
    aboard = people[HoldState.BOARDED] + people[HoldState.ARRIVED]
    boarding = passed >= WAY.index(MovementState.MANIFEST_CLOSED)
    return [
        Step(Message(N_("Seats and beds given out")), passed >= 1, first_run),
        Step(Message(N_("Offers sent")), passed >= 2, first_offer),
        Step(
            Message(N_("Offers answered")),
            passed >= 2 and not waiting and not people[HoldState.HELD],
            None,
            _said(N_("%(yes)s travel, %(open)s without an answer"), yes=confirmed, open=waiting)
            if passed >= 2
            else None,
        ),
        Step(Message(N_("Manifest closed")), boarding, None if boarding else closes_at(movement)),
        Step(
            Message(N_("Boarding")),
            boarding and not people[HoldState.CONFIRMED],
            None,
            _said(N_("%(n)s of %(all)s present"), n=aboard, all=confirmed) if boarding else None,
        ),
        Step(Message(N_("Departure")), passed >= 4, movement.departs_on),
        Step(
            Message(N_("Arrival")),
            passed >= 5,
            movement.arrives_on,
            _said(N_("%(n)s people at home"), n=people[HoldState.ARRIVED])
            if people[HoldState.ARRIVED]
            else None,
        ),
    ]


def _said(text: str, **values: int) -> Message:
    return Message(text, dict(values))


def _beginnings(work: Work, figures: MovementFigures) -> tuple[datetime | None, datetime | None]:
    """When places were first given out, and first offered."""
    movement_id = figures.movement.id
    runs = select(func.min(AllocationRun.at)).where(AllocationRun.movement_id == movement_id)
    offers = select(func.min(Hold.offered_at)).where(Hold.movement_id == movement_id)
    return work.session.scalar(runs), work.session.scalar(offers)
