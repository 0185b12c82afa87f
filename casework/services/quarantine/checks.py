"""Daily health checks: one a person and day, many saved at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.services.work import Work
from casework.vocabulary import Purpose, StayState
from models.facility import DailyCheck, Facility, Stay

#: Tenths of a degree Celsius: what a thermometer may show, and where fever begins.
COLDEST, HOTTEST, FEVER = 340, 430, 375


@dataclass(frozen=True)
class CheckInput:
    """What was found: `temperature` in tenths of a degree Celsius; nothing found means well."""

    temperature: int | None = None
    symptoms: str = ""

    @property
    def is_well(self) -> bool:
        """Without fever and without symptoms."""
        return not self.symptoms and (self.temperature or 0) < FEVER


def record_checks(work: Work, facility: Facility, found: Mapping[UUID, CheckInput]) -> int:
    """Save today's checks of people staying in `facility`, by stay id; returns how many changed.

    A second check of the same day replaces the first: the log keeps who wrote which. Unknown ids
    and other facilities' stays are left out. Raises InvalidInput for an impossible temperature.
    """
    for check in found.values():
        if check.temperature is not None and not COLDEST <= check.temperature <= HOTTEST:
            raise InvalidInput(N_("A temperature is between 34,0 and 43,0 °C."), "temperature")
    stays = work.session.scalars(
        select(Stay).where(Stay.id.in_(list(found)), Stay.facility_id == facility.id)
    ).all()
    if any(stay.state is not StayState.CHECKED_IN for stay in stays):
        raise InvalidTransition(
            N_("Somebody on this page has left meanwhile. Open the page again.")
        )
    today = clock.today()
    known = _known(work, stays_ids=[stay.id for stay in stays])
    changed = [stay for stay in stays if _save(work, stay, found[stay.id], known.get(stay.id))]
    if changed:
        work.record(
            Act(
                "checks.recorded",
                Purpose.QUARANTINE,
                permission="stay:check",
                subjects={stay.subject_id for stay in changed},
                facts={"checks": len(changed), "day": today.isoformat()},
            )
        )
    return len(changed)


def _known(work: Work, stays_ids: list[UUID]) -> dict[UUID, DailyCheck]:
    statement = select(DailyCheck).where(
        DailyCheck.stay_id.in_(stays_ids), DailyCheck.checked_on == clock.today()
    )
    return {check.stay_id: check for check in work.session.scalars(statement)}


def _save(work: Work, stay: Stay, found: CheckInput, known: DailyCheck | None) -> bool:
    """Write one check; False when it says what stands there already."""
    symptoms = found.symptoms or None
    if known is None:
        known = DailyCheck(stay_id=stay.id, subject_id=stay.subject_id, checked_on=clock.today())
        work.session.add(known)
    else:
        with work.unseen():
            same = (known.well, known.temperature, known.symptoms) == (
                found.is_well,
                found.temperature,
                symptoms,
            )
        if same:
            return False
    assert work.actor.id is not None  # noqa: S101 - only users check
    known.by_id = work.actor.id
    known.well, known.temperature, known.symptoms = found.is_well, found.temperature, symptoms
    return True
