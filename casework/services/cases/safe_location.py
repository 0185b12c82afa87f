"""Where somebody of a case is safe: a shelter, relatives. On no page but its own, in no package.

Shown for a purpose, each time anew, to who may and has just confirmed who she is; an emergency
opening does not show it (design of protection, section 7).
"""

from uuid import UUID

from audit.record import Act
from casework.policy import Permission
from casework.services.access import require
from casework.services.idempotency import expect_version
from casework.services.work import Work
from casework.vocabulary import Purpose
from models.case import Case


def show_safe_location(work: Work, case: Case, purpose: Purpose) -> str | None:
    """The place, once; None when nobody wrote one. Raises Refused without the permission."""
    _record(work, case, "safe_location.shown", purpose)
    return case.safe_location


def write_safe_location(work: Work, case: Case, place: str, version: int | None) -> None:
    """Put `place` where another may stand, which is not shown; empty takes it away.

    Raises Refused without the permission, StaleRecord when the case changed since `version`.
    """
    expect_version(case, version)
    case.safe_location = place or None
    _record(work, case, "safe_location.written", Purpose.PROTECTION)


def _record(work: Work, case: Case, event: str, purpose: Purpose) -> None:
    require(work, Permission.SAFE_LOCATION_REVEAL, case)
    people: set[UUID] = {each.person.subject_id for each in case.people}
    work.record(
        Act(
            event,
            purpose,
            permission=Permission.SAFE_LOCATION_REVEAL,
            case_id=case.id,
            subjects={case.subject_id} | people,
        )
    )
