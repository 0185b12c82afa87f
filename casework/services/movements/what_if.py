"""What if: the same allocation on a copy with something changed. Only the question is kept.

Changes are written as on the command line: `seats=+40`, `departs=+3` or `departs=2026-05-03`,
`nights=7`, `reserved=20` (percent), `without=CODE` (a facility is away), `rooms=CODE:-10` (ten of
its rooms are away), `accessible=+5` (so many more accessible rooms for one).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework.actor import Actor
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.rules.allocation_problem import Allocation, Problem, Room, Watch
from casework.services.movements.allocation import copy_of
from casework.services.movements.holds import free, holds_of
from casework.services.movements.planning import MOST_NIGHTS, MOST_SEATS
from casework.services.movements.problem import Candidate, build_problem
from casework.services.movements.solving import proof_of, prove, solve, solver_now, status_of
from casework.services.work import Database, Work
from casework.vocabulary import HoldState, MovementState, Purpose, ReleaseReason, RoomKind
from models.facility import Facility
from models.movement import Movement
from models.organisation import Organisation
from models.return_request import ReturnRequest

#: The states in which what is held could still be given out otherwise.
OPEN = (MovementState.PLANNED, MovementState.ALLOCATING)


@dataclass(frozen=True)
class Changes:
    """What is different on the copy; `seats` and `accessible` are added to what there is."""

    seats: int = 0
    departs: date | int | None = None
    nights: int | None = None
    reserved: int | None = None
    without: tuple[str, ...] = ()
    rooms: tuple[tuple[str, int], ...] = ()
    accessible: int = 0

    def words(self) -> str:
        """As they are written on the command line."""
        parts = [f"seats={self.seats:+d}"] if self.seats else []
        if isinstance(self.departs, date):
            parts.append(f"departs={self.departs.isoformat()}")
        elif self.departs:
            parts.append(f"departs={self.departs:+d}")
        parts += [] if self.nights is None else [f"nights={self.nights}"]
        parts += [] if self.reserved is None else [f"reserved={self.reserved}"]
        parts += [f"without={code}" for code in self.without]
        parts += [f"rooms={code}:{count:+d}" for code, count in self.rooms]
        parts += [f"accessible={self.accessible:+d}"] if self.accessible else []
        return " ".join(parts)


def read_changes(words: Iterable[str]) -> Changes:
    """Changes as they are typed; InvalidInput names the one that cannot be read."""
    changes = Changes()
    for word in words:
        name, _, value = word.partition("=")
        try:
            changes = _READERS[name](changes, value)
        except (KeyError, ValueError):
            raise InvalidInput(
                N_("“%(word)s” is not a change. Write for example seats=+40 or without=CODE."),
                "changes",
                word=word,
            ) from None
    return changes


def _departs(changes: Changes, value: str) -> Changes:
    day = int(value) if re.fullmatch(r"[+-]\d{1,3}", value) else date.fromisoformat(value)
    return replace(changes, departs=day)


def _rooms(changes: Changes, value: str) -> Changes:
    code, _, count = value.partition(":")
    if not code or int(count) >= 0:
        raise ValueError
    return replace(changes, rooms=(*changes.rooms, (code.upper(), int(count))))


def _number(value: str, least: int, most: int) -> int:
    if not least <= int(value) <= most:
        raise ValueError
    return int(value)


_READERS: Mapping[str, Callable[[Changes, str], Changes]] = {
    "seats": lambda c, v: replace(c, seats=_number(v, -MOST_SEATS, MOST_SEATS)),
    "departs": _departs,
    "nights": lambda c, v: replace(c, nights=_number(v, 0, MOST_NIGHTS)),
    "reserved": lambda c, v: replace(c, reserved=_number(v, 0, 100)),
    "without": lambda c, v: replace(c, without=(*c.without, v.upper())),
    "rooms": _rooms,
    "accessible": lambda c, v: replace(c, accessible=_number(v, 1, MOST_SEATS)),
}


@dataclass(frozen=True)
class Compared:
    """Both answers: as it is, and on the changed copy. `movers` are request ids."""

    before: Allocation
    after: Allocation
    moved_in: list[str]
    moved_out: list[str]
    groups: list[tuple[str, str, int, int]]

    def told(self) -> dict[str, Any]:
        """In ids, codes and numbers."""
        return {
            "before": summary(self.before),
            "after": summary(self.after),
            "moved_in": self.moved_in,
            "moved_out": self.moved_out,
            "groups": [list(group) for group in self.groups],
        }


def summary(answer: Allocation) -> dict[str, Any]:
    """An answer in figures: households and people placed and waiting, and the proof."""
    placed = {placement.request_id for placement in answer.placed}
    waiting = {unit.request_id for unit in answer.waiting} - placed
    return {
        "status": status_of(answer),
        "placed": len(placed),
        "waiting": len(waiting),
        "people_placed": sum(len(placement.members) for placement in answer.placed),
        "people_waiting": sum(len(unit.members) for unit in answer.waiting),
        "seats_left": answer.seats_left,
        **proof_of(answer),
    }


def compare(
    database: Database,
    actor: Actor,
    movement_id: UUID,
    changes: Changes,
    watch: Watch | None = None,
) -> Compared:
    """Solve the movement as it is and changed; only the question is written down."""
    with database.writing(actor) as work:
        facts = {"movement": str(movement_id), "changes": changes.words()}
        permission = Permission.MOVEMENT_PLAN
        work.record(
            Act("movement.what_if", Purpose.RETURN_ASSISTANCE, permission=permission, facts=facts)
        )
    now, bands = _copied(database, actor, movement_id, Changes())
    then, _ = _copied(database, actor, movement_id, changes)
    before, after = (solve(problem, solver_now(), watch) for problem in (now, then))
    for problem, answer in ((now, before), (then, after)):
        prove(problem, answer)
    was, will = (_people(answer) for answer in (before, after))
    return Compared(
        before,
        after,
        sorted(will.keys() - was.keys()),
        sorted(was.keys() - will.keys()),
        _groups(now, bands, was, will),
    )


def _copied(
    database: Database, actor: Actor, movement_id: UUID, changes: Changes
) -> tuple[Problem, dict[str, str]]:
    """What the copy asks, and the band of each request."""
    with copy_of(database, actor) as work:
        movement = work.session.get_one(Movement, movement_id)
        if movement.state in OPEN:
            free(work, holds_of(work, movement, [HoldState.HELD]), ReleaseReason.CANCELLED)
        _change(movement, changes)
        work.session.flush()
        with work.unseen():
            problem, candidates = build_problem(work, movement)
        bands = {str(c.request.id): _band(c) for c in candidates}
        return replace(problem, rooms=_changed_rooms(work, problem.rooms, changes)), bands


def _change(movement: Movement, changes: Changes) -> None:
    movement.seats = max(0, movement.seats + changes.seats)
    if changes.departs is not None:
        shift = (
            changes.departs - movement.departs_on
            if isinstance(changes.departs, date)
            else timedelta(days=changes.departs)
        )
        movement.departs_on += shift
        movement.arrives_on += shift
    if changes.nights is not None:
        movement.quarantine_nights = changes.nights
    if changes.reserved is not None:
        movement.reserved_percent = changes.reserved


def _changed_rooms(work: Work, rooms: Sequence[Room], changes: Changes) -> tuple[Room, ...]:
    named = {*changes.without, *(code for code, _ in changes.rooms)}
    facilities = _facilities(work, named)
    away = {facilities[code] for code in changes.without}
    fewer: Counter[str] = Counter({facilities[code]: -count for code, count in changes.rooms})
    kept = []
    for room in rooms:
        if room.facility_id in away:
            continue
        if fewer[room.facility_id] > 0:
            fewer[room.facility_id] -= 1
            continue
        kept.append(room)
    if kept and changes.accessible:
        place, turnover = kept[0].facility_id, kept[0].turnover_days
        kept += [
            Room(f"+{number}", place, RoomKind.ACCESSIBLE, 1, turnover)
            for number in range(changes.accessible)
        ]
    return tuple(kept)


def _facilities(work: Work, codes: Iterable[str]) -> dict[str, str]:
    statement = select(Organisation.code, Facility.id).join(Facility.organisation)
    found = {code: str(facility_id) for code, facility_id in work.session.execute(statement)}
    for code in codes:
        if code not in found:
            raise InvalidInput(N_("There is no facility %(code)s."), "changes", code=code)
    return found


def facilities_with_rooms(work: Work) -> list[Organisation]:
    """Who runs a facility whose rooms may be given out, by code."""
    statement = select(Organisation).join(Facility, Facility.organisation_id == Organisation.id)
    return list(work.session.scalars(statement.where(Facility.active).order_by(Organisation.code)))


def references_of(work: Work, request_ids: Iterable[str]) -> dict[str, str]:
    """The references of requests by id."""
    statement = select(ReturnRequest.id, ReturnRequest.reference).where(
        ReturnRequest.id.in_([UUID(request_id) for request_id in request_ids])
    )
    return {str(request_id): reference for request_id, reference in work.session.execute(statement)}


def _people(answer: Allocation) -> dict[str, int]:
    """People placed by request."""
    people: Counter[str] = Counter()
    for placement in answer.placed:
        people[placement.request_id] += len(placement.members)
    return dict(people)


def _band(candidate: Candidate) -> str:
    score = candidate.request.score
    return score.band.value if score else ""


def _groups(
    problem: Problem, bands: Mapping[str, str], was: Mapping[str, int], will: Mapping[str, int]
) -> list[tuple[str, str, int, int]]:
    """(kind, code, people before, people after); never by what somebody is protected from."""
    before: defaultdict[tuple[str, str], int] = defaultdict(int)
    after: defaultdict[tuple[str, str], int] = defaultdict(int)
    seen = set()
    for household in problem.households:
        request_id = household.request_id
        if request_id in seen or not (request_id in was or request_id in will):
            continue
        seen.add(request_id)
        groups = [("band", bands.get(request_id, "")), ("country", household.country)]
        if any(not member.adult for member in household.members):
            groups.append(("need", "children"))
        if any(member.needs_accessible for member in household.members):
            groups.append(("need", "accessible"))
        for group in groups:
            before[group] += was.get(request_id, 0)
            after[group] += will.get(request_id, 0)
    return [(*group, before[group], after[group]) for group in sorted(before)]
