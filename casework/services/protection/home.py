"""What the protection officer sees first: everything that waits for her, in one glance."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.messages import N_
from casework.services.activity import count_alerts
from casework.services.approvals.deciding import count_waiting
from casework.services.break_glass import count_to_review
from casework.services.complaints import count_open
from casework.services.log.state import LogState, log_state
from casework.services.protection.concerns import count_open_concerns
from casework.services.protection.figures import Figure, Link
from casework.services.protection.principles import Principle, principles, to_look_at
from casework.services.protection.reviews import open_reviews
from casework.services.retention.due import count_due
from casework.services.rights.register import count_requests
from casework.services.work import Work
from models.case import Task


@dataclass(frozen=True)
class Waiting:
    """How many of one thing wait, of them overdue, and where they are."""

    caption: str
    link: Link
    n: int
    late: int = 0

    @property
    def colour(self) -> str:
        """Red when something is overdue, amber when something waits, else green."""
        return "red" if self.late else "amber" if self.n else "green"


@dataclass(frozen=True)
class ProtectionHome:
    """What waits, the state of the log, and what of the evidence needs a look."""

    waiting: Sequence[Waiting]
    reviews: Sequence[Task]
    log: LogState
    principles: Sequence[Principle]
    to_look_at: Sequence[Figure]


def protection_home(work: Work) -> ProtectionHome:
    """The first page of a protection officer."""
    found = principles(work)
    with work.beyond("the state of the log is nobody's own row"):
        log = log_state(work)
    return ProtectionHome(
        waiting=_waiting(work),
        reviews=open_reviews(work),
        log=log,
        principles=found,
        to_look_at=to_look_at(found),
    )


def _waiting(work: Work) -> list[Waiting]:
    requests = count_requests(work)
    openings, openings_late = count_to_review(work)
    complaints, complaints_late = count_open(work)
    return [
        Waiting(N_("concerns not closed"), Link("protection.concern_list"), *_red(work)),
        Waiting(
            N_("emergency openings to review"),
            Link("break_glass.reviews"),
            openings,
            openings_late,
        ),
        Waiting(N_("requests of people"), Link("rights.index"), requests.open, requests.overdue),
        Waiting(N_("complaints"), Link("complaints.index"), complaints, complaints_late),
        Waiting(N_("approvals waiting for you"), Link("approvals.index"), count_waiting(work)),
        Waiting(N_("accounts with unusual activity"), Link("activity.index"), count_alerts(work)),
        Waiting(N_("people past their retention period"), Link("retention.index"), count_due(work)),
    ]


def _red(work: Work) -> tuple[int, int]:
    """Every open concern is urgent."""
    concerns = count_open_concerns(work)
    return concerns, concerns
