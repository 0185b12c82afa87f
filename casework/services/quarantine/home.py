"""The quarantine officer's first page."""

from dataclasses import dataclass

from casework import clock
from casework.services.quarantine.board import Board, board, own_facility
from casework.services.quarantine.calendar import Night, calendar
from casework.services.work import Work

NIGHTS_SHOWN = 30


@dataclass(frozen=True)
class QuarantineHome:
    """Today at one's own facility, and its beds for 30 nights; without one, nothing."""

    board: Board | None
    nights: list[Night]


def quarantine_home(work: Work) -> QuarantineHome:
    """What waits for this officer today."""
    facility = own_facility(work)
    if facility is None:
        return QuarantineHome(None, [])
    nights = calendar(work, clock.today(), NIGHTS_SHOWN, facility.id)
    return QuarantineHome(board(work, facility), nights)
