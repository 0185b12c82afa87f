"""Which limit keeps people waiting, and by how much.

Each limit alone is lifted, everybody placed keeps the place, and the solver says who of those
waiting would travel as well and how much more that takes. Where seats and beds only help together,
both are lifted.
"""

from copy import copy
from datetime import date, timedelta

from casework.rules.allocation_draft import Draft
from casework.rules.allocation_model import Expression, Model, Parameters, Search
from casework.rules.allocation_problem import Limit, Room
from casework.rules.allocation_units import Unit, is_accessible
from casework.vocabulary import LimitKind, RoomKind

_ROOM_KINDS = {
    LimitKind.BEDS: RoomKind.SINGLE,
    LimitKind.SEATS_AND_BEDS: RoomKind.SINGLE,
    LimitKind.ACCESSIBLE_BEDS: RoomKind.ACCESSIBLE,
    LimitKind.ISOLATION_BEDS: RoomKind.ISOLATION,
}
_ALONE = [kind for kind in LimitKind if kind is not LimitKind.SEATS_AND_BEDS]
#: More of anything than one movement could use.
_PLENTY = 1_000


def limits_of(draft: Draft, parameters: Parameters) -> tuple[Limit, ...]:
    """What would place more, that which would place most people first."""
    if next(draft.candidates(), None) is None:
        return ()
    found = [_without(kind, draft, parameters) for kind in _ALONE]
    if not any(found):
        found = [_without(LimitKind.SEATS_AND_BEDS, draft, parameters)]
    limits = [limit for limit in found if limit is not None]
    return tuple(sorted(limits, key=lambda limit: -limit.people))


def _without(kind: LimitKind, draft: Draft, parameters: Parameters) -> Limit | None:
    """What lifting the limit would bring; None when it would bring nothing."""
    if kind in _ROOM_KINDS and not draft.stock.nights:
        return None
    lifted = copy(draft)
    lifted.stock, lifted.quotas = draft.stock.copy(), []
    if kind in (LimitKind.SEATS, LimitKind.SEATS_AND_BEDS):
        lifted.stock.seats += _PLENTY
    if kind is LimitKind.ESCORTS:
        lifted.stock.escorts += _PLENTY
    _add_rooms(kind, lifted)
    model = Model(lifted, lambda unit: _is_about(kind, unit))
    if not model.counts:
        return None
    search = Search(model, parameters)
    search.maximise(model.points())
    beds = _beds_to_add(kind, draft, model)
    if beds:
        search.maximise(-sum(beds))
    placed = [(model.blocks[n].first, count) for (n, _), count in model.found.items() if count]
    if not placed:
        return None
    more = search.total(beds) if beds else _used(kind, draft, placed)
    nights = _short_nights(kind, draft, more) if beds else None
    return Limit(
        kind,
        more,
        sum(count for _, count in placed),
        sum(count * len(unit.members) for unit, count in placed),
        nights,
    )


def _is_about(kind: LimitKind, unit: Unit) -> bool:
    """Whether the unit could be waiting for this limit: each needs one kind of beds most."""
    isolation, accessible = unit.isolation.total > 0, unit.ordinary.accessible > 0
    if kind is LimitKind.BEDS:
        return not isolation and not accessible
    if kind is LimitKind.ACCESSIBLE_BEDS:
        return accessible and not isolation
    if kind is LimitKind.ISOLATION_BEDS:
        return isolation
    return kind is not LimitKind.ESCORTS or unit.escorts > 0


def _add_rooms(kind: LimitKind, lifted: Draft) -> None:
    """Every facility has plenty of rooms with one bed."""
    room_kind = _ROOM_KINDS.get(kind)
    if room_kind is None:
        return
    for facility, wards in (lifted.stock.wards or {"": lifted.stock.wards[""]}).items():
        for number in reversed(range(min(_PLENTY, lifted.stock.seats))):
            name = f"+{facility}{number:04}"
            wards[room_kind is RoomKind.ISOLATION].add(Room(name, facility, room_kind, 1))


def _beds_to_add(kind: LimitKind, draft: Draft, model: Model) -> list[Expression]:
    """By facility, beds taken beyond those that are there."""
    room_kind = _ROOM_KINDS.get(kind)
    if room_kind is None:
        return []
    side, sort = int(room_kind is RoomKind.ISOLATION), (1, room_kind is RoomKind.ACCESSIBLE)
    beds = []
    for (facility, where, which), parts in model.rooms.used.items():
        if (where, which) == (side, sort):
            there = draft.stock.wards[facility][side].stock().get(sort, 0)
            more = model.cp.new_int_var(0, _PLENTY, "")
            model.cp.add(more >= sum(parts) - there)
            beds.append(more)
    return beds


def _used(kind: LimitKind, draft: Draft, placed: list[tuple[Unit, int]]) -> int:
    if kind is LimitKind.ESCORTS:
        return sum(count * unit.escorts for unit, count in placed) - draft.stock.escorts
    return sum(count * unit.seats for unit, count in placed) - draft.stock.seats


def _short_nights(kind: LimitKind, draft: Draft, more: int) -> tuple[date, date]:
    """First and last night on which the missing beds are missing; all when rooms do not match."""
    problem, room_kind = draft.problem, _ROOM_KINDS[kind]
    taken = {room for placement in draft.placed.values() for _, room in placement.rooms}
    rooms = [room for room in problem.rooms if room.id not in taken and _is_of(room, room_kind)]
    nights = problem.movement.quarantine_nights
    occupied = {(taken.room_id, taken.night) for taken in problem.occupancy}
    short = [night for night in nights if _free_beds(rooms, night, occupied) < more]
    return (short[0], short[-1]) if short else (nights[0], nights[-1])


def _is_of(room: Room, kind: RoomKind) -> bool:
    if RoomKind.ISOLATION in (room.kind, kind):
        return room.kind is kind
    return kind is not RoomKind.ACCESSIBLE or is_accessible(room)


def _free_beds(rooms: list[Room], night: date, occupied: set[tuple[str, date]]) -> int:
    return sum(
        room.beds
        for room in rooms
        if not any(
            (room.id, night + timedelta(days=day)) in occupied
            for day in range(-room.turnover_days, room.turnover_days + 1)
        )
    )
