"""What the protection officer sees first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.services.protection.concerns import count_open_concerns
from casework.services.protection.principles import Principle, principles
from casework.services.protection.reviews import open_reviews
from casework.services.protection.verification import last_verified
from casework.services.work import Work
from models.case import Task


@dataclass(frozen=True)
class ProtectionHome:
    """What waits, and the principles with their evidence."""

    concerns: int
    reviews: Sequence[Task]
    verified: datetime | None
    principles: Sequence[Principle]


def protection_home(work: Work) -> ProtectionHome:
    """The first page of a protection officer."""
    return ProtectionHome(
        concerns=count_open_concerns(work),
        reviews=open_reviews(work),
        verified=last_verified(work),
        principles=principles(work),
    )
