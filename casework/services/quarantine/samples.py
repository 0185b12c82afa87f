"""Samples taken together at a facility: labelled without names, sent, and answered as a batch."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition, NotFound
from casework.messages import N_
from casework.policy import Permission
from casework.rules.quarantine import LabTest
from casework.services.quarantine.stay_terms import arrival_of, rule_of
from casework.services.work import Work
from casework.vocabulary import BatchState, Purpose, SampleKind, SampleResult, StayState
from models.facility import Facility, Room, Sample, SampleBatch, Stay

MOST_BATCHES = 50


@dataclass(frozen=True)
class SampleRow:
    """Somebody inside; `due`: samples the rule asks for that were not taken."""

    stay: Stay
    taken: int
    due: int


def sample_rows(work: Work, facility: Facility) -> list[SampleRow]:
    """Everybody inside by floor and room, and who owes a sample."""
    stays = work.session.scalars(
        select(Stay)
        .join(Stay.room)
        .options(contains_eager(Stay.room))
        .where(Stay.facility_id == facility.id, Stay.state == StayState.CHECKED_IN)
        .order_by(Room.floor, func.length(Room.number), Room.number, Stay.id)
    ).all()
    taken = samples_taken(work, stays)
    today = clock.today()
    return [
        SampleRow(
            stay,
            taken[stay.id],
            rule_of(stay).samples_due(arrival_of(stay), taken[stay.id], today),
        )
        for stay in stays
    ]


def samples_taken(work: Work, stays: Sequence[Stay]) -> Counter[UUID]:
    """How many samples each gave, by stay id; those of an earlier facility count too."""
    by_hold = {stay.hold_id: stay.id for stay in stays}
    statement = (
        select(Stay.hold_id, func.count())
        .join(Sample, Sample.stay_id == Stay.id)
        .where(Stay.hold_id.in_(by_hold))
        .group_by(Stay.hold_id)
    )
    return Counter({by_hold[hold]: count for hold, count in work.session.execute(statement)})


def tests_of(work: Work, stay: Stay) -> tuple[LabTest, ...]:
    """Tests of a stay as the rules see them; a sample that told nothing is still open."""
    return tuple(
        LabTest(sample.batch.taken_on, _negative(sample.outcome))
        for sample in samples_of(work, stay)
    )


def _negative(result: SampleResult | None) -> bool | None:
    if result in (None, SampleResult.UNCLEAR):
        return None
    return result is SampleResult.NEGATIVE


def samples_of(work: Work, stay: Stay) -> list[Sample]:
    """Samples of a stay and of the one before it, the latest first."""
    statement = (
        select(Sample)
        .join(Sample.batch)
        .join(Sample.stay)
        .options(contains_eager(Sample.batch))
        .where(Stay.hold_id == stay.hold_id)
        .order_by(SampleBatch.taken_on.desc(), Sample.id.desc())
    )
    return list(work.session.scalars(statement))


def batches_of(work: Work, facility: Facility) -> list[SampleBatch]:
    """The facility's batches, the latest first."""
    statement = (
        select(SampleBatch)
        .where(SampleBatch.facility_id == facility.id)
        .order_by(SampleBatch.taken_on.desc(), SampleBatch.id.desc())
        .limit(MOST_BATCHES)
    )
    return list(work.session.scalars(statement))


def find_batch(work: Work, facility: Facility, batch_id: UUID) -> SampleBatch:
    """The facility's batch with its samples; NotFound when it is another's."""
    batch = work.session.get(
        SampleBatch, batch_id, options=[joinedload(SampleBatch.samples).joinedload(Sample.stay)]
    )
    if batch is None or batch.facility_id != facility.id:
        raise NotFound
    return batch


def take_samples(
    work: Work, facility: Facility, kind: SampleKind, chosen: Collection[str]
) -> SampleBatch:
    """Make a batch of today's samples of people inside, named by stay id.

    Raises InvalidInput when nobody is chosen, InvalidTransition when somebody has left meanwhile.
    """
    if not chosen:
        raise InvalidInput(N_("Tick everybody who gave a sample."), "stay")
    inside = [row.stay for row in sample_rows(work, facility) if str(row.stay.id) in chosen]
    if len(inside) < len(set(chosen)):
        raise InvalidTransition(
            N_("Somebody on this page has left meanwhile. Open the page again.")
        )
    batch = SampleBatch(
        facility_id=facility.id,
        code=_next_code(work, facility),
        kind=kind,
        state=BatchState.TAKEN,
        taken_on=clock.today(),
    )
    work.session.add(batch)
    work.session.add_all(
        Sample(batch_id=batch.id, stay_id=stay.id, subject_id=stay.subject_id, number=number)
        for number, stay in enumerate(inside, start=1)
    )
    _record(work, "samples.taken", inside, batch=batch.code, kind=kind.value, samples=len(inside))
    return batch


def _next_code(work: Work, facility: Facility) -> str:
    day = clock.today()
    known = select(func.count()).where(
        SampleBatch.facility_id == facility.id, SampleBatch.taken_on == day
    )
    return f"{day:%y%m%d}-{(work.session.scalar(known) or 0) + 1}"


def send_samples(work: Work, batch: SampleBatch) -> SampleBatch:
    """The batch is on its way to the laboratory. Raises InvalidTransition when it was before."""
    if batch.state is not BatchState.TAKEN:
        raise InvalidTransition(N_("This batch was sent already."))
    batch.state, batch.sent_at = BatchState.SENT, clock.now()
    _record(work, "samples.sent", [], batch=batch.code)
    return batch


def record_results(
    work: Work, batch: SampleBatch, results: Mapping[str, SampleResult]
) -> SampleBatch:
    """Write down what the laboratory found, by label; who is left out waits for a late result.

    Raises InvalidTransition before the batch was sent, InvalidInput for a label of another batch
    or when nothing is said.
    """
    if batch.state is BatchState.TAKEN:
        raise InvalidTransition(N_("This batch was not sent yet. Send it before its results."))
    samples = {sample.label: sample for sample in batch.samples}
    for label in results:
        if label not in samples:
            raise InvalidInput(
                N_("%(label)s is not of this batch. Look at the label."), "results", label=label
            )
    if not results:
        raise InvalidInput(N_("Choose at least one result."), "results")
    for label, result in results.items():
        samples[label].result, samples[label].answered_on = result, clock.today()
    answered = all(sample.answered_on for sample in batch.samples)
    batch.state = BatchState.ANSWERED if answered else BatchState.SENT
    _record(
        work,
        "samples.answered",
        [samples[label] for label in results],
        batch=batch.code,
        answered=len(results),
    )
    return batch


def _record(work: Work, event: str, about: Sequence[Stay | Sample], **facts: str | int) -> None:
    work.record(
        Act(
            event,
            Purpose.QUARANTINE,
            permission=Permission.STAY_CHECK,
            subjects={one.subject_id for one in about},
            facts=dict(facts),
        )
    )
